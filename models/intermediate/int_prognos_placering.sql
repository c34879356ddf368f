-- Every placement as it stood on the day of a forecast: its group, its price, how many nights it had lasted, and
-- whether it was over. What came later is not seen: an end after the day is no end.
with forsta as (
    -- From when the case system knows of ends; a placement from before is known only because it lasted till then.
    select plac.kommun, coalesce(any_value(tabell.omfattar_fran), min(plac.slut)) as datum
    from {{ ref('int_placering') }} as plac
    left join {{ ref('int_tabell') }} as tabell on tabell.kommun = plac.kommun and tabell.tabell = 'placeringar'
    group by plac.kommun
),

sedd as (
    select
        tillfalle.kommun, tillfalle.prognos_datum, plac.placering_id, plac.malgrupp, plac.regi, plac.ensamkommande,
        coalesce(plac.person_nyckel, 'placering:' || plac.placering_id) as person,
        plac.start, plac.raknas_till,
        coalesce(plac.slut <= tillfalle.prognos_datum, false) as ar_avslutad,
        least(coalesce(plac.slut, tillfalle.prognos_datum), tillfalle.prognos_datum) - plac.start as dygn,
        greatest(least(coalesce(forsta.datum, plac.start), tillfalle.prognos_datum) - plac.start, 0) as dygn_sedd_fran
    from {{ ref('int_prognos_tillfalle') }} as tillfalle
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = tillfalle.kommun and plac.start <= tillfalle.prognos_datum
    inner join forsta on forsta.kommun = plac.kommun
    where not plac.medplacerad
)

select
    sedd.kommun,
    sedd.prognos_datum,
    sedd.placering_id,
    grupp.volymgrupp,
    bit.placeringsform,
    sedd.start,
    sedd.ar_avslutad,
    cast(sedd.dygn as integer) as dygn,
    cast(sedd.dygn_sedd_fran as integer) as dygn_sedd_fran,
    bit.dygnspris_kr,
    -- Of a person's open placements one has the care day, as in int_placering_manad.
    row_number() over (
        partition by sedd.kommun, sedd.prognos_datum, sedd.person, sedd.ar_avslutad
        order by sedd.start desc, bit.ordning_dubbelt_dygn, sedd.placering_id
    ) = 1 as har_vard_dygn
from sedd
-- The piece of the stay that the day is in; of one that is over the last piece.
inner join {{ ref('int_placering_bit') }} as bit
    on bit.kommun = sedd.kommun and bit.placering_id = sedd.placering_id and bit.fran <= sedd.prognos_datum
    and (bit.till > sedd.prognos_datum or bit.till = sedd.raknas_till)
inner join {{ ref('int_volymgrupp') }} as grupp on {{ placeringens_grupp('bit', 'sedd', 'grupp') }}
