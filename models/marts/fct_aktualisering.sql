with rad as (
    select
        akt.kommun, akt.aktualisering_id, akt.person_nyckel, akt.anmalan_id, akt.typ, akt.inkommen,
        akt.registrerad, akt.kanal, akt.orsak, akt.anmalare, akt.enhet, akt.malgrupp,
        akt.skyddsbedomning, akt.beslut, akt.beslutsdatum, akt.barn_hord, akt.row_key,
        coalesce(person.kon, 'okand') as kon,
        date_sub('year', person.fodelsedatum, akt.inkommen) as alder
    from {{ ref('stg_aktualisering') }} as akt
    left join {{ ref('int_person') }} as person
        on person.kommun = akt.kommun and person.person_nyckel = akt.person_nyckel
)

select
    rad.kommun,
    rad.row_key as aktualisering_nyckel,
    rad.aktualisering_id,
    rad.anmalan_id,
    rad.person_nyckel,
    rad.kon,
    cast(rad.alder as integer) as alder,
    coalesce(grupp.grupp, 'okand') as aldersgrupp,
    rad.typ,
    rad.malgrupp,
    rad.enhet,
    rad.kanal,
    rad.orsak,
    rad.anmalare,
    rad.inkommen as inkommen_datum,
    rad.registrerad as registrerad_datum,
    rad.skyddsbedomning as skyddsbedomning_datum,
    rad.beslut,
    rad.beslutsdatum,
    rad.beslutsdatum - rad.inkommen as forhandsbedomning_dagar,
    rad.barn_hord as ar_barn_hord
from rad
left join {{ ref('aldersgrupper') }} as grupp
    on grupp.indelning = 'standard' and rad.alder between grupp.fran_alder and grupp.till_alder
