"""What the month's documents of cases need, municipality by municipality: counts only, no case and nobody.

They are small all the same, so they lie in ``restricted/`` like the lists of single cases.
"""

THE_MONTH = """
    select
        kommun.namn as kommun_namn, kommun.lage_per,
        strftime(kommun.lage_per + 1 - interval 1 month, '%Y-%m') as manad
    from mart.dim_kommun as kommun
    where kommun.kommun = ?
        and exists (select 1 from mart.arende_flode as flode where flode.kommun = kommun.kommun)
"""
"""The newest month that is over, where the municipality delivers anything that is opened and closed."""

_UNIT = """(
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
)"""

OF_THE_MONTH = {
    "flode": f"""
        select
            slag.namn as slag_namn, slag.ordning as slag_ordning, flode.periodtyp, flode.uppdelning,
            coalesce(
                enhet.namn, kod.namn,
                case flode.grupp when 'total' then 'Totalt' when 'okand' then 'Okänt' else flode.grupp end
            ) as grupp_namn,
            flode.antal_ingaende, flode.antal_oppnade, flode.antal_avslutade, flode.antal_utgaende,
            flode.antal_aktuella, flode.antal_unika_personer
        from mart.arende_flode as flode
        inner join seed.koder as slag on slag.kodlista = 'arende_slag' and slag.kod = flode.slag
        left join seed.koder as kod
            on flode.uppdelning in ('typ', 'kon') and kod.kod = flode.grupp
            and kod.kodlista = case
                when flode.uppdelning = 'kon' then 'kon'
                when flode.slag = 'forhandsbedomning' then 'aktualisering_typ'
                when flode.slag = 'utredning' then 'utredning_typ'
                when flode.slag = 'hushall' then 'hushallstyp'
                else 'insats'
            end
        left join {_UNIT} as enhet
            on flode.uppdelning = 'enhet' and enhet.kommun = flode.kommun and enhet.enhet = flode.grupp
        where flode.kommun = $kommun and flode.period in ($manad, $manad || '-R12')
        order by slag.ordning, flode.periodtyp, flode.uppdelning, coalesce(kod.ordning, 999), grupp_namn
    """,
    "delegation": f"""
        select
            slag.ordning as slag_ordning, lista.slag_namn, lista.typ_namn, lista.lagrum_namn,
            lista.nuvarande_lagrum_namn, lista.ar_lagrum_i_kraft, lista.utfall, lista.utfall_namn,
            coalesce(fattare.namn, 'Framgår inte') as beslutsfattare_namn,
            coalesce(fattare.ordning, 999) as beslutsfattare_ordning,
            case lista.enhet when 'okand' then 'Okänd enhet' else coalesce(enhet.namn, lista.enhet) end
                as enhet_namn,
            lista.antal
        from mart.delegation_manad as lista
        inner join seed.delegation_slag as slag on slag.slag = lista.slag
        left join seed.koder as fattare
            on fattare.kodlista = 'beslutsfattare' and fattare.kod = lista.beslutsfattare
        left join {_UNIT} as enhet on enhet.kommun = lista.kommun and enhet.enhet = lista.enhet
        where lista.kommun = $kommun and lista.manad = $manad
        order by slag.ordning, enhet_namn, lista.typ_namn, lista.lagrum_namn, lista.utfall_namn,
            beslutsfattare_ordning
    """,
    "vantelista": """
        select
            coalesce(insats.namn, 'Okänd insats') as insats_namn,
            coalesce(insats.ordning, 999) as insats_ordning, lista.manad,
            cast(sum(lista.antal_vantar) as bigint) as antal_vantar,
            cast(sum(lista.antal_over_tre_manader) as bigint) as antal_over_tre_manader,
            cast(sum(lista.antal_over_tre_manader_tackat_nej) as bigint) as antal_over_tre_manader_tackat_nej,
            cast(sum(lista.antal_erbjudna) as bigint) as antal_erbjudna,
            cast(sum(lista.antal_erbjudna_tackat_nej) as bigint) as antal_erbjudna_tackat_nej,
            cast(sum(lista.antal_med_annan_insats) as bigint) as antal_med_annan_insats
        from mart.vantelista_manad as lista
        left join seed.koder as insats on insats.kodlista = 'insats' and insats.kod = lista.insats
        where lista.kommun = $kommun and left(lista.manad, 4) = left($manad, 4)
        group by all
        order by insats_ordning, lista.manad
    """,
    "belastning": f"""
        select
            case rad.enhet when 'okand' then 'Okänd enhet' else coalesce(enhet.namn, rad.enhet) end
                as enhet_namn,
            slag.namn as slag_namn, slag.ordning as slag_ordning, rad.niva,
            left(rad.handlaggare_nyckel, 8) as handlaggare,
            rad.antal_oppna, rad.antal_in, rad.antal_ut, rad.alder_median_dagar, rad.antal_orord_30_dagar
        from mart.arbetsbelastning as rad
        inner join seed.koder as slag on slag.kodlista = 'arende_slag' and slag.kod = rad.slag
        left join {_UNIT} as enhet on enhet.kommun = rad.kommun and enhet.enhet = rad.enhet
        where rad.kommun = $kommun and rad.manad = $manad
        order by enhet_namn, slag.ordning, rad.niva, rad.antal_oppna desc, handlaggare
    """,
}
"""The rows of the documents by file, for ``$kommun`` and ``$manad``."""
