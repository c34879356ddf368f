"""The questions in sql/: each runs as it is pasted, and agrees with a query written another way."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pytest

from pipelines.ingest import adapter
from pipelines.settings import ROOT

QUESTIONS = {path.name.partition("_")[0]: path for path in sorted((ROOT / "sql").glob("*.sql"))}
Row = dict[str, Any]


def ask(db: duckdb.DuckDBPyConnection, number: str) -> list[Row]:
    """The answer to one question as rows by column name."""
    answer = db.execute(QUESTIONS[number].read_text(encoding="utf-8"))
    names = [d[0] for d in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def pairs(db: duckdb.DuckDBPyConnection, query: str) -> dict[Any, Any]:
    """A query's last column by the columns before it."""
    return {row[:-1]: row[-1] for row in db.execute(query).fetchall()}


@pytest.mark.parametrize("path", QUESTIONS.values(), ids=lambda p: p.stem)
def test_question_is_one_select_on_marts_that_says_what_it_answers(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    heading = text.splitlines()[0]
    assert heading.startswith("-- ") and heading.endswith("?")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    assert set(re.findall(r"\b(?:from|join) (\w+)\.", code)) <= {"mart", "seed"}
    (statement,) = duckdb.extract_statements(text)
    assert statement.type == duckdb.StatementType.SELECT
    assert not re.search(r"current_date|now\(|today\(|person_nyckel as", code)


def test_investigations_in_time_agree_with_the_catalogue(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "1")
    for konvention in ("LAG", "LAG_RULLAD", "DAGAR_120"):
        catalogue = pairs(
            lager,
            f"""
            select kommun, cast(period as integer), [taljare, namnare] from mart.indikatorvarde
            where indikator_id = 'UTR_BARN_I_TID_{konvention}' and periodtyp = 'ar'
                and uppdelning = 'total' and status = 'ok'
            """,
        )
        counted = {(r["Kommun"], r["År"]): r for r in rows if r["Enhet"] == "Alla enheter"}
        assert catalogue
        for key, parts in catalogue.items():
            row = counted[key]
            assert [row[f"I tid {konvention}"], row["Slutförda"]] == parts
            units = [r for r in rows if (r["Kommun"], r["År"]) == key and r is not row]
            assert sum(r[f"I tid {konvention}"] for r in units) == parts[0]


def test_120_days_agrees_with_the_raw_dates(lager: duckdb.DuckDBPyConnection) -> None:
    expected = pairs(
        lager,
        """
        select year(slutford_datum), count(*) filter (where slutford_datum - inledd_datum <= 120)
        from mart.fct_utredning
        where typ = 'barn_skydd_stod' and coalesce(alder, 0) < 18 and slutford_datum is not null
        group by all
        """,
    )
    found = {(r["År"],): r["I tid DAGAR_120"] for r in ask(lager, "1") if r["Enhet"] == "Alla enheter"}
    assert found == expected
    assert len({r["Enhet"] for r in ask(lager, "1")}) > 2


@pytest.fixture
def handmade() -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts that the second question reads, with five open investigations in two units."""
    with duckdb.connect() as db:
        db.execute(
            """
            create schema mart;
            create table mart.dim_kommun as select '9901' as kommun, date '2025-12-31' as lage_per;
            create table mart.dim_enhet as
            from (values ('9901', 'a', 'Gamla namnet', date '2020-01-01', date '2024-01-01'),
                         ('9901', 'a', 'Enhet A', date '2024-01-01', null),
                         ('9901', 'b', 'Enhet B', date '2020-01-01', null))
                as t (kommun, enhet, namn, giltig_fran, giltig_till);
            create table mart.dim_person as
            from (values ('9901', 'p1', false), ('9901', 'p2', true))
                as t (kommun, person_nyckel, ar_skyddad);
            create table mart.fct_utredning as
            from (values ('9901', 'U1', 'p1'), ('9901', 'U2', 'p1'), ('9901', 'U3', 'p1'),
                         ('9901', 'U3', 'p2'), ('9901', 'U4', null), ('9901', 'U5', 'p1'))
                as t (kommun, utredning_id, person_nyckel);
            create table mart.fct_frist as
            select '9901' as kommun, 'UTR_BARN' as regel_id, *
            from (values
                ('pagaende_over_frist', 'a', 'U1', date '2025-08-01', date '2025-12-01', null),
                ('pagaende_over_frist', 'a', 'U2', date '2025-06-01', date '2025-10-01', date '2025-12-30'),
                ('pagaende_over_frist', 'b', 'U3', date '2025-01-01', date '2025-05-01', null),
                ('pagaende_over_frist', 'b', 'U4', date '2025-08-30', date '2025-12-30', null),
                ('pagaende', 'b', 'U5', date '2025-11-01', date '2026-03-01', null))
                as t (utfall, enhet, subjekt_id, start_datum, frist_datum, forlangd_till_datum);
            """
        )
        yield db


def test_open_over_the_limit_leaves_out_protected_cases(handmade: duckdb.DuckDBPyConnection) -> None:
    columns = ("Enhet", "På enheten", "Utredning", "Sista dag", "Förlängd", "Dagar över")
    assert [tuple(r[c] for c in columns) for r in ask(handmade, "2")] == [
        ("Enhet A", 2, "U1", date(2025, 12, 1), False, 30),
        ("Enhet A", 2, "U2", date(2025, 12, 30), True, 1),
        ("Enhet B", 1, "U4", date(2025, 12, 30), False, 1),
    ]


def test_open_over_the_limit_in_the_warehouse(lager: duckdb.DuckDBPyConnection) -> None:
    expected = lager.execute(
        """
        with fall as (
            select utredning.kommun, utredning.utredning_id, bool_or(person.ar_skyddad) as ar_skyddad
            from mart.fct_utredning as utredning
            left join mart.dim_person as person using (kommun, person_nyckel)
            group by all
        )
        select frist.kommun, frist.subjekt_id
        from mart.fct_frist as frist
        inner join mart.dim_kommun as kommun using (kommun)
        inner join fall on fall.kommun = frist.kommun and fall.utredning_id = frist.subjekt_id
        where frist.regel_id = 'UTR_BARN' and frist.stopp_datum is null and frist.upphord_datum is null
            and frist.utfall not in ('undantagen', 'ej_bedombar') and fall.ar_skyddad is not true
            and coalesce(frist.forlangd_till_datum, frist.frist_datum) < kommun.lage_per
        """
    ).fetchall()
    assert sorted((r["Kommun"], r["Utredning"]) for r in ask(lager, "2")) == sorted(expected)


def test_unexecuted_decisions_are_a_stock_and_its_flows(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "3")
    stock = {(r["Kommun"], r["Brytdatum"], r["Insats"]): r["Utgående"] for r in rows}
    rounds = sorted({(r["Kommun"], r["Brytdatum"]) for r in rows if r["Insats"] == "Alla"})
    for r in rows:
        came = r["Ingående"] + r["Nya"] + r["Tillagda"]
        assert came - r["Verkställda"] - r["Avslutade"] - r["Strukna"] + r["Ändrade"] == r["Utgående"]
        earlier = [day for kommun, day in rounds if kommun == r["Kommun"] and day < r["Brytdatum"]]
        if earlier:
            assert r["Ingående"] == stock.get((r["Kommun"], earlier[-1], r["Insats"]), 0)
    listed = ("Ingående", "Nya", "Tillagda", "Ej rapporteringspliktiga", "Okänt slutdatum")
    total = {(r["Kommun"], r["Kvartal"]): sum(r[c] for c in listed) for r in rows if r["Insats"] == "Alla"}
    assert total == pairs(
        lager, "select kommun, kvartal, count(*) from mart.ej_verkstallda_kvartal group by all"
    )
    assert ("9901", "2026-K3") in total


def test_unexecuted_decisions_as_botkyrka_and_harnosand_print_them(lager: duckdb.DuckDBPyConnection) -> None:
    found = {(r["Kommun"], r["Kvartal"]): r for r in ask(lager, "3") if r["Insats"] == "Alla"}
    botkyrka = found["0127", "2021-K3"]
    assert (botkyrka["Ingående"], botkyrka["Nya"], botkyrka["Utgående"]) == (20, 52, 55)
    assert (botkyrka["Ej rapporteringspliktiga"], botkyrka["Okänt slutdatum"]) == (2, 1)
    harnosand = found["2280", "2025-K3"]
    assert harnosand["Ingående"] + harnosand["Nya"] == harnosand["Utgående"] == 9 + 4


def test_costs_agree_with_the_catalogue_and_sum_to_the_ledger(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "4")
    price = {(r["Kommun"], r["År"], r["Volymgrupp"]): r for r in rows}
    catalogue = pairs(
        lager,
        """
        select varde.kommun, varde.period, volym.namn, varde.varde
        from mart.indikatorvarde as varde
        inner join mart.dim_volymgrupp as volym on volym.volymgrupp = varde.grupp
        where varde.indikator_id = 'KOSTNAD_ARSPLACERING' and varde.periodtyp = 'ar'
            and varde.uppdelning = 'volymgrupp' and varde.status = 'ok'
        """,
    )
    assert len(catalogue) > 20
    for key, value in catalogue.items():
        assert abs(price[key]["Netto per årsplacering, kr"] - value) <= Decimal("0.5")
    ledger = pairs(
        lager,
        """
        select kommun, left(period, 4), sum(belopp_kr)
        from mart.fct_ekonomi where serie = 'utfall' group by all
        """,
    )
    for (kommun, ar), amount in ledger.items():
        assert sum(r["Netto, kr"] or 0 for r in rows if (r["Kommun"], r["År"]) == (kommun, ar)) == amount


def test_the_deviation_is_split_without_remainder(lager: duckdb.DuckDBPyConnection) -> None:
    rows = [r for r in ask(lager, "4") if r["Avvikelse, kr"] is not None]
    for r in rows:
        parts = (r[c] or 0 for c in ("Volym, kr", "Mix, kr", "Pris, kr", "Ej uppdelad, kr"))
        assert sum(parts) == r["Avvikelse, kr"]
    whole = [r for r in rows if r["Volym, kr"] is not None]
    assert whole
    for r in whole:
        assert r["Ej uppdelad, kr"] == 0


def test_grants_make_the_year_cheaper(lager: duckdb.DuckDBPyConnection) -> None:
    rows = [r for r in ask(lager, "4") if r["Netto per årsplacering, kr"] is not None]
    lower = [r["Netto per årsplacering, kr"] < r["Utan statsbidrag per årsplacering, kr"] for r in rows]
    assert any(lower)
    assert not any(r["Netto per årsplacering, kr"] > r["Utan statsbidrag per årsplacering, kr"] for r in rows)


def test_the_development_of_costs_is_the_ledger(lager: duckdb.DuckDBPyConnection) -> None:
    """The sums of the three tables in whole thousands, and their rows, at most one apart from each."""
    rows = ask(lager, "10")
    assert {r["Kommun"] for r in rows} == {"9901"}
    assert {(r["År"], r["T.o.m. månad"]) for r in rows} == {(2026, 10)}
    ledger = pairs(
        lager,
        """
        select
            case
                when verksamhet in ('554100', '554200', '554300') then 'HVB per motpart, barn och familj'
                when verksamhet in ('557100', '557110') then 'Familjehem, egna'
                when verksamhet = '557200' then 'Konsulentstödda familjehem'
            end as tabell,
            cast(left(period, 4) as integer) as ar,
            sum(belopp_kr)
        from mart.fct_ekonomi
        where serie = 'utfall' and kontotyp = 'kostnad' and period <> '2026-11' and tabell is not null
        group by all
        """,
    )
    columns = {0: "Utfall, tkr", 1: "Utfall året före, tkr", 2: "Utfall två år före, tkr"}
    columns[3] = "Utfall tre år före, tkr"
    for tabell in {r["Tabell"] for r in rows}:
        of_table = [r for r in rows if r["Tabell"] == tabell]
        total = of_table[0]
        assert total["Rad"] == "Totalt" or len(of_table) == 1
        for since, column in columns.items():
            kr = ledger.get((tabell, 2026 - since), Decimal(0))
            assert abs(total[column] * 1000 - kr) <= 500
            assert abs(sum(r[column] for r in of_table[1:] or of_table) - total[column]) <= len(of_table)
        projected = total["Utfall, tkr"] * 12 / 10
        assert abs(total["Uppräknat helår, tkr"] - projected) <= Decimal("1.1")
    assert len({r["Tabell"] for r in rows}) == 3


def test_the_flow_counts_every_row_once(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "5")
    totals = {
        "Aktualiseringar": "select count(inkommen_datum) from mart.fct_aktualisering",
        "Beslut att inleda": """
            select count(*) from mart.fct_aktualisering where beslut = 'inleds' and beslutsdatum is not null
            """,
        "Inledda utredningar": "select count(inledd_datum) from mart.fct_utredning",
        "Slutförda utredningar": "select count(slutford_datum) from mart.fct_utredning",
    }
    for column, query in totals.items():
        (expected,) = lager.execute(query).fetchone() or (None,)
        assert sum(r[column] for r in rows) == expected > 0


def test_median_times_come_from_the_rows(lager: duckdb.DuckDBPyConnection) -> None:
    found = {(r["Målgrupp"], r["Månad"]): r for r in ask(lager, "5") if r["Kommun"] == "9901"}
    assert {month[1] for month in found} >= {f"2025-{m:02}" for m in range(1, 13)}
    for column, query in {
        "Utredningsdagar": "select malgrupp, slutford_datum, inledd_datum from mart.fct_utredning",
        "Dagar till beslut": "select malgrupp, beslutsdatum, inkommen_datum from mart.fct_aktualisering",
    }.items():
        days: dict[tuple[str, str], list[int]] = {}
        for malgrupp, end, start in lager.execute(f"{query} where kommun = '9901'").fetchall():
            if end is not None:
                days.setdefault((malgrupp, f"{end:%Y-%m}"), []).append((end - start).days)
        assert {key: r[column] for key, r in found.items() if r[column] is not None} == {
            key: median(values) for key, values in days.items()
        }


def test_the_example_adapter_is_one(tmp_path: Path) -> None:
    """docs/adapters.md shows an adapter that can be copied as it stands."""
    (example, *_) = re.findall(
        r"^```yaml\n(.*?)^```",
        (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    (tmp_path / "exempelsystem.yaml").write_text(example, encoding="utf-8")
    (loaded,) = adapter.load(tmp_path)
    assert [fil.tabell for fil in loaded.matches("arenden_okt.csv")] == ["aktualiseringar"]
    assert [fil.tabell for fil in loaded.matches("utredningar_okt.csv")] == ["utredningar"]


def test_limits_from_four_sides_agree_with_the_catalogue(lager: duckdb.DuckDBPyConnection) -> None:
    rows = {(r["Kommun"], r["Regel"], r["År"], r["Sett på"]): r for r in ask(lager, "6")}
    for regel, indikator in (("FORHAND", "FORHAND_I_TID"), ("UTR_BARN", "UTR_BARN_I_TID_LAG")):
        catalogue = pairs(
            lager,
            f"""
            select kommun, period, [taljare, namnare] from mart.indikatorvarde
            where indikator_id = '{indikator}' and periodtyp = 'ar' and uppdelning = 'total'
                and status = 'ok' and namnare > 0
            """,
        )
        assert catalogue
        for (kommun, ar), parts in catalogue.items():
            row = rows[kommun, regel, ar, "Avslutad"]
            ended = row["I tid"] + row["Inom förlängning"] + row["För sent"]
            assert [row["I tid"], ended] == parts
    assert {key[3] for key in rows} == {"Startad", "Förfallen", "Avslutad", "Öppen"}


def test_steps_forecast_and_chains_are_the_marts(lager: duckdb.DuckDBPyConnection) -> None:
    steps = ask(lager, "7")
    assert {r["Nr"] for r in steps} == {1, 2, 3, 4, 5}
    assert all(r["Med båda dagarna"] <= r["Slutförda"] for r in steps)
    forecast = ask(lager, "8")
    assert forecast
    (in_the_mart,) = lager.sql("select count(*) from mart.frist_prognos").fetchone() or (0,)
    assert len(forecast) == in_the_mart
    for r in forecast:
        if r["Blev sena"] is not None and r["Prognos sena"] is not None:
            assert abs(r["Fel"] - (r["Prognos sena"] - r["Blev sena"])) <= Decimal("0.1")
    chains = ask(lager, "9")
    assert chains
    assert all(r["Antal"] == len(r["Utredningar"].split(", ")) > 1 for r in chains)


def test_placed_children_as_counted_from_the_placements(lager: duckdb.DuckDBPyConnection) -> None:
    rows = {(r["Kommun"], r["År"]): r for r in ask(lager, "11")}
    counted = {
        "Någon gång": """
            select plac.kommun, cast(ar.ar as varchar), count(distinct plac.person_nyckel) {child}
                and year(plac.start_datum) <= ar.ar
                and coalesce(plac.slut_datum, date '9999-12-31') > make_date(ar.ar, 1, 1) group by all
        """,
        "Sista dagen": """
            select plac.kommun, cast(ar.ar as varchar), count(distinct plac.person_nyckel) {child}
                and plac.start_datum <= make_date(ar.ar, 12, 31)
                and coalesce(plac.slut_datum, date '9999-12-31') > make_date(ar.ar, 12, 31) group by all
        """,
        "Sammanbrott": """
            select plac.kommun, cast(ar.ar as varchar), count(*) {child}
                and year(plac.slut_datum) = ar.ar and plac.slutorsak = 'sammanbrott' group by all
        """,
    }
    child = """
        from mart.fct_placering as plac cross join (select unnest(range(2015, 2027)) as ar) as ar
        where plac.vard_id is not null and plac.malgrupp = 'barn'
    """
    for column, query in counted.items():
        found = {key: r[column] for key, r in rows.items() if r[column]}
        assert found == pairs(lager, query.format(child=child)) != {}
    for r in rows.values():
        flow = r["Ingående"] + r["Nya"] - r["Avslutade"] + r["Bytt målgrupp"]
        assert flow == r["Sista dagen"]
        assert r["Sammanbrott"] == r["Sammanbrott 0–10 år"] + r["Sammanbrott 11+ år"]


def test_reviews_are_those_of_the_clocks(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "12")
    rules = "regel_id in ('OV_SOL', 'OV_LVU2', 'OMPR_LVU3')"
    due = pairs(
        lager,
        f"""
        select frist.kommun, strftime(frist.frist_datum, '%Y-%m'), [
            count(*), count(*) filter (frist.utfall = 'i_tid'), count(*) filter (frist.utfall = 'upphord')
        ]
        from mart.fct_frist as frist inner join mart.dim_kommun as kommun using (kommun)
        where {rules} and frist.frist_datum <= kommun.lage_per
            and frist.utfall not in ('undantagen', 'ej_bedombar')
        group by all
        """,
    )
    found: dict[tuple[str, str], list[int]] = {}
    for r in rows:
        sums = found.setdefault((r["Kommun"], r["Månad"]), [0, 0, 0])
        sums[:] = [before + r[c] for before, c in zip(sums, ("Förfaller", "I tid", "Upphörda"), strict=True)]
        parts = ("I tid", "Inom förlängning", "Sena", "Upphörda", "För tidigt")
        assert r["Förfaller"] == sum(r[c] for c in parts)
        assert (r["Barn i vård"] or 0) >= (r["Varav giltig prövning"] or 0)
    assert {key: sums for key, sums in found.items() if sums[0]} == due != {}


def test_findings_in_placements_are_the_marts(lager: duckdb.DuckDBPyConnection) -> None:
    """Whose protected ones are left out: test_person."""
    rows = {(r["Vad"], r["Placering"], r["Från"]) for r in ask(lager, "13")}
    in_the_mart = lager.sql("""
        select namn, placering_id, fran_datum from mart.placering_kontroll where not ar_skyddad
    """).fetchall()
    assert rows == set(in_the_mart) != set()


def test_accruals_are_those_of_the_newest_month(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "15")
    ((newest,),) = lager.sql("select max(manad) from mart.kostnad_periodisering").fetchall()
    assert {r["Månad"] for r in rows} == {newest}
    whole = [r for r in rows if r["Utförare"] == "Alla"]
    for column in ("Beräknat, kr", "Att periodisera, kr", "Återföring, kr", "Netto, kr"):
        assert sum(r[column] for r in whole) == sum(r[column] for r in rows if r not in whole)
    # What is paid for and not booked by the end of the month, from the invoices themselves.
    booked = dict(
        lager.execute(
            """
            select placering_id, sum(belopp_kr) from mart.fct_ekonomi
            where serie = 'utfall' and kontotyp = 'kostnad' and period = $manad and placering_id is not null
                and strftime(avser_fran_datum, '%Y-%m') = $manad group by 1
            """,
            {"manad": newest},
        ).fetchall()
    )
    cost = lager.execute(
        """
        select placering_id, utforare, sum(beraknad_kostnad_kr) from mart.fct_placering_manad
        where manad = ? and kostnadsgrupp not in ('familjehem', 'vardnadsoverflyttad')
            and not (kostnadsgrupp = 'boende' and regi = 'egen') group by all
        """,
        [newest],
    ).fetchall()
    providers: dict[str, Decimal] = {}
    for case, provider, kr in cost:
        providers[provider] = providers.get(provider, Decimal(0)) + kr - booked.get(case, Decimal(0))
    found: dict[str, Decimal] = {}
    for r in rows:
        if r not in whole:
            provider = r["Utförare"]
            found[provider] = found.get(provider, Decimal(0)) + r["Att periodisera, kr"]
    assert {p: kr for p, kr in found.items() if kr} == {p: kr for p, kr in providers.items() if kr} != {}


def test_the_bridge_leads_from_month_to_month(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "16")
    months: dict[str, dict[str, Row]] = {}
    for r in rows:
        months.setdefault(r["Månad"], {})[r["Händelse"]] = r
    assert len(months) == 12
    closing = None
    for month in sorted(months):
        events = months[month]
        first, last = events.pop("Vid månadens början"), events.pop("Vid månadens slut")
        assert events or first["Kr per dygn"] == last["Kr per dygn"]
        for column in ("Kr per dygn", "Ändring i antal"):
            assert first[column] + sum(e[column] for e in events.values()) == last[column]
        assert closing in (None, first["Kr per dygn"])
        closing = last["Kr per dygn"]
    # The closing from the pieces of the placements themselves.
    assert pairs(
        lager,
        """
        select last_day(strptime(rad.manad || '-01', '%Y-%m-%d')), sum(rad.dygnskostnad_kr)
        from mart.kostnad_brygga as rad where rad.handelse = 'utgaende' group by all
        """,
    ) == pairs(
        lager,
        """
        select dag, sum(pris)
        from (select distinct last_day(strptime(manad || '-01', '%Y-%m-%d')) as dag from mart.kostnad_brygga)
        inner join (
            select fran, till, cast(round(dygnspris_kr, 2) as decimal(18, 2)) as pris
            from intermediate.int_placering_bit
        ) on dag >= fran and dag < till
        group by dag
        """,
    )


def test_the_three_forecasts_of_the_year_are_the_marts(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "14")
    ways = {"rak": "Rak", "placeringar": "Placeringar", "ekonomens": "Ekonomens"}
    for metod, heading in ways.items():
        expected = pairs(
            lager,
            f"""
            select prognos.kommun, volym.namn, prognos.prognos_kr
            from mart.kostnad_prognos as prognos
            inner join mart.dim_volymgrupp as volym on volym.volymgrupp = prognos.volymgrupp
            where prognos.ar_senaste and prognos.metod = '{metod}'
            """,
        )
        groups = [r for r in rows if r["Volymgrupp"] != "Jämförbara grupper"]
        assert {(r["Kommun"], r["Volymgrupp"]): r[f"{heading}, kr"] for r in groups} == expected
        assert any(r[f"{heading}, medelfel %"] is not None for r in rows)
    for r in rows:
        if r["Volymgrupp"] == "Jämförbara grupper":
            for heading in ways.values():
                both = [g for g in rows if g["Kommun"] == r["Kommun"] and g is not r]
                common = [g for g in both if all(g[f"{other}, kr"] is not None for other in ways.values())]
                assert sum(g[f"{heading}, kr"] for g in common) == r[f"{heading}, kr"]
    assert sum(r["Volymgrupp"] == "Jämförbara grupper" for r in rows) == 1


def test_cases_of_a_year_are_counted_from_the_facts(lager: duckdb.DuckDBPyConnection) -> None:
    rows = [r for r in ask(lager, "17") if r["Ärenden"] == "Utredning" and r["Aktuella"] is not None]
    expected = {
        row[:3]: row[3:]
        for row in lager.sql("""
            select
                utr.kommun, ar.period, kod.namn,
                count(*) filter (where utr.inledd_datum >= ar.period_start),
                count(*) filter (where utr.slutford_datum <= ar.period_slut),
                count(*), count(distinct utr.person_nyckel)
            from mart.fct_utredning as utr
            inner join intermediate.int_kommun_period as ar
                on ar.kommun = utr.kommun and ar.periodtyp = 'ar' and utr.inledd_datum <= ar.period_slut
                and coalesce(utr.slutford_datum >= ar.period_start, true)
            inner join seed.koder as kod on kod.kodlista = 'utredning_typ' and kod.kod = utr.typ
            group by all
        """).fetchall()
    }
    found = {
        (r["Kommun"], r["År"], r["Typ"]): (r["Öppnade"], r["Avslutade"], r["Aktuella"], r["Personer"])
        for r in rows
    }
    types = {key: figures for key, figures in found.items() if key[2] != "Alla" and figures[2]}
    assert types == {key: figures for key, figures in expected.items() if key in found} != {}
    for r in rows:
        assert r["Ingående"] + r["Öppnade"] - r["Avslutade"] == r["Utgående"]
        assert r["Ingående"] + r["Öppnade"] == r["Aktuella"]


def test_refusals_are_those_of_the_decisions(lager: duckdb.DuckDBPyConnection) -> None:
    rows = [r for r in ask(lager, "18") if r["Beslut"] == "Insatser och bistånd"]
    found: dict[tuple[str, str], list[int]] = {}
    for r in rows:
        sums = found.setdefault((r["Kommun"], r["Månad"]), [0, 0])
        sums[:] = [sums[0] + r["Antal"], sums[1] + r["Avslag"]]
        assert r["Går att avslå"] <= r["Antal"]
    facts = {
        row[:2]: list(row[2:])
        for row in lager.sql("""
            select kommun, strftime(beslutsdatum, '%Y-%m'), count(*),
                count(*) filter (where utfall = 'avslag')
            from mart.fct_beslut group by all
        """).fetchall()
    }
    assert found == {key: facts[key] for key in found} != {}
    assert len({month for kommun, month in found if kommun == "9901"}) == 12


def test_whoever_waits_too_long_at_a_cut_is_reported(lager: duckdb.DuckDBPyConnection) -> None:
    rows = ask(lager, "19")
    late: dict[tuple[str, str], int] = {}
    for r in rows:
        late[r["Kommun"], r["Månad"]] = late.get((r["Kommun"], r["Månad"]), 0) + r["Över tre månader"]
        assert r["Varav har tackat nej"] + r["Varav inte tackat nej"] == r["Över tre månader"]
    reported = pairs(
        lager,
        """
        select kommun, strftime(brytdatum, '%Y-%m'), count(*) from mart.ej_verkstallda_kvartal
        where ar_rapporteringspliktig and status_vid_bryt = 'ej_verkstalld'
            and brytdatum = last_day(brytdatum)
        group by all
        """,
    )
    both = late.keys() & reported.keys()
    assert {key: late[key] for key in both} == {key: reported[key] for key in both}
    assert len(both) > 4
