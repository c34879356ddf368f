"""The placement-cost engine against definitions: random placements day by day, random postings öre by öre."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from frist_fall import read
from kostnad_rigg import COMPARED, KOMMUN, Kostnadsrigg
from placering_orakel import DAY, FORMS, RULES, Row, as_is, kronor, months, stay

from pipelines.settings import SEEDS, Settings

LAGE_PER = date(2024, 11, 19)
LAWS = ("2 § LVU", "3 § LVU", "4 kap. 1 § SoL", "4 § LVM", "9 § p. 9 LSS")
FORM_CODES = sorted({row["placeringsform"] for row in FORMS})
pytestmark = pytest.mark.xdist_group("natt")


@pytest.fixture(scope="module")
def rigg(natt: Settings) -> Iterator[Kostnadsrigg]:
    compiled = next((natt.home / "dbt" / "compiled").glob("*/models"))
    made = Kostnadsrigg(compiled, natt.warehouse / "current" / "socialstat.duckdb")
    yield made
    made.db.close()


def between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def placements(rng: Random, number: int) -> tuple[list[Row], list[Row]]:
    """Placements of few persons, so that they overlap, and periods of all kinds, some outside their stay."""
    made, periods = [], []
    for nr in range(number):
        start = between(rng, date(2019, 10, 1), LAGE_PER)
        length = rng.choice((0, 1, 2, 29, 30, 31, 90, 366, 800))
        open_ = rng.random() < 0.2
        row = {
            "placering_id": f"P{nr:03d}",
            "person_nyckel": rng.choice((None, *(f"p{n}" for n in range(number // 3 + 1)))),
            "placeringsform": rng.choice(FORM_CODES),
            "lagrum": rng.choice(LAWS),
            "regi": rng.choice(("egen", "privat")),
            "malgrupp": rng.choice(("barn", "vuxen_beroende")),
            "enhet": "e",
            "start": start,
            "slut": None if open_ else start + timedelta(days=length),
            "dygnspris": rng.choice((None, Decimal("1200.00"), Decimal("3333.33"))),
            "medplacerad": rng.random() < 0.1,
            "ensamkommande": rng.random() < 0.1,
        }
        made.append(row)
        for _ in range(rng.choice((0, 0, 0, 1, 3))):
            kind = rng.choice(("dygnspris", "manadsersattning", "franvaro", "lagrum", "tillstand"))
            first = between(rng, start - 10 * DAY, start + timedelta(days=length + 5))
            value = {
                "dygnspris": f"{rng.randint(1000, 9000)}.50",
                "manadsersattning": f"{rng.randint(9000, 30000)}.00",
                "franvaro": "rymning",
                "lagrum": rng.choice(LAWS),
                "tillstand": rng.choice(("saknas", "finns")),
            }[kind]
            priced = kind not in {"lagrum", "tillstand"}
            periods.append(
                {
                    "placering_id": row["placering_id"],
                    "slag": kind,
                    "fran": first,
                    "till": rng.choice((None, first, first + timedelta(days=rng.randint(1, 120)))),
                    "varde": value,
                    "debiteringsregel": rng.choice((None, *RULES)) if priced else None,
                }
            )
    unique = {(p["placering_id"], p["slag"], p["fran"]): p for p in periods}
    return made, list(unique.values())


def engine_months(rigg: Kostnadsrigg) -> dict[tuple[str, ...], tuple[Any, ...]]:
    rows = rigg.rows("""
        select placering_id, manad, placeringsform, lagrumsgrupp, vard_dygn, franvaro_dygn, betalda_dygn,
            prissatta_dygn, beraknad_kostnad_kr
        from intermediate.int_placering_manad
    """)
    found = {tuple(list(row.values())[:4]): tuple(list(row.values())[4:]) for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_days_and_prices_day_by_day(rigg: Kostnadsrigg, seed: int) -> None:
    """Care days, absence, paid days and their cost of every placement, month, form and law."""
    rows, periods = placements(Random(seed), 40)
    rigg.deliver(LAGE_PER, placering=rows, placering_period=periods)
    rigg.compute()
    found = engine_months(rigg)
    wanted = months(rows, periods, LAGE_PER)
    assert found.keys() == wanted.keys()
    for key, month in wanted.items():
        cost = found[key][4]
        assert found[key][:4] == (
            month.vard_dygn,
            month.franvaro_dygn,
            month.betalda_dygn,
            month.prissatta_dygn,
        ), key
        assert (cost is None) == (month.kostnad is None), key
        if month.kostnad is not None:
            assert abs(cost - month.kostnad) <= Decimal("0.006"), key


def test_no_placement_takes_two_days_of_a_person(rigg: Kostnadsrigg) -> None:
    """However placements overlap: as many care days as days on which the person was somewhere."""
    rows, periods = placements(Random(99), 120)
    rigg.deliver(LAGE_PER, placering=rows, placering_period=periods)
    rigg.compute()
    days = {(p["person_nyckel"] or p["placering_id"], day) for p in rows for day in stay(p, LAGE_PER)}
    assert rigg.rows("select sum(vard_dygn) as n from intermediate.int_placering_manad") == [{"n": len(days)}]


@pytest.mark.parametrize("seed", range(4))
def test_any_partition_of_time_gives_the_whole(rigg: Kostnadsrigg, seed: int) -> None:
    """A stay cut anywhere into stays that follow each other has the same care days and the same cost."""
    rng = Random(1000 + seed)
    rows, periods = placements(rng, 30)
    for row in rows:  # a contract counts the first and last day of each placement anew
        row["medplacerad"] = False
    for period in periods:
        period["debiteringsregel"] = None
    wanted = total(rigg, rows, periods)
    cut, cut_periods = [], []
    for row in rows:
        days = list(stay(row, LAGE_PER))
        cuts = sorted(rng.sample(days[1:], min(len(days[1:]), 3)))
        starts = [row["start"], *cuts]
        for nr, (start, end) in enumerate(zip(starts, [*cuts, row["slut"]], strict=True)):
            name = f"{row['placering_id']}-{nr}"
            cut.append(row | {"placering_id": name, "start": start, "slut": end})
            own = (p for p in periods if p["placering_id"] == row["placering_id"])
            cut_periods += [p | {"placering_id": name} for p in own]
    assert total(rigg, cut, cut_periods) == wanted


def total(rigg: Kostnadsrigg, rows: list[Row], periods: list[Row]) -> tuple[Any, ...]:
    rigg.deliver(LAGE_PER, placering=rows, placering_period=periods)
    rigg.compute()
    (sums,) = rigg.rows("""
        select sum(vard_dygn) as vard, sum(betalda_dygn) as betalda, sum(prissatta_dygn) as prissatta
        from intermediate.int_placering_manad
    """)
    (cost,) = rigg.rows("""
        select round(sum((till - fran) * betald_andel * dygnspris_kr), 2) as kr
        from intermediate.int_placering_bit
    """)
    return (*sums.values(), kronor(cost["kr"]))


def test_open_placements_are_cut_at_lage_per(rigg: Kostnadsrigg) -> None:
    """The night after counts one day more of each person who is still there, and nothing else."""
    rows, periods = placements(Random(7), 40)
    day_after = LAGE_PER + DAY
    counts = []
    for lage_per in (LAGE_PER, day_after):
        rigg.deliver(lage_per, placering=rows, placering_period=periods)
        rigg.compute()
        (row,) = rigg.rows("select sum(vard_dygn) as n from intermediate.int_placering_manad")
        counts.append(row["n"])
    there = {
        p["person_nyckel"] or p["placering_id"]
        for p in rows
        if p["start"] <= day_after and (not p["slut"] or p["slut"] > day_after)
    }
    assert counts[1] - counts[0] == len(there) > 0


def test_series_breaks_are_data(rigg: Kostnadsrigg) -> None:
    """Custody transfers leave the foster homes in 2020, also those that began before; a provider without a
    permit is another form from the day that it lost it.
    """
    base = {"lagrum": "4 kap. 1 § SoL", "regi": "egen", "malgrupp": "barn", "slut": date(2020, 3, 1)}
    rows = [
        base | {"placering_id": "V", "placeringsform": "vardnadsoverflyttad", "start": date(2019, 11, 1)},
        base | {"placering_id": "H", "placeringsform": "hvb", "start": date(2019, 12, 20)},
    ]
    lost = {
        "placering_id": "H",
        "slag": "tillstand",
        "fran": date(2020, 2, 10),
        "till": None,
        "varde": "saknas",
    }
    rigg.deliver(LAGE_PER, placering=rows, placering_period=[lost])
    rigg.compute()
    found = rigg.rows("""
        select placering_id, kostnadsgrupp, sum(vard_dygn) as dygn from intermediate.int_placering_manad
        group by all order by all
    """)
    assert [tuple(row.values()) for row in found] == [
        ("H", "boende_utan_tillstand", 20),
        ("H", "institution", 52),
        ("V", "familjehem", 61),
        ("V", "vardnadsoverflyttad", 60),
    ]


# --- the ledger --------------------------------------------------------------------------------------------


ACCOUNTS = ("554100", "554300", "557100", "557900", "555900", "571100", "999999")


def postings(rng: Random, placed: list[Row], number: int) -> list[Row]:
    made = []
    for _ in range(number):
        year, month = rng.randint(2020, 2024), rng.randint(1, 13)
        first = date(year, min(month, 12), 1)
        known = rng.random() < 0.5
        made.append(
            {
                "period": f"{year}-{month:02d}",
                "serie": "utfall",
                "konto": rng.choice(("4531", "5011", "3111", "3511")),
                "kontotyp": rng.choice(("kostnad", "intakt", "statsbidrag")),
                "verksamhet": rng.choice(ACCOUNTS),
                "motpart": rng.choice((None, "871")),
                "placering_id": rng.choice((rng.choice(placed)["placering_id"], "finns-inte", None)),
                "avser_fran": between(rng, first, first + 40 * DAY) if known else None,
                "avser_till": between(rng, first + 40 * DAY, first + 90 * DAY) if known else None,
                "belopp_kr": Decimal(rng.randint(-10_000_000, 30_000_000)) / 100,
            }
        )
    return made


@pytest.mark.parametrize("seed", range(6))
def test_a_ledger_of_random_postings_reconciles_to_the_ore(rigg: Kostnadsrigg, seed: int) -> None:
    rng = Random(2000 + seed)
    rows, periods = placements(rng, 25)
    booked = postings(rng, rows, 400)
    rigg.deliver(LAGE_PER, placering=rows, placering_period=periods, ekonomi=booked)
    rigg.compute_all()
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for row in booked:
        wanted[row["period"][:4]] += row["belopp_kr"]
    found = rigg.rows("""
        select period, sum(nettokostnad_kr) as kr from mart.kostnad_per_arsplacering
        where periodtyp = 'ar' and serie = 'utfall' and nettokostnad_kr is not null group by period
    """)
    assert {row["period"]: row["kr"] for row in found} == dict(wanted)
    parts = rigg.rows("select row_key, sum(belopp_kr) as kr from intermediate.int_ekonomi group by row_key")
    assert {row["row_key"]: row["kr"] for row in parts} == {
        f"ekonomi-{nr}": row["belopp_kr"] for nr, row in enumerate(booked)
    }
    kinds = {row["f"] for row in rigg.rows("select distinct fordelning as f from intermediate.int_ekonomi")}
    assert kinds == {"direkt", "placering_id", "nyckel", "ofordelad"}


def test_a_shared_invoice_follows_the_days_of_the_law(rigg: Kostnadsrigg) -> None:
    """An account that SoL and LVU share: an invoice over the day of the change is shared by days."""
    placed = {
        "placering_id": "P",
        "placeringsform": "hvb",
        "lagrum": "4 kap. 1 § SoL",
        "regi": "privat",
        "malgrupp": "barn",
        "start": date(2024, 1, 1),
        "slut": date(2024, 3, 1),
    }
    change = {
        "placering_id": "P",
        "slag": "lagrum",
        "fran": date(2024, 1, 11),
        "till": None,
        "varde": "3 § LVU",
    }
    invoice = {
        "period": "2024-01",
        "serie": "utfall",
        "konto": "4531",
        "kontotyp": "kostnad",
        "verksamhet": "554300",
        "placering_id": "P",
        "avser_fran": date(2024, 1, 1),
        "avser_till": date(2024, 1, 31),
        "belopp_kr": Decimal("100000.00"),
    }
    rigg.deliver(LAGE_PER, placering=[placed], placering_period=[change], ekonomi=[invoice])
    rigg.compute()
    parts = rigg.rows("select lagrumsgrupp, belopp_kr from intermediate.int_ekonomi order by del_nr")
    # 21 and 10 of 31 days; the last part is the remainder.
    assert [tuple(row.values()) for row in parts] == [
        ("lvu", Decimal("67741.94")),
        ("sol", Decimal("32258.06")),
    ]


def test_a_stated_key_shares_the_cost(rigg: Kostnadsrigg) -> None:
    """By the shares in force; a key without shares by the month's care days, without them not at all."""
    own = {
        "placering_id": "E",
        "placeringsform": "bostad_sarskild_service",
        "lagrum": "9 § p. 9 LSS",
        "regi": "egen",
        "malgrupp": "vuxen_psykisk_funktionsnedsattning",
        "start": date(2024, 1, 1),
        "slut": date(2024, 1, 11),
    }
    bought = own | {"placering_id": "B", "regi": "privat", "slut": date(2024, 1, 31)}
    row = {"serie": "utfall", "konto": "5011", "kontotyp": "kostnad", "belopp_kr": Decimal("1000.01")}
    booked = [
        row | {"period": "2021-12", "verksamhet": "557900"},
        row | {"period": "2022-01", "verksamhet": "557900"},
        row | {"period": "2024-01", "verksamhet": "555900"},
        row | {"period": "2024-02", "verksamhet": "555900"},
        row | {"period": "2024-13", "verksamhet": "555900"},
    ]
    rigg.deliver(LAGE_PER, placering=[own, bought], ekonomi=booked)
    rigg.compute()
    parts = rigg.rows("""
        select period, verksamhet, kostnadsgrupp, regi, belopp_kr from intermediate.int_ekonomi
        order by period, verksamhet, del_nr
    """)
    assert [tuple(row.values()) for row in parts] == [
        ("2021-12", "557900", "familjehem", None, Decimal("900.01")),
        ("2021-12", "557900", "konsulentstott_familjehem", None, Decimal("100.00")),
        ("2022-01", "557900", "familjehem", None, Decimal("850.01")),
        ("2022-01", "557900", "konsulentstott_familjehem", None, Decimal("150.00")),
        ("2024-01", "555900", "boende", "egen", Decimal("250.00")),
        ("2024-01", "555900", "boende", "privat", Decimal("750.01")),
        ("2024-02", "555900", "ofordelad", None, Decimal("1000.01")),
        ("2024-13", "555900", "boende", "egen", Decimal("250.00")),
        ("2024-13", "555900", "boende", "privat", Decimal("750.01")),
    ]


