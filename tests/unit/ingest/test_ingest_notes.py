"""What people say of figures: nothing is lost, the last applies, and no personnummer gets in."""

import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from scenes import CONTEXT, TIMEOUT

from pipelines.ingest import notes
from pipelines.ingest.notes import EVERY, Note, NoteError, Signed
from pipelines.settings import Settings
from pipelines.warehouse import indata
from pipelines.warehouse.errors import BuildError

KOMMUN = "9901"
LAGE_PER = date(2026, 11, 3)
FIGURE = Signed(
    indikator_id="AKT_ANTAL",
    definitionsversion=1,
    period="2026-10",
    uppdelning="total",
    grupp="total",
    status="ok",
    taljare=Decimal("21.0000"),
    namnare=None,
    varde=Decimal("21.000000"),
)


def note(**content: Any) -> Note:
    said = {
        "slag": "kommentar",
        "kommun": KOMMUN,
        "indikator_id": "AKT_ANTAL",
        "period": "2026-10",
        "innehall": "Två tjänster var vakanta.",
        "av": "Eva Ek",
        "roll": "enhetschef",
        "vintage": "2026-11-04T020103",
        "lage_per": LAGE_PER,
    }
    return Note(**(said | content))


def record(settings: Settings) -> Path:
    return settings.archive / "anteckning" / f"{KOMMUN}.jsonl"


def texts(settings: Settings) -> list[str | None]:
    return [n.innehall for n in notes.standing(settings, KOMMUN)]


def test_a_later_note_takes_the_place_of_an_earlier_and_both_are_kept(settings: Settings) -> None:
    for text in ("Först.", "Sedan."):
        notes.append(settings, note(innehall=text))
    assert texts(settings) == ["Sedan."]
    assert [(n.nr, n.innehall) for n in notes.read(settings, KOMMUN)] == [(1, "Först."), (2, "Sedan.")]


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2026-K3"},
        {"indikator_id": "AKT_OROSANMALAN"},
        {"indikator_id": EVERY},
        {"enhet": "mottag_barn"},
        {"slag": "bedomning", "bedomning": "ej"},
        {"slag": "signering", "indikator_id": EVERY, "innehall": None},
    ],
)
def test_a_note_on_something_else_leaves_it_alone(settings: Settings, other: dict[str, Any]) -> None:
    notes.append(settings, note(innehall="Först."))
    notes.append(settings, note(**other))
    assert len(notes.standing(settings, KOMMUN)) == 2


def test_what_is_taken_back_applies_no_more_and_the_one_before_does_not_return(settings: Settings) -> None:
    for text in ("Först.", "Sedan."):
        notes.append(settings, note(innehall=text))
    back = notes.withdraw(settings, KOMMUN, 2, by="Bo Al", role="socialchef", reason="Fel månad")
    assert (back.ar_aterkallelse, back.av, back.innehall) == (True, "Bo Al", "Fel månad")
    assert texts(settings) == []
    assert len(notes.read(settings, KOMMUN)) == 3
    for nr in (1, 2, 3, 9):
        with pytest.raises(NoteError, match=f"ingen anteckning {nr} som gäller"):
            notes.withdraw(settings, KOMMUN, nr, by="Bo Al", role="socialchef", reason="Igen")


def test_a_withdrawal_says_why(settings: Settings) -> None:
    notes.append(settings, note())
    with pytest.raises(NoteError, match="varför"):
        notes.withdraw(settings, KOMMUN, 1, by="Bo Al", role="socialchef", reason=" ")


