select
    kommun.kommun,
    kommun.namn,
    kommun.lan_kod,
    kommun.lan,
    lage.lage_per
from {{ ref('kommuner') }} as kommun
left join {{ source('indata', 'lage') }} as lage on lage.kommun = kommun.kommun
