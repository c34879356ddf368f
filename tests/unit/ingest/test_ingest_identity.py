"""Persons: what is accepted, what it tells, and that no number leaves ingest."""

import hmac
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sender import Sender, as_csv, person_number, rows, standard
from stdnum import luhn

from pipelines import ingest
from pipelines.ingest import Status, person, pseudonym

DAY = date(2026, 11, 1)


def with_check_digit(nine: str) -> str:
    return nine + luhn.calc_check_digit(nine[2:])


NUMBERS = [
    (with_check_digit("19800101002"), "personnummer", date(1980, 1, 1), "kvinna"),
    (with_check_digit("19800101003"), "personnummer", date(1980, 1, 1), "man"),
    (with_check_digit("20200229003"), "personnummer", date(2020, 2, 29), "man"),
    (with_check_digit("19800161002"), "samordningsnummer", date(1980, 1, 1), "kvinna"),
    ("19800101-T123", "tillfalligt", date(1980, 1, 1), None),
    ("19800101-TF10", "tillfalligt", date(1980, 1, 1), None),
]


@pytest.mark.parametrize(("number", "kind", "born", "sex"), NUMBERS)
def test_number_is_read(number: str, kind: str, born: date, sex: str | None) -> None:
    forms = {number, number if "-" in number else f"{number[:8]}-{number[8:]}"}
    for form in forms:
        (found,) = person.parse(pl.Series([form, None, form]), DAY).to_dicts()
        assert found == {
            "text": form,
            "nummer": number,
            "person_id_typ": kind,
            "fodelsedatum": born,
            "kon": sex,
        }


WRONG = {
    "ten digits": with_check_digit("19800101002")[2:],
    "ten digits with hyphen": "800101-0024",
    "check digit": with_check_digit("19800101002")[:-1] + "x",
    "wrong check digit": str(int(with_check_digit("19800101002")) ^ 1),
    "no such day": with_check_digit("20210229003"),
    "no such day for a coordination number": with_check_digit("19800293002"),
    "not yet born": with_check_digit("20270101003"),
    "another century": with_check_digit("17800101003"),
    "temporary without day": "19801301-T123",
    "temporary of another form": "19800101-T12",
    "letters": "okand",
    "two hyphens": "1980-0101-0024",
}


@pytest.mark.parametrize("fault", WRONG)
def test_not_a_number(fault: str) -> None:
    assert person.parse(pl.Series([WRONG[fault]]), DAY)["nummer"].to_list() == [None]


def test_birth_date_and_sex_are_derived_unless_given(sender: Sender) -> None:
    lines = rows("placeringar")
    lines[0] |= {"kon": "kvinna", "fodelsedatum": "1979-12-31"}
    sender.send(standard(placeringar=lines))
    found = pl.read_parquet(sender.settings.archive / "placeringar/kommun=9901/2026-11-01-1.parquet")
    assert found["fodelsedatum"].to_list()[:2] == [date(1979, 12, 31), date(1980, 1, 2)]
    assert found["kon"][0] == "kvinna"
    odd = [int(line["personnummer"][10]) % 2 == 1 for line in lines[1:]]
    assert [sex == "man" for sex in found["kon"][1:]] == odd


def key_file(folder: Path, kommun: str) -> pseudonym.Pseudonymiser:
    return pseudonym.load(folder / "secret" / "key", kommun, create=True)


def test_pseudonyms_are_stable_separate_and_local_where_they_should_be(tmp_path: Path) -> None:
    here, there = key_file(tmp_path, "9901"), key_file(tmp_path, "9902")
    regular, temporary = NUMBERS[0][0], "19800101-T123"
    assert here.of("person", regular) == there.of("person", regular)
    assert here.of("person", temporary) != there.of("person", temporary)
    assert here.of("hem", "1") != here.of("handlaggare", "1")
    assert here.of("hem", "1") != there.of("hem", "1")
    assert len(here.of("hem", "1")) == 32
    assert oct((tmp_path / "secret" / "key").stat().st_mode)[-3:] == "600"
    assert here.key_id and "keys" not in repr(here)


def test_rotation_wraps_the_old_pseudonym() -> None:
    old, new = bytes(32), bytes([1] * 32)
    before = pseudonym.Pseudonymiser("9901", "a", (old,)).of("person", "x")
    after = pseudonym.Pseudonymiser("9901", "b", (old, new)).of("person", "x")
    assert after == hmac.digest(new, before.encode(), "sha256").hex()[:32]


def test_unreadable_key_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("inte json")
    with pytest.raises(pseudonym.KeyFileError, match="går inte att läsa"):
        pseudonym.load(path, "9901", create=True)


def test_no_personal_number_leaves_ingest(sender: Sender) -> None:
    """Numbers in every wrong place: as ids, in texts, dates, codes, headers, broken rows and file names."""
    planted = [person_number(place) for place in range(40)]
    dashed = [f"{n[:8]}-{n[8:]}" for n in planted]
    lines = rows("aktualiseringar", 40)
    for place, line in enumerate(lines):
        line |= {"kanal": "", "registrerad": "", "anmalan_id": "", "orsak": "", "handlaggare": ""}
        line["personnummer"] = dashed[place] if place % 2 else planted[place]
    lines[1]["aktualisering_id"] = planted[1]
    lines[2]["kanal"] = f"ringde om {dashed[2]}."
    lines[3]["registrerad"] = planted[3]
    lines[4]["typ"] = dashed[4]
    lines[5]["anmalan_id"] = dashed[5]
    lines[6]["personnummer"] = planted[6][2:]
    lines[7]["aktualisering_id"], lines[7]["inkommen"] = planted[7], "fel"
    lines[8]["handlaggare"] = planted[8]
    lines[9]["enhet"] = dashed[9]
    lines[10]["typ"] = planted[10][2:]
    events = rows("handelser")
    events[0] |= {"subjekt_typ": "person", "subjekt_id": planted[0], "personnummer": planted[0]}
    headless = "\n".join([",".join([dashed[n], "x", "y"]) for n in range(5)])
    files = standard(
        aktualiseringar=as_csv(lines) + f"{planted[11]},bara två\n", handelser=events, overvaganden=headless
    )
    messages: list[str] = []
    delivery = sender.put({**files, f"{dashed[12]}.pdf": b"x"})
    result = ingest.ingest(sender.settings, delivery, messages.append)
    assert result.status is Status.PARTLY

    secrets = {form for n in planted for form in (n, n[2:], f"{n[:8]}-{n[8:]}", f"{n[2:8]}-{n[8:]}")}
    texts = [*messages, repr(result)]
    for folder in (sender.settings.archive, sender.settings.rejected):
        for path in folder.rglob("*"):
            texts += [path.name, *_texts(path)]
    assert len(texts) > 1000
    leaked = [text for text in texts if any(s in text for s in secrets)]
    assert not leaked

    event = pl.read_parquet(sender.settings.archive / "handelser/kommun=9901/2026-11-01-1.parquet")
    assert event["subjekt_id"][0] == event["person_nyckel"][0]


def _texts(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return [str(cell) for column in pl.read_parquet(path).iter_columns() for cell in column.drop_nulls()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return [path.read_text(encoding="utf-8", errors="replace")] if path.is_file() else []
