"""How fast care days and cost per placement-year are at national scale, and how much memory they take.

    python benchmarks/placering.py [--kommuner 1 10 50 290] [--rounds 3] [--memory-gb 12] [--write]

Municipalities and ten years of placements, prices and ledger are invented with the groups, prices and accounts of
Sampelstad. dbt's own compiled SQL makes care days per month and cost per placement-year of them, in a process of its
own so that the peak of memory is its own, in a database file as in the night. Beside it, in the same run: what
anybody would write first in bare DuckDB, every placement exploded into its days. Both must say the same.
"""
# ruff: noqa: PLC0415, E501

import argparse
import json
import math
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from compiled import ROOT, child, compile_models, peak

sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "models"), str(ROOT / "tests" / "unit" / "oracle")]
RESULT = ROOT / "docs" / "benchmarks_placering.md"

CLOCKS = (0, 1)
"""By the clock, of processor: the two that ``timed`` gives."""

LAGE_PER = "2026-10-31"
KOMMUNER = 290
MODELS = (
    "int_placering",
    "int_placering_bit",
    "int_placering_manad",
    "int_kontering",
    "int_ekonomi",
    "int_kostnadsindelning",
    "int_volymgrupp",
    "int_kostnad",
    "int_kostnad_period",
    "int_kostnad_jamforelse",
    "kostnad_per_arsplacering",
)
DAYS = MODELS[:3]
"""What makes care days of the placements; the rest is money."""

# --- the invented country ---

