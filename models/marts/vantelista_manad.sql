-- The waiting list at the end of each month: decisions that are not executed, by unit and insats. Every
-- column is the stock of that day, so that none holds what another does not. A month that is not over is
-- empty, never 0.
with manad as (
    select
        period.kommun, period.period as manad, period.period_slut as slut_datum, period.ar_fullstandig,
        lage.lage_per
    from {{ ref('int_kommun_period') }} as period
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = period.kommun
    inner join {{ ref('int_tabell') }} as tabell
        on tabell.kommun = period.kommun and tabell.tabell = 'ej_verkstallda_beslut'
        and case
            when tabell.omfattar_fran is null then period.period_slut >= tabell.forsta_handelse
            else period.period_start >= tabell.omfattar_fran
        end
    where period.periodtyp = 'manad'
),

klocka as (
    select
        klocka.kommun, klocka.beslut_id, klocka.klocka, klocka.klocka_nr, klocka.person_nyckel,
        coalesce(klocka.enhet, 'okand') as enhet, klocka.insats, klocka.start_datum,
        klocka.rapporteras_fran_datum,
        klocka.stopp_datum,
        min(erbjudande.datum) filter (where erbjudande.handelse = 'erbjudande') as forsta_erbjudande_datum,
        min(erbjudande.datum) filter (where erbjudande.handelse = 'tackat_nej') as forsta_nej_datum
    from {{ ref('int_ej_verkstalld_klocka') }} as klocka
    left join {{ ref('int_erbjudande') }} as erbjudande
        on erbjudande.kommun = klocka.kommun and erbjudande.beslut_id = klocka.beslut_id
        and erbjudande.datum >= klocka.start_datum
    where klocka.utfall in ('vantar', 'ej_rapporteringspliktig', 'rapporteringspliktig')
    group by all
),

vantar as (
    select
        klocka.kommun, manad.manad, manad.slut_datum, klocka.beslut_id, klocka.klocka, klocka.klocka_nr,
        klocka.person_nyckel, klocka.enhet, klocka.insats,
        cast(manad.slut_datum - klocka.start_datum as integer) as dagar,
        klocka.rapporteras_fran_datum <= manad.slut_datum as ar_over,
        coalesce(klocka.forsta_erbjudande_datum <= manad.slut_datum, false) as ar_erbjuden,
        coalesce(klocka.forsta_nej_datum <= manad.slut_datum, false) as ar_nej
    from klocka
    inner join manad
        on manad.kommun = klocka.kommun and klocka.start_datum <= manad.slut_datum and manad.ar_fullstandig
        and (klocka.stopp_datum is null or klocka.stopp_datum > manad.slut_datum)
),

-- What the person has meanwhile, under another decision.
annan_insats as (
    select distinct vantar.kommun, vantar.manad, vantar.beslut_id, vantar.klocka, vantar.klocka_nr
    from vantar
    inner join {{ ref('stg_insats') }} as insats
        on insats.kommun = vantar.kommun and insats.person_nyckel = vantar.person_nyckel
        and insats.start <= vantar.slut_datum and (insats.slut is null or insats.slut > vantar.slut_datum)
        and insats.beslut_id is distinct from vantar.beslut_id
),

raknad as (
    select
        vantar.kommun, vantar.manad, vantar.enhet, vantar.insats,
        count(*) as antal_vantar,
        count(*) filter (where vantar.ar_over) as antal_over_tre_manader,
        count(*) filter (where vantar.ar_over and vantar.ar_nej) as antal_over_tre_manader_tackat_nej,
        count(*) filter (where vantar.ar_erbjuden) as antal_erbjudna,
        count(*) filter (where vantar.ar_erbjuden and vantar.ar_nej) as antal_erbjudna_tackat_nej,
        count(annan_insats.beslut_id) as antal_med_annan_insats,
        max(vantar.dagar) as langsta_vantan_dagar
    from vantar
    left join annan_insats
        on annan_insats.manad = vantar.manad and {{ samma_klocka('annan_insats', 'vantar') }}
    group by vantar.kommun, vantar.manad, vantar.enhet, vantar.insats
),

-- Whatever somebody has ever waited for stands in every month: nobody is 0.
cell as (
    select distinct kommun, enhet, insats from klocka
)

select
    cell.kommun,
    manad.manad,
    cell.enhet,
    cell.insats,
    {% for k in ['vantar', 'over_tre_manader', 'over_tre_manader_tackat_nej', 'erbjudna',
    'erbjudna_tackat_nej',
                 'med_annan_insats'] -%}
    case when manad.ar_fullstandig then coalesce(raknad.antal_{{ k }}, 0) end as antal_{{ k }},
    {% endfor -%}
    raknad.langsta_vantan_dagar,
    case when manad.ar_fullstandig then 'ok' else 'for_tidigt' end as status,
    manad.lage_per
from cell
inner join manad on manad.kommun = cell.kommun
left join raknad
    on raknad.kommun = cell.kommun and raknad.manad = manad.manad and raknad.enhet = cell.enhet
    and raknad.insats = cell.insats
