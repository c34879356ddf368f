-- What falls due and what already has: the open clocks of each unit, for those who can still do something. The case id is
-- the only identity; a case with a person who has protected identity is left out, and counted in frist_manad as all are.
with skyddad as (
    select distinct frist.kommun, frist.subjekt_typ, frist.subjekt_id
    from {{ ref('fct_frist') }} as frist
    inner join {{ ref('dim_person') }} as person
        on person.kommun = frist.kommun and person.person_nyckel = frist.person_nyckel
    where person.ar_skyddad
),

oppen as (
    select
        frist.kommun, frist.enhet, frist.regel_id, frist.subjekt_typ, frist.subjekt_id, frist.tillfalle, frist.frist_id,
        frist.start_datum, frist.frist_datum, frist.forlangd_till_datum,
        coalesce(frist.forlangd_till_datum, frist.frist_datum) as sista_datum,
        lage.lage_per
    from {{ ref('fct_frist') }} as frist
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = frist.kommun
    inner join {{ ref('fristregel_tackning') }} as tackning
        on tackning.kommun = frist.kommun and tackning.regel_id = frist.regel_id and tackning.status = 'ok'
    where frist.utfall in ('pagaende', 'pagaende_inom_forlangning', 'pagaende_over_frist', 'vantar')
        or (frist.utfall = 'rapporteringspliktig' and frist.stopp_datum is null)
)

select
    oppen.kommun,
    oppen.enhet,
    coalesce(enhet.namn, oppen.enhet) as enhet_namn,
    oppen.regel_id,
    regel.namn as regel_namn,
    oppen.subjekt_typ,
    oppen.subjekt_id,
    oppen.frist_id,
    oppen.start_datum,
    oppen.sista_datum,
    oppen.forlangd_till_datum is not null as ar_forlangd,
    cast(oppen.sista_datum - oppen.lage_per as integer) as dagar_kvar,
    case
        when oppen.sista_datum < oppen.lage_per and regel.slag = 'rapportering' then 'rapportera'
        when oppen.sista_datum < oppen.lage_per then 'over'
        when oppen.sista_datum - oppen.lage_per <= 7 then '7'
        when oppen.sista_datum - oppen.lage_per <= 14 then '14'
        else '30'
    end as inom_dagar,
    oppen.lage_per
from oppen
inner join {{ ref('fristregler') }} as regel on regel.regel_id = oppen.regel_id
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from {{ ref('dim_enhet') }} group by kommun, enhet
) as enhet on enhet.kommun = oppen.kommun and enhet.enhet = oppen.enhet
anti join skyddad
    on skyddad.kommun = oppen.kommun and skyddad.subjekt_typ = oppen.subjekt_typ
    and skyddad.subjekt_id = oppen.subjekt_id
where oppen.sista_datum - oppen.lage_per <= 30
