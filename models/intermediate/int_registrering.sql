-- When each day became known: the first delivery that said it. Only days after the first delivery of the extract: what
-- the history load brought tells nothing of how late it was registered.
with forsta as (
    {% for _, tabell, _ in registreringar() | unique(attribute=1) %}
    select kommun, '{{ tabell }}' as tabell, min(leveransdatum) as forsta_datum
    from {{ source('arkiv', tabell) }} group by kommun
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

kand as (
    {% for modell, tabell, kolumn in registreringar() %}
    select
        nu.kommun, '{{ tabell }}' as tabell, '{{ tabell }}.{{ kolumn }}' as kalla, nu.row_key,
        nu.{{ kolumn }} as handelse_datum, min(andring.leveransdatum) as kand_datum
    from {{ ref(modell) }} as nu
    inner join {{ source('arkiv', tabell) }} as andring
        on andring.kommun = nu.kommun and andring.row_key = nu.row_key and andring.{{ kolumn }} = nu.{{ kolumn }}
        and andring.leveransdatum <= nu.leveransdatum
    where nu.{{ kolumn }} is not null
    group by nu.kommun, nu.row_key, nu.{{ kolumn }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    kand.kommun,
    kand.kalla,
    kand.row_key,
    kand.handelse_datum,
    kand.kand_datum,
    greatest(kand.kand_datum - kand.handelse_datum, 0)::integer as slap_dagar,
    (lage.lage_per - kand.handelse_datum)::integer as iakttagen_dagar
from kand
inner join forsta on forsta.kommun = kand.kommun and forsta.tabell = kand.tabell
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = kand.kommun
where kand.handelse_datum > forsta.forsta_datum and kand.handelse_datum <= lage.lage_per
