"""Judge the files of one delivery, batch by batch: which adapter, which rows, what was found.

Nothing is written outside the workshop, and nothing here holds a whole file: each batch goes from text to
pseudonymised, keyed rows, and what must be seen together (repeated keys) is found by DuckDB afterwards.
"""

import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Table, municipalities, table, tables
from pipelines.ingest import check, contract, keys, mapping, read
from pipelines.ingest.adapter import Adapter, Fil, match
from pipelines.ingest.archive import NEW
from pipelines.ingest.delivery import Delivery
from pipelines.ingest.pseudonym import Pseudonymiser, archive_rows
from pipelines.ingest.rules import FILE, FINDING_SCHEMA, ID, IDENTITY, LINE, MASK, Findings, id_column
from pipelines.ingest.workshop import Workshop

T = TypeVar("T")

FIELDS = "falt"
"""Pseudonyms of the fields of a row that does not fit its header: they may hold its key."""


@dataclass(frozen=True)
class Source:
    """One delivered file and the adapter's entry that reads it. ``name``: as it may be shown."""

    path: Path
    name: str
    fil: Fil
    full: bool


@dataclass
class TableRows:
    """One table of a delivery after judging; no identities in it, except in the raw rejected rows.

    ``accepted``: Parquet with the columns of a file of changes where every row is new, one row per key;
    ``rejected``: Parquet of the key columns as far as they could be read, and FIELDS; ``raw``: CSV files of
    the rejected rows as delivered, for the quarantine. None where there is no row. ``refused``: a file of it
    could not be read, so nothing of the table is taken; ``elsewhere``: rows of other municipalities.
    """

    table: Table
    sources: list[Source]
    rows_in: int = 0
    number_accepted: int = 0
    number_rejected: int = 0
    elsewhere: int = 0
    accepted: Path | None = None
    rejected: Path | None = None
    raw: list[Path] = field(default_factory=list)
    refused: bool = False
    encodings: dict[str, str] = field(default_factory=dict)

    @property
    def window(self) -> date | None:
        """The first day that a list covers, when it is no full snapshot."""
        return max((s.fil.omfattar_fran for s in self.sources if s.fil.omfattar_fran), default=None)

    @property
    def full(self) -> bool:
        return self.window is None and all(source.full for source in self.sources)


@dataclass(frozen=True)
class Evaluation:
    """A whole delivery judged. ``refused``: it may not be archived at all. ``findings``: FINDING_SCHEMA."""

    tables: dict[str, TableRows]
    adapters: list[str]
    findings: pl.DataFrame
    unknown: list[Path]
    refused: bool


def evaluate(
    delivery: Delivery, adapters: list[Adapter], pseudonyms: Pseudonymiser, workshop: Workshop, sequence: int
) -> Evaluation:
    """Read and judge every file of the delivery; every fault is reported at once."""
    findings = Findings()
    plan: dict[str, list[Source]] = {}
    used: dict[str, Adapter] = {}
    unknown: list[Path] = []
    ambiguous = False
    for path in delivery.files:
        candidates = match(adapters, delivery.kommun, delivery.name(path))
        name = _name_that_may_be_shown(delivery.name(path), pseudonyms)
        if len(candidates) == 1:
            ((adapter, fil),) = candidates
            used[adapter.namn] = adapter
            full = (fil.omfattning or adapter.omfattning) == "fullstandig"
            plan.setdefault(fil.tabell, []).append(Source(path, name, fil, full))
            continue
        unknown.append(path)
        if candidates:
            ambiguous = True
            findings.add("FIL_TVETYDIG", fil=name, antal=len(candidates))
        else:
            findings.add("FIL_OKAND", fil=name)

    spool = Spool(workshop)
    judged = {
        name: TableJudge(
            table(name),
            plan[name],
            delivery=delivery,
            sequence=sequence,
            pseudonyms=pseudonyms,
            workshop=workshop,
            spool=spool,
        ).run()
        for name in tables()
        if name in plan
    }
    required = {name for adapter in used.values() for name in adapter.kraver}
    missing = [name for name in tables() if name in required and name not in judged]
    for name in missing:
        findings.add("FIL_SAKNAS", tabell=name)
    known = delivery.kommun in municipalities()
    if not known:
        findings.add("KOMMUN_OKAND", fil=delivery.kommun)
    if known and not (used or ambiguous):
        findings.add("FIL_SAKNAS", tabell="minst en tabell")
    refused = (
        not known
        or bool(missing)
        or ambiguous
        or not used
        or any(judged[n].refused for n in required & set(judged))
    )
    spool.add(findings)
    return Evaluation(judged, sorted(used), spool.all(), unknown, refused)


