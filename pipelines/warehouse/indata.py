"""What one night reads: the archive's files as the manifests name them, and the small input tables.

The archive is read through ``archive/manifest/<kommun>.json`` only: a file that no manifest names does
not exist. Files are hard-linked, not copied, into ``building/input``, so the dbt sources can be plain
globs over one private folder.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from filelock import FileLock

from pipelines import contracts
from pipelines.settings import ROOT, SEEDS, STOCKHOLM, Settings
from pipelines.warehouse.errors import BuildError

ACCEPTED = {"accepterad", "accepterad med varningar", "delvis accepterad"}
COUNTS = ("rader_in", "accepterade", "avvisade", "varningar", "nya", "andrade", "borttagna")

INPUT_SCHEMAS: dict[str, dict[str, Any]] = {
    "lage": {"kommun": pl.String, "lage_per": pl.Date},
    "tabell": {"kommun": pl.String, "tabell": pl.String, "omfattar_fran": pl.Date},
    "leverans": {
        "kommun": pl.String,
        "leveransdatum": pl.Date,
        "sekvens": pl.Int64,
        "tabell": pl.String,
        "fil": pl.String,
        "status": pl.String,
        "antal_in": pl.Int64,
        "antal_accepterade": pl.Int64,
        "antal_avvisade": pl.Int64,
        "antal_varningar": pl.Int64,
        "antal_nya": pl.Int64,
        "antal_andrade": pl.Int64,
        "antal_borttagna": pl.Int64,
    },
    "avvisning": {
        "kommun": pl.String,
        "leveransdatum": pl.Date,
        "sekvens": pl.Int64,
        "nr": pl.Int64,
        "tabell": pl.String,
        "fil": pl.String,
        "rad": pl.Int64,
        "id": pl.String,
        "kolumn": pl.String,
        "varde": pl.String,
        "enhet": pl.String,
        "regel_id": pl.String,
        "allvar": pl.String,
        "lage": pl.String,
        "forvantat": pl.String,
        "ansvarig": pl.String,
    },
    "frysning": {
        "mart": pl.String,
        "kommun": pl.String,
        "period": pl.String,
        "vintage": pl.String,
        "lage_per": pl.Date,
        "fryst_tid": pl.Datetime,
        "fryst_av": pl.String,
        "antal_rader": pl.Int64,
        "sha256": pl.String,
    },
    "frusen_rad": {
        "mart": pl.String,
        "kommun": pl.String,
        "period": pl.String,
        "rad": pl.String,
    },
    "anteckning": {
        "kommun": pl.String,
        "nr": pl.Int64,
        "tid": pl.Datetime,
        "slag": pl.String,
        "indikator_id": pl.String,
        "period": pl.String,
        "enhet": pl.String,
        "innehall": pl.String,
        "bedomning": pl.String,
        "ar_aterkallelse": pl.Boolean,
        "av": pl.String,
        "roll": pl.String,
        "vintage": pl.String,
        "lage_per": pl.Date,
    },
    "signerat_varde": {
        "kommun": pl.String,
        "nr": pl.Int64,
        "indikator_id": pl.String,
        "definitionsversion": pl.Int64,
        "period": pl.String,
        "uppdelning": pl.String,
        "grupp": pl.String,
        "status": pl.String,
        "taljare": pl.Decimal(18, 4),
        "namnare": pl.Decimal(18, 4),
        "varde": pl.Decimal(18, 6),
    },
    "vintage": {
        "vintage": pl.String,
        "byggd": pl.Datetime,
        "kod_version": pl.String,
        "seeds_hash": pl.String,
        "indata_hash": pl.String,
    },
}

ARCHIVE_COLUMNS: dict[str, Any] = {
    "row_key": pl.String,
    "change": pl.String,
    "leveransdatum": pl.Date,
    "sekvens": pl.Int64,
}


@dataclass(frozen=True)
class Indata:
    """What a night is built from. ``fingerprint`` is equal when nothing that matters has changed."""

    lage_per: dict[str, date]
    deliveries: list[dict[str, Any]]
    frozen: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    seeds_hash: str
    fingerprint: str


@contextmanager
def standing_still(settings: Settings) -> Iterator[None]:
    """No municipality's archive changes while this is held (the lock files are those of ingest)."""
    with ExitStack() as locks:
        for manifest in sorted((settings.archive / "manifest").glob("*.json")):
            locks.enter_context(FileLock(manifest.with_suffix(".lock")))
        yield


