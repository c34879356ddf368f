"""The month: reconciliation, gaps, accruals and the bridge against days worked out again; lists by hand."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import duckdb
import manad_orakel as orakel
import pytest
from frist_fall import d
from manad_rigg import Manadsrigg, Row, faktura, placering

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
Db = duckdb.DuckDBPyConnection
ORE = Fraction(1, 100)
LAGE_PER = d("2025-06-10")
SOL = "barn_institution_sol"


@pytest.fixture(scope="module")
def rigg(natt: Settings) -> Iterator[Manadsrigg]:
    made = Manadsrigg(natt)
    yield made
    made.db.close()


def answer(db: Db, query: str) -> list[tuple[Any, ...]]:
    return db.sql(query).fetchall()


def last_month(lage_per: date) -> str:
    """The newest month that is over."""
    return orakel.month(lage_per + timedelta(days=1) - timedelta(days=(lage_per + timedelta(days=1)).day))


# --- against days ---


def assert_reconciled(db: Db, stays: dict[str, orakel.Stay], rows: list[orakel.Booked]) -> int:
    """Every row of the reconciliation, but for what rounding may do; returns how many there are."""
    wanted = orakel.reconciliation(stays, rows)
    invoiced = orakel.invoiced_groups(stays, rows)
    found = answer(
        db,
        """
        select manad, volymgrupp, bokfort_kr, beraknat_kr, periodisering_kr, volym_kr, pris_kr, oforklarat_kr,
               skillnad_kr, ar_fakturerad
        from mart.kostnad_avstamning where kommun = '9901'
        """,
    )
    for manad, grupp, *money, skillnad, ar_fakturerad in found:
        booked, calculated, timing, volume, price, rest = map(Fraction, money)
        of = wanted[manad, grupp]
        assert booked == of["bokfort"]
        told = {"beraknat": calculated, "periodisering": timing, "volym": volume, "pris": price}
        assert {k: kr for k, kr in told.items() if abs(kr - of[k]) > 10 * ORE} == {}, (manad, grupp, told, of)
        assert timing + volume + price + rest == skillnad == booked - calculated
        assert ar_fakturerad == ((manad.replace("-13", "-12"), grupp) in invoiced)
    periods = {b.row["period"] for b in rows}
    shown = {row[:2] for row in found}
    missing = {key for key, of in wanted.items() if any(of.values()) and key not in shown}
    assert all(not min(periods) <= manad <= max(periods) for manad, _ in missing)
    return len(found)


def assert_accrued(db: Db, stays: dict[str, orakel.Stay], booked: list[orakel.Booked], lage_per: date) -> int:
    """Every accrual, and that what is booked comes to that of the last month; returns their number."""
    wanted = orakel.accruals(stays, booked, lage_per)
    rows = answer(
        db,
        """
        select manad, volymgrupp, utforare, att_periodisera_kr, aterforing_kr, netto_kr
        from mart.kostnad_periodisering where kommun = '9901'
        """,
    )
    found = {row[:3]: Fraction(row[3]) for row in rows if row[3]}
    apart = {
        k for k in {*found, *wanted} if abs(found.get(k, Fraction(0)) - wanted.get(k, Fraction(0))) > 10 * ORE
    }
    assert apart == set()
    # All that is booked over the months is the accrual of the last one.
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, group, provider, _, _, net in rows:
        sums[group, provider] += net
    last = {row[1:3]: row[3] for row in rows if row[0] == last_month(lage_per)}
    assert sums == {key: last.get(key, Decimal(0)) for key in sums}
    return len(found)


Moves = dict[tuple[str, str], list[Fraction]]
"""(group, event) → kronor a day and placements"""


def moves(before: dict[str, orakel.Open], now: dict[str, orakel.Open]) -> Moves:
    """What makes the placements of one month end those of the next."""
    found: Moves = defaultdict(lambda: [Fraction(0), Fraction(0)])

    def add(event: str, of: orakel.Open | None, sign: int) -> None:
        if of:
            found[of.group, event][0] += sign * of.price
            found[of.group, event][1] += sign

    both = before | now
    left = {before[case].person for case in before.keys() - now.keys()}
    came = {now[case].person for case in now.keys() - before.keys()}
    moved = {case for case, of in both.items() if of.person in left & came}
    for case in both:
        was, then = before.get(case), now.get(case)
        add("ingaende", was, 1)
        add("utgaende", then, 1)
        if was == then:
            continue
        if was and then:
            event = "pris" if was.group == then.group else "ovrigt"
        elif case in moved:
            event = "bytt_form"
        else:
            event = "ut" if was else "in"
        add(event, was, -1)
        add(event, then, 1)
    return found


def assert_bridged(db: Db, stays: dict[str, orakel.Stay], lage_per: date) -> set[str]:
    """Opening, events and closing of every month end, from who was where; returns the kinds of event seen."""
    told: dict[str, Moves] = defaultdict(dict)
    for manad, group, event, kr, number, this_year, whole_year in answer(
        db,
        """
        select manad, volymgrupp, handelse, dygnskostnad_kr, antal_forandring, effekt_i_ar_kr, effekt_helar_kr
        from mart.kostnad_brygga where kommun = '9901'
        """,
    ):
        told[manad][group, event] = [Fraction(kr), Fraction(number)]
        if event in ("ingaende", "utgaende"):
            assert (this_year, whole_year) == (None, None)
            continue
        assert whole_year == 365 * kr
        if event in ("in", "ut") and kr:
            # From the day of the event, which lies in the month, to the end of the year.
            left = (date(int(manad[:4]), 12, 31) - d(manad + "-01")).days + 1
            assert left - 31 <= this_year / kr <= left
    wanted: dict[str, Moves] = {}
    before: dict[str, orakel.Open] = {}
    end = min(s.start for s in stays.values()).replace(day=1) - timedelta(days=1)
    while end <= lage_per:
        now = orakel.open_on(stays, end)
        if found := moves(before, now):
            wanted[orakel.month(end)] = dict(found)
        before, end = now, (end + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    assert dict(told) == wanted
    return {event for of_month in told.values() for _, event in of_month}


def test_the_night_is_reconciled_day_by_day(lager: Db) -> None:
    ((lage_per,),) = answer(lager, "select lage_per from mart.dim_kommun where kommun = '9901'")
    stays = orakel.stays_on(lager, lage_per)
    booked = orakel.booked(lager, stays)
    assert assert_reconciled(lager, stays, booked) > 1000
    assert assert_accrued(lager, stays, booked, lage_per) > 50
    assert assert_bridged(lager, stays, lage_per) >= {"ingaende", "in", "ut", "bytt_form", "pris", "utgaende"}
    # Late invoices move cost between periods; two placements were charged for days after they ended.
    parts = answer(lager, "select count(*) from mart.kostnad_avstamning where periodisering_kr <> 0")
    assert parts > [(100,)]


FORMS = (
    ("hvb", "privat", "554100", "4 kap. 1 § SoL"),
    ("hvb", "kommun", "554200", "3 § LVU"),
    ("stodboende", "privat", "554400", "4 kap. 1 § SoL"),
    ("konsulentstott_familjehem", "privat", "557200", "4 kap. 1 § SoL"),
)


def random_month(rng: Random) -> dict[str, list[Row]]:
    """Placements with contracts of all kinds, and invoices with all that goes wrong with them."""
    placements: list[Row] = []
    periods: list[Row] = []
    ledger: list[Row] = []
    for number in range(10):
        case = f"P{number}"
        form, regi, account, law = rng.choice(FORMS)
        start = d("2023-11-01") + timedelta(days=rng.randint(0, 500))
        end = start + timedelta(days=rng.randint(3, 250))
        known = end if end <= LAGE_PER else None
        price = rng.choice([None, 1000, 2499.5, 3100])
        what = {"placeringsform": form, "regi": regi, "lagrum": law, "utforare": rng.choice("ABC")}
        who = {"person_nyckel": f"p-{rng.randint(0, 6)}"}
        placements.append(placering(case, start, known, price, **(what | who)))
        rule = rng.choice(list(orakel.RULES))
        if price is None or rng.random() < 0.5:
            change = start + (end - start) // 2
            for first, till, kr in ((start, change, 1500), (change, None, 1999.99)):
                periods.append(
                    {
                        "slag": "dygnspris",
                        "fran": first,
                        "till": till,
                        "varde": str(kr),
                        "debiteringsregel": rule,
                    }
                    | {"placering_id": case}
                )
            if rng.random() < 0.2:
                del periods[-1]  # days without a price of their own
        if rng.random() < 0.4:
            away = start + timedelta(days=rng.randint(0, 20))
            gone = {"slag": "franvaro", "fran": away, "till": away + timedelta(days=rng.randint(1, 12))}
            periods.append(gone | {"varde": "rymning", "debiteringsregel": None, "placering_id": case})
        ledger += random_invoices(rng, case, account, start, min(end, LAGE_PER + timedelta(days=1)))
    for row in ledger:
        row["rad_id"] = f"R{ledger.index(row)}"
    return {"placering": placements, "placering_period": periods, "ekonomi": ledger}


def random_invoices(rng: Random, case: str, account: str, start: date, end: date) -> list[Row]:
    rows = []
    first = start
    while first < end:
        last = min(
            end - timedelta(days=1), (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(1)
        )
        nights = (last - first).days + 1
        kind = rng.choice(
            ["right", "right", "late", "dear", "long", "missing", "twice", "credit", "bare", "odd"]
        )
        period, price = orakel.month(first), 1500.0
        named: str | None = case
        until = last
        if kind == "late":
            period = f"{first.year}-{first.month + 1:02d}"
        elif kind == "dear":
            price *= 1.1
        elif kind == "long":
            until += timedelta(days=rng.randint(1, 40))
        elif kind == "odd":
            named = rng.choice(["finns-inte", None])
        if kind != "missing":
            amounts = [price * nights + 0.01]
            if kind == "twice":
                amounts.append(price * nights)
            if kind == "credit":
                amounts.append(-rng.choice([price * nights + 0.01, price * 2]))
            since, to = (None, None) if kind == "bare" else (first, until)
            rows += [faktura(period, kr, since, to, named, verksamhet=account) for kr in amounts]
        first = last + timedelta(days=1)
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_any_month_is_exact(rigg: Manadsrigg, seed: int) -> None:
    db = rigg.run(LAGE_PER, **random_month(Random(seed)))
    stays = orakel.stays_on(db, LAGE_PER)
    booked = orakel.booked(db, stays)
    assert assert_reconciled(db, stays, booked) > 10
    assert_accrued(db, stays, booked, LAGE_PER)
    assert_bridged(db, stays, LAGE_PER)


# --- by hand ---


def test_why_a_month_differs(rigg: Manadsrigg) -> None:
    """A late invoice, days that nobody had, a dearer price, a credit note, a place held at 80 per cent."""
    at_1000 = [placering(case, d("2025-03-01"), d("2025-04-01"), 1000) for case in ("A", "B", "C", "D")]
    left = placering("E", d("2025-03-01"), d("2025-03-11"), 1000)
    away = placering("F", d("2025-03-01"), d("2025-04-01"), None)
    march = (d("2025-03-01"), d("2025-03-31"))
    contract = {"slag": "dygnspris", "fran": march[0], "till": None, "varde": "1000"}
    contract |= {"debiteringsregel": "reserverad_80"}
    gone = {"slag": "franvaro", "fran": d("2025-03-11"), "till": d("2025-03-21"), "varde": "sjukhus"}
    db = rigg.run(
        LAGE_PER,
        placering=[*at_1000, left, away],
        placering_period=[row | {"placering_id": "F"} for row in (contract, gone)],
        ekonomi=[
            faktura("2025-03", 31000, *march, "A"),
            faktura("2025-04", 31000, *march, "B"),
            faktura("2025-03", 34100, *march, "C"),
            faktura("2025-03", 33000, *march, "D"),
            faktura("2025-03", -2000, *march, "D"),
            faktura("2025-03", 14000, d("2025-03-01"), d("2025-03-14"), "E"),
            faktura("2025-03", 29000, *march, "F"),
            faktura("2025-03", 500, None, None, None),
        ],
    )
    assert answer(
        db,
        """
        select manad, bokfort_kr, beraknat_kr, periodisering_kr, volym_kr, pris_kr, oforklarat_kr,
               utan_placering_kr, fakturerade_dygn, betalda_dygn
        from mart.kostnad_avstamning order by manad
        """,
    ) == [
        ("2025-03", 139600 - 31000 + 31000, 163000, -31000, 4000, 3100, 500, 500, 167, 163),
        ("2025-04", 31000, 0, 31000, 0, 0, 0, 0, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "paid"), [(None, 30.4), ("reserverad_80_efter_7", 30.4), ("reserverad_80", 29)]
)
def test_an_absence_is_paid_in_full_as_long_as_the_contract_says(
    rigg: Manadsrigg, own: str | None, paid: float
) -> None:
    """Ten days away: the rule is the absence's own, or that of the price."""
    contract = {"slag": "dygnspris", "fran": d("2025-03-01"), "till": None, "varde": "1000"}
    contract |= {"debiteringsregel": "reserverad_80_efter_7", "placering_id": "A"}
    gone = {"slag": "franvaro", "fran": d("2025-03-11"), "till": d("2025-03-21"), "varde": "sjukhus"}
    db = rigg.run(
        LAGE_PER,
        placering=[placering("A", d("2025-03-01"), d("2025-04-01"), None)],
        placering_period=[contract, gone | {"debiteringsregel": own, "placering_id": "A"}],
    )
    assert answer(db, "select betalda_dygn from mart.fct_placering_manad") == [(Decimal(str(paid)),)]


