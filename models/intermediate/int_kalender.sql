-- Every day, with what the law says of it (lag 1930:173 2 §: the weekdays to which a limit rolls).
with dag as (
    select cast(dag as date) as datum
    from generate_series(date '1995-01-01', date '2050-12-31', interval 1 day) as t (dag)
),

markt as (
    select
        dag.datum,
        helgdag.namn as helgdag_namn,
        coalesce(helgdag.slag = 'helgdag', false) or isodow(dag.datum) = 7 as ar_helgdag,
        coalesce(helgdag.slag = 'afton', false) as ar_afton,
        isodow(dag.datum) = 6 as ar_lordag
    from dag
    left join {{ ref('helgdagar') }} as helgdag on helgdag.datum = dag.datum
),

vardag as (
    select
        datum, helgdag_namn, ar_helgdag, ar_afton,
        not (ar_helgdag or ar_afton or ar_lordag) as ar_vardag
    from markt
)

select
    datum,
    helgdag_namn,
    ar_helgdag,
    ar_afton,
    ar_vardag,
    min(datum) filter (where ar_vardag) over (
        order by datum rows between current row and unbounded following
    ) as nasta_vardag
from vardag
