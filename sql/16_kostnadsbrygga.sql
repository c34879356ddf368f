-- Why do the open placements cost another sum a day than a month ago?
--
-- One row per municipality, month and event, all volume groups together, for the last twelve months that are
-- over: opening, new, ended, changed form, changed price, other, closing. Opening plus the events is the
-- closing, and the next month's opening. "Effekt i år" is the change times the days from the event to the
-- year's end, "Effekt helår" times 365.
with manad as (
    select distinct kommun, manad
    from mart.kostnad_brygga
    qualify dense_rank() over (partition by kommun order by manad desc) <= 12
)

select
    rad.kommun as "Kommun",
    rad.manad as "Månad",
    handelse.namn as "Händelse",
    sum(rad.antal_placeringar) as "Placeringar",
    sum(rad.antal_forandring) as "Ändring i antal",
    sum(rad.dygnskostnad_kr) as "Kr per dygn",
    sum(rad.effekt_i_ar_kr) as "Effekt i år, kr",
    sum(rad.effekt_helar_kr) as "Effekt helår, kr"
from mart.kostnad_brygga as rad
inner join manad on manad.kommun = rad.kommun and manad.manad = rad.manad
inner join seed.koder as handelse
    on handelse.kodlista = 'kostnad_brygga_handelse' and handelse.kod = rad.handelse
group by rad.kommun, rad.manad, handelse.namn, handelse.ordning
order by rad.kommun, rad.manad desc, handelse.ordning;