INVENTED = {
    "indata.kommun": """
        -- The n:th largest has 1,000,000 / n^0.8 inhabitants: 11 million in all, as skewed as the country. A smaller
        -- number of municipalities is an even sample of the sizes.
        select 'P' || lpad(cast(rang as varchar), 3, '0') as kommun, 1e6 / pow(rang, 0.8) as invanare
        from (select unnest($rang) as rang)
    """,
    "indata.lage": f"select kommun, date '{LAGE_PER}' as lage_per from indata.kommun",
    "indata.vistelse": f"""
        -- Beds, each filled by one stay after another. Two stays in a row are the same person's; one in seven of such
        -- moves begins some days before the former home is left.
        with plats as (
            select kommun.kommun, grupp.*, unnest(range(cast(floor(
                grupp.arsplatser * kommun.invanare / 1e5 + hash(kommun.kommun, grupp.namn) % 1000 / 1000
            ) as bigint))) as plats
            from indata.kommun as kommun
            cross join indata.grupp as grupp
        ),

        stay as (
            select *, unnest(range(4 + 8000 // vistelse)) as nr from plats
        ),

        slump as (
            select *, cast(hash(kommun, namn, plats, nr) >> 1 as bigint) as slump,
                   cast(hash(nr, plats, namn, kommun) >> 1 as bigint) as slump2
            from stay
        ),

        langd as (
            select *, greatest(5, cast(-vistelse / 2 * (
                ln((slump % 9973 + 1) / 9974) + ln((slump // 9973 % 9967 + 1) / 9968)
            ) as integer)) as langd
            from slump
        ),

        start as (
            select *, coalesce(sum(langd + 1) over (
                partition by kommun, namn, plats order by nr rows between unbounded preceding and 1 preceding
            ), 0) - cast(hash(kommun, namn, plats) >> 1 as bigint) % vistelse as dag
            from langd
        )

        select
            row_number() over (order by kommun, namn, plats, nr) as placering_nr, kommun, namn as grupp,
            kostnadsgrupp, malgrupp, verksamhet, fakturerad, arspris, slump, slump2,
            formlista[1 + slump2 // 7 % len(formlista)] as form,
            'p' || md5(concat(kommun, namn, plats, '-', nr // 2)) as person_nyckel,
            malgrupp = 'barn' and fakturerad and slump2 // 11 % 100 < 5 as ensamkommande,
            namn = 'skyddat_boende' and slump2 // 13 % 100 < 35 as medplacerad,
            pris * (0.7 + slump2 // 17 % 600 / 1000) as niva,
            date '2017-01-01' + cast(dag - if(nr % 2 = 1 and slump2 // 19 % 7 = 0, 1 + slump2 // 23 % 14, 0) as integer)
                as start,
            date '2017-01-01' + cast(dag + langd as integer) as slut
        from start
        where dag <= date '{LAGE_PER}' - date '2017-01-01'
    """,
    "staging.stg_placering": f"""
        select
            kommun, 'P' || lpad(cast(placering_nr as varchar), 7, '0') as placering_id, person_nyckel,
            form.form as placeringsform, form.regi as regi, 'Påhittade Omsorgen AB' as utforare,
            cast(null as varchar) as hem_nyckel, cast(null as varchar) as vard_id, cast(null as varchar) as beslut_id,
            cast(null as varchar) as utredning_id, 'placering' as enhet, malgrupp, ensamkommande, medplacerad,
            case
                when grupp = 'institution_lvu' then '3 § LVU'
                when grupp = 'institution_lvm' then '4 § LVM'
                when grupp = 'familjehem' and slump2 // 29 % 100 < 38 then '2 § LVU'
                when start < date '2025-07-01' then '4 kap. 1 § SoL'
                else '11 kap. 1 § SoL'
            end as lagrum,
            start, cast(null as date) as planerat_slut, if(slut > date '{LAGE_PER}', null, slut) as slut,
            cast(null as varchar) as slutorsak,
            cast(if(arspris, null, round(if(medplacerad, 0, niva) * pow(1.03, year(start) - 2020))) as decimal(18, 2))
                as dygnspris
        from indata.vistelse
    """,
    "staging.stg_placering_period": f"""
        -- Prices by the year, absences, permits lost and care that goes over to another law.
        with vistelse as (
            select *, 'P' || lpad(cast(placering_nr as varchar), 7, '0') as placering_id, slut - start as dagar,
                   form.form as placeringsform, if(slut > date '{LAGE_PER}', null, slut) as kant_slut
            from indata.vistelse
        ),

        ar as (
            select *, unnest(range(year(start), 1 + year(least(slut - 1, date '{LAGE_PER}')))) as ar
            from vistelse where arspris
        )

        select
            kommun, placering_id, if(fakturerad, 'dygnspris', 'manadsersattning') as slag,
            greatest(start, make_date(ar, 1, 1)) as fran,
            if(slut > make_date(ar + 1, 1, 1), make_date(ar + 1, 1, 1), kant_slut) as till,
            format('{{:.2f}}', niva * pow(1.03, ar - 2020) * if(fakturerad, 1, 365.0 / 12)) as varde,
            if(fakturerad, ['halvoppen', 'bada_dagar', 'halva_dagar', null][1 + slump // 31 % 4], null)
                as debiteringsregel
        from ar
        union all
        select
            kommun, placering_id, 'franvaro', start + 10 + cast(slump // 37 % 25 as integer),
            start + 11 + cast(slump // 37 % 25 + slump // 41 % 14 as integer), 'sjukhus',
            ['reserverad_80', 'reserverad_80_efter_7', 'obetald_franvaro', null][1 + slump // 43 % 4]
        from vistelse
        where placeringsform in ('hvb', 'sis') and dagar > 50 and start + 49 <= date '{LAGE_PER}'
            and slump // 47 % 100 < 12
        union all
        select kommun, placering_id, 'tillstand', start, kant_slut, 'saknas', null
        from vistelse where placeringsform = 'boende_utan_tillstand'
        union all
        select kommun, placering_id, 'lagrum', start + cast(dagar // 2 as integer), kant_slut, '4 kap. 1 § SoL', null
        from vistelse
        where grupp = 'familjehem' and dagar > 300 and slump2 // 29 % 100 < 4
            and start + cast(dagar // 2 as integer) < date '2025-07-01'
    """,
    "indata.manadskostnad": f"""
        -- What each stay costs, month by month.
        select
            kommun, grupp, placering_nr, form.motpart as motpart, malgrupp, fakturerad, ensamkommande, slump, manad,
            if(grupp in ('institution_sol', 'institution_lvu') and slump // 53 % 10 < 3, $delat_konto, verksamhet)
                as verksamhet,
            greatest(start, manad) as fran,
            least(slut, cast(manad + interval 1 month as date), date '{LAGE_PER}' + 1) - 1 as till,
            niva * pow(1.03, year(if(arspris, manad, start)) - 2020) * (till + 1 - fran) as kr
        from (
            select *, cast(unnest(generate_series(
                date_trunc('month', greatest(start, date '2017-01-01')),
                date_trunc('month', least(slut - 1, date '{LAGE_PER}')), interval 1 month
            )) as date) as manad
            from indata.vistelse where not medplacerad
        )
    """,
    "staging.stg_ekonomi": f"""
        with faktura as (
            -- One in seven is booked a month late; after December that is the closing period.
            select
                kommun, year(manad) || '-' || lpad(cast(month(manad) + if(slump // 59 % 7 = 0, 1, 0) as varchar), 2, '0')
                    as period,
                '4531' as konto, verksamhet, motpart,
                if(ensamkommande, 'ENSAM', null) as projekt, placering_nr, fran, till, kr
            from indata.manadskostnad where fakturerad
        ),

        summa as (
            select kommun, strftime(manad, '%Y-%m') as period, grupp, sum(kr) as kr,
                   sum(kr) filter (where not fakturerad) as ofakturerat
            from indata.manadskostnad where not ensamkommande
            group by kommun, manad, grupp
        ),

        manad as (
            select strftime(dag, '%Y-%m') as period, year(dag) as ar
            from generate_series(date '2017-01-01', date '{LAGE_PER}', interval 1 month) as t (dag)
        ),

        plan as (
            select serie, if(serie = 'budget', version, ar || '-' || version) as version, ar || '-' || lpad(cast(nr as varchar), 2, '0') as period, ar
            from (values ('budget', 'budget'), ('prognos', 'T1'), ('prognos', 'T2')) as version (serie, version)
            cross join range(2017, 2027) as ar (ar)
            cross join range(1, 13) as nr (nr)
        ),

        rad as (
            select 'utfall' as serie, null as version, period, konto, verksamhet, motpart, projekt, placering_nr,
                   fran, till, kommun, kr
            from faktura
            union all
            select 'utfall', null, strftime(manad, '%Y-%m'), '3511', verksamhet, '816', 'ENSAM', placering_nr,
                   null, null, kommun, -0.9 * kr
            from indata.manadskostnad where ensamkommande
            union all
            select 'utfall', null, summa.period, konto.konto, konto.verksamhet, konto.motpart, null, null, null, null,
                   summa.kommun, if(konto.ar_kostnad, summa.ofakturerat, summa.kr) * konto.andel
            from summa
            inner join indata.konto as konto on konto.grupp = summa.grupp
            where not konto.ar_kostnad or summa.ofakturerat is not null
            union all
            select 'utfall', null, manad.period, gemensam.konto, gemensam.verksamhet, '170', null, null, null, null,
                   kommun.kommun, gemensam.kr * kommun.invanare / 1e5 * pow(1.03, manad.ar - 2020)
            from indata.kommun as kommun
            cross join manad
            cross join indata.gemensam as gemensam
            union all
            select plan.serie, plan.version, plan.period, konto.konto, konto.verksamhet, null, null,
                   null, null, null, kommun.kommun,
                   grupp.arsplatser * kommun.invanare / 1e5 * 365 / 12 * grupp.pris * pow(1.03, plan.ar - 2020)
                       * konto.andel
            from indata.kommun as kommun
            cross join plan
            cross join indata.konto as konto
            inner join indata.grupp as grupp on grupp.namn = konto.grupp
            union all
            select plan.serie, plan.version, plan.period, gemensam.konto, gemensam.verksamhet, null,
                   null, null, null, null, kommun.kommun,
                   gemensam.kr * kommun.invanare / 1e5 * pow(1.03, plan.ar - 2020)
            from indata.kommun as kommun
            cross join plan
            cross join indata.gemensam as gemensam
        )

        select
            kommun, if(serie = 'utfall', rad_id, md5(concat(kommun, rad_id))) as row_key, period, serie, version, konto,
            case konto when '3111' then 'intakt' when '3511' then 'statsbidrag' else 'kostnad' end as kontotyp,
            verksamhet, motpart, '41' || left(verksamhet, 2) as ansvar, projekt, cast(null as varchar) as enhet,
            rad_id,
            'P' || lpad(cast(placering_nr as varchar), 7, '0') as placering_id,
            cast(fran as date) as avser_fran, cast(till as date) as avser_till, cast(kr as decimal(18, 2)) as belopp_kr
        from (select *, 'R' || lpad(cast(row_number() over () as varchar), 8, '0') as rad_id from rad)
    """,
    "staging.stg_volymplan": """
        select
            kommun.kommun, version.serie, if(version.serie = 'budget', version.version, ar || '-' || version.version) as version,
            ar || '-' || lpad(cast(nr as varchar), 2, '0') as period, grupp.kostnadsgrupp, grupp.malgrupp,
            grupp.formlista[1].regi as regi, grupp.lagrumsgrupp,
            cast(grupp.arsplatser * kommun.invanare / 1e5 / 12 as decimal(18, 4)) as arsplaceringar
        from indata.kommun as kommun
        cross join indata.grupp as grupp
        cross join (values ('budget', 'budget'), ('prognos', 'T1'), ('prognos', 'T2')) as version (serie, version)
        cross join range(2017, 2027) as ar (ar)
        cross join range(1, 13) as nr (nr)
    """,
}
OTHER_INPUT = {
    "stg_utredning": "lagrum varchar, inledd date",
    "stg_beslut": "lagrum varchar, beslutsdatum date",
    "stg_handelse": "lagrum varchar, datum date",
}
"""What else tells of sections of law (``int_lagrum``): empty here."""
CHART_OF_ACCOUNTS = """
    -- Every municipality has a chart of accounts of its own: Sampelstad's, under its own code.
    insert into seed.kontomappning
    select replace(mapp.mappning_id, '9901', kommun.kommun) as mappning_id, kommun.kommun, mapp.* exclude (mappning_id, kommun)
    from seed.kontomappning as mapp
    cross join indata.kommun as kommun
    where mapp.kommun = '9901'
"""