def test_gaps(rigg: Manadsrigg) -> None:
    """Each kind of gap once, one of them a protected person's; and what is no gap."""
    spring = d("2025-01-01"), d("2025-03-01")
    jan, feb = (d("2025-01-01"), d("2025-01-31")), (d("2025-02-01"), d("2025-02-28"))
    db = rigg.run(
        LAGE_PER,
        protected=["p-S"],
        placering=[
            placering("A", *spring, 1000),
            placering("B", *spring, 1000),
            placering("S", *spring, 1000),
            placering("GRATIS", *spring, 0),
            placering("NY", d("2025-05-01"), None, 1000),
            placering("INSTÄLLD", d("2025-02-01"), d("2025-02-01"), 1000),
        ],
        ekonomi=[
            faktura("2025-02", 1000, d("2025-02-01"), d("2025-02-01"), "INSTÄLLD"),
            faktura("2025-01", 31000, *jan, "A", rad_id="hel"),
            faktura("2025-02", 33000, d("2025-02-01"), d("2025-03-05"), "A", rad_id="lang"),
            faktura("2025-01", 31000, *jan, "B", rad_id="hel-b"),
            faktura("2025-02", 5000, *feb, None, rad_id="ingen"),
            faktura("2025-02", 7000, *feb, "OKÄND", rad_id="okand"),
            faktura("2025-03", 9000, d("2025-03-01"), d("2025-03-09"), "S", rad_id="skyddad"),
            faktura("2025-02", 100, None, None, None, rad_id="annat", verksamhet="571100"),
        ],
    )
    assert answer(
        db,
        """
        select orsak, manad, ar_skyddad, ekonomi_nyckel is not null, placering_id, antal, dygn, belopp_kr
        from mart.kostnad_lucka order by slag, orsak, manad, placering_id
        """,
    ) == [
        ("okand_placering", "2025-02", False, True, "OKÄND", 1, 28, 7000),
        ("saknar_placering", "2025-02", False, True, None, 1, 28, 5000),
        ("utanfor_placeringen", "2025-02", False, True, "INSTÄLLD", 1, 1, 1000),
        ("utanfor_placeringen", "2025-03", False, True, "A", 1, 5, 5000),
        ("utanfor_placeringen", "2025-03", True, False, None, 1, 9, 9000),
        ("inget_bokfort", "2025-01", True, False, None, 1, 31, 31000),
        ("inget_bokfort", "2025-02", False, False, "B", 1, 28, 28000),
        ("inget_bokfort", "2025-02", True, False, None, 1, 28, 28000),
    ]  # NY is from a month that is not closed yet


