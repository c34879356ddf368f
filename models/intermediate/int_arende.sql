-- Everything that is opened and closed, in one shape: one row per case, from the day it was opened to the day
-- it was closed. Who and where are those of the row as it is known now. A day that would close a case before
-- it was opened closes it on the day it was opened. A decision that waits for execution is one of its clocks:
-- a new one starts at an interruption.
with person as (
    select kommun, person_nyckel, kon from {{ ref('int_person') }}
),

arende as (
    select
        kommun, 'forhandsbedomning' as slag, row_key as arende_nyckel, person_nyckel, handlaggare_nyckel,
        enhet, typ,
        inkommen as oppnad, beslutsdatum as avslutad
    from {{ ref('stg_aktualisering') }}
    union all
    select
        kommun, 'utredning', row_key, person_nyckel, handlaggare_nyckel, enhet, typ,
        inledd, coalesce(slutford, avslutad)
    from {{ ref('stg_utredning') }}
    union all
    select
        kommun, 'placering', placering_id, person_nyckel, handlaggare_nyckel, enhet, placeringsform,
        start, slut
    from {{ ref('stg_placering') }}
    union all
    select
        kommun, 'insats', row_key, person_nyckel, handlaggare_nyckel, enhet, insatstyp,
        start, slut
    from {{ ref('stg_insats') }}
    union all
    -- One that ended on a day nobody knows is in no flow; mart.ej_verkstallda_kontroll lists it.
    select
        klocka.kommun, 'beslut_ej_verkstallt',
        concat_ws('|', klocka.beslut_id, klocka.klocka, klocka.klocka_nr),
        klocka.person_nyckel, beslut.handlaggare_nyckel, klocka.enhet, klocka.insats,
        klocka.start_datum, klocka.stopp_datum
    from {{ ref('int_ej_verkstalld_klocka') }} as klocka
    inner join {{ ref('stg_beslut') }} as beslut
        on beslut.kommun = klocka.kommun and beslut.beslut_id = klocka.beslut_id
    where klocka.utfall in ('vantar', 'ej_rapporteringspliktig', 'rapporteringspliktig')
    union all
    -- Aid is for whole months, and no unit is named.
    select
        kommun, 'hushall', bistand_period_id, person_nyckel, null, null, hushallstyp,
        cast(forsta_manad || '-01' as date), last_day(cast(sista_manad || '-01' as date))
    from {{ ref('int_bistand_period') }}
)

select
    arende.kommun,
    arende.slag,
    arende.arende_nyckel,
    arende.person_nyckel,
    arende.handlaggare_nyckel,
    case when arende.slag <> 'hushall' then coalesce(arende.enhet, 'okand') end as enhet,
    arende.typ,
    -- A household has no sex.
    case when arende.slag <> 'hushall' then coalesce(person.kon, 'okand') end as kon,
    arende.oppnad as oppnad_datum,
    greatest(arende.avslutad, case when arende.avslutad is not null then arende.oppnad end) as avslutad_datum
from arende
left join person on person.kommun = arende.kommun and person.person_nyckel = arende.person_nyckel