def test_a_sign_off_can_be_taken_back_and_made_again(settings: Settings) -> None:
    sign = note(slag="signering", indikator_id=EVERY, innehall=None, varden=(FIGURE,))
    first = notes.append(settings, sign)
    notes.withdraw(settings, KOMMUN, first.nr, by="Bo Al", role="socialchef", reason="För tidigt")
    again = notes.append(settings, sign)
    assert notes.standing(settings, KOMMUN) == [again]
    assert again.sha256 == notes.digest([FIGURE])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"kommun": "1"}, "finns inte i seeds"),
        ({"kommun": "../x"}, "finns inte i seeds"),
        ({"innehall": "  "}, "tom"),
        ({"av": ""}, "--av"),
        ({"roll": " "}, "--roll"),
        ({"bedomning": "ej"}, "bara en bedömning"),
        ({"slag": "bedomning"}, "uppfyllt, delvis eller ej"),
        ({"slag": "bedomning", "bedomning": "ej", "indikator_id": EVERY}, "gäller en indikator"),
        ({"period": "2026 10"}, "Okänd"),
    ],
)
def test_what_is_missing_or_out_of_place_is_refused(
    settings: Settings, content: dict[str, Any], said: str
) -> None:
    with pytest.raises(NoteError, match=said):
        notes.append(settings, note(**content))
    assert not record(settings).exists()


NUMBERS = [
    "198507099805",
    "19850709-9805",
    "850709-9805",
    "8507099805",
    "850709+9805",
    "19850769-9802",
    "20240101-T123",
]
"""Of nobody: twelve digits or ten, hyphen or none, samordningsnummer, the municipality's temporary number."""


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["innehall", "av", "roll"])
def test_no_personnummer_is_written(settings: Settings, number: str, field: str) -> None:
    with pytest.raises(NoteError, match="personnummer"):
        notes.append(settings, note(**{field: f"Gäller ärendet {number}, se akten"}))
    assert not record(settings).exists()


@pytest.mark.parametrize(
    "text",
    [
        "83,3 % mot 100 % i september 2026, 1 234 567 kr.",
        "Omräknat 2026-11-03, se dnr 2026:1234 och rutin 20261103.",
        "Telefon 08-508 00 000. Rad två – “citat” och åäö.",
    ],
)
def test_plain_texts_are_kept_as_they_are(settings: Settings, text: str) -> None:
    notes.append(settings, note(innehall=text))
    assert texts(settings) == [text]


@examples(max_examples=60, deadline=None)
@given(text=st.text(min_size=1).filter(str.strip))
def test_any_text_comes_back_on_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("text"))
    try:
        notes.append(settings, note(innehall=text))
    except NoteError:
        return
    assert texts(settings) == [" ".join(text.split())]
    assert record(settings).read_bytes().count(b"\n") == 1


# --- Crashes ---


def test_a_torn_last_line_is_no_note_wherever_it_was_torn(settings: Settings) -> None:
    """Cut at every byte of the last line: what was acknowledged stays, and the next note stands whole."""
    notes.append(settings, note(innehall="Först."))
    whole = record(settings).stat().st_size
    notes.append(settings, note(innehall="Åäö, sedan."))
    both = record(settings).read_bytes()
    for length in range(whole, len(both)):
        record(settings).write_bytes(both[:length])
        assert texts(settings) == ["Först."]
        assert [n["innehall"] for n in indata._notes(settings, {KOMMUN: LAGE_PER})] == ["Först."]
        notes.append(settings, note(innehall="Igen.", period="2026-09"))
        assert texts(settings) == ["Först.", "Igen."]
        assert [n.nr for n in notes.read(settings, KOMMUN)] == [1, 2]


def test_what_is_torn_before_the_first_note_is_nothing(settings: Settings) -> None:
    notes.append(settings, note())
    record(settings).write_bytes(record(settings).read_bytes()[:-1])
    assert notes.read(settings, KOMMUN) == []
    notes.append(settings, note(innehall="Igen."))
    assert texts(settings) == ["Igen."]


def write_until_killed(home: Path, acknowledged: Path) -> None:
    """What a child process does: notes, each told of only when it is in."""
    settings = Settings(home=home)
    descriptor = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(100_000):
        written = notes.append(settings, note(period=f"2026-{number}"))
        os.write(descriptor, f"{written.nr}\n".encode())


