-- What was decided each month, under which section, how much of it under older law, and how much was refused?
--
-- One row per municipality, month, kind and section, for the last twelve months that are over. Decisions
-- under a section that has been replaced count under the one that it became; "Enligt äldre lag" says how many
-- they are, and "Efter upphävandet" how many were written under older law although it no longer applied:
-- those are to be looked into. "Går att avslå" are the decisions that can be granted or refused; where there
-- is none, nothing is shared among them.
with manad as (
    select distinct kommun, manad
    from mart.delegation_manad
    qualify dense_rank() over (partition by kommun order by manad desc) <= 12
),

rad as (
    select
        lista.kommun, lista.manad, lista.slag, lista.slag_namn, lista.nuvarande_lagrum_namn,
        sum(lista.antal) as antal,
        coalesce(sum(lista.antal) filter (where lista.lagrum_id <> lista.nuvarande_lagrum_id), 0)
            as antal_aldre,
        coalesce(sum(lista.antal) filter (where not lista.ar_lagrum_i_kraft), 0) as antal_upphavd,
        coalesce(sum(lista.antal) filter (where lista.utfall in ('bifall', 'delvis_bifall', 'avslag')), 0)
            as antal_provade,
        coalesce(sum(lista.antal) filter (where lista.utfall = 'avslag'), 0) as antal_avslag
    from mart.delegation_manad as lista
    inner join manad on manad.kommun = lista.kommun and manad.manad = lista.manad
    group by lista.kommun, lista.manad, lista.slag, lista.slag_namn, lista.nuvarande_lagrum_namn
)

select
    rad.kommun as "Kommun",
    rad.manad as "Månad",
    rad.slag_namn as "Beslut",
    rad.nuvarande_lagrum_namn as "Lagrum",
    rad.antal as "Antal",
    rad.antal_aldre as "Enligt äldre lag",
    rad.antal_upphavd as "Efter upphävandet",
    rad.antal_provade as "Går att avslå",
    rad.antal_avslag as "Avslag",
    round(100.0 * rad.antal_avslag / nullif(rad.antal_provade, 0), 1) as "Procent avslag"
from rad
inner join seed.delegation_slag as slag on slag.slag = rad.slag
order by rad.kommun, rad.manad desc, slag.ordning, rad.nuvarande_lagrum_namn;