# --- the naive way ---

NAIVE = {
    "dag": """
        -- Every placement, every day that it lasts and the day it ends, with what holds on that day.
        with dag as (
            select *, cast(unnest(generate_series(start, raknas_till, interval 1 day)) as date) as dag
            from intermediate.int_placering
        )

        select
            dag.kommun, dag.placering_id, coalesce(dag.person_nyckel, dag.placering_id) as person, dag.dag, dag.start,
            dag.medplacerad, dag.ensamkommande, dag.malgrupp, dag.regi, dag.dag < dag.raknas_till as ar_dygn,
            dag.placeringsform, form.kostnadsgrupp, form.ordning_dubbelt_dygn,
            coalesce(lagrum.lagrumsgrupp, dag.lagrumsgrupp) as lagrumsgrupp,
            franvaro.fran is not null as ar_franvaro,
            case when coalesce(dygn.varde, manad.varde) is not null then
                coalesce(cast(dygn.varde as double), 0) + coalesce(cast(manad.varde as double), 0) * 12 / 365
                else dag.dygnspris
            end as pris,
            case
                when dag.dag = dag.slut then regel.avresa_andel
                when dag.dag = dag.raknas_till then 0
                else if(franvaro.fran is null or dag.dag < franvaro.fran + f_regel.franvaro_fran_dag - 1, 1, f_regel.franvaro_andel)
                    + if(dag.dag = dag.start, regel.ankomst_andel - 1, 0)
            end as betald
        from dag
        left join staging.stg_placering_period as dygn
            on dygn.kommun = dag.kommun and dygn.placering_id = dag.placering_id and dygn.slag = 'dygnspris'
            and dag.dag - if(dag.dag = dag.slut, 1, 0) between dygn.fran and coalesce(dygn.till - 1, date '9999-12-31')
        left join staging.stg_placering_period as manad
            on manad.kommun = dag.kommun and manad.placering_id = dag.placering_id and manad.slag = 'manadsersattning'
            and dag.dag - if(dag.dag = dag.slut, 1, 0) between manad.fran and coalesce(manad.till - 1, date '9999-12-31')
        left join staging.stg_placering_period as franvaro
            on franvaro.kommun = dag.kommun and franvaro.placering_id = dag.placering_id and franvaro.slag = 'franvaro'
            and dag.dag between franvaro.fran and coalesce(franvaro.till - 1, date '9999-12-31')
        left join staging.stg_placering_period as lag
            on lag.kommun = dag.kommun and lag.placering_id = dag.placering_id and lag.slag = 'lagrum'
            and dag.dag between lag.fran and coalesce(lag.till - 1, date '9999-12-31')
        left join intermediate.int_lagrum as lagrum on lagrum.lagrum = lag.varde and lagrum.datum = lag.fran
        left join seed.debiteringsregler as regel
            on regel.debiteringsregel = coalesce(dygn.debiteringsregel, manad.debiteringsregel, 'halvoppen')
        left join seed.debiteringsregler as f_regel
            on f_regel.debiteringsregel = coalesce(franvaro.debiteringsregel, dygn.debiteringsregel, 'halvoppen')
        left join seed.placeringsformer as form
            on form.placeringsform = dag.placeringsform
            and dag.dag >= form.giltig_fran and dag.dag < coalesce(form.giltig_till, date '9999-12-31')
    """,
    "vard": """
        -- One day per person.
        select distinct on (kommun, person, dag) kommun, placering_id, dag, placeringsform, lagrumsgrupp, ar_franvaro
        from naiv.dag where ar_dygn
        order by kommun, person, dag, medplacerad, start desc, ordning_dubbelt_dygn, placering_id
    """,
    "manad": """
        with vard as (
            select kommun, placering_id, strftime(dag, '%Y-%m') as manad, placeringsform, lagrumsgrupp,
                   count(*) as vard_dygn, count(*) filter (where ar_franvaro) as franvaro_dygn
            from naiv.vard group by all
        ),

        betald as (
            select kommun, placering_id, strftime(dag, '%Y-%m') as manad, placeringsform, kostnadsgrupp, lagrumsgrupp,
                   any_value(malgrupp) as malgrupp, any_value(regi) as regi, any_value(ensamkommande) as ensamkommande,
                   any_value(medplacerad) as medplacerad,
                   sum(betald) as betalda_dygn, sum(betald * pris) as beraknad_kostnad_kr
            from naiv.dag group by all
        )

        select betald.*, coalesce(vard.vard_dygn, 0) as vard_dygn, coalesce(vard.franvaro_dygn, 0) as franvaro_dygn
        from betald
        left join vard
            on vard.kommun = betald.kommun and vard.placering_id = betald.placering_id and vard.manad = betald.manad
            and vard.placeringsform = betald.placeringsform and vard.lagrumsgrupp = betald.lagrumsgrupp
    """,
    "kostnad": """
        -- The outcome's money by cost group and year. It knows that no account here has a wildcard.
        with bokford as (
            select *, left(period, 4) as ar,
                   make_date(cast(ar as integer), least(cast(right(period, 2) as integer), 12), 1) as manad
            from staging.stg_ekonomi where serie = 'utfall'
        ),

        rad as (
            select bokford.*, mapp.fordelning, mapp.nyckel_id, mapp.kostnadsgrupp, mapp.malgrupp, mapp.regi,
                   mapp.lagrumsgrupp
            from bokford
            inner join seed.kontomappning as mapp
                on mapp.kommun = bokford.kommun and mapp.verksamhet_monster = bokford.verksamhet
                and last_day(manad) >= mapp.giltig_fran
                and last_day(manad) < coalesce(mapp.giltig_till, date '9999-12-31')
        ),

        rad_dag as (
            select *, cast(unnest(generate_series(coalesce(avser_fran, manad), coalesce(avser_till, last_day(manad)), interval 1 day)) as date) as dag
            from rad where placering_id is not null
        ),

        rad_dag_vard as (
            select rad.kommun, rad.row_key, rad.ar, rad.belopp_kr,
                   coalesce(rad.kostnadsgrupp, dag.kostnadsgrupp) as kostnadsgrupp,
                   coalesce(rad.malgrupp, dag.malgrupp) as malgrupp, coalesce(rad.regi, dag.regi) as regi,
                   coalesce(rad.lagrumsgrupp, dag.lagrumsgrupp) as lagrumsgrupp, dag.ensamkommande,
                   count(*) over (partition by rad.kommun, rad.row_key) as dagar
            from rad_dag as rad
            inner join naiv.dag as dag
                on dag.kommun = rad.kommun and dag.placering_id = rad.placering_id and dag.dag = rad.dag and dag.ar_dygn
        ),

        dygn as (
            select kommun, manad, left(manad, 4) as ar, kostnadsgrupp, malgrupp, regi, sum(vard_dygn) as vard_dygn
            from naiv.manad where not medplacerad and not ensamkommande group by all
        ),

        nyckel as (
            select distinct rad.kommun, rad.row_key, rad.ar, rad.belopp_kr, nyckel.kostnadsgrupp, nyckel.malgrupp, nyckel.regi,
                   nyckel.lagrumsgrupp, coalesce(nyckel.andel, dygn.vard_dygn) as vikt
            from rad
            inner join seed.fordelningsnycklar as nyckel
                on nyckel.nyckel_id = rad.nyckel_id and last_day(rad.manad) >= nyckel.giltig_fran
                and last_day(rad.manad) < coalesce(nyckel.giltig_till, date '9999-12-31')
            left join dygn
                on dygn.kommun = rad.kommun and dygn.manad = rad.period and dygn.kostnadsgrupp = nyckel.kostnadsgrupp
                and dygn.malgrupp = nyckel.malgrupp and dygn.regi = nyckel.regi
            where rad.fordelning = 'nyckel'
        ),

        del as (
            select kommun, ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, sum(belopp_kr / dagar) as kr
            from rad_dag_vard group by all
            union all
            select kommun, ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false, sum(belopp_kr)
            from rad where fordelning = 'direkt' and placering_id is null group by all
            union all
            select kommun, ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false, sum(kr)
            from (select *, belopp_kr * vikt / sum(vikt) over (partition by kommun, row_key) as kr from nyckel)
            group by all
            union all
            select kommun, ar, 'ofordelad', null, null, null, false, sum(belopp_kr)
            from rad where fordelning = 'ofordelad' group by all
        ),

        sida as (
            select kommun, ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, 0 as vard_dygn, kr from del
            union all
            select kommun, left(manad, 4), kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, vard_dygn, 0
            from naiv.manad where not medplacerad
        )

        select
            kommun, ar, kostnadsgrupp, coalesce(malgrupp, 'alla') as malgrupp,
            if(kostnadsgrupp = 'boende', regi, 'alla') as regi,
            if(kostnadsgrupp = 'institution', lagrumsgrupp, 'alla') as lagrumsgrupp, ensamkommande,
            sum(vard_dygn) as vard_dygn, sum(kr) as kr, sum(kr) * 365 / nullif(sum(vard_dygn), 0) as kr_per_arsplacering
        from sida group by all
    """,
}

