"""The archive: what changed, delivery by delivery, and the manifest that says what is in.

``archive/manifest/<kommun>.json`` is the only truth: a Parquet file that it does not name does not exist.
It is replaced with one ``os.replace``, so a delivery is either wholly in or not at all. Format::

    {"version": 1, "kommun": "9901", "leveranser": [            # in the order of leveransdatum, sekvens
      {"leveransdatum": "2026-11-01", "sekvens": 1,
       "innehall_sha256": "...",                                # of the delivered files, names and bytes
       "status": "accepterad",                                  # or accepterad med varningar,
                                                                # delvis accepterad, avvisad
       "adaptrar": ["standard"], "nyckel_id": "...",            # the pseudonym key that was used
       "slappt": false,                                         # held, then released by someone
       "tabeller": {"placeringar": {
         "filer": ["placeringar.csv"], "omfattning": "fullstandig",
         "omfattar_fran": null,                                  # or the first day that the list covers
         "rader_in": 10, "accepterade": 9, "avvisade": 1, "varningar": 0,
         "nya": 1, "andrade": 0, "borttagna": 2,
         "parquet": "placeringar/kommun=9901/2026-11-01-1.parquet",   # under archive/; null: no change
         "sha256": "..."}}}]}                                   # of the Parquet file

A delivery with status ``avvisad`` has no Parquet files. The columns of a file are
``Table.archive_schema`` and then ``row_key``, ``row_hash``, ``change`` (ny, andrad, borttagen),
``leveransdatum`` (date), ``sekvens``, ``fil``, ``rad``. A ``borttagen`` row has its key columns and nothing
else of the contract. The state at a date is, per ``row_key``, the last row in the order of the manifest
with ``leveransdatum`` up to that date, unless it is ``borttagen``.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl
from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from pipelines.contracts import Table
from pipelines.ingest.rules import FILE, LINE, id_column
from pipelines.settings import Settings

REFUSED = "avvisad"
NEW, CHANGED, REMOVED = "ny", "andrad", "borttagen"
BOOKKEEPING = ("row_key", "row_hash")


class Archived(BaseModel):
    """What one delivery did to one table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filer: list[str]
    omfattning: Literal["fullstandig", "delta"]
    omfattar_fran: date | None = None
    rader_in: int
    accepterade: int
    avvisade: int
    varningar: int
    nya: int = 0
    andrade: int = 0
    borttagna: int = 0
    parquet: str | None = None
    sha256: str | None = None


class Entry(BaseModel):
    """One delivery in the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    leveransdatum: date
    sekvens: int
    innehall_sha256: str
    status: str
    adaptrar: list[str]
    nyckel_id: str
    slappt: bool = False
    tabeller: dict[str, Archived] = {}


class Manifest(BaseModel):
    """All deliveries of one municipality that have been judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    kommun: str
    leveranser: list[Entry] = []

    @property
    def accepted(self) -> list[Entry]:
        return [entry for entry in self.leveranser if entry.status != REFUSED]

    def same_content(self, delivered: date, content: str) -> Entry | None:
        """The delivery of that date with that content, however it was judged."""
        found = (e for e in self.leveranser if (e.leveransdatum, e.innehall_sha256) == (delivered, content))
        return next(found, None)

    def next_sequence(self, delivered: date) -> int:
        return 1 + max((e.sekvens for e in self.leveranser if e.leveransdatum == delivered), default=0)

    def with_entry(self, entry: Entry) -> "Manifest":
        """The manifest with ``entry`` in its place; an earlier judgement of the same sequence is replaced."""
        place = (entry.leveransdatum, entry.sekvens)
        others = [e for e in self.leveranser if (e.leveransdatum, e.sekvens) != place]
        ordered = sorted([*others, entry], key=lambda e: (e.leveransdatum, e.sekvens))
        return self.model_copy(update={"leveranser": ordered})


def manifest_path(settings: Settings, kommun: str) -> Path:
    return settings.archive / "manifest" / f"{kommun}.json"


def load(settings: Settings, kommun: str) -> Manifest:
    """The municipality's manifest; empty when nothing has been delivered."""
    path = manifest_path(settings, kommun)
    if not path.exists():
        return Manifest(kommun=kommun)
    return Manifest.model_validate_json(path.read_bytes())


def save(settings: Settings, manifest: Manifest) -> None:
    """Replace the manifest: the moment when a delivery is in."""
    path = manifest_path(settings, manifest.kommun)
    with replacing(path) as draft:
        draft.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")


