-- The rows of what has been frozen, each as it stood: one JSON object per row of the mart.
select kommun, mart, period, rad
from {{ source('indata', 'frusen_rad') }}
