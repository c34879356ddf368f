"""The archive is a function of the set of deliveries: twice, late, out of order, withdrawn, all the same."""

import random
import shutil
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st
from sender import Row, Sender, as_csv, row

from pipelines import ingest
from pipelines.contracts import table
from pipelines.ingest import archive
from pipelines.settings import Settings

DAYS = ["2026-11-01", "2026-11-01.2", "2026-11-02", "2026-11-03", "2026-11-04"]
KEYED, CONTENT, PAIRED = "placeringar", "ekonomi", "utredningar"
ADAPTER = """
namn: blandat
beskrivning: Fullständiga tabeller och ändringar om vartannat.
kommuner: ["9901"]
filer:
  - {monster: "placeringar.csv", tabell: placeringar}
  - {monster: "placeringar_delta.csv", tabell: placeringar, omfattning: delta}
  - {monster: "ekonomi.csv", tabell: ekonomi}
  - {monster: "utredningar.csv", tabell: utredningar}
"""

Delivery = dict[str, str | bytes]


@st.composite
def _rows(draw: st.DrawFn, name: str) -> list[Row]:
    """Some of five rows; each in one of two versions, or with a fault that rejects it."""
    lines = []
    for place in draw(st.lists(st.integers(0, 4), unique=True, max_size=5)):
        line = row(name, place)
        if name == CONTENT:
            line.pop("rad_id", None)
        state = draw(st.sampled_from(["as it was", "changed", "bad cell", "bad key"]))
        if state == "changed":
            line["enhet"] = "annan"
        elif state == "bad cell":
            line["lagrum" if name != CONTENT else "belopp_kr"] = ""
        elif state == "bad key":
            line[table(name).key[-1]] = "" if name != CONTENT else "x"
        lines.append(line)
    return lines


@st.composite
def _delivery(draw: st.DrawFn) -> Delivery:
    files: Delivery = {}
    for name in (KEYED, CONTENT, PAIRED):
        if not draw(st.integers(0, 3)):
            continue
        text = as_csv(draw(_rows(name)) or [row(name, 9)])
        if draw(st.integers(0, 5)) == 0:  # a row that does not fit its header, with a key among its fields
            text += f"{table(name).key[0][:2]}{draw(st.integers(0, 5))},x\n"
        delta = name == KEYED and draw(st.booleans())
        files[f"{name}_delta.csv" if delta else f"{name}.csv"] = text
    return files or {f"{KEYED}.csv": as_csv([row(KEYED, 0)])}


def installation(home: Path, key: Path) -> Sender:
    shutil.rmtree(home, ignore_errors=True)
    sources = key.with_name("sources")
    sources.mkdir(exist_ok=True)
    (sources / "blandat.yaml").write_text(ADAPTER, encoding="utf-8")
    settings = Settings(home=home, sources=sources, max_lost_share=1, key_file=key)
    settings.make_folders()
    return Sender(settings)


def put(sender: Sender, label: str, files: Delivery) -> ingest.DeliveryResult:
    folder = sender.settings.landing / "9901" / label
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(str(content), encoding="utf-8")
    (folder / "KLAR").touch()
    (result,) = ingest.ingest_all(sender.settings)
    return result


def content(settings: Settings) -> dict[str, Any]:
    """Everything that the warehouse reads, in an order of its own; how and when it came in is left out."""
    manifest = archive.load(settings, "9901")

    def sorted_rows(named: archive.Named | None) -> list[tuple[Any, ...]]:
        if named is None:
            return []
        frame = pl.read_parquet(settings.archive / named.fil)
        return sorted(frame.select(sorted(frame.columns)).rows(), key=repr)

    return {
        str(entry.place): {
            "status": entry.status,
            "fynd": sorted_rows(entry.fynd),
            "tabeller": {
                name: (
                    part.model_dump(exclude={"andring", "utsaga"}),
                    sorted_rows(part.andring),
                    sorted_rows(part.utsaga),
                )
                for name, part in entry.tabeller.items()
            },
        }
        for entry in manifest.accepted
    }


@run(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_delivery(), min_size=len(DAYS), max_size=len(DAYS)), st.integers(0, 2**32))
def test_any_order_gives_the_same_archive(tmp_path: Path, deliveries: list[Delivery], seed: int) -> None:
    labelled = list(zip(DAYS, deliveries, strict=True))
    key = tmp_path / "nyckel"
    in_order = installation(tmp_path / "i_ordning", key)
    for label, files in labelled:
        put(in_order, label, files)
    expected = content(in_order.settings)

    chance = random.Random(seed)
    shuffled = chance.sample(labelled, len(labelled))
    again = [*shuffled, chance.choice(labelled)]
    other = installation(tmp_path / "oordnat", key)
    for label, files in again:
        put(other, label, files)
    assert content(other.settings) == expected

    # One delivery less is as if it had never come.
    missing, _ = chance.choice(labelled)
    ingest.withdraw(other.settings, "9901", missing, "prov")
    fewer = installation(tmp_path / "utan", key)
    for label, files in labelled:
        if label != missing:
            put(fewer, label, files)
    assert content(other.settings) == content(fewer.settings)
