"""Care days and costs, worked out again from staging: as sets of days, and ledger row by ledger row."""

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from typing import Any

import duckdb
import pytest
from frist_fall import Prov, d, read
from placering_orakel import DAY, Key, Manad, act, form_on, in_force, months

from pipelines.settings import SEEDS

Row = dict[str, Any]
KEYS = read(SEEDS / "fordelningsnycklar.csv")
ACCOUNTS = sorted(read(SEEDS / "kontomappning.csv"), key=lambda m: (int(m["prioritet"]), m["mappning_id"]))
MONEY = ("brutto", "intakt", "statsbidrag")
KIND = {"kostnad": "brutto", "intakt": "intakt", "statsbidrag": "statsbidrag"}


def table(db: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    return db.sql(f"from {name}").pl().to_dicts()


def placements(db: duckdb.DuckDBPyConnection, like: str = ".*") -> list[Row]:
    return table(db, f"staging.stg_placering where placering_id similar to '{like}'")


def by_day(db: duckdb.DuckDBPyConnection, like: str = ".*") -> dict[str, dict[Key, Manad]]:
    """Per municipality, what its placements come to month by month, worked out day by day."""
    lage = dict(db.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null").fetchall())
    rows, periods = placements(db, like), table(db, "staging.stg_placering_period")
    return {
        kommun: months(
            [row for row in rows if row["kommun"] == kommun],
            [row for row in periods if row["kommun"] == kommun],
            known,
        )
        for kommun, known in lage.items()
    }


@pytest.mark.xdist_group("natt")
def test_care_days_paid_days_and_cost_of_the_night(lager: duckdb.DuckDBPyConnection) -> None:
    assert assert_days_agree(lager) > 10_000


@pytest.mark.xdist_group("prov")
def test_care_days_where_placements_overlap(prov: Prov) -> None:
    """One care day per person and day; every paid day is paid."""
    with prov.connect() as db:
        assert_days_agree(db, "dubbel.*|slump-v1.-.*")
        rows = db.sql("""
            select placering_id, sum(vard_dygn), sum(betalda_dygn) from mart.fct_placering_manad
            where kommun = '9901' and person_nyckel = 'p-dubbel' group by 1 order by 1
        """).fetchall()
    # January has 31 days: the home the whole month, hvb and jourhem from the 11th, to the 21st and the 16th.
    assert rows == [("dubbel-hem", 21, 31), ("dubbel-hvb", 10, 10), ("dubbel-jour", 0, 5)]


def assert_days_agree(db: duckdb.DuckDBPyConnection, like: str = ".*") -> int:
    """Every placement and month against days counted one by one; returns the number of care days."""
    wanted = {
        (kommun, *key): (m.vard_dygn, m.franvaro_dygn, m.betalda_dygn, m.prissatta_dygn, m.kostnad)
        for kommun, of in by_day(db, like).items()
        for key, m in of.items()
    }
    found = db.sql(f"""
        select kommun, placering_id, manad, placeringsform, lagrumsgrupp, vard_dygn, franvaro_dygn,
            betalda_dygn, prissatta_dygn, beraknad_kostnad_kr
        from mart.fct_placering_manad where placering_id similar to '{like}'
    """).fetchall()
    assert len(found) == len(wanted)
    for row in found:
        *days, cost = wanted[row[:5]]
        assert row[5:9] == tuple(days), row[:5]
        assert (row[9] is None) == (cost is None)
        assert cost is None or abs(row[9] - cost) <= Decimal("0.006"), row[:5]
    return sum(days[0] for days in wanted.values())


def group_of(row: Row, account: Row, placement: Row | None) -> tuple[str, str, str]:
    """(kostnadsgrupp, malgrupp, lagrumsgrupp) of a ledger row; only institutions are told apart by act."""
    follows = account["fordelning"] == "placering_id" and placement
    if account["fordelning"] != "direkt" and not follows:
        return ("ofordelad", "*", "*")
    of = placement or {}
    kostnadsgrupp, malgrupp, lag = (
        account[column] or of.get(column) for column in ("kostnadsgrupp", "malgrupp", "lagrumsgrupp")
    )
    return (kostnadsgrupp, malgrupp, lag if kostnadsgrupp == "institution" else "*")


Sums = dict[tuple[str, tuple[str, str, str]], dict[str, Decimal]]
"""(year, group) → days and money"""


def by_hand(db: duckdb.DuckDBPyConnection) -> Sums:
    """Outcome of Sampelstad by year and group, from staging."""
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    rows = [r | {"lagrumsgrupp": act(r["lagrum"])} for r in placements(db) if r["kommun"] == "9901"]
    by_id = {r["placering_id"]: r | form_on(r["placeringsform"], r["start"]) for r in rows}
    for (case, manad, form, lag), month in by_day(db)["9901"].items():
        placement = by_id[case]
        if not placement["medplacerad"]:
            group = form_on(form, d(f"{manad}-01"))["kostnadsgrupp"]
            of = (group, placement["malgrupp"], lag if group == "institution" else "*")
            sums[manad[:4], of]["dygn"] += month.vard_dygn
    for r in table(db, "staging.stg_ekonomi"):
        if r["serie"] != "utfall":
            continue
        year, number = r["period"].split("-")
        end = date(int(year) + int(number) // 12, min(int(number), 12) % 12 + 1, 1) - DAY
        account = next(
            m
            for m in ACCOUNTS
            if fnmatchcase(r["kommun"], m["kommun"])
            and fnmatchcase(r["konto"], m["konto_monster"])
            and fnmatchcase(r["verksamhet"], m["verksamhet_monster"])
            and fnmatchcase(r["motpart"] or "", m["motpart_monster"])
            and in_force(m, end)
        )
        if account["fordelning"] == "nyckel":
            parts = shared(account["nyckel_id"], end, r["belopp_kr"])
        else:
            parts = {group_of(r, account, by_id.get(r["placering_id"])): r["belopp_kr"]}
        for of, kr in parts.items():
            sums[year, of][KIND[r["kontotyp"]]] += kr
    return sums


def shared(key: str, day: date, amount: Decimal) -> dict[tuple[str, str, str], Decimal]:
    """By the shares in force, the last group in order takes what is left; by care days within one group."""
    rows = [k for k in KEYS if k["nyckel_id"] == key and in_force(k, day)]
    groups = sorted({(k["kostnadsgrupp"], k["malgrupp"], "*") for k in rows})
    parts, left = {}, amount
    for group in groups[:-1]:
        share = sum(Decimal(k["andel"]) for k in rows if k["kostnadsgrupp"] == group[0])
        parts[group] = (amount * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
        left -= parts[group]
    return parts | {groups[-1]: left}


@pytest.mark.xdist_group("natt")
def test_cost_by_group_and_year(lager: duckdb.DuckDBPyConnection) -> None:
    found = lager.sql("""
        select
            period, kostnadsgrupp,
            case when kostnadsgrupp = 'ofordelad' then '*' else malgrupp end as malgrupp,
            case when kostnadsgrupp = 'institution' then lagrumsgrupp else '*' end as lag,
            coalesce(sum(vard_dygn), 0), coalesce(sum(bruttokostnad_kr), 0), coalesce(sum(intakt_kr), 0),
            coalesce(sum(statsbidrag_kr), 0), coalesce(sum(nettokostnad_kr), 0),
            coalesce(sum(nettokostnad_exkl_statsbidrag_kr), 0)
        from mart.kostnad_per_arsplacering
        where kommun = '9901' and serie = 'utfall' and periodtyp = 'ar'
            and coalesce(saknas_orsak, '') <> 'bara budgeterad'
        group by all
    """).fetchall()
    wanted = {}
    for (year, group), sums in by_hand(lager).items():
        brutto, intakt, bidrag = (sums[kind] for kind in MONEY)
        wanted[year, *group] = (
            sums["dygn"],
            brutto,
            intakt,
            bidrag,
            brutto + intakt + bidrag,
            brutto + intakt,
        )
    assert {row[:4]: row[4:] for row in found} == wanted
    assert {group[0] for _, group in by_hand(lager)} >= {"institution", "familjehem", "ofordelad"}


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize("serie", ["utfall", "budget", "prognos"])
def test_allocated_and_unallocated_are_the_ledger(lager: duckdb.DuckDBPyConnection, serie: str) -> None:
    """To the öre, for every year; of a forecast the newest version."""
    ledger: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for r in table(lager, "staging.stg_ekonomi"):
        if r["serie"] == serie:
            ledger[r["period"][:4]][r["version"] or ""] += r["belopp_kr"]
    rows = lager.execute(
        """
        select period, sum(nettokostnad_kr) from mart.kostnad_per_arsplacering
        where serie = ? and periodtyp = 'ar' and nettokostnad_kr is not null group by period
        """,
        [serie],
    ).fetchall()
    assert dict(rows) == {year: versions[max(versions)] for year, versions in ledger.items()}
    kept = lager.execute("select sum(belopp_kr) from mart.fct_ekonomi where serie = ?", [serie]).fetchall()
    assert kept == [(sum(sum(versions.values()) for versions in ledger.values()),)]


@pytest.mark.xdist_group("natt")
def test_only_a_year_holds_the_closing_period(lager: duckdb.DuckDBPyConnection) -> None:
    rows = lager.sql("""
        select left(period, 4) as ar, periodtyp, sum(nettokostnad_kr) from mart.kostnad_per_arsplacering
        where serie = 'utfall' and kommun = '9901' and nettokostnad_kr is not null
            and periodtyp in ('ar', 'manad', 'kvartal', 'tertial', 'halvar')
        group by all
    """).fetchall()
    found = {(year, typ): kr for year, typ, kr in rows}
    closing = dict(
        lager.sql("""
            select left(period, 4), sum(belopp_kr) from mart.fct_ekonomi
            where serie = 'utfall' and period like '%-13' group by 1
        """).fetchall()
    )
    assert closing
    years = {year for year, _ in found}
    for year in years:
        months = found[year, "ar"] - closing.get(year, 0)
        shorter = ["manad", "kvartal", "tertial", "halvar"]
        assert {typ: found[year, typ] for typ in shorter} == dict.fromkeys(shorter, months)


@pytest.mark.xdist_group("natt")
def test_ratios(lager: duckdb.DuckDBPyConnection) -> None:
    """A placement-year is 365 days; without care days there is no ratio, and it is never 0."""
    rows = table(lager, "mart.kostnad_per_arsplacering")
    causes = Counter(r["saknas_orsak"] for r in rows)
    assert set(causes) == {
        None,
        "bara budgeterad",
        "ofördelad kostnad",
        "kostnad utan vårddygn",
        "vårddygn utan kostnad",
    }
    for r in rows:
        ratios = [r["kostnad_per_arsplacering_kr"], r["dygnskostnad_kr"]]
        if r["saknas_orsak"]:
            assert ratios == [None, None], r
            continue
        days = Decimal(r["vard_dygn"])
        assert days > 0
        assert abs(r["arsplaceringar"] - days / 365) <= Decimal("0.000001")
        for given, exact in zip(
            ratios, (r["nettokostnad_kr"] * 365 / days, r["nettokostnad_kr"] / days), strict=True
        ):
            assert abs(given - exact) <= Decimal("0.00501")


@pytest.mark.xdist_group("natt")
def test_arsplatser_are_days_of_the_period(lager: duckdb.DuckDBPyConnection) -> None:
    rows = lager.sql("""
        select period, vard_dygn, arsplatser from mart.kostnad_per_arsplacering
        where period in ('2024', '2024-D2', '2025-02') and vard_dygn is not null
    """).fetchall()
    days = {"2024": 366, "2024-D2": 244, "2025-02": 28}
    assert {period for period, *_ in rows} == days.keys()
    assert all(abs(places - dygn / days[period]) <= Decimal("0.000001") for period, dygn, places in rows)


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize("jamforelse", ["budget", "foregaende_ar", "prognos", "foregaende_prognos"])
def test_deviation_is_volume_price_and_mix(lager: duckdb.DuckDBPyConnection, jamforelse: str) -> None:
    rows = table(lager, f"mart.kostnad_avvikelse where jamforelse = '{jamforelse}'")
    split = [r for r in rows if r["volym_kr"] is not None]
    assert len(split) > 50
    for r in split:
        assert r["volym_kr"] + r["pris_kr"] + r["mix_kr"] == r["avvikelse_kr"]
        if r["jamfor_vard_dygn"]:  # price alone: what its days cost more than they did
            then = r["jamfor_nettokostnad_kr"] / r["jamfor_vard_dygn"]
            price = (r["nettokostnad_kr"] or 0) - r["vard_dygn"] * then
            assert abs(r["pris_kr"] - price) <= Decimal("0.02")


@pytest.mark.xdist_group("natt")
def test_deviations_sum_to_outcome_less_budget(lager: duckdb.DuckDBPyConnection) -> None:
    rows = lager.sql("""
        select
            period,
            sum(nettokostnad_kr) filter (serie = 'utfall') - sum(nettokostnad_kr) filter (serie = 'budget'),
            sum(avvikelse_kr)
        from mart.kostnad_per_arsplacering
        where kommun = '9901' and periodtyp = 'ar' and ar_fullstandig group by period
    """).fetchall()
    assert {year: total for year, total, _ in rows} == {year: parts for year, _, parts in rows}


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize("serie", ["budget", "prognos"])
def test_planned_volume_and_planned_cost_meet(lager: duckdb.DuckDBPyConnection, serie: str) -> None:
    """Every cost group has both in the plan, so every one has a planned cost per placement-year."""
    rows = lager.execute(
        """
        select distinct kostnadsgrupp, malgrupp, saknas_orsak from mart.kostnad_per_arsplacering
        where serie = ? and periodtyp = 'ar' and kostnadsgrupp <> 'ofordelad' and saknas_orsak is not null
        """,
        [serie],
    ).fetchall()
    assert rows == []
