-- Units as the case system says them, and every unit that a row names but the organisation does not know.
with kand as (
    select kommun, enhet, namn, overordnad, giltig_fran, giltig_till, true as ar_kand
    from {{ ref('stg_enhet') }}
),

anvand as (
    {% for stg in ['aktualisering', 'utredning', 'placering', 'beslut', 'insats'] %}
    select kommun, enhet from {{ ref('stg_' ~ stg) }}
    {{ 'union' if not loop.last }}
    {% endfor %}
),

okand as (
    select anvand.kommun, anvand.enhet, anvand.enhet as namn, null as overordnad,
           date '1900-01-01' as giltig_fran, cast(null as date) as giltig_till, false as ar_kand
    from anvand
    where anvand.enhet is not null
        and not exists (select 1 from kand where kand.kommun = anvand.kommun and kand.enhet = anvand.enhet)
)

select kommun, enhet, coalesce(namn, enhet) as namn, overordnad, giltig_fran, giltig_till, ar_kand from kand
union all
select kommun, enhet, namn, overordnad, giltig_fran, giltig_till, ar_kand from okand