@contextmanager
def lock(settings: Settings, kommun: str) -> Iterator[None]:
    """One ingest at a time per municipality, across processes."""
    path = manifest_path(settings, kommun)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        yield


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write to the yielded draft; on leaving it is on disk and takes the name ``path`` in one step."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    yield draft
    _flush(draft)
    draft.replace(path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files(settings: Settings, kommun: str, tabell: str, until: date) -> list[Path]:
    """The Parquet files of one table with deliveries up to and including ``until``, in order."""
    return _files(settings, load(settings, kommun), tabell, until)


def _files(settings: Settings, manifest: Manifest, tabell: str, until: date) -> list[Path]:
    parts = (
        e.tabeller[tabell] for e in manifest.accepted if e.leveransdatum <= until and tabell in e.tabeller
    )
    return [settings.archive / part.parquet for part in parts if part.parquet]


def state(settings: Settings, manifest: Manifest, table: Table) -> pl.DataFrame:
    """The rows that live now: ``row_key``, ``row_hash`` and the table's key columns."""
    columns = [*BOOKKEEPING, *_key_columns(table)]
    paths = _files(settings, manifest, table.name, date.max)
    if not paths:
        return pl.DataFrame(schema={c: table.archive_schema.get(c, pl.String) for c in columns})
    return (
        pl.scan_parquet(paths)
        .select(*columns, "change")
        .unique("row_key", keep="last", maintain_order=True)
        .filter(pl.col("change") != REMOVED)
        .drop("change")
        .collect()
    )


def _key_columns(table: Table) -> list[str]:
    return [table.column[name].archived_name for name in table.key]


def keyed(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``row_key`` and ``row_hash`` to pseudonymised rows.

    The hash is of name=value pairs of what is not null, so that a new optional column leaves it alone,
    and by BLAKE2, because a hash that lives in the archive must not change with a version of polars.
    Rows without any key value are keyed by their content and numbered among their equals.
    """
    content = rows.select(
        pl.concat_str(
            (pl.lit(f"{name}=") + pl.col(name).cast(pl.String) for name in table.archive_schema),
            separator="\x1f",
            ignore_nulls=True,
        )
    ).to_series()
    hashes = pl.Series(
        "row_hash",
        [hashlib.blake2b(c.encode(), digest_size=16).hexdigest() for c in content],
        dtype=pl.String,
    )
    key = [pl.col(name) for name in _key_columns(table)]
    escaped = [
        k.cast(pl.String)
        .fill_null("")
        .str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all("|", "\\|", literal=True)
        for k in key
    ]
    equal_before = pl.int_range(1, pl.len() + 1).over("row_hash").cast(pl.String)
    keyless = pl.all_horizontal(k.is_null() for k in key)
    return rows.with_columns(hashes).with_columns(
        row_key=pl.when(keyless)
        .then(pl.col("row_hash") + "#" + equal_before)
        .otherwise(pl.concat_str(escaped, separator="|"))
    )


def changes(before: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """The accepted rows (from :func:`keyed`) that are new or differ from the state, with ``change``."""
    return (
        accepted.join(
            before.select("row_key", _old="row_hash"), on="row_key", how="left", maintain_order="left"
        )
        .with_columns(change=pl.when(pl.col("_old").is_null()).then(pl.lit(NEW)).otherwise(pl.lit(CHANGED)))
        .filter(pl.col("_old").is_null() | (pl.col("_old") != pl.col("row_hash")))
        .drop("_old")
    )


def absent(before: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """The living rows that a full table no longer has among its accepted rows."""
    return before.join(accepted, on="row_key", how="anti", maintain_order="left")


def refused_keys(
    table: Table, before: pl.DataFrame, rejected: pl.DataFrame, broken: pl.Series
) -> pl.DataFrame:
    """The keys of the rejected rows as far as they could be read; null where they could not.

    A broken row (its fields) is taken for every living row whose id it holds; without any it has no key.
    """
    key = _key_columns(table)
    name = table.column[id_column(table).name].archived_name
    known = before.select(name, _text=pl.col(name).cast(pl.String)).unique()
    fields = broken.to_frame("_text").with_row_index("_row").explode("_text")
    named = fields.join(known, on="_text", how="inner")
    nameless = rejected.select(key).clear(broken.len() - named["_row"].n_unique())
    return pl.concat([rejected.select(key), named.select(name), nameless], how="diagonal")


def is_keyless(keys: pl.DataFrame) -> pl.Series:
    """Which rows have no key value at all."""
    return keys.select(pl.all_horizontal(pl.all().is_null())).to_series()


def unprotected(table: Table, gone: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Of the absent rows, those that cannot be one of the ``refused`` rows (their keys).

    A refused row protects every absent row that agrees with it in the key columns that could be read; one
    without a readable key protects them all. Rows that are known by their content alone (ledger rows
    without id) are not protected: a corrected row would be counted twice.
    """
    key = _key_columns(table)
    by_content = pl.all_horizontal(pl.col(k).is_null() for k in key)
    replaced, gone = gone.filter(by_content), gone.filter(~by_content)
    for pattern, rows in refused.group_by([pl.col(k).is_null() for k in key], maintain_order=True):
        readable = [k for k, unreadable in zip(key, pattern, strict=True) if not unreadable]
        if not readable:
            return replaced
        gone = gone.join(rows, on=readable, how="anti", maintain_order="left")
    return pl.concat([replaced, gone])


def write(
    settings: Settings, table: Table, rows: pl.DataFrame, *, kommun: str, delivered: date, sequence: int
) -> tuple[str, str] | None:
    """Write one delivery's changes of one table: the path under ``archive`` and its SHA-256.

    None when nothing changed. The file counts only when the manifest names it.
    """
    if rows.is_empty():
        return None
    relative = f"{table.name}/kommun={kommun}/{delivered}-{sequence}.parquet"
    typed = rows.select(
        *(pl.col(name).cast(dtype) for name, dtype in table.archive_schema.items()),
        *BOOKKEEPING,
        "change",
        leveransdatum=pl.lit(delivered),
        sekvens=pl.lit(sequence, pl.Int64),
        fil=FILE,
        rad=LINE,
    )
    with replacing(settings.archive / relative) as draft:
        typed.write_parquet(draft)
    return relative, file_hash(settings.archive / relative)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