def read(settings: Settings, lage_per: date | None, only: Sequence[str] = ()) -> Indata:
    """Read every municipality's manifest and say what was known on ``lage_per`` (default: everything).

    A night of ``only`` some marts has a fingerprint of its own: it never passes for a whole one.
    """
    deliveries: list[dict[str, Any]] = []
    for manifest in sorted((settings.archive / "manifest").glob("*.json")):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        deliveries += [{"kommun": content["kommun"], **d} for d in content["leveranser"]]
    lage: dict[str, date] = {}
    for d in deliveries:
        day = date.fromisoformat(d["leveransdatum"])
        if d["status"] in ACCEPTED and (lage_per is None or day <= lage_per):
            lage[d["kommun"]] = max(day, lage.get(d["kommun"], day))
    frozen = _frozen(settings, lage)
    notes = _notes(settings, lage)
    seeds_hash = _hash_files(SEEDS.glob("*.csv"))
    code_hash = _hash_files([*ROOT.glob("models/**/*"), *ROOT.glob("dbt_project/macros/*")])
    state = json.dumps(
        [deliveries, {k: str(v) for k, v in lage.items()}, frozen, notes, seeds_hash, code_hash, *only],
        sort_keys=True,
    )
    return Indata(lage, deliveries, frozen, notes, seeds_hash, hashlib.sha256(state.encode()).hexdigest())


def _frozen(settings: Settings, lage: dict[str, date]) -> list[dict[str, Any]]:
    """What stands frozen, and was so at each municipality's läge per: an earlier night knew of nothing
    later.
    """
    found = []
    for path in sorted(settings.frozen.glob("*/*.json")):
        register = json.loads(path.read_text(encoding="utf-8"))
        known = lage.get(register["kommun"], date.min)
        for f in register["frysningar"]:
            if f["aterkallad"] is None and date.fromisoformat(f["lage_per"]) <= known:
                found.append({"mart": register["mart"], "kommun": register["kommun"], **f})
    return found