# --- deviations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_volume_price_and_mix_are_the_deviation(rigg: Kostnadsrigg, seed: int) -> None:
    """Exactly, whatever the numbers; and each part is what its definition says, to the öre."""
    rng = Random(3000 + seed)
    groups = [
        ("institution", "barn"),
        ("familjehem", "barn"),
        ("stodboende", "barn"),
        ("institution", "vuxen_beroende"),
    ]
    given = []
    for serie in ("utfall", "budget", "prognos", "foregaende_prognos"):
        for year in (2022, 2023):
            for group, target in groups:
                if rng.random() < 0.8:
                    given.append((serie, str(year), group, target, *numbers(rng)))
    rigg.deliver(LAGE_PER)
    rigg.db.execute("""
        create or replace table intermediate.int_kostnad_period as
        select
            '9901' as kommun, serie, 'ar' as periodtyp, period, make_date(period::int, 1, 1) as period_start,
            make_date(period::int, 12, 31) as period_slut, grupp as volymgrupp, grupp as kostnadsgrupp,
            malgrupp,
            'alla' as regi, 'alla' as lagrumsgrupp, false as ensamkommande,
            dygn::decimal(38, 4) as vard_dygn, kr::decimal(38, 2) as nettokostnad_kr
        from (values ('', '', '', '', 0.0, 0.0)) as t (serie, period, grupp, malgrupp, dygn, kr) limit 0
    """)
    rigg.db.executemany(
        """
        insert into intermediate.int_kostnad_period by name
        select
            '9901' as kommun, ? as serie, 'ar' as periodtyp, ? as period, ? as kostnadsgrupp, ? as malgrupp,
            ? as vard_dygn, ? as nettokostnad_kr, 'g' as volymgrupp, 'alla' as regi, 'alla' as lagrumsgrupp,
            false as ensamkommande, date '2022-01-01' as period_start, date '2023-12-31' as period_slut
        """,
        given,
    )
    rigg.compute(COMPARED[1])
    rows = rigg.rows("from intermediate.int_kostnad_jamforelse")
    assert {row["jamforelse"] for row in rows} >= {"budget", "foregaende_ar", "prognos", "foregaende_prognos"}
    known = {tuple(row[:4]): (row[4] or Decimal(0), row[5]) for row in given}
    pairs = {(p["serie"], p["jamforelse"]): p for p in read(SEEDS / "kostnad_jamforelser.csv")}
    for row in rows:
        pair = pairs[row["serie"], row["jamforelse"]]
        before = str(int(row["period"]) - int(pair["ar_bakat"]))
        target = [g for g, t in groups if t == row["malgrupp"]]

        def side(
            serie: str, year: str, group: str, malgrupp: str = row["malgrupp"]
        ) -> tuple[Decimal, Decimal | None]:
            return known.get((serie, year, group, malgrupp), (Decimal(0), None))

        now, kr = side(row["serie"], row["period"], row["kostnadsgrupp"])
        then, old = side(pair["jamfor_serie"], before, row["kostnadsgrupp"])
        assert row["avvikelse_kr"] == (kr or 0) - (old or 0)
        if row["volym_kr"] is None:
            assert row["pris_kr"] is None
            assert row["mix_kr"] is None
            assert row["ej_uppdelad_kr"] == row["avvikelse_kr"]
            continue
        assert row["volym_kr"] + row["mix_kr"] + row["pris_kr"] == row["avvikelse_kr"]
        assert row["ej_uppdelad_kr"] == 0
        both = [
            (side(row["serie"], row["period"], g)[0], *side(pair["jamfor_serie"], before, g)) for g in target
        ]
        part = [(n, t, o) for n, t, o in both if n + t > 0 and (t == 0 or o is not None)]
        all_now, all_then = sum(n for n, _, _ in part), sum(t for _, t, _ in part)
        mean = sum((o or Decimal(0)) for _, t, o in part if t > 0) / all_then
        price = (old or Decimal(0)) / then if then else mean
        growth = Decimal(all_now) / all_then
        assert abs(row["volym_kr"] - (growth - 1) * then * price) <= Decimal("0.02")
        assert abs(row["mix_kr"] - (now - growth * then) * price) <= Decimal("0.02")