def test_a_sum_a_month_is_neither_volume_nor_price(rigg: Manadsrigg) -> None:
    """Homes are paid as one sum; who is in them has no invoice and no gap."""
    home = {"placeringsform": "familjehem", "regi": "egen"}
    db = rigg.run(
        LAGE_PER,
        placering=[placering("HEM", d("2025-01-01"), d("2025-02-01"), 1000, **home)],
        ekonomi=[faktura("2025-01", 40000, None, None, None, verksamhet="557100")],
    )
    (row,) = answer(
        db,
        """
        select ar_fakturerad, skillnad_kr, volym_kr, pris_kr, oforklarat_kr from mart.kostnad_avstamning
        where volymgrupp = 'barn_familjehem'
        """,
    )
    assert row == (False, 9000, 0, 0, 9000)
    assert answer(db, "from mart.kostnad_lucka") == answer(db, "from mart.kostnad_periodisering") == []


def test_what_is_accrued_in_january_is_reversed_in_february(rigg: Manadsrigg) -> None:
    jan, feb = (d("2025-01-01"), d("2025-01-31")), (d("2025-02-01"), d("2025-02-28"))
    db = rigg.run(
        d("2025-02-28"),
        placering=[placering("A", d("2025-01-01"), None, 1000)],
        ekonomi=[faktura("2025-02", 31000, *jan, "A"), faktura("2025-02", 28000, *feb, "A")],
    )
    assert answer(
        db,
        """
        select manad, utforare, betalda_dygn, beraknad_kr, bokfort_for_manaden_kr, att_periodisera_kr,
               aterforing_kr, netto_kr
        from mart.kostnad_periodisering order by manad
        """,
    ) == [("2025-02", "Exempelhemmet HVB AB", 28, 28000, 28000, 0, 0, 0)]  # the ledger begins in February
    db = rigg.run(
        d("2025-02-28"),
        placering=[placering("A", d("2025-01-01"), None, 1000)],
        ekonomi=[
            faktura("2025-01", 1000, d("2025-01-01"), d("2025-01-01"), "A"),
            faktura("2025-02", 30000, d("2025-01-02"), d("2025-01-31"), "A"),
        ],
    )
    assert answer(
        db,
        """
        select manad, att_periodisera_kr, aterforing_kr, netto_kr
        from mart.kostnad_periodisering order by manad
        """,
    ) == [("2025-01", 30000, 0, 30000), ("2025-02", 28000, -30000, -2000)]