def test_kill_9_loses_no_note_that_was_acknowledged(settings: Settings, tmp_path: Path) -> None:
    acknowledged = tmp_path / "kvitton"
    acknowledged.touch()
    for milliseconds in (40, 70, 110):
        before = acknowledged.stat().st_size
        process = CONTEXT.Process(target=write_until_killed, args=(settings.home, acknowledged))
        process.start()
        for _ in range(TIMEOUT * 100):
            if acknowledged.stat().st_size > before + 20:  # it is well under way, however slow the machine
                break
            process.join(0.01)
        process.join(milliseconds / 1000)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(TIMEOUT)
        assert acknowledged.stat().st_size > before + 20
    told = [int(line) for line in acknowledged.read_text().split()]
    there = [n.nr for n in notes.read(settings, KOMMUN)]
    assert there == list(range(1, len(there) + 1))
    assert set(told) <= set(there)


def test_two_at_once_get_a_number_each(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda n: notes.append(settings, note(period=f"2026-{n}")), range(24)))
    assert sorted(n.nr for n in written) == list(range(1, 25))
    assert len(notes.read(settings, KOMMUN)) == 24


def test_the_record_is_the_owners_alone(settings: Settings) -> None:
    notes.append(settings, note())
    assert record(settings).stat().st_mode & 0o077 == 0
    assert record(settings).parent.stat().st_mode & 0o077 == 0


# --- What the warehouse reads ---


def spoil(settings: Settings, change: Callable[[dict[str, Any]], Any]) -> None:
    first, *rest = record(settings).read_text(encoding="utf-8").splitlines(keepends=True)
    row = json.loads(first)
    change(row)
    record(settings).write_text("".join([json.dumps(row) + "\n", *rest]), encoding="utf-8")


def test_a_damaged_record_is_said_by_all_who_read_it(settings: Settings) -> None:
    notes.append(settings, note())
    record(settings).write_bytes(b"{\n" + record(settings).read_bytes())
    with pytest.raises(NoteError, match="skadad"):
        notes.append(settings, note())
    with pytest.raises(BuildError, match="damaged"):
        indata._notes(settings, {KOMMUN: LAGE_PER})


def test_altered_signed_figures_stop_the_night(settings: Settings) -> None:
    notes.append(settings, note(slag="signering", indikator_id=EVERY, varden=(FIGURE,)))
    assert len(indata._notes(settings, {KOMMUN: LAGE_PER})) == 1
    spoil(settings, lambda row: row["varden"][0].update(varde="22.000000"))
    with pytest.raises(BuildError, match="not what was signed"):
        indata._notes(settings, {KOMMUN: LAGE_PER})


def test_an_earlier_night_knows_of_no_later_note(settings: Settings) -> None:
    notes.append(settings, note())
    later = note(period="2026-11", lage_per=date(2026, 12, 3))
    notes.append(settings, later)
    known = indata._notes(settings, {KOMMUN: LAGE_PER})
    assert [n["period"] for n in known] == ["2026-10"]
    assert indata._notes(settings, {}) == []


def test_the_warehouse_gets_typed_rows(settings: Settings) -> None:
    written = notes.append(settings, note(slag="signering", indikator_id=EVERY, varden=(FIGURE,)))
    (raw,) = indata._notes(settings, {KOMMUN: LAGE_PER})
    row = dict(zip(indata.INPUT_SCHEMAS["anteckning"], indata._typed("anteckning", raw), strict=True))
    assert (row["tid"], row["lage_per"], row["enhet"]) == (written.tid, LAGE_PER, None)
    values = indata._typed("signerat_varde", {"kommun": KOMMUN, "nr": 1, **raw["varden"][0]})
    assert values[-3:] == (Decimal("21.0000"), None, Decimal("21.000000"))
