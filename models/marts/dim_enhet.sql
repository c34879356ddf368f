-- Units as the case system says them, and every unit that a row names but the organisation does not know.
with kand as (
    select kommun, enhet, namn, overordnad, efterfoljare, giltig_fran, giltig_till, true as ar_kand
    from {{ ref('stg_enhet') }}
),

anvand as (
    {% for stg in ['aktualisering', 'utredning', 'placering', 'beslut', 'insats'] %}
    select kommun, enhet from {{ ref('stg_' ~ stg) }}
    {{ 'union' if not loop.last }}
    {% endfor %}
),

okand as (
    select anvand.kommun, anvand.enhet, anvand.enhet as namn, null as overordnad, null as efterfoljare,
           date '1900-01-01' as giltig_fran, cast(null as date) as giltig_till, false as ar_kand
    from anvand
    where anvand.enhet is not null
        and not exists (select 1 from kand where kand.kommun = anvand.kommun and kand.enhet = anvand.enhet)
),

enhet as (
    select kommun, enhet, coalesce(namn, enhet) as namn, overordnad, efterfoljare, giltig_fran, giltig_till, ar_kand
    from kand
    union all
    select kommun, enhet, namn, overordnad, efterfoljare, giltig_fran, giltig_till, ar_kand from okand
)

select
    enhet.kommun, enhet.enhet, enhet.namn, enhet.overordnad, enhet.efterfoljare, coalesce(nu.enhet_nu, enhet.enhet) as enhet_nu,
    enhet.giltig_fran, enhet.giltig_till, enhet.ar_kand
from enhet
left join {{ ref('int_enhet_nu') }} as nu on nu.kommun = enhet.kommun and nu.enhet = enhet.enhet
