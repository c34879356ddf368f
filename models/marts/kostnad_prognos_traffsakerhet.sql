-- How wrong each way of forecasting has been, in the years that are over: per volume group, and for the groups taken
-- together (alla), then only those that every way could say something of, so that the ways are compared on the same
-- money.
with prov as (
    select kommun, ar, cast(right(t_o_m_manad, 2) as integer) as manad_nr, metod, volymgrupp, prognos_kr, utfall_helar_kr
    from {{ ref('kostnad_prognos') }}
    where prognos_kr is not null and utfall_helar_kr is not null
),

gemensam as (
    select
        kommun, ar, manad_nr, metod, prognos_kr, utfall_helar_kr, antal_metoder,
        max(antal_metoder) over (partition by kommun, ar, manad_nr) as hogst_antal
    from (
        select
            kommun, ar, manad_nr, metod, prognos_kr, utfall_helar_kr,
            count(*) over (partition by kommun, ar, manad_nr, volymgrupp) as antal_metoder
        from prov
    )
),

fel as (
    select
        kommun, ar, manad_nr, metod, volymgrupp,
        prognos_kr - utfall_helar_kr as fel_kr,
        (prognos_kr - utfall_helar_kr) / nullif(abs(utfall_helar_kr), 0) as fel_andel
    from prov
    union all
    select
        kommun, ar, manad_nr, metod, 'alla',
        sum(prognos_kr - utfall_helar_kr),
        sum(prognos_kr - utfall_helar_kr) / nullif(abs(sum(utfall_helar_kr)), 0)
    from gemensam
    where antal_metoder = hogst_antal
    group by kommun, ar, manad_nr, metod
)

select
    kommun,
    manad_nr,
    volymgrupp,
    metod,
    count(*)::bigint as antal_ar,
    avg(fel_kr)::decimal(18, 2) as medelfel_kr,
    avg(abs(fel_kr))::decimal(18, 2) as medel_absolutfel_kr,
    count(fel_andel)::bigint as antal_ar_andel,
    avg(abs(fel_andel))::decimal(18, 6) as medel_absolutfel_andel,
    max(abs(fel_andel))::decimal(18, 6) as storsta_absolutfel_andel
from fel
group by kommun, manad_nr, volymgrupp, metod
