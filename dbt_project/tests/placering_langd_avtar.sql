-- Catches a share of placements that grows with their age, and a sum of nights that is not the shares before it.
with steg as (
    select
        kommun, niva, grupp, dygn, kvar_andel, dygn_summa,
        lag(kvar_andel, 1, 1) over kurva as forra_andel,
        coalesce(
            lag(dygn_summa) over kurva + lag(kvar_andel) over kurva * (dygn - lag(dygn) over kurva), 0
        ) as vantad_summa
    from {{ ref('placering_langd') }}
    window kurva as (partition by kommun, niva, grupp order by dygn)
)

select kommun, niva, grupp, dygn
from steg
where kvar_andel not between 0 and forra_andel or abs(dygn_summa - vantad_summa) > 0.001
