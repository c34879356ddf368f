"""A new pseudonym key: the archive is rewritten under it, one municipality at a time.

No identity is needed, and none is there to use: every pseudonym is wrapped, new = HMAC(new key, old), and
what is made of pseudonyms (the keys of rows) is made again. A municipality's manifest is replaced
in one step, so a crash leaves each municipality wholly on one key, and ingest goes on with that key. Running
again finishes what was begun, before any other key is added.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl
from filelock import FileLock

from pipelines.contracts import Column, Table, table
from pipelines.ingest import archive, keys, pseudonym
from pipelines.ingest.archive import Entry, Manifest, Named
from pipelines.ingest.evaluate import FIELDS, Stream
from pipelines.ingest.pseudonym import IN_ID, LENGTH, Key, KeyFileError
from pipelines.ingest.workshop import Workshop, open_workshop
from pipelines.settings import Settings

Progress = Callable[[str], None]
ROTATED = "nyckelbyte"
"""The event in the manifest."""

BATCH_ROWS = 100_000
NUMBER_IN_ID = re.compile(rf"{IN_ID}([0-9a-f]{{{LENGTH}}})")
KEY_PART = re.compile(r"((?:[^|\\]|\\.)*)(?:\||$)")
"""One part of a row key, as :func:`pipelines.ingest.keys.keyed` escapes it."""


@dataclass(frozen=True)
class RotationResult:
    """``added``: a new key was made, and not only an earlier rotation finished; ``rotated``: the
    municipalities that changed key now, with the number of files rewritten."""

    key_id: str
    added: bool
    rotated: dict[str, int]


def _silent(_: str) -> None:
    """Progress that nobody reads."""


def rotate(settings: Settings, progress: Progress = _silent) -> RotationResult:
    """Bring every municipality to the newest key; add a new one first, when they are all there already.

    Raises KeyFileError when the key cannot be changed, or lacks one that a municipality was made with. Build
    the warehouse afterwards: the persons of older releases have their older names.
    """
    settings.make_folders()
    with FileLock(settings.archive / "nyckelbyte.lock"):
        chain = pseudonym.chain(settings, create=False)
        added = not _behind(settings, chain[-1])
        if added:
            chain = pseudonym.add(settings)
        rotated = {}
        for kommun in _behind(settings, chain[-1]):
            with archive.lock(settings, kommun), open_workshop(settings) as bench:
                rotated[kommun] = _Municipality(settings, chain, bench, kommun).rotate()
            progress(f"{kommun}: nyckel {chain[-1].id}, {rotated[kommun]} filer omskrivna")
    return RotationResult(chain[-1].id, added, rotated)


def _behind(settings: Settings, newest: Key) -> list[str]:
    """The municipalities that something was read in for under another key."""
    return [
        kommun
        for kommun in archive.municipalities_in(settings)
        if any(entry.nyckel_id != newest.id for entry in archive.load(settings, kommun).leveranser)
    ]


@dataclass
class _Municipality:
    """The rewriting of one municipality; ``contents`` is each table's :attr:`Wrapper.contents`."""

    settings: Settings
    chain: tuple[Key, ...]
    bench: Workshop
    kommun: str
    files: int = 0
    contents: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> int:
        """Rewrite every file and replace the manifest; gives the number of files."""
        manifest = archive.load(self.settings, self.kommun)
        for entry in manifest.leveranser:
            manifest = self._with(manifest, entry)
        archive.save(self.settings, manifest.with_event(ROTATED))
        return self.files

    def _with(self, manifest: Manifest, entry: Entry) -> Manifest:
        later = self._later_keys(entry)
        if not later:
            return manifest
        tables = {}
        for name, part in entry.tabeller.items():
            wrapper = Wrapper(table(name), later, self.contents.setdefault(name, {}))
            tables[name] = part.model_copy(
                update={
                    "andring": self._rewritten(part.andring, "andring", entry, wrapper.frame),
                    "utsaga": self._rewritten(part.utsaga, "utsaga", entry, wrapper.frame),
                }
            )
        fynd = self._rewritten(entry.fynd, "fynd", entry, lambda frame: wrap_texts(frame, later))
        changed = {"nyckel_id": self.chain[-1].id, "tabeller": tables, "fynd": fynd}
        return manifest.with_entry(entry.model_copy(update=changed))

    def _later_keys(self, entry: Entry) -> tuple[Key, ...]:
        ids = [key.id for key in self.chain]
        if entry.nyckel_id not in ids:
            raise KeyFileError(f"nyckeln {entry.nyckel_id}, som {self.kommun} är inläst med, saknas i kedjan")
        return self.chain[ids.index(entry.nyckel_id) + 1 :]

    def _rewritten(
        self, named: Named | None, kind: str, entry: Entry, wrap: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> Named | None:
        if named is None:
            return None
        self.files += 1
        written = Stream(self.bench.path(f"{self.files}.parquet"))
        rows = pl.scan_parquet(self.settings.archive / named.fil, hive_partitioning=False)
        for first in range(0, rows.select(pl.len()).collect().item(), BATCH_ROWS):
            written.add(wrap(rows.slice(first, BATCH_ROWS).collect()))
        draft = written.close()
        assert draft is not None, "an archived file has rows"
        return archive.keep(self.settings, draft, kind, named.fil.rpartition("/")[0], entry.place)


@dataclass(frozen=True)
class Wrapper:
    """Wraps what is archived of one table under later keys.

    ``contents``, old → new, is the hash of each row that is known by its content alone: what removes such a
    row names it without telling its content. It was added before it was removed, so files are wrapped in the
    order of the manifest.
    """

    table: Table
    keys: tuple[Key, ...]
    contents: dict[str, str] = field(default_factory=dict)

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a file of changes or an utsaga, row for row as ingest would have written them."""
        for column in self.table.columns:
            if column.archived_name in frame.columns:
                frame = frame.with_columns(self._column(column, frame[column.archived_name]))
        if FIELDS in frame.columns:
            fields = [None if row is None else _wrap(row.to_list(), self.keys) for row in frame[FIELDS]]
            frame = frame.with_columns(pl.Series(FIELDS, fields, dtype=pl.List(pl.String)))
        if set(self.table.archive_schema) <= set(frame.columns):
            self._learn_contents(frame)
        return frame.with_columns(_mapped(frame[keys.ROW_KEY], self._row_keys))

    def _column(self, column: Column, values: pl.Series) -> pl.Series:
        if column.kind in ("person", "secret"):
            return _mapped(values, lambda pseudonyms: _wrap(pseudonyms, self.keys))
        return wrap_ids(values, self.keys) if column.kind == "id" else values

    def _learn_contents(self, frame: pl.DataFrame) -> None:
        """``frame``: wrapped but for its row keys."""
        keyless = pl.all_horizontal(pl.col(name).is_null() for name in keys.key_columns(self.table))
        rows = frame.filter(keyless)
        if "change" in frame.columns:
            rows = rows.filter(pl.col("change") != archive.REMOVED)
        if rows.height:
            old = rows[keys.ROW_KEY].str.split(keys.CONTENT_KEY).list.first()
            self.contents.update(zip(old, keys.content_hash(self.table, rows), strict=True))

    def _row_keys(self, row_keys: list[str]) -> list[str]:
        """Each part of a key is wrapped as its column is; one made of content gets the content's new hash."""
        columns = [self.table.column[name] for name in self.table.key]
        changed = {}
        for row_key in row_keys:
            content, mark, number = row_key.partition(keys.CONTENT_KEY)
            if content in self.contents:
                changed[row_key] = self.contents[content] + mark + number
        parts = {k: KEY_PART.findall(k)[: len(columns)] for k in row_keys if k not in changed}
        made = []
        for place, column in enumerate(columns):
            part = pl.Series([p[place] for p in parts.values()], dtype=pl.String)
            made.append(self._column(column, part.replace("", None)).fill_null(""))
        joined = ["|".join(p) for p in zip(*(m.to_list() for m in made), strict=True)]
        changed |= dict(zip(parts, joined, strict=True))
        return [changed[row_key] for row_key in row_keys]


def wrap_texts(frame: pl.DataFrame, later: tuple[Key, ...]) -> pl.DataFrame:
    """Findings: an id stands in several columns, and in the text of what was expected."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(wrap_ids(frame[name], later) for name in texts)


def wrap_ids(values: pl.Series, later: tuple[Key, ...]) -> pl.Series:
    """Texts in which a pseudonym may stand after ``pn:``."""
    if not values.str.contains(IN_ID, literal=True).any():
        return values

    def change(texts: list[str]) -> list[str]:
        found = sorted({old for text in texts for old in NUMBER_IN_ID.findall(text)})
        new = dict(zip(found, _wrap(found, later), strict=True))
        return [NUMBER_IN_ID.sub(lambda match: IN_ID + new[match[1]], text) for text in texts]

    return _mapped(values, change)


def _wrap(pseudonyms: list[str], later: tuple[Key, ...]) -> list[str]:
    for key in later:
        pseudonyms = key.pseudonyms(pseudonyms)
    return pseudonyms


def _mapped(values: pl.Series, change: Callable[[list[str]], list[str]]) -> pl.Series:
    """Each distinct text changed once; null stays null."""
    distinct = values.drop_nulls().unique()
    if distinct.is_empty():
        return values
    changed = pl.Series(change(distinct.to_list()), dtype=pl.String)
    return values.replace_strict(distinct, changed, default=None, return_dtype=pl.String)
