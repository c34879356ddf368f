"""Care days and costs, worked out again from staging: as sets of days, and ledger row by ledger row."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import duckdb
import pytest
from frist_fall import Prov, d, read

from pipelines.settings import SEEDS

Row = dict[str, Any]
DAY = timedelta(days=1)
FORMS = read(SEEDS / "placeringsformer.csv")
ACCOUNTS = sorted(read(SEEDS / "kontomappning.csv"), key=lambda m: (int(m["prioritet"]), m["mappning_id"]))
MONEY = ("brutto", "intakt", "statsbidrag")
KIND = {"kostnad": "brutto", "intakt": "intakt", "statsbidrag": "statsbidrag"}


def table(db: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    return db.sql(f"from {name}").pl().to_dicts()


def in_force(rule: Row, day: date) -> bool:
    return d(rule["giltig_fran"]) <= day and (not rule["giltig_till"] or day < d(rule["giltig_till"]))


def placements(db: duckdb.DuckDBPyConnection, like: str = ".*") -> list[Row]:
    """Placements with their form in force on the first day and the set of days they lasted."""
    lage = dict(db.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null").fetchall())
    found = []
    for r in table(db, f"staging.stg_placering where placering_id similar to '{like}'"):
        forms = (f for f in FORMS if f["placeringsform"] == r["placeringsform"] and in_force(f, r["start"]))
        form = next(forms, {"kostnadsgrupp": None, "ordning_dubbelt_dygn": 999})
        known = lage[r["kommun"]] + DAY  # an open placement is still there on the last day known
        end = min(r["slut"] or known, known)
        days = [r["start"] + n * DAY for n in range((end - r["start"]).days)]
        order = (-r["start"].toordinal(), int(form["ordning_dubbelt_dygn"]), r["placering_id"])
        found.append(r | {"days": days, "kostnadsgrupp": form["kostnadsgrupp"], "order": order})
    return found


def care_days(rows: list[Row]) -> set[tuple[str, str, date]]:
    """(kommun, placering_id, day): each person's day belongs to one placement."""
    owner: dict[tuple[str, str, date], Row] = {}
    for r in rows:
        person = r["person_nyckel"] or r["placering_id"]
        for day in r["days"]:
            now = owner.get((r["kommun"], person, day))
            if now is None or r["order"] < now["order"]:
                owner[r["kommun"], person, day] = r
    return {(kommun, r["placering_id"], day) for (kommun, _, day), r in owner.items()}


def month(day: date) -> str:
    return f"{day:%Y-%m}"


@pytest.mark.xdist_group("natt")
def test_care_days_and_paid_days_of_the_night(lager: duckdb.DuckDBPyConnection) -> None:
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
    """Every placement and month against sets of days; returns the number of care days."""
    rows = placements(db, like)
    paid = Counter((r["kommun"], r["placering_id"], month(day)) for r in rows for day in r["days"])
    care = Counter((kommun, case, month(day)) for kommun, case, day in care_days(rows))
    found = db.sql(f"""
        select kommun, placering_id, manad, vard_dygn, betalda_dygn from mart.fct_placering_manad
        where placering_id similar to '{like}'
    """).fetchall()
    assert {key: (care[key], paid[key]) for key in paid} == {row[:3]: row[3:] for row in found}
    assert len(found) == len(paid)
    return sum(care.values())


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


def act(lagrum: str) -> str:
    return lagrum.rsplit(" ", 1)[-1].lower()


Sums = dict[tuple[str, tuple[str, str, str]], dict[str, Decimal]]
"""(year, group) → days and money"""


def by_hand(db: duckdb.DuckDBPyConnection) -> Sums:
    """Outcome of Sampelstad by year and group, from staging."""
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    rows = [r | {"lagrumsgrupp": act(r["lagrum"])} for r in placements(db) if r["kommun"] == "9901"]
    by_id = {r["placering_id"]: r for r in rows}
    for _, case, day in care_days(rows):
        r = by_id[case]
        if not r["medplacerad"]:
            lag = r["lagrumsgrupp"] if r["kostnadsgrupp"] == "institution" else "*"
            sums[str(day.year), (r["kostnadsgrupp"], r["malgrupp"], lag)]["dygn"] += 1
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
        of = group_of(r, account, by_id.get(r["placering_id"]))
        sums[year, of][KIND[r["kontotyp"]]] += r["belopp_kr"]
    return sums


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
def test_deviation_is_volume_price_and_mix(lager: duckdb.DuckDBPyConnection) -> None:
    rows = table(lager, "mart.kostnad_per_arsplacering")
    rows = [r for r in rows if r["volym_kr"] is not None and r["avvikelse_kr"] is not None]
    assert len(rows) > 100
    for r in rows:
        assert r["volym_kr"] + r["pris_kr"] + r["mix_kr"] == r["avvikelse_kr"]
    # Price alone: what the days of the outcome cost more than their budget.
    plan = {group_key(r): r for r in table(lager, "mart.kostnad_per_arsplacering") if r["serie"] == "budget"}
    for r in rows:
        of = plan[group_key(r)]
        price = (r["nettokostnad_kr"] or 0) - (r["vard_dygn"] or 0) * of["nettokostnad_kr"] / of["vard_dygn"]
        assert abs(r["pris_kr"] - price) <= Decimal("0.02")


def group_key(r: Row) -> tuple[str, ...]:
    return tuple(r[c] for c in ("periodtyp", "period", "kostnadsgrupp", "malgrupp", "regi", "lagrumsgrupp"))


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