def test_no_provider_of_a_protected_person_is_told(rigg: Manadsrigg) -> None:
    """The accruals are whole, but the line of the provider is without the days of who must not be found."""
    stay = d("2025-01-01"), None
    db = rigg.run(
        d("2025-01-31"),
        protected=["p-S"],
        placering=[placering("A", *stay, 1000), placering("S", *stay, 2000, utforare="Hemlig plats AB")],
        ekonomi=[faktura("2025-01", 1000, d("2025-01-01"), d("2025-01-01"), c) for c in ("A", "S")],
    )
    assert answer(
        db, "select utforare, att_periodisera_kr from mart.kostnad_periodisering order by utforare"
    ) == [("Exempelhemmet HVB AB", 30000), ("skyddad", 61000)]


def test_why_somebody_is_away_stays_in_the_case_system(rigg: Manadsrigg) -> None:
    """The reason is typed, so it may name anybody: only that there is an absence goes on."""
    typed = "rymning, troligen hos Påhittad Person"
    away = {"slag": "franvaro", "fran": d("2025-01-10"), "till": None, "varde": typed}
    db = rigg.run(
        d("2025-01-31"),
        placering=[placering("A", d("2025-01-01"), None, 1000)],
        placering_period=[away | {"placering_id": "A"}],
    )
    assert answer(db, "select ar_franvarande from mart.placering_lista") == [(True,)]
    tables = answer(
        db,
        """
        select table_schema || '.' || table_name from information_schema.tables
        where table_schema in ('intermediate', 'mart')
        """,
    )
    assert len(tables) > 20
    for (name,) in tables:
        assert typed not in str(answer(db, f"from {name}")), name