def _notes(settings: Settings, lage: dict[str, date]) -> list[dict[str, Any]]:
    """What people had said of figures at each municipality's läge per (archive/anteckning); a line without
    its end is no note. Raises BuildError when a record is not what was written.
    """
    found = []
    for path in sorted((settings.archive / "anteckning").glob("*.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            try:
                note = json.loads(line)
                known = date.fromisoformat(note["lage_per"]) <= lage.get(note["kommun"], date.min)
            except (ValueError, KeyError, TypeError):
                raise BuildError(f"{path.name} is damaged: restore {settings.archive.name}") from None
            plain = json.dumps(note["varden"], ensure_ascii=False, sort_keys=True)
            if note["varden"] and hashlib.sha256(plain.encode()).hexdigest() != note["sha256"]:
                raise BuildError(f"{path.name}: note {note['nr']} is not what was signed")
            if known:
                found.append(note)
    return found


def lay_out(settings: Settings, indata: Indata, vintage: str, target: Path) -> None:
    """Write ``target``: hard links to the archive's files and the small input tables as Parquet."""
    for table in contracts.tables().values():
        folder = target / table.name / "kommun=0000"
        folder.mkdir(parents=True)
        schema = {**table.archive_schema, **ARCHIVE_COLUMNS}
        pl.DataFrame(schema=schema).write_parquet(folder / "empty.parquet")
    for d in indata.deliveries:
        if d["kommun"] not in indata.lage_per:
            continue
        for name, t in d["tabeller"].items():
            if t["andring"]:  # null when the delivery changed nothing in the table
                source = _whole(settings.archive, t["andring"])
                link = target / name / f"kommun={d['kommun']}" / source.name
                link.parent.mkdir(exist_ok=True)
                os.link(source, link)
    rows = _input_rows(settings, indata, vintage)
    (target / "indata").mkdir()
    for name, schema in INPUT_SCHEMAS.items():
        pl.DataFrame(rows[name], schema=schema, orient="row").write_parquet(
            target / "indata" / f"{name}.parquet"
        )


def _whole(root: Path, named: dict[str, Any]) -> Path:
    """An archived or frozen file, checked against the hash that the manifest has. Raises BuildError."""
    path = root / str(named["fil"])
    try:
        with path.open("rb") as f:
            found = hashlib.file_digest(f, "sha256").hexdigest()
    except FileNotFoundError:
        found = None
    if found != named["sha256"]:
        raise BuildError(f"{named['fil']} is not what the manifest says: restore {root.name}")
    return path


def _findings(settings: Settings, delivery: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not delivery["fynd"]:
        return []
    frame = pl.read_parquet(_whole(settings.archive, delivery["fynd"])).select(
        pl.lit(delivery["kommun"]).alias("kommun"),
        pl.lit(date.fromisoformat(delivery["leveransdatum"])).alias("leveransdatum"),
        pl.lit(delivery["sekvens"], pl.Int64).alias("sekvens"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("nr"),
        pl.all(),
    )
    return frame.select(list(INPUT_SCHEMAS["avvisning"])).rows()


def _frozen_rows(settings: Settings, frozen: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Each frozen row as JSON: a mart that has got a column since still reads it."""
    path = _whole(settings.frozen, frozen)
    rows = duckdb.execute("select to_json(r)::varchar from read_parquet(?) as r", [str(path)]).fetchall()
    return [(frozen["mart"], frozen["kommun"], frozen["period"], row) for (row,) in rows]


def _input_rows(settings: Settings, indata: Indata, vintage: str) -> dict[str, Any]:
    known = [d for d in indata.deliveries if d["kommun"] in indata.lage_per]
    known = [d for d in known if date.fromisoformat(d["leveransdatum"]) <= indata.lage_per[d["kommun"]]]
    delivered: dict[tuple[str, str], date | None] = {}
    for d in known:
        for name, t in d["tabeller"].items():
            if d["status"] in ACCEPTED and not t["avvisad"]:
                window = t.get("omfattar_fran")
                delivered[d["kommun"], name] = date.fromisoformat(window) if window else None
    return {
        "lage": list(indata.lage_per.items()),
        "tabell": [(kommun, name, window) for (kommun, name), window in delivered.items()],
        "leverans": [
            (
                d["kommun"],
                date.fromisoformat(d["leveransdatum"]),
                d["sekvens"],
                name,
                ", ".join(t["filer"]),
                d["status"],
                *(t[k] for k in COUNTS),
            )
            for d in known
            for name, t in d["tabeller"].items()
        ],
        "avvisning": [row for d in known for row in _findings(settings, d)],
        "frysning": [_typed("frysning", f) for f in indata.frozen],
        "frusen_rad": [row for f in indata.frozen for row in _frozen_rows(settings, f)],
        "anteckning": [_typed("anteckning", n) for n in indata.notes],
        "signerat_varde": [
            _typed("signerat_varde", {"kommun": n["kommun"], "nr": n["nr"], **v})
            for n in indata.notes
            for v in n["varden"]
        ],
        "vintage": [
            (
                vintage,
                datetime.now(STOCKHOLM).replace(tzinfo=None, microsecond=0),
                _code_version(),
                indata.seeds_hash,
                indata.fingerprint,
            )
        ],
    }


def _typed(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of an input table from JSON, where dates and decimals are text."""
    readers: dict[Any, Callable[[str], Any]] = {
        pl.Date: date.fromisoformat,
        pl.Datetime: datetime.fromisoformat,
        pl.Decimal: Decimal,
    }
    found = []
    for column, dtype in INPUT_SCHEMAS[table].items():
        value, reader = row[column], readers.get(dtype.base_type())
        found.append(reader(value) if reader and value is not None else value)
    return tuple(found)


def _hash_files(paths: Any) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in paths if p.is_file()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _code_version() -> str:
    """The commit of the checkout, or ``okand`` outside a repository."""
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "okand"
