"""A new key: afterwards the archive is what ingest by the whole chain would have made of the deliveries."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from sender import Sender, as_csv, person_number, row, rows

from pipelines import ingest
from pipelines.contracts import Column, Table, codes, tables
from pipelines.ingest import archive, keys, pseudonym, rotation
from pipelines.ingest.evaluate import FIELDS
from pipelines.ingest.pseudonym import Key, KeyFileError, Pseudonymiser, archive_rows
from pipelines.ingest.rules import FILE, LINE
from pipelines.settings import Settings

OLD, NEW, NEWEST = Key("a", bytes([1] * 32)), Key("b", bytes([2] * 32)), Key("c", bytes([3] * 32))
IDS = ["U1", "a|b", "back\\slash|", "", "9f" * 16, person_number(1), f"H-{person_number(2)}", "8001011239"]


def cell(column: Column, place: int) -> Any:
    """A typed value as check leaves it; ids and numbers are the ones that may be wrapped wrongly."""
    values: dict[str, Any] = {
        "id": IDS[place % len(IDS)],
        "person": [person_number(place), "19800101-T123"][place % 2],
        "secret": f"h{place % 3}",
        "day": date(2025, 1, 1 + place % 28),
        "kr": Decimal(place),
        "number": Decimal(place),
        "integer": place,
        "flag": place % 2 == 0,
        "code": codes(column.code_list)[0] if column.code_list else None,
    }
    return values.get(column.kind, f"text {place}")


@st.composite
def typed_rows(draw: st.DrawFn, contract: Table) -> pl.DataFrame:
    places = draw(st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True))
    made: list[dict[str, Any]] = [
        {c.name: cell(c, place) for c in contract.columns if c.required or draw(st.booleans())}
        for place in places
    ]
    schema = {c.name: c.dtype for c in contract.columns}
    frame = pl.DataFrame(made, schema=schema).with_columns(pl.lit("f").alias(FILE))
    return frame.with_columns(pl.int_range(2, pl.len() + 2).alias(LINE))


def archived(contract: Table, typed: pl.DataFrame, *chain: Key) -> pl.DataFrame:
    return keys.keyed(contract, archive_rows(contract, typed, Pseudonymiser("9901", chain))).drop(FILE, LINE)


EVERY_TABLE = pytest.mark.parametrize("contract", tables().values(), ids=lambda t: t.name)


@EVERY_TABLE
@run(max_examples=25, deadline=None)
@given(data=st.data())
def test_wrapped_is_as_ingested_by_the_chain(contract: Table, data: st.DataObject) -> None:
    typed = data.draw(typed_rows(contract))
    before = archived(contract, typed, OLD)
    wrapper = rotation.Wrapper(contract, (NEW, NEWEST))
    expected = archived(contract, typed, OLD, NEW, NEWEST)
    assert wrapper.frame(before).equals(expected)

    # What only names a row: its removal has the key columns, an utsaga not even them.
    key = keys.key_columns(contract)
    removed = before.select(*key, keys.ROW_KEY)
    assert wrapper.frame(removed).select(*key, keys.ROW_KEY).equals(expected.select(*key, keys.ROW_KEY))
    named = before.select(keys.ROW_KEY)
    assert wrapper.frame(named).equals(expected.select(keys.ROW_KEY))


def test_numbered_equals_keep_their_number() -> None:
    contract = tables()["ekonomi"]
    schema = {c.name: c.dtype for c in contract.columns}
    typed = pl.DataFrame([{"konto": "1", "handlaggare": "h1"}], schema=schema)
    typed = typed.with_columns(pl.lit("f").alias(FILE), pl.lit(2).alias(LINE))
    before, after = (
        archived(contract, typed, *chain)[keys.ROW_KEY][0].split("#")[0] for chain in ((OLD,), (OLD, NEW))
    )
    assert before != after
    wrapper = rotation.Wrapper(contract, (NEW,))
    wrapper.frame(archived(contract, typed, OLD))
    third = pl.DataFrame({keys.ROW_KEY: [f"{before}#3"]})
    assert wrapper.frame(third)[keys.ROW_KEY][0] == f"{after}#3"


def test_what_was_refused_is_wrapped() -> None:
    contract = tables()["utredningar"]
    old, new = (Pseudonymiser("9901", chain) for chain in ((OLD,), (OLD, NEW)))

    def refused(by: Pseudonymiser) -> pl.DataFrame:
        person, field = by.of("person", person_number(1)), by.of(FIELDS, "U1")
        values = {
            keys.ROW_KEY: [None, None, f"U1|{person}"],
            "utredning_id": ["U2", None, None],
            "person_nyckel": [None, person, None],
            FIELDS: [None, [field], None],
            "slag": ["avvisad", "avvisad", "kvar"],
        }
        schema: dict[str, Any] = dict.fromkeys(values, pl.String) | {FIELDS: pl.List(pl.String)}
        return pl.DataFrame(values, schema=schema)

    assert rotation.Wrapper(contract, (NEW,)).frame(refused(old)).equals(refused(new))


def test_findings_name_wrapped_ids() -> None:
    old, new = (Pseudonymiser("9901", chain).of("person", person_number(1)) for chain in ((OLD,), (OLD, NEW)))
    found = pl.DataFrame(
        {"id": [f"pn:{old}", "U1", None], "forvantat": [f"Inte pn:{old}", "x", "y"], "rad": [1, 2, 3]}
    )
    after = rotation.wrap_texts(found, (NEW,))
    assert after["id"].to_list() == [f"pn:{new}", "U1", None]
    assert after["forvantat"].to_list() == [f"Inte pn:{new}", "x", "y"]


# --- whole installations ---

ADAPTER = """
namn: blandat
beskrivning: Fullständiga tabeller och ändringar om vartannat.
kommuner: "*"
filer:
  - {monster: "utredningar.csv", tabell: utredningar}
  - {monster: "utredningar_delta.csv", tabell: utredningar, omfattning: delta}
  - {monster: "ekonomi.csv", tabell: ekonomi}
  - {monster: "handelser.csv", tabell: handelser}
  - {monster: "personbyten.csv", tabell: personbyten}