def numbers(rng: Random) -> tuple[Decimal | None, Decimal | None]:
    days = rng.choice((None, Decimal(0), Decimal(rng.randint(1, 400_000)) / 10))
    cost = rng.choice(
        (None, Decimal(rng.randint(0, 900_000_000)) / 100, Decimal(rng.randint(1, 900_000_000)) / 100)
    )
    return days, cost


# --- order and printing ------------------------------------------------------------------------------------


def test_the_order_of_rows_changes_nothing(rigg: Kostnadsrigg) -> None:
    rng = Random(5)
    rows, periods = placements(rng, 40)
    booked = [
        row | {"rad_id": f"R{nr}", "row_key": f"R{nr}"} for nr, row in enumerate(postings(rng, rows, 300))
    ]
    results = []
    for _ in range(3):
        rigg.deliver(LAGE_PER, placering=rows, placering_period=periods, ekonomi=booked)
        rigg.compute_all()
        results.append(rigg.rows("from mart.kostnad_per_arsplacering order by all"))
        for table in (rows, periods, booked):
            rng.shuffle(table)
    assert results[0]
    assert results[0] == results[1] == results[2]


def test_cost_without_care_days_has_a_reason_and_no_price(rigg: Kostnadsrigg) -> None:
    """0,2 mkr on no care day: null with a reason, never 0."""
    cost = {
        "serie": "utfall",
        "konto": "4531",
        "kontotyp": "kostnad",
        "verksamhet": "553100",
        "period": "2023-05",
    }
    rigg.deliver(LAGE_PER, ekonomi=[cost | {"belopp_kr": Decimal("200000.00")}])
    rigg.compute_all()
    (row,) = rigg.rows("from mart.volym_nyckeltal where periodtyp = 'ar'")
    assert (row["volymgrupp"], row["nettokostnad_kr"]) == ("beroende_familjehem", Decimal("200000.00"))
    assert (row["vard_dygn"], row["kostnad_per_arsplacering_kr"], row["dygnskostnad_kr"]) == (
        None,
        None,
        None,
    )
    assert row["saknas_orsak"] == "kostnad utan vårddygn"
    assert row["kommun"] == KOMMUN


def test_a_leap_year_has_a_day_more(rigg: Kostnadsrigg) -> None:
    """366 care days are 366/365 of a placement-year, and one place of the year."""
    whole = {
        "placering_id": "P",
        "placeringsform": "hvb",
        "lagrum": "3 § LVU",
        "regi": "privat",
        "malgrupp": "barn",
        "start": date(2020, 1, 1),
        "slut": date(2021, 1, 1),
    }
    rigg.deliver(LAGE_PER, placering=[whole])
    rigg.compute_all()
    (row,) = rigg.rows("from mart.volym_nyckeltal where periodtyp = 'ar'")
    assert row["vard_dygn"] == 366
    assert row["arsplaceringar"] == Decimal("1.002740")
    assert row["arsplatser"] == 1
    assert as_is(whole | {"dygnspris": None}, [], date(2020, 2, 29)).kostnadsgrupp == "institution"