def _name_that_may_be_shown(name: str, pseudonyms: Pseudonymiser) -> str:
    """A file's name with a short pseudonym for what looks like a personal number; still one per file."""
    return re.sub(IDENTITY, lambda found: f"{MASK}{pseudonyms.of(FIELDS, found[0])[:6]}", name)


class Spool:
    """Findings, put on disk as they come: a file that is wrong on every line must not fill the memory."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._number = count()

    def add(self, findings: Findings) -> None:
        frame = findings.frame()
        if frame.height:
            frame.write_parquet(self._workshop.path(f"fynd-{next(self._number):06}.parquet"))

    def all(self) -> pl.DataFrame:
        written = sorted(self._workshop.folder.glob("fynd-*.parquet"))
        found = pl.read_parquet(written) if written else pl.DataFrame(schema=FINDING_SCHEMA)
        return found.sort("tabell", "fil", "rad", maintain_order=True)


class Stream:
    """A Parquet file that grows by batches; made at the first row. ``distinct``: columns where nearly every
    value is another, which a dictionary would only slow down."""

    def __init__(self, path: Path, distinct: Collection[str] = ()) -> None:
        self._path, self._distinct = path, distinct
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path,
                rows.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=[name for name in frame.columns if name not in self._distinct],
                write_statistics=False,
            )
        self._writer.write_table(pa.table(rows), row_group_size=rows.num_rows)

    def close(self) -> Path | None:
        if self._writer is None:
            return None
        self._writer.close()
        return self._path


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items; the next one is made while this one is used. None ends them."""
    with ThreadPoolExecutor(1) as other:
        following = other.submit(next, items, None)
        while (item := following.result()) is not None:
            following = other.submit(next, items, None)
            yield item


