-- What has been frozen as sent, one row per freezing: data/frozen, as far as it was frozen at each municipality's läge per.
select kommun, mart, period, vintage, lage_per, fryst_tid, fryst_av, antal_rader, sha256
from {{ source('indata', 'frysning') }}