def test_no_typed_reason_is_in_the_night(lager: duckdb.DuckDBPyConnection) -> None:
    ((absences, reasons),) = answer(
        lager, "select count(*), count(varde) from staging.stg_placering_period where slag = 'franvaro'"
    )
    assert absences > 0
    assert reasons == 0


def test_the_bridge_event_by_event(rigg: Manadsrigg) -> None:
    """In May one comes, one leaves, one moves from a home to an institution, and one becomes dearer."""
    home = {"placeringsform": "familjehem", "regi": "egen", "person_nyckel": "p-flytt"}
    db = rigg.run(
        LAGE_PER,
        placering=[
            placering("NY", d("2025-05-11"), None, 1000),
            placering("SLUT", d("2025-04-01"), d("2025-05-21"), 2000),
            placering("HEM", d("2025-01-01"), d("2025-05-02"), 800, **home),
            placering("HVB", d("2025-05-02"), None, 3000, person_nyckel="p-flytt"),
            placering("DYR", d("2025-01-01"), None, None),
            placering("KORT", d("2025-05-03"), d("2025-05-09"), 9000),
        ],
        placering_period=[
            {
                "placering_id": "DYR",
                "slag": "dygnspris",
                "fran": d("2025-01-01"),
                "till": None,
                "varde": "1500",
            },
            {
                "placering_id": "DYR",
                "slag": "dygnspris",
                "fran": d("2025-05-16"),
                "till": None,
                "varde": "1600.5",
            },
        ],
        ekonomi=[faktura("2025-05", 1, None, None, None)],
    )
    left = {"NY": 235, "SLUT": 225, "HVB": 244, "HEM": 244, "DYR": 230}  # days to 31 December
    assert answer(
        db,
        """
        select volymgrupp, handelse, antal_placeringar, antal_forandring, dygnskostnad_kr, effekt_i_ar_kr
        from mart.kostnad_brygga where manad = '2025-05' order by volymgrupp, handelse
        """,
    ) == [
        ("barn_familjehem", "bytt_form", 1, -1, -800, -800 * left["HEM"]),
        ("barn_familjehem", "ingaende", 1, 1, 800, None),
        (SOL, "bytt_form", 1, 1, 3000, 3000 * left["HVB"]),
        (SOL, "in", 1, 1, 1000, 1000 * left["NY"]),
        (SOL, "ingaende", 2, 2, 3500, None),
        (SOL, "pris", 1, 0, Decimal("100.5"), Decimal("100.5") * left["DYR"]),
        (SOL, "ut", 1, -1, -2000, -2000 * left["SLUT"]),
        (SOL, "utgaende", 3, 3, Decimal("5600.5"), None),
    ]


