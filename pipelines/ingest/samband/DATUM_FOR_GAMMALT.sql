-- A date in the limit's year or before: a sentinel that the adapter does not name (1900-01-01, 0001-01-01; domain 5.3)
-- or a mistyped year. The organisation is not judged: 1900-01-01 is how some say "always".
with grans as (
    select make_date(cast($grans as integer) + 1, 1, 1) as dag
),

gammal as (
    select 'aktualiseringar' as tabell, row_key, aktualisering_id as id, enhet,
           unnest(['fodelsedatum', 'inkommen', 'registrerad', 'skyddsbedomning', 'beslutsdatum']) as kolumn,
           unnest([fodelsedatum, inkommen, registrerad, skyddsbedomning, beslutsdatum]) as varde
    from aktualiseringar
    cross join grans
    where least(fodelsedatum, inkommen, registrerad, skyddsbedomning, beslutsdatum) < grans.dag
    union all
    select 'utredningar', row_key, utredning_id, enhet,
           unnest(['fodelsedatum', 'inledd', 'tilldelad', 'senaste_kontakt', 'slutford', 'avslutad',
           'frist_satt']),
           unnest([fodelsedatum, inledd, tilldelad, senaste_kontakt, slutford, avslutad, frist_satt])
    from utredningar
    cross join grans
    where least(fodelsedatum, inledd, tilldelad, senaste_kontakt, slutford, avslutad, frist_satt) <
        grans.dag
    union all
    select 'placeringar', row_key, placering_id, enhet,
           unnest(['fodelsedatum', 'start', 'planerat_slut', 'slut']),
           unnest([fodelsedatum, start, planerat_slut, slut])
    from placeringar
    cross join grans
    where least(fodelsedatum, start, planerat_slut, slut) < grans.dag
    union all
    select 'ej_verkstallda_beslut', row_key, beslut_id, enhet,
           unnest(['fodelsedatum', 'beslutsdatum', 'giltig_till', 'verkstalld', 'avbruten', 'aterupptagen',
           'avslutad', 'uppdrag_skickat', 'erbjudande', 'tackat_nej']),
           unnest([fodelsedatum, beslutsdatum, giltig_till, verkstalld, avbruten, aterupptagen, avslutad,
           uppdrag_skickat, erbjudande, tackat_nej])
    from ej_verkstallda_beslut
    cross join grans
    where least(fodelsedatum, beslutsdatum, giltig_till, verkstalld, avbruten, aterupptagen, avslutad,
        uppdrag_skickat, erbjudande, tackat_nej) < grans.dag
    union all
    select 'handelser', row_key, handelse_id, enhet,
           'datum', datum
    from handelser
    cross join grans
    where datum < grans.dag
    union all
    select 'forlangningar', row_key, subjekt_id, null,
           unnest(['beslutsdatum', 'ny_frist']),
           unnest([beslutsdatum, ny_frist])
    from forlangningar
    cross join grans
    where least(beslutsdatum, ny_frist) < grans.dag
    union all
    select 'overvaganden', row_key, subjekt_id, null,
           'datum', datum
    from overvaganden
    cross join grans
    where datum < grans.dag
    union all
    select 'placering_perioder', row_key, placering_id, null,
           unnest(['fran', 'till']),
           unnest([fran, till])
    from placering_perioder
    cross join grans
    where least(fran, till) < grans.dag
    union all
    select 'ekonomi', row_key, rad_id, enhet,
           unnest(['avser_fran', 'avser_till']),
           unnest([avser_fran, avser_till])
    from ekonomi
    cross join grans
    where least(avser_fran, avser_till) < grans.dag
    union all
    select 'insatser', row_key, insats_id, enhet,
           unnest(['fodelsedatum', 'beslutsdatum', 'start', 'slut']),
           unnest([fodelsedatum, beslutsdatum, start, slut])
    from insatser
    cross join grans
    where least(fodelsedatum, beslutsdatum, start, slut) < grans.dag
    union all
    select 'ekonomiskt_bistand', row_key, hushall_id, null,
           'fodelsedatum', fodelsedatum
    from ekonomiskt_bistand
    cross join grans
    where fodelsedatum < grans.dag
    union all
    select 'personbyten', row_key, null, null,
           unnest(['fodelsedatum', 'datum']),
           unnest([fodelsedatum, datum])
    from personbyten
    cross join grans
    where least(fodelsedatum, datum) < grans.dag
)

select gammal.tabell, gammal.row_key, gammal.id, gammal.kolumn, gammal.varde, gammal.enhet
from gammal
cross join grans
where gammal.varde < grans.dag
