-- A frozen round beside what is known of it now: one row per clock and fact that differ. Nothing here changes what was sent.
with nu as (
    select
        nu.kommun, nu.kvartal, nu.beslut_id, nu.klocka, nu.klocka_nr, nu.rapporttyp, nu.status_vid_bryt, nu.slut_datum,
        nu.ar_rapporteringspliktig, klocka.insats, klocka.enhet, klocka.lagrum_id, klocka.start_datum
    from {{ ref('int_ej_verkstalld_nu') }} as nu
    inner join {{ ref('int_rapportomgang') }} as omgang
        on omgang.kommun = nu.kommun and omgang.kvartal = nu.kvartal and omgang.ar_fryst
    inner join {{ ref('int_ej_verkstalld_klocka') }} as klocka on {{ samma_klocka('klocka', 'nu') }}
),

sant as (
    select
        kommun, kvartal, beslut_id, klocka, klocka_nr, rapporttyp, status_vid_bryt, slut_datum, ar_rapporteringspliktig,
        insats, enhet, lagrum_id, start_datum
    from {{ ref('int_ej_verkstalld_sand') }}
    where rapporttyp <> 'rattelse' and status_vid_bryt <> 'struken'
),

par as (
    select
        coalesce(sant.kommun, nu.kommun) as kommun, coalesce(sant.kvartal, nu.kvartal) as kvartal,
        coalesce(sant.beslut_id, nu.beslut_id) as beslut_id, coalesce(sant.klocka, nu.klocka) as klocka,
        coalesce(sant.klocka_nr, nu.klocka_nr) as klocka_nr,
        coalesce(nu.enhet, sant.enhet) as enhet,
        sant.kommun is not null as ar_sand, nu.kommun is not null as ar_nu,
        {% set fakta = ['status_vid_bryt', 'slut_datum', 'start_datum', 'insats', 'enhet', 'lagrum_id'] %}
        {% for f in fakta -%}
        cast(sant.{{ f }} as varchar) as sant_{{ f }}, cast(nu.{{ f }} as varchar) as nu_{{ f }}{{ ',' if not loop.last }}
        {% endfor %}
    from sant
    full join nu on nu.kvartal = sant.kvartal and {{ samma_klocka('nu', 'sant') }}
    where coalesce(sant.ar_rapporteringspliktig, nu.ar_rapporteringspliktig)
)

select kommun, kvartal, beslut_id, klocka, cast(klocka_nr as integer) as klocka_nr, coalesce(enhet, 'okand') as enhet,
       'tillagd' as skillnad, 'rad' as uppgift, cast(null as varchar) as som_sant, nu_status_vid_bryt as som_nu_kant
from par where not ar_sand
union all
select kommun, kvartal, beslut_id, klocka, cast(klocka_nr as integer), coalesce(enhet, 'okand'), 'struken', 'rad',
       sant_status_vid_bryt, null
from par where not ar_nu
{% for f in fakta %}
union all
select kommun, kvartal, beslut_id, klocka, cast(klocka_nr as integer), coalesce(enhet, 'okand'), 'andrad', '{{ f }}',
       sant_{{ f }}, nu_{{ f }}
from par where ar_sand and ar_nu and sant_{{ f }} is distinct from nu_{{ f }}
{% endfor %}