def test_the_list_of_open_placements(rigg: Manadsrigg) -> None:
    db = rigg.run(
        LAGE_PER,
        protected=["p-S"],
        placering=[
            placering("A", d("2025-06-01"), None, 1000, planerat_slut=d("2025-06-21"), beslut_id="B1"),
            placering("UTAN-PRIS", d("2025-06-01"), None, None, planerat_slut=d("2025-06-05")),
            placering("S", d("2025-06-01"), None, 1000),
            placering("SLUT", d("2025-06-01"), d("2025-06-10"), 1000),
        ],
        beslut=[{"beslut_id": "B1", "beslutsdatum": d("2025-05-01"), "giltig_till": d("2025-08-01")}],
        ekonomi=[faktura("2025-06", 1, None, None, None)],
    )
    assert answer(
        db,
        """
        select placering_id, dygn, kostnad_kr, ar_prissatt, dygnspris_kr, ar_over_planerat_slut,
               kostnad_till_planerat_slut_kr, beslut_giltig_till_datum
        from mart.placering_lista order by placering_id
        """,
    ) == [
        ("A", 10, 10000, True, 1000, False, 10000, d("2025-08-01")),
        ("UTAN-PRIS", 10, None, False, None, True, None, None),
    ]


def test_the_next_review_is_the_first_open_clock_of_the_care(lager: Db) -> None:
    found = dict(answer(lager, "select placering_id, nasta_overvagande_datum from mart.placering_lista"))
    clocks: dict[str, list[date]] = defaultdict(list)
    for case, due in answer(
        lager,
        """
        select plac.placering_id, coalesce(frist.forlangd_till_datum, frist.frist_datum)
        from mart.fct_placering as plac
        join mart.fct_frist as frist
            on frist.kommun = plac.kommun and frist.subjekt_typ = 'vard' and frist.subjekt_id = plac.vard_id
        where plac.slut_datum is null and frist.stopp_datum is null and frist.upphord_datum is null
            and frist.slag = 'aterkommande' and frist.utfall <> 'undantagen'
        """,
    ):
        clocks[case].append(due)
    assert found == {case: min(clocks[case], default=None) for case in found}
    assert any(found.values())