"""


def installation(home: Path, key: Path) -> Sender:
    sources = home.parent / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    (sources / "blandat.yaml").write_text(ADAPTER, encoding="utf-8")
    settings = Settings(home=home, sources=sources, max_lost_share=1, key_file=key)
    settings.make_folders()
    return Sender(settings)


def deliveries() -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """Full and delta: removals, changes, equal rows without id, refused and broken rows, numbers as ids."""
    cases, ledger = rows("utredningar", 6), rows("ekonomi", 3)
    for line in (*cases, *ledger):
        line["handlaggare"] = "h1"
    for line in ledger:
        line["rad_id"] = ""
    cases[0]["utredning_id"] = person_number(0)
    cases[1]["utredning_id"] = "a|b\\c"
    event = row("handelser", 1) | {"subjekt_typ": "person", "subjekt_id": person_number(1)}
    link = row("personbyten", 1) | {"tidigare_personnummer": "19800102-T123"}
    full: dict[str, str | bytes] = {
        "ekonomi.csv": as_csv([*ledger, ledger[0], ledger[0]]),
        "handelser.csv": as_csv([event]),
    }
    yield "2026-11-01", full | {"utredningar.csv": as_csv(cases), "personbyten.csv": as_csv([link])}
    refused = cases[3] | {"personnummer": "19800101-0000"}
    text = as_csv([*cases[:2], refused]) + f"{cases[4]['utredning_id']},x\n"
    yield "2026-11-02", {"utredningar.csv": text, "ekonomi.csv": as_csv([ledger[0], *ledger[2:]])}
    again = as_csv([cases[0], cases[5] | {"enhet": "annan"}])
    yield "2026-11-03", {"utredningar_delta.csv": again, "ekonomi.csv": as_csv(ledger[2:])}


def content(settings: Settings, kommun: str) -> dict[str, Any]:
    """All that the archive says of a municipality, but for when and under which file names."""
    found: dict[str, Any] = {}
    manifest = archive.load(settings, kommun)
    for entry in manifest.leveranser:
        parts = {"fynd": entry.fynd}
        for name, part in entry.tabeller.items():
            parts |= {f"{name} andring": part.andring, f"{name} utsaga": part.utsaga}
        found[f"{entry.place} manifest"] = entry.model_dump(exclude={"tabeller", "fynd"})
        for name, named in parts.items():
            if named is not None:
                assert archive.file_hash(settings.archive / named.fil) == named.sha256
                frame = pl.read_parquet(settings.archive / named.fil, hive_partitioning=False)
                found[f"{entry.place} {name}"] = sorted(map(repr, frame.rows()))
    return found


def test_rotated_is_as_ingested_by_the_chain(tmp_path: Path) -> None:
    sender = installation(tmp_path / "a" / "data", tmp_path / "a" / "nyckel")
    for day, files in deliveries():
        sender.send(files, day)
    before = content(sender.settings, "9901")
    found = {name.split()[-2:][-1] for name in before}
    assert found == {"manifest", "andring", "utsaga", "fynd"}

    told: list[str] = []
    result = rotation.rotate(sender.settings, told.append)
    assert (result.added, list(result.rotated)) == (True, ["9901"])
    assert result.rotated["9901"] == sum("manifest" not in name for name in before)
    after = content(sender.settings, "9901")

    other = installation(tmp_path / "b" / "data", tmp_path / "a" / "nyckel")
    for day, files in deliveries():
        other.send(files, day)
    assert after == content(other.settings, "9901")
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before if not name.endswith("fynd"))
    assert archive.load(sender.settings, "9901").handelser[-1].slag == rotation.ROTATED
    named = archive.load(sender.settings, "9901").named()
    files_there = {
        str(p.relative_to(sender.settings.archive)) for p in sender.settings.archive.rglob("*.parquet")
    }
    assert files_there == named
    old = [k["nyckel"] for k in json.loads((tmp_path / "a" / "nyckel").read_text())["nycklar"]]
    assert len(old) == 2 and not any(key in line for key in old for line in told)


def test_a_late_delivery_goes_in_after_a_rotation_as_before_it(tmp_path: Path) -> None:
    """Changes are computed again from what was wrapped."""
    first, *later = deliveries()
    sender = installation(tmp_path / "a" / "data", tmp_path / "a" / "nyckel")
    for day, files in later:
        sender.send(files, day)
    rotation.rotate(sender.settings)
    sender.send(first[1], first[0])

    other = installation(tmp_path / "b" / "data", tmp_path / "a" / "nyckel")
    for day, files in (first, *later):
        other.send(files, day)
    assert content(sender.settings, "9901") == content(other.settings, "9901")


def test_a_crash_leaves_each_municipality_on_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = installation(tmp_path / "data", tmp_path / "nyckel")
    (day, files), later, _ = deliveries()
    for kommun in ("0127", "9901"):
        sender.send(files, day, kommun)
    before = content(sender.settings, "9901")

    def crash(settings: Settings, manifest: archive.Manifest) -> None:
        if manifest.kommun == "9901":
            raise KeyboardInterrupt
        save(settings, manifest)

    save = archive.save
    with monkeypatch.context() as patched:
        patched.setattr(archive, "save", crash)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(sender.settings)
    assert content(sender.settings, "9901") == before
    keys_used = {
        k: {e.nyckel_id for e in archive.load(sender.settings, k).leveranser} for k in ("0127", "9901")
    }
    assert keys_used["0127"].isdisjoint(keys_used["9901"])

    for kommun in ("0127", "9901"):  # both go on with the key that they have
        assert sender.send(later[1], later[0], kommun).status is not ingest.Status.REFUSED
        assert {e.nyckel_id for e in archive.load(sender.settings, kommun).leveranser} == keys_used[kommun]

    result = rotation.rotate(sender.settings)
    assert (result.added, list(result.rotated)) == (False, ["9901"])
    assert len(pseudonym.chain(sender.settings, create=False)) == 2
    states = [content(sender.settings, kommun) for kommun in ("0127", "9901")]
    assert states[0].keys() == states[1].keys()


def test_a_key_in_the_environment_is_not_changed_from_here(tmp_path: Path) -> None:
    chain = json.dumps({"nycklar": [OLD.content]})
    settings = Settings(home=tmp_path / "data", key=chain)
    with pytest.raises(KeyFileError, match="lägg själv till en ny nyckel"):
        rotation.rotate(settings)


def test_a_longer_chain_in_the_environment_is_followed(tmp_path: Path) -> None:
    sender = installation(tmp_path / "data", tmp_path / "nyckel")
    day, files = next(deliveries())
    sender.send(files, day)
    (made,) = pseudonym.chain(sender.settings, create=False)
    longer = json.dumps({"nycklar": [made.content, NEW.content]})
    settings = Settings(home=sender.settings.home, sources=sender.settings.sources, key=longer)
    result = rotation.rotate(settings)
    assert (result.key_id, result.added, list(result.rotated)) == ("b", False, ["9901"])


def test_an_archive_of_an_unknown_key_is_left_alone(tmp_path: Path) -> None:
    sender = installation(tmp_path / "data", tmp_path / "nyckel")
    day, files = next(deliveries())
    sender.send(files, day)
    before = content(sender.settings, "9901")
    settings = Settings(home=sender.settings.home, key=json.dumps({"nycklar": [NEW.content]}))
    with pytest.raises(KeyFileError, match="saknas i kedjan"):
        rotation.rotate(settings)
    assert content(sender.settings, "9901") == before
