-- Who waited for what when each month ended, how many too long, and how many of those had said no?
--
-- One row per municipality, month and insats that somebody waited for, for the last 24 months that are over.
-- Every column is the stock of the month's last day. Decisions, not persons: the same person may wait for two
-- things.
with manad as (
    select distinct kommun, manad
    from mart.vantelista_manad
    where status = 'ok'
    qualify dense_rank() over (partition by kommun order by manad desc) <= 24
)

select
    lista.kommun as "Kommun",
    lista.manad as "Månad",
    coalesce(insats.namn, 'Okänd insats') as "Insats",
    sum(lista.antal_vantar) as "Väntar",
    sum(lista.antal_over_tre_manader) as "Över tre månader",
    sum(lista.antal_over_tre_manader_tackat_nej) as "Varav har tackat nej",
    sum(lista.antal_over_tre_manader - lista.antal_over_tre_manader_tackat_nej) as "Varav inte tackat nej",
    sum(lista.antal_erbjudna) as "Har fått erbjudande",
    sum(lista.antal_med_annan_insats) as "Har annan insats",
    max(lista.langsta_vantan_dagar) as "Längsta väntan, dagar"
from mart.vantelista_manad as lista
inner join manad on manad.kommun = lista.kommun and manad.manad = lista.manad
left join seed.koder as insats on insats.kodlista = 'insats' and insats.kod = lista.insats
group by lista.kommun, lista.manad, insats.namn, insats.ordning
having sum(lista.antal_vantar) > 0
order by lista.kommun, lista.manad desc, coalesce(insats.ordning, 999);