def test_decisions_that_are_missing_or_run_out(rigg: Manadsrigg) -> None:
    given: dict[str, Any] = {
        "INGET": None,
        "BORTA": "finns-inte",
        "AVSLAG": {"utfall": "avslag"},
        "AVSLUTAT": {"avslutad": d("2025-06-01")},
        "UTGÅNGET": {"giltig_till": d("2025-06-09")},
        "IDAG": {"giltig_till": d("2025-06-10")},
        "TRETTIO": {"giltig_till": d("2025-07-10")},
        "TRETTIOETT": {"giltig_till": d("2025-07-11")},
        "SEXTIO": {"giltig_till": d("2025-08-09")},
        "LÄNGE": {"giltig_till": d("2025-08-10")},
        "TILLS VIDARE": {},
        "ERSATT": {"giltig_till": d("2025-01-01")},
        "SKYDDAD": {"giltig_till": d("2025-01-01")},
    }
    when: Row = {"beslutsdatum": d("2024-12-01")}
    decisions: list[Row] = [
        when | {"beslut_id": case} | of for case, of in given.items() if isinstance(of, dict)
    ]
    decisions += [
        {"beslut_id": "NYTT", "ersatter_beslut_id": "ERSATT", "beslutsdatum": d("2025-01-02")}
        | {"giltig_till": d("2025-03-01")},
        {"beslut_id": "NYAST", "ersatter_beslut_id": "NYTT", "beslutsdatum": d("2025-03-02")}
        | {"giltig_till": d("2025-06-20")},
        {
            "beslut_id": "NEJ",
            "ersatter_beslut_id": "NYAST",
            "beslutsdatum": d("2025-04-02"),
            "utfall": "avslag",
        },
    ]
    placements = [
        placering(case, d("2025-01-01"), None, 1, beslut_id=case if isinstance(of, dict) else of)
        for case, of in given.items()
    ]
    help_ = {"insatstyp": "kontaktperson", "start": d("2025-01-01"), "beslutsdatum": d("2025-01-01")}
    db = rigg.run(
        LAGE_PER,
        protected=["p-SKYDDAD"],
        placering=[*placements, placering("SLUT", d("2025-01-01"), d("2025-02-01"), 1)],
        beslut=decisions,
        insats=[
            help_ | {"insats_id": "I1", "beslut_id": "UTGÅNGET"},
            help_ | {"insats_id": "I2", "beslut_id": None},
            help_ | {"insats_id": "I3", "beslut_id": None, "behovsprovad": False},
            help_ | {"insats_id": "I4", "beslut_id": "UTGÅNGET", "slut": d("2025-06-10")},
        ],
        ekonomi=[faktura("2025-06", 1, None, None, None)],
    )
    assert dict(
        answer(db, "select subjekt_id, (lage, dagar_kvar, senare_beslut_id) from mart.beslut_giltighet")
    ) == {
        "INGET": ("saknas", None, None),
        "BORTA": ("okant", None, None),
        "AVSLAG": ("avslag", None, None),
        "AVSLUTAT": ("avslutat", None, None),
        "UTGÅNGET": ("utgangen", -1, None),
        "IDAG": ("inom_30", 0, None),
        "TRETTIO": ("inom_30", 30, None),
        "TRETTIOETT": ("inom_60", 31, None),
        "SEXTIO": ("inom_60", 60, None),
        "ERSATT": ("inom_30", 10, "NYAST"),
        "I1": ("utgangen", -1, None),
        "I2": ("saknas", None, None),
    }


def test_what_others_answer_for(rigg: Manadsrigg) -> None:
    grant = {"kontotyp": "statsbidrag", "konto": "3511"}
    db = rigg.run(
        LAGE_PER,
        placering=[
            placering("ENSAM", d("2025-05-01"), d("2025-06-01"), 1000, ensamkommande=True),
            placering("GRANNE", d("2025-05-01"), d("2025-05-11"), 2000, beslut_id="B1"),
            placering("EGEN", d("2025-05-01"), d("2025-05-11"), 2000, beslut_id="B2"),
        ],
        beslut=[
            {"beslut_id": "B1", "beslutsdatum": d("2025-05-01"), "ansvarig_kommun": "9902"},
            {"beslut_id": "B2", "beslutsdatum": d("2025-05-01"), "ansvarig_kommun": "9901"},
        ],
        ekonomi=[
            faktura("2025-05", -20000, None, None, "ENSAM", **grant),
            faktura("2025-06", -4000, d("2025-05-01"), d("2025-05-31"), "ENSAM", **grant),
            faktura("2025-05", -500, None, None, "EGEN", **grant),
            faktura("2025-05", 31000, None, None, "ENSAM"),
        ],
    )
    assert answer(
        db,
        """
        select manad, betalare, antal_placeringar, betalda_dygn, beraknad_kr, intakt_kr, aterstaende_kr
        from mart.kostnad_atersokning order by betalare
        """,
    ) == [
        ("2025-05", "9902", 1, 10, 20000, 0, 20000),
        ("2025-05", "staten", 1, 31, 31000, -24000, 7000),
    ]


