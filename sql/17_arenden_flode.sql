-- How many cases of each type were opened, closed and open in a year, and how many persons were they about?
--
-- One row per municipality, year, kind of case and type, and one for all types of the kind. Ingående +
-- Öppnade − Avslutade = Utgående, and Ingående + Öppnade = Aktuella, so that "öppnade" and "aktuella" can be
-- printed side by side. A year that is not over has only its opening stock; a household's closing is known
-- when the next month has been delivered. Persons of different types are not to be added: one may have
-- several.
select
    flode.kommun as "Kommun",
    flode.period as "År",
    slag.namn as "Ärenden",
    case flode.uppdelning when 'total' then 'Alla' else coalesce(typ.namn, 'Okänd') end as "Typ",
    flode.antal_ingaende as "Ingående",
    flode.antal_oppnade as "Öppnade",
    flode.antal_avslutade as "Avslutade",
    flode.antal_utgaende as "Utgående",
    flode.antal_aktuella as "Aktuella",
    flode.antal_unika_personer as "Personer"
from mart.arende_flode as flode
inner join seed.koder as slag on slag.kodlista = 'arende_slag' and slag.kod = flode.slag
left join seed.koder as typ
    on flode.uppdelning = 'typ' and typ.kod = flode.grupp
    and typ.kodlista = case flode.slag
        when 'forhandsbedomning' then 'aktualisering_typ' when 'utredning' then 'utredning_typ'
        when 'hushall' then 'hushallstyp' else 'insats'
    end
where flode.periodtyp = 'ar' and flode.uppdelning in ('total', 'typ')
order by flode.kommun, flode.period desc, slag.ordning, flode.uppdelning, coalesce(typ.ordning, 999), "Typ";