DIFFERENCES = {
    "care days and paid days, placement by placement and month": """
        select count(*)
        from (
            select kommun, placering_id, manad, placeringsform, kostnadsgrupp, lagrumsgrupp, vard_dygn, franvaro_dygn, betalda_dygn, beraknad_kostnad_kr
            from intermediate.int_placering_manad
        ) as a
        full join (select * from naiv.manad where vard_dygn > 0 or betalda_dygn > 0) as b
            using (kommun, placering_id, manad, placeringsform, kostnadsgrupp, lagrumsgrupp)
        where a.vard_dygn is distinct from b.vard_dygn or a.franvaro_dygn is distinct from b.franvaro_dygn
            or a.betalda_dygn is distinct from b.betalda_dygn
            or not coalesce(abs(a.beraknad_kostnad_kr - b.beraknad_kostnad_kr) < 0.02,
                            a.beraknad_kostnad_kr is null and b.beraknad_kostnad_kr is null)
    """,
    "cost per placement-year, to the krona": """
        with motor as (
            select kommun, period as ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
                   ar_ensamkommande as ensamkommande, vard_dygn, nettokostnad_kr as kr,
                   kostnad_per_arsplacering_kr as kr_per_arsplacering
            from mart.kostnad_per_arsplacering
            where serie = 'utfall' and periodtyp = 'ar' and (nettokostnad_kr is not null or vard_dygn is not null)
        )

        select count(*)
        from motor as a
        full join naiv.kostnad as b using (kommun, ar, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande)
        where coalesce(a.vard_dygn, 0) is distinct from b.vard_dygn
            or not abs(coalesce(a.kr, 0) - b.kr) < 1
            or not coalesce(abs(a.kr_per_arsplacering - b.kr_per_arsplacering) < 1 + 365 / a.vard_dygn,
                            a.kr is null or coalesce(a.vard_dygn, 0) = 0)
    """,
}