def test_outliers_have_rank_and_distance_and_no_name(rigg: Manadsrigg) -> None:
    prices = [900, 1000, 1000, 1100, 1200, 4000]
    db = rigg.run(
        LAGE_PER,
        placering=[
            *(placering(f"P{n}", d("2025-05-01"), None, kr, utforare=f"U{n}") for n, kr in enumerate(prices)),
            *(
                placering(f"S{n}", d("2025-05-01"), None, 10, placeringsform="sis", regi="sis")
                for n in range(4)
            ),
            *(placering(f"K{n}", d("2025-05-01"), None, 500, regi="kommun") for n in range(5)),
        ],
        ekonomi=[faktura("2025-05", 1, None, None, None)],
    )
    found = answer(
        db,
        """
        select
            placeringsform, regi, rang, antal_i_gruppen, pris_kr, median_kr, spridning_kr, avstand,
            saknas_orsak
        from mart.kostnad_avvikare where slag = 'placering' order by placeringsform, regi, rang
        """,
    )
    by_hand = [
        (kr, Decimal(round((kr - 1050) / (1.4826 * 100), 4)).quantize(Decimal("0.0001"))) for kr in prices
    ]
    spread = Decimal(100)  # the distances to 1050 are 50, 50, 50, 150, 150 and 2950
    assert found == [
        *(("hvb", "kommun", n, 5, 500, 500, 0, None, "ingen spridning i gruppen") for n in range(1, 6)),
        *(
            ("hvb", "privat", n, 6, kr, 1050, spread, far, None)
            for n, (kr, far) in enumerate(sorted(by_hand, reverse=True)[:5], 1)
        ),
        ("sis", "sis", 1, 4, None, None, None, None, "för få i gruppen"),
    ]
    providers = answer(db, "select pris_kr from mart.kostnad_avvikare where slag = 'utforare' and rang = 1")
    assert (Decimal(4000),) in providers
    columns = {row[0] for row in answer(db, "describe mart.kostnad_avvikare")}
    assert not columns & {"placering_id", "utforare", "person_nyckel", "enhet"}


def test_prices_as_a_board_prints_them(rigg: Manadsrigg) -> None:
    sis = {"placeringsform": "sis", "regi": "sis"}
    db = rigg.run(
        LAGE_PER,
        placering=[
            placering("A", d("2025-05-01"), d("2025-05-11"), 2000),
            placering("B", d("2025-05-01"), d("2025-05-31"), 3000),
            placering("C", d("2025-05-01"), d("2025-05-03"), None),
            placering("SIS", d("2025-05-30"), d("2025-06-02"), 10950, **sis),
        ],
        placering_period=[
            {
                "placering_id": "C",
                "slag": "dygnspris",
                "fran": d("2025-05-01"),
                "till": None,
                "varde": "4000",
            },
            {
                "placering_id": "C",
                "slag": "dygnspris",
                "fran": d("2025-05-02"),
                "till": None,
                "varde": "4720",
            },
        ],
        ekonomi=[faktura("2025-05", 1, None, None, None)],
    )
    mean = Decimal(10 * 2000 + 30 * 3000 + 4000 + 4720) / 42
    assert answer(
        db,
        """
        select period, rad_namn, antal_placeringar, betalda_dygn, lagst_kr, median_kr, medel_kr, hogst_kr
        from mart.dygnspris_spann where periodtyp = 'manad' order by period, ordning
        """,
    ) == [
        ("2025-05", "HVB – privata företag", 3, 42, 2000, 3000, round(mean, 2), 4720),
        ("2025-05", "HVB – SiS", 1, 2, 10950, 10950, 10950, 10950),
        ("2025-06", "HVB – SiS", 1, 1, 10950, 10950, 10950, 10950),
    ]