class TableJudge:
    """All files of one table of one delivery."""

    def __init__(
        self,
        contract_: Table,
        sources: list[Source],
        *,
        delivery: Delivery,
        sequence: int,
        pseudonyms: Pseudonymiser,
        workshop: Workshop,
        spool: Spool,
    ) -> None:
        self.delivery, self.table, self.pseudonyms = delivery, contract_, pseudonyms
        self.workshop, self.spool = workshop, spool
        self.rows = TableRows(contract_, sources)
        self._stamp = (
            pl.lit(NEW).alias("change"),
            pl.lit(delivery.leveransdatum).alias("leveransdatum"),
            pl.lit(sequence, pl.Int64).alias("sekvens"),
        )
        self._key = keys.key_columns(contract_)

    def run(self) -> TableRows:
        """Read every file, also when one is refused: all faults are told at once."""
        name = self.table.name
        distinct = {keys.ROW_KEY, self.table.column[id_column(self.table).name].archived_name}
        accepted, places, rejected = (
            Stream(self.workshop.path(f"{name}-{part}.parquet"), distinct)
            for part in ("in", "plats", "avvisade")
        )
        for number, source in enumerate(self.rows.sources):
            self._read(number, source, accepted, places, rejected)
        self.rows.accepted, place_file = accepted.close(), places.close()
        self.rows.rejected = rejected.close()
        if self.rows.refused:
            self._take_nothing()
        elif self.rows.accepted and place_file:
            self._set_repeated_aside(self.rows.accepted, place_file)
        return self.rows

    def _read(self, number: int, source: Source, accepted: Stream, places: Stream, rejected: Stream) -> None:
        rows, findings = 0, Findings()
        try:
            opened = read.open_file(source.path, source.fil)
            other = opened.other_delimiter(source.fil.required_sources)
            if not mapping.header_fits(opened.header, other, source.fil, source.name, findings):
                self._refuse_file(source)
                return
            judged = (self._judge(number, source, batch) for batch in ahead(opened.batches()))
            for part in ahead(judged):
                accepted.add(part.accepted.drop(FILE, LINE))
                places.add(part.accepted.select(FILE, LINE))
                rejected.add(part.rejected)
                self._keep_raw(source, part.raw)
                self.rows.number_accepted += part.accepted.height
                self.rows.number_rejected += part.rejected.height
                self.rows.elsewhere += part.elsewhere
                rows += part.accepted.height + part.rejected.height
            if opened.encoding:
                self.rows.encodings[source.name] = opened.encoding
            self.rows.rows_in += rows
        except read.FileRefused as error:
            findings.add(error.rule, tabell=self.table.name, fil=source.name, rad=error.line, **error.words)
            self._refuse_file(source)
        finally:
            self.spool.add(findings)

    def _refuse_file(self, source: Source) -> None:
        self.rows.refused = True
        self.rows.rows_in += read.count_rows(source.path, source.fil)

    def _take_nothing(self) -> None:
        """A table with an unreadable file is rejected whole; its files go to the quarantine as they are."""
        for path in self.rows.raw:
            path.unlink(missing_ok=True)
        self.rows.raw.clear()
        self.rows.accepted = self.rows.rejected = None
        self.rows.number_accepted, self.rows.number_rejected = 0, self.rows.rows_in

    def _judge(self, number: int, source: Source, batch: "read.Batch") -> "Part":
        fil, name, findings = source.fil, source.name, Findings()
        where = pl.lit(name).alias(FILE)
        broken = batch.broken.with_columns(where, pl.lit(None, pl.String).alias(ID))
        findings.add_rows("RAD_FALT", broken, self.table, vantat=batch.rows.width - 1, antal=pl.col("antal"))
        mapped = mapping.apply(fil, batch.rows, name, findings, kommun=self.delivery.kommun)
        typed = check.check(mapped, fil, self.delivery.leveransdatum, findings)
        sound = typed.filter(~pl.col(check.REFUSED))
        outside = contract.refuse(self.table, sound, findings)
        self.spool.add(findings)

        accepted = archive_rows(self.table, sound.filter(~outside), self.pseudonyms)
        refused = pl.concat([typed.filter(check.REFUSED), sound.filter(outside)])
        raw = [
            batch.rows.filter(pl.col(LINE).is_in(refused[LINE].implode())),
            batch.broken.select(LINE, read.TEXT),
        ]
        return Part(
            accepted=keys.keyed(self.table, accepted).with_columns(
                *self._stamp, pl.lit(number, pl.Int32).alias(FILE), pl.col(LINE).cast(pl.Int64)
            ),
            rejected=pl.concat(
                [
                    archive_rows(self.table, refused, self.pseudonyms).select(
                        *self._key, pl.lit(None, pl.List(pl.String)).alias(FIELDS)
                    ),
                    self._broken(batch.broken, fil),
                ]
            ),
            raw=pl.concat(raw, how="diagonal_relaxed") if refused.height or batch.broken.height else None,
            elsewhere=mapped.elsewhere,
        )

    def _broken(self, broken: pl.DataFrame, fil: Fil) -> pl.DataFrame:
        """Rows that do not fit their header: no readable key, but one of their fields may be it."""
        schema = {k: self.table.archive_schema[k] for k in self._key} | {FIELDS: pl.List(pl.String)}
        texts = broken[read.TEXT].str.replace_all(fil.citat, "", literal=True).str.split(fil.avgransare)
        fields = [[self.pseudonyms.of(FIELDS, f.strip()) for f in row if f.strip()] for row in texts]
        return pl.DataFrame({FIELDS: fields}, schema={FIELDS: pl.List(pl.String)}).select(
            *(pl.lit(None, schema[k]).alias(k) for k in self._key), FIELDS
        )

    def _keep_raw(self, source: Source, raw: pl.DataFrame | None) -> None:
        if raw is None:
            return
        name = self.delivery.name(source.path).replace("/", "_")
        path = self.workshop.path(f"{name}.avvisade.csv")
        is_new = path not in self.rows.raw
        if is_new:
            self.rows.raw.append(path)
        with path.open("ab") as f:
            raw.with_columns(rad=LINE).drop(LINE).write_csv(f, include_header=is_new)

    def _set_repeated_aside(self, accepted: Path, places: Path) -> None:
        """Of the rows with one key, the first stays. Rows known by their content are numbered instead."""
        db, rows = self.workshop.db, f"read_parquet('{accepted}', file_row_number = true)"
        key = ", ".join(self._key)
        db.execute(
            f"""
            create or replace temp table lika as
            select file_row_number as nr, {keys.ROW_KEY}, {key} from {rows}
            where hash({keys.ROW_KEY}) in (
                select hash({keys.ROW_KEY}) from {rows} group by all having count(*) > 1
            )
            qualify count(*) over (partition by {keys.ROW_KEY}) > 1
            """
        )
        if db.sql("from lika limit 1").fetchone() is None:
            return
        by_content = " and ".join(f"{k} is null" for k in self._key)
        db.execute(
            f"""
            create or replace temp table upprepad as
            select
                nr, fil, rad, {by_content} as av_innehall,
                row_number() over samma as plats_nr,
                first(fil) over samma as forsta_fil, first(rad) over samma as forsta_rad
            from lika
            inner join (
                select file_row_number as nr, "{FILE}" as fil, "{LINE}" as rad
                from read_parquet('{places}', file_row_number = true)
            ) using (nr)
            window samma as (partition by {keys.ROW_KEY} order by fil, rad)
            """
        )
        kept = accepted.with_name(f"{self.table.name}-unika.parquet")
        db.execute(
            f"""
            copy (
                select rad.* exclude (file_row_number) replace (
                    case
                        when u.av_innehall
                        then split_part(row_key, '{keys.CONTENT_KEY}', 1)
                            || '{keys.CONTENT_KEY}' || u.plats_nr
                        else row_key
                    end as row_key)
                from read_parquet('{accepted}', file_row_number = true) as rad
                left join upprepad as u on u.nr = rad.file_row_number
                where u.nr is null or u.av_innehall or u.plats_nr = 1
            ) to '{kept}' (format parquet, compression zstd)
            """
        )
        self._reject_repeated(accepted)
        accepted.unlink()
        self.rows.accepted = kept

    def _reject_repeated(self, accepted: Path) -> None:
        """Tell of the repeated rows, and read their files again to give their raw form to the quarantine."""
        again = self.workshop.db.sql(
            f"""
            select u.fil, u.rad, u.forsta_fil, u.forsta_rad, a.* exclude (file_row_number)
            from upprepad as u
            inner join read_parquet('{accepted}', file_row_number = true) as a on a.file_row_number = u.nr
            where not u.av_innehall and u.plats_nr > 1
            order by u.fil, u.rad
            """
        ).pl()
        if again.is_empty():
            return
        self.rows.number_accepted -= again.height
        self.rows.number_rejected += again.height
        names = pl.Series([source.name for source in self.rows.sources])
        shown = self._named(again).with_columns(
            names.gather(again["fil"]).alias(FILE),
            names.gather(again["forsta_fil"]).alias("_forsta_fil"),
            pl.col("rad").alias(LINE),
        )
        findings = Findings()
        findings.add_rows(
            "NYCKEL_DUBBLETT",
            shown,
            self.table,
            nyckel=" och ".join(self.table.key),
            fil=pl.col("_forsta_fil"),
            rad=pl.col("forsta_rad"),
        )
        self.spool.add(findings)
        for number, lines in again.group_by("fil"):
            source = self.rows.sources[int(str(number[0]))]
            for batch in read.open_file(source.path, source.fil).batches():
                raw = batch.rows.filter(pl.col(LINE).is_in(lines["rad"].implode()))
                if raw.height:
                    self._keep_raw(source, raw.with_columns(pl.lit(None, pl.String).alias(read.TEXT)))

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.col(id_name(self.table)).cast(pl.String).alias(ID))


def id_name(table: Table) -> str:
    """The archived name of the column that names a row and may be shown."""
    return table.column[id_column(table).name].archived_name


@dataclass(frozen=True)
class Part:
    """One batch judged: ``accepted`` (archived columns, keys, file number, line), ``rejected`` (key columns,
    FIELDS), ``raw`` (rejected rows as delivered)."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    raw: pl.DataFrame | None
    elsewhere: int
