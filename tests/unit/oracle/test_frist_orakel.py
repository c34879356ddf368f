"""The oracle against days worked by hand from the statute."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from frist_orakel import aterkommande, giltig_forlangning, lagg_till, rulla, utfall_lag, utfall_rapportering

from pipelines.settings import ROOT, SEEDS


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def d(text: str) -> date:
    return date.fromisoformat(text)


HELGDAGAR = {d(row["datum"]) for row in rows(SEEDS / "helgdagar.csv")}
VEKTORER = rows(ROOT / "tests/data/frist_testvektorer.csv")


@pytest.mark.parametrize("v", VEKTORER, ids=lambda v: f"{v['start']}+{v['langd']}{v['enhet']}")
def test_vectors(v: dict[str, str]) -> None:
    start = d(v["start"])
    nominell = lagg_till(start, int(v["langd"]), v["enhet"])
    assert nominell == d(v["nominell"])
    assert (nominell - start).days == int(v["dagar_nominell"])
    assert rulla(nominell, HELGDAGAR) == d(v["laglig"])


@pytest.mark.parametrize(
    ("start", "langd", "enhet", "due"),
    [
        ("2023-10-31", 4, "manad", "2024-02-29"),  # leap year: the last day of February
        ("2024-02-29", 1, "ar", "2025-02-28"),
        ("2024-02-29", 4, "ar", "2028-02-29"),
        ("2025-12-31", 2, "vecka", "2026-01-14"),  # the same weekday, across a year
        ("2025-08-31", 6, "manad", "2026-02-28"),
        ("2025-02-28", 6, "manad", "2025-08-28"),  # the day number, not the end of the month
        ("2025-06-30", 0, "dag", "2025-06-30"),
    ],
)
def test_lagg_till(start: str, langd: int, enhet: str, due: str) -> None:
    assert lagg_till(d(start), langd, enhet) == d(due)


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        lagg_till(d("2025-01-01"), 1, "kvartal")


def test_four_months_are_120_to_123_days() -> None:
    """The shares that the domain reference prints for starts 2023–2026."""
    first, last = d("2023-01-01"), d("2026-12-31")
    starts = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    lengths = [(lagg_till(s, 4, "manad") - s).days for s in starts]
    shares = {n: round(100 * lengths.count(n) / len(lengths)) for n in set(lengths)}
    assert shares == {120: 19, 121: 13, 122: 44, 123: 24}
    assert max((rulla(lagg_till(s, 4, "manad"), HELGDAGAR) - s).days for s in starts) == 127


@pytest.mark.parametrize(
    ("dag", "nasta"),
    [
        ("2026-04-02", "2026-04-02"),  # skärtorsdag is an ordinary day
        ("2026-04-03", "2026-04-07"),  # långfredagen to annandag påsk
        ("2025-06-06", "2025-06-09"),  # nationaldagen on a Friday; annandag pingst no longer counts
        ("2004-05-31", "2004-06-01"),  # annandag pingst until 2004
        ("2025-12-31", "2026-01-02"),  # nyårsafton, nyårsdagen
        ("2026-01-05", "2026-01-05"),  # trettondagsafton is an ordinary day
        ("2025-05-02", "2025-05-02"),  # so is a klämdag
    ],
)
def test_rulla(dag: str, nasta: str) -> None:
    assert rulla(d(dag), HELGDAGAR) == d(nasta)


START, FRIST = d("2025-01-15"), d("2025-05-15")
I_TID_BESLUTAD = (d("2025-05-15"), d("2025-07-15"))
FOR_SENT_BESLUTAD = (d("2025-05-16"), d("2025-07-15"))
ANDRA = (d("2025-07-10"), d("2025-09-01"))
FORTIDIGARE = (d("2025-02-01"), d("2025-05-01"))


@pytest.mark.parametrize(
    ("forlangningar", "till"),
    [
        ([], None),
        ([I_TID_BESLUTAD], d("2025-07-15")),  # decided on the due date itself
        ([FOR_SENT_BESLUTAD], None),  # decided the day after
        ([FORTIDIGARE], None),  # an extension cannot shorten
        ([ANDRA, I_TID_BESLUTAD], d("2025-09-01")),  # chained, whatever the order of the rows
        ([ANDRA], None),  # the second does not stand without the first
        ([FOR_SENT_BESLUTAD, ANDRA], None),
        ([I_TID_BESLUTAD, (d("2025-07-16"), d("2025-09-01"))], d("2025-07-15")),
    ],
)
def test_valid_extension(forlangningar: list[tuple[date, date]], till: date | None) -> None:
    assert giltig_forlangning(FRIST, forlangningar) == till


@pytest.mark.parametrize(
    ("stopp", "forlangningar", "utfall"),
    [
        ("2025-01-15", [], "i_tid"),  # the same day
        ("2025-05-15", [], "i_tid"),
        ("2025-05-16", [], "for_sent"),
        ("2025-05-15", [I_TID_BESLUTAD], "i_tid"),  # the headline is the original due date
        ("2025-05-16", [I_TID_BESLUTAD], "i_tid_efter_forlangning"),
        ("2025-07-15", [I_TID_BESLUTAD], "i_tid_efter_forlangning"),
        ("2025-07-16", [I_TID_BESLUTAD], "for_sent"),
        ("2025-05-16", [FOR_SENT_BESLUTAD], "for_sent"),
        ("2025-01-14", [], "ej_bedombar"),
    ],
)
def test_utfall_of_stopped_clock(stopp: str, forlangningar: list[tuple[date, date]], utfall: str) -> None:
    assert utfall_lag(START, FRIST, forlangningar, d(stopp), d("2026-01-01"))[0] == utfall


@pytest.mark.parametrize(
    ("lage_per", "forlangningar", "utfall"),
    [
        ("2025-05-15", [], "pagaende"),
        ("2025-05-16", [], "pagaende_over_frist"),
        ("2025-05-15", [I_TID_BESLUTAD], "pagaende"),
        ("2025-05-16", [I_TID_BESLUTAD], "pagaende_inom_forlangning"),
        ("2025-07-15", [I_TID_BESLUTAD], "pagaende_inom_forlangning"),
        ("2025-07-16", [I_TID_BESLUTAD], "pagaende_over_frist"),
    ],
)
def test_utfall_of_open_clock(lage_per: str, forlangningar: list[tuple[date, date]], utfall: str) -> None:
    assert utfall_lag(START, FRIST, forlangningar, None, d(lage_per))[0] == utfall


def test_utfall_gives_the_extended_date_and_needs_a_start() -> None:
    assert utfall_lag(START, FRIST, [I_TID_BESLUTAD], None, FRIST) == ("pagaende", d("2025-07-15"))
    assert utfall_lag(START, FRIST, [FOR_SENT_BESLUTAD], None, FRIST) == ("pagaende", None)
    assert utfall_lag(None, None, [I_TID_BESLUTAD], FRIST, FRIST) == ("ej_bedombar", None)


@pytest.mark.parametrize(
    ("start", "stopp", "lage_per", "utfall"),
    [
        ("2025-05-15", "2025-08-15", "2025-09-01", "ej_rapporteringspliktig"),  # executed on the day
        ("2025-05-15", "2025-08-16", "2025-09-01", "rapporteringspliktig"),  # executed, but too late
        ("2025-05-15", None, "2025-08-15", "vantar"),
        ("2025-05-15", None, "2025-08-16", "rapporteringspliktig"),
        ("2025-11-30", None, "2026-02-28", "vantar"),  # three months end on the last of February
        ("2025-11-30", None, "2026-03-01", "rapporteringspliktig"),
        ("2025-05-15", "2025-05-14", "2025-09-01", "ej_bedombar"),
        (None, "2025-05-14", "2025-09-01", "ej_bedombar"),
    ],
)
def test_utfall_rapportering(start: str | None, stopp: str | None, lage_per: str, utfall: str) -> None:
    beslut = d(start) if start else None
    frist = lagg_till(beslut, 3, "manad") if beslut else None
    assert utfall_rapportering(beslut, frist, d(stopp) if stopp else None, d(lage_per)) == utfall


def occurrences(
    slut: str | None, overvaganden: list[str], lage_per: str
) -> list[tuple[str, str | None, str]]:
    """Care from 2024-01-31, every six months: (due date, stop date, utfall) in order of occurrence."""
    found = aterkommande(
        d("2024-01-31"), d(slut) if slut else None, [d(o) for o in overvaganden], 6, d(lage_per)
    )
    assert [nr for nr, *_ in found] == list(range(1, len(found) + 1))
    return [(str(due), str(stop) if stop else None, utfall) for _, due, stop, utfall in found]


LATE = "2025-12-31"


@pytest.mark.parametrize(
    ("slut", "overvaganden", "lage_per", "expected"),
    [
        (None, [], "2024-07-31", [("2024-07-31", None, "pagaende")]),
        (None, [], "2024-08-01", [("2024-07-31", None, "pagaende_over_frist")]),
        # An early review moves the next due date; the count runs from the review, not from the placement.
        (
            None,
            ["2024-06-15"],
            "2024-12-15",
            [("2024-07-31", "2024-06-15", "i_tid"), ("2024-12-15", None, "pagaende")],
        ),
        # Thirteen months late is one late occurrence, not three.
        (
            None,
            ["2025-08-31"],
            "2026-02-28",
            [("2024-07-31", "2025-08-31", "for_sent"), ("2026-02-28", None, "pagaende")],
        ),
        # On the due date is in time; the rows need not be in order.
        (
            None,
            ["2025-02-01", "2024-07-31"],
            LATE,
            [
                ("2024-07-31", "2024-07-31", "i_tid"),
                ("2025-01-31", "2025-02-01", "for_sent"),
                ("2025-08-01", None, "pagaende_over_frist"),
            ],
        ),
        # Care ends on the due date: the duty lapsed. The day after: it was due and never done.
        ("2024-07-31", [], LATE, [("2024-07-31", None, "upphord")]),
        ("2024-08-01", [], LATE, [("2024-07-31", None, "for_sent")]),
        # Reviews before care or after it are not reviews of this care; on its last day one still is.
        ("2024-08-01", ["2024-01-30", "2024-08-02"], LATE, [("2024-07-31", None, "for_sent")]),
        (
            "2024-07-20",
            ["2024-07-20", "2024-07-20"],
            LATE,
            [("2024-07-31", "2024-07-20", "i_tid"), ("2025-01-20", None, "upphord")],
        ),
        ("2024-01-30", ["2024-01-30"], LATE, [("2024-07-31", None, "ej_bedombar")]),
    ],
)
def test_aterkommande(
    slut: str | None, overvaganden: list[str], lage_per: str, expected: list[tuple[str, str | None, str]]
) -> None:
    assert occurrences(slut, overvaganden, lage_per) == expected