def rigg(compiled: str, database: str, memory_gb: str) -> Any:
    """A warehouse that holds the rows of ``database`` and the seeds."""
    from frist_rigg import Rigg

    found = Rigg(Path(compiled), database=database)
    found.db.execute(f"set memory_limit = '{memory_gb}GB'")
    found.db.execute(f"set temp_directory = '{database}.tmp'")
    found.db.execute("set preserve_insertion_order = false")
    found.db.execute("create schema if not exists indata; create schema if not exists naiv")
    return found


def furnished(compiled: str, database: str, memory_gb: str) -> Any:
    """The same with a chart of accounts for everybody in the invented country."""
    found = rigg(compiled, database, memory_gb)
    found.db.execute(CHART_OF_ACCOUNTS)
    return found


def invent(compiled: str, database: str, memory_gb: str, kommuner: str) -> dict[str, Any]:
    """The staged rows of so many municipalities, and the few other tables that the models read."""
    import polars as pl

    from pipelines.sample import ledger
    from pipelines.sample.groups import GROUPS

    country = rigg(compiled, database, memory_gb)
    groups = [
        {
            "namn": g.name,
            "kostnadsgrupp": g.kostnadsgrupp,
            "malgrupp": g.malgrupp,
            "lagrumsgrupp": g.lagrumsgrupp,
            "arsplatser": g.arsplatser,
            "vistelse": g.stay,
            "pris": g.price,
            "verksamhet": g.verksamhet,
            "fakturerad": g.invoiced,
            "arspris": g.yearly_price,
            "formlista": [
                {"form": form, "regi": regi, "motpart": ledger.COUNTERPARTS[regi]}
                for form, regi, weight in g.forms
                for _ in range(weight)
            ],
        }
        for g in GROUPS
    ]
    accounts = [
        {
            "grupp": g.name,
            "verksamhet": g.verksamhet,
            "konto": konto,
            "andel": share,
            "motpart": motpart,
            "ar_kostnad": cost,
        }
        for g in GROUPS
        for konto, share, motpart, cost in (
            *((konto, share, "170", True) for konto, share in ledger._accounts(g)),
            ("3111", -ledger.FEES, None, False),
            ("3511", -ledger.GRANTS, "816", False),
        )
    ]
    common = [
        *({"verksamhet": a, "konto": "4531", "kr": kr} for a, kr in ledger.OTHER.items()),
        *({"verksamhet": a, "konto": "5011", "kr": kr} for a, kr in ledger.COMMON.items()),
        {"verksamhet": ledger.AID, "konto": "4531", "kr": 10_500_000},
    ]
    for table, rows in (("grupp", groups), ("konto", accounts), ("gemensam", common)):
        country.db.register("given", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
        country.db.execute(f"create or replace table indata.{table} as from given")
    size = int(kommuner)
    given = {
        "rang": [math.ceil((2 * i + 1) * KOMMUNER / (2 * size)) for i in range(size)],
        "delat_konto": ledger.SHARED,
    }
    for table, sql in INVENTED.items():
        wanted = {name: value for name, value in given.items() if f"${name}" in sql}
        country.db.execute(f"create or replace table {table} as {sql}", wanted)
    for table, columns in OTHER_INPUT.items():
        country.db.execute(f"create or replace table staging.{table} ({columns})")
    for model in ("int_lagrum", "int_manad", "int_period_manad", "int_period"):
        country.model(model)
    lage = re.search(
        r"read_parquet\('(.*?lage\.parquet)'\)",
        (Path(compiled) / "intermediate" / "int_placering.sql").read_text(),
    )
    assert lage
    Path(lage[1]).parent.mkdir(parents=True, exist_ok=True)
    country.db.execute(f"copy indata.lage to '{lage[1]}'")
    counts = {
        table: country.db.execute(f"select count(*) from staging.stg_{table}").fetchone()[0]
        for table in ("placering", "placering_period", "ekonomi", "volymplan")
    }
    (counts["invanare"],) = country.db.execute("select sum(invanare) from indata.kommun").fetchone()
    return counts


def engine(compiled: str, database: str, memory_gb: str) -> dict[str, Any]:
    house = furnished(compiled, database, memory_gb)
    steps = {}
    for name in MODELS:
        where = ("intermediate", "intermediate") if name.startswith("int") else ("marts", "mart")
        steps[name] = timed(house.model, name, *where)
        told(name, steps[name])
    (days,) = house.db.execute("select sum(vard_dygn) from intermediate.int_placering_manad").fetchone()
    return {"steps": steps, "vard_dygn": int(days)} | peak()


def naive(compiled: str, database: str, memory_gb: str) -> dict[str, Any]:
    house = furnished(compiled, database, memory_gb)
    steps = {}
    for name, sql in NAIVE.items():
        steps[name] = timed(house.db.execute, f"create or replace table naiv.{name} as {sql}")
        told(name, steps[name])
    return {"steps": steps} | peak()


def compare(compiled: str, database: str, memory_gb: str) -> dict[str, int]:
    """Rows on which the two ways differ, by what they say."""
    house = furnished(compiled, database, memory_gb)
    return {what: house.db.execute(sql).fetchone()[0] for what, sql in DIFFERENCES.items()}


def timed(do: Callable[..., Any], *arguments: Any) -> tuple[float, float]:
    """Seconds by the clock, and seconds of processor: on a shared machine the second says more."""
    clock, processor = time.monotonic(), time.process_time()
    do(*arguments)
    return time.monotonic() - clock, time.process_time() - processor


def told(step: str, seconds: tuple[float, float]) -> None:
    """So that somebody who waits, or a run that fails, knows how far it came."""
    print(
        f"{step}: {seconds[0]:.1f} s, cpu {seconds[1]:.1f} s, peak {peak()['peak_mb']:.0f} MB",
        file=sys.stderr,
    )


# --- the tables ---


def measure(
    compiled: str, folder: Path, kommuner: int, rounds: int, memory_gb: str, *, with_naive: bool
) -> dict[str, Any]:
    """The ways, ``rounds`` times in turn, over one invented country."""
    database = folder / "socialstat.duckdb"
    arguments = compiled, str(database), memory_gb
    invented = child(__file__, "invent", *arguments, str(kommuner))
    runs: dict[str, list[Any]] = {"engine": [], "naive": []} if with_naive else {"engine": []}
    for _ in range(rounds):
        for way, found in runs.items():
            found.append(child(__file__, way, *arguments))
    different = child(__file__, "compare", *arguments) if with_naive else {}
    database.unlink()
    medians = {
        way: {
            "steps": {
                step: [median(run["steps"][step][clock] for run in found) for clock in CLOCKS]
                for step in found[0]["steps"]
            },
            "peak_mb": median(run["peak_mb"] for run in found),
        }
        for way, found in runs.items()
    }
    return {
        "kommuner": kommuner,
        "rounds": rounds,
        "vard_dygn": runs["engine"][0]["vard_dygn"],
        "different": different,
        **invented,
        **medians,
    }


def seconds(measured: dict[str, Any], way: str, steps: Iterable[str], clock: int) -> float | None:
    """Null where the way was not measured."""
    return sum(measured[way]["steps"][step][clock] for step in steps) if way in measured else None


def written(number: float | None, decimals: int = 2) -> str:
    return "–" if number is None else f"{number:,.{decimals}f}"


def ratio(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a / b


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = list(head)
    lines = [head, ["---:"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def report(found: list[dict[str, Any]]) -> str:
    size = table(
        (
            "municipalities",
            "inhabitants",
            "placements",
            "periods",
            "ledger rows",
            "plan rows",
            "care days",
            "rounds",
        ),
        (
            (
                f["kommuner"],
                *(
                    f"{f[k]:,.0f}"
                    for k in (
                        "invanare",
                        "placering",
                        "placering_period",
                        "ekonomi",
                        "volymplan",
                        "vard_dygn",
                    )
                ),
                f["rounds"],
            )
            for f in found
        ),
    )
    parts = (
        ("care days per month", DAYS, ("dag", "vard", "manad")),
        ("cost per placement-year", MODELS[len(DAYS) :], ("kostnad",)),
        ("both", MODELS, tuple(NAIVE)),
    )
    beside = table(
        (
            "municipalities",
            "",
            "engine, s",
            "naive, s",
            "ratio",
            "engine, cpu s",
            "naive, cpu s",
            "ratio",
            "engine, MB",
            "naive, MB",
        ),
        (
            (
                f["kommuner"],
                name,
                *(
                    written(number)
                    for clock in CLOCKS
                    for a, b in [(seconds(f, "engine", models, clock), seconds(f, "naive", steps, clock))]
                    for number in (a, b, ratio(a, b))
                ),
                *(
                    written(f.get(way, {}).get("peak_mb"), 0) if name == "both" else ""
                    for way in ("engine", "naive")
                ),
            )
            for f in found
            for name, models, steps in parts
        ),
    )
    steps = table(
        ("processor seconds", *(f["kommuner"] for f in found)),
        (
            (f"{way}: `{step}`", *(written(seconds(f, way, [step], 1)) for f in found))
            for way, names in (("engine", MODELS), ("naive", NAIVE))
            for step in names
        ),
    )
    same = "\n".join(
        f"- {what}: {sum(f['different'].get(what, 0) for f in found)} differ" for what in DIFFERENCES
    )
    return f"{size}\n\n{beside}\n\n{steps}\n\n{same}"


PAGE = """# Benchmark of care days and cost per placement-year

Written by `python benchmarks/placering.py --write`; do not edit.

- {day}, a machine of {cores} cores that is shared with other work, {system}, Python {python}, DuckDB {duckdb}, which may use
  {memory_gb} GB and spills the rest to disk. Load average (1, 5, 15 min) before: {before}; after: {after}.
- Since others use the processors too, seconds of processor stand beside seconds by the clock. Medians of runs that took
  turns, so many as the first table says.
- The country is invented with Sampelstad's groups, prices, contracts and accounts; the n:th largest municipality has
  1,000,000 / n^0.8 inhabitants, and fewer than 290 are an even sample of the sizes. Ten years of outcome, budget and two
  forecasts a year; each municipality has its own chart of accounts.
- The engine is dbt's compiled SQL in a process of its own, from staged rows to the mart: every period type, four series,
  persons, and deviations that split exactly. The naive way is bare DuckDB and does less: placements exploded into days, one
  day per person, prices by range join, the outcome's ledger by cost group and year, without wildcards, persons, plans or
  parts that sum to the öre. Where it has no figure it was not run: 26 million person-days of 50 municipalities did not fit
  in 10 GB. The engine does not fit in 4 GB with 290.

The care days are where the engine gains: a stay is a few pieces, not hundreds of days, so both time and memory grow with the
number of placements. The money takes the engine longer than the naive way, since most ledger rows are plans (budget and two
forecasts, each in 12 months and on every account), and each figure is made for six kinds of period and compared in six
ways. Nothing in it grows faster than the number of municipalities: an account meets its own municipality's chart only, and
a key the care days of its own period only.

{tables}
"""


def main() -> None:
    options = argparse.ArgumentParser(description="Measure care days and their cost at national scale.")
    options.add_argument("--kommuner", type=int, nargs="*", default=[1, 10, 50, 290])
    options.add_argument(
        "--rounds", type=int, nargs="*", default=[3], help="of each size; the last one holds for the rest"
    )
    options.add_argument("--naive-up-to", type=int, default=10, help="largest number for the naive way")
    options.add_argument("--memory-gb", default="12", help="what DuckDB may use; the rest spills to disk")
    options.add_argument(
        "--compiled", help="dbt's folder of compiled models, to save the night that makes it"
    )
    options.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    chosen = options.parse_args()
    import duckdb

    before = load()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as name:
        folder = Path(name)
        compiled = chosen.compiled or str(compile_models(folder))
        for nr, n in enumerate(chosen.kommuner):
            rounds = chosen.rounds[min(nr, len(chosen.rounds) - 1)]
            with_naive = n <= chosen.naive_up_to
            found.append(measure(compiled, folder, n, rounds, chosen.memory_gb, with_naive=with_naive))
            if chosen.write:  # after each size, since the largest takes long
                page = PAGE.format(
                    day=datetime.now(UTC).date(),
                    cores=os.cpu_count(),
                    system=platform.system(),
                    python=platform.python_version(),
                    duckdb=duckdb.__version__,
                    memory_gb=chosen.memory_gb,
                    before=before,
                    after=load(),
                    tables=report(found),
                )
                RESULT.write_text(page, encoding="utf-8")
    print(report(found))
    if any(n for f in found for n in f["different"].values()):
        raise SystemExit("the engine and the naive way say different things")


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


if __name__ == "__main__":
    measured: dict[str, Callable[..., Any]] = {
        "invent": invent,
        "engine": engine,
        "naive": naive,
        "compare": compare,
    }
    if sys.argv[1:2] and sys.argv[1] in measured:
        name, *arguments = sys.argv[1:]
        print(json.dumps(measured[name](*arguments)))
    else:
        main()
