"""From landing into the archive, one delivery at a time.

The order of writing is what makes it safe: Parquet files, error list, quarantine, then the manifest in one
step, and last of all landing is emptied. A crash anywhere leaves either a delivery that is not in and is
still in landing, or one that is in and is recognised by its content the next time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.contracts import table
from pipelines.ingest import adapter, archive, errorlist, pseudonym, quarantine
from pipelines.ingest.archive import Archived, Entry, Manifest
from pipelines.ingest.delivery import Delivery, DeliveryResult, Status, TableCount, in_landing, sweep
from pipelines.ingest.evaluate import Evaluation, TableRows, evaluate
from pipelines.ingest.pseudonym import KeyFileError, Pseudonymiser, archive_rows
from pipelines.ingest.rules import Findings
from pipelines.settings import Settings

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Progress that nobody reads."""


def pending(settings: Settings) -> list[Delivery]:
    """Deliveries that wait to be read in, oldest first; held ones are not among them."""
    return [d for d in in_landing(settings) if not d.is_held]


def held(settings: Settings) -> list[Delivery]:
    """Deliveries that wait for somebody to release them."""
    return [d for d in in_landing(settings) if d.is_held]


def ingest_all(
    settings: Settings, progress: Progress = _silent, *, release: tuple[str, str] | None = None
) -> list[DeliveryResult]:
    """Read in everything that waits, and the held delivery ``release`` (kommun, leveransdatum).

    A municipality whose delivery fails is left where it stopped, since its later ones would shut the
    failed one out; the others go on. Raises ExceptionGroup afterwards.
    """
    settings.make_folders()
    sweep(settings)
    results, failures = [], {}
    for delivery in in_landing(settings):
        released = (delivery.kommun, delivery.leveransdatum.isoformat()) == release
        if delivery.kommun in failures or (delivery.is_held and not released):
            continue
        try:
            results.append(ingest(settings, delivery, progress, released=released))
        except Exception as error:
            failures[delivery.kommun] = error
            progress(f"{delivery.kommun} {delivery.leveransdatum}: avbruten ({type(error).__name__})")
    if failures:
        raise ExceptionGroup(f"deliveries failed for {', '.join(failures)}", list(failures.values()))
    return results


def ingest(
    settings: Settings, delivery: Delivery, progress: Progress = _silent, *, released: bool = False
) -> DeliveryResult:
    """Read in one delivery; ``released``: somebody has said that what it lost is right.

    Raises KeyFileError when the pseudonym key is missing or another than the archive was made with, and
    AdapterError when an adapter file is wrong; the delivery then stays in landing.
    """
    settings.make_folders()
    with archive.lock(settings, delivery.kommun):
        seen = delivery.fingerprint()
        content = delivery.content()
        manifest = archive.load(settings, delivery.kommun)
        before = manifest.same_content(delivery.leveransdatum, content)
        if before and before.status != Status.REFUSED:
            delivery.remove(seen)
            place = (delivery.kommun, delivery.leveransdatum, before.sekvens)
            return _told(DeliveryResult(*place, Status.ALREADY_IN), progress)
        sequence = before.sekvens if before else manifest.next_sequence(delivery.leveransdatum)
        result = Intake(settings, delivery, manifest, content, sequence, released).run()
        if result.status is Status.HELD:
            delivery.hold()
        else:
            delivery.remove(seen)
        return _told(result, progress)


def release(
    settings: Settings, kommun: str, leveransdatum: str, progress: Progress = _silent
) -> DeliveryResult:
    """Let a held delivery in. Raises LookupError when no such delivery waits."""
    for delivery in in_landing(settings):
        if (delivery.kommun, delivery.leveransdatum.isoformat()) == (kommun, leveransdatum):
            return ingest(settings, delivery, progress, released=True)
    raise LookupError(f"ingen leverans från {kommun} med datum {leveransdatum} väntar")


def _told(result: DeliveryResult, progress: Progress) -> DeliveryResult:
    rows = sum(count.rows_in for count in result.tables.values())
    rejected = sum(count.rejected for count in result.tables.values())
    progress(f"{result.kommun} {result.leveransdatum}: {result.status}, {rows} rader in, {rejected} avvisade")
    return result


@dataclass(frozen=True)
class Changes:
    """What a delivery changes in one table: rows ``written`` (new and changed), keys ``removed``."""

    written: pl.DataFrame
    removed: pl.DataFrame

    @property
    def rows(self) -> pl.DataFrame:
        ended = self.removed.drop("row_hash").with_columns(change=pl.lit(archive.REMOVED))
        return pl.concat([self.written, ended], how="diagonal")

    def number(self, change: str) -> int:
        return self.rows.filter(pl.col("change") == change).height


@dataclass(frozen=True)
class Intake:
    """The judging and writing of one delivery; what its steps share."""

    settings: Settings
    delivery: Delivery
    manifest: Manifest
    content: str
    sequence: int
    released: bool

    def run(self) -> DeliveryResult:
        """Judge, write, and put in the manifest. Landing is left as it is."""
        pseudonyms = self._pseudonyms()
        evaluation = self._evaluate()
        changes = {
            name: self._compare(rows, pseudonyms, evaluation.findings)
            for name, rows in evaluation.tables.items()
            if not (rows.refused or evaluation.refused)
        }
        found = evaluation.findings.frame()
        counts = {name: _count(rows, changes.get(name), found) for name, rows in evaluation.tables.items()}
        status = Status.REFUSED if evaluation.refused else _status(found, counts)
        if status is Status.HELD:
            return self._report(status, counts, found)
        parquet = {name: self._write(name, change) for name, change in changes.items()}
        result = self._report(status, counts, found)
        self._quarantine(evaluation)
        self._record(result, evaluation, parquet, pseudonyms)
        return result

    def _pseudonyms(self) -> Pseudonymiser:
        anything_archived = any(self.settings.archive.glob("manifest/*.json"))
        path = self.settings.pseudonym_key
        pseudonyms = pseudonym.load(path, self.delivery.kommun, create=not anything_archived)
        used = {entry.nyckel_id for entry in self.manifest.accepted[-1:]}
        if used - {pseudonyms.key_id}:
            raise KeyFileError(f"{path.name} har nyckeln {pseudonyms.key_id}, arkivet en annan: {used}")
        return pseudonyms

    def _evaluate(self) -> Evaluation:
        newest = max((entry.leveransdatum for entry in self.manifest.accepted), default=date.min)
        if self.delivery.leveransdatum >= newest:
            return evaluate(self.delivery, adapter.load(self.settings.sources))
        findings = Findings()
        findings.add("LEVERANS_ORDNING", senast=newest)
        return Evaluation({}, [], findings, [], refused=True)

    def _compare(self, rows: TableRows, pseudonyms: Pseudonymiser, findings: Findings) -> Changes:
        """What the delivery changes in one table; says so when it loses much."""
        before = archive.state(self.settings, self.manifest, rows.table)
        accepted = archive.keyed(rows.table, archive_rows(rows.table, rows.accepted, pseudonyms))
        written = archive.changes(before, accepted)
        if not rows.full:
            return Changes(written, before.clear())
        gone = archive.absent(before, accepted)
        refused = archive.refused_keys(
            rows.table, before, archive_rows(rows.table, rows.rejected, pseudonyms), rows.broken
        )
        removed = archive.unprotected(rows.table, gone, refused)
        if removed.height < gone.height and archive.is_keyless(refused).any():
            findings.add("BORTTAG_VANTAR", tabell=rows.table.name, antal=gone.height - removed.height)
        limit, rejected = self.settings.max_lost_share, rows.number_rejected
        too_much = gone.height > limit * before.height or rejected > limit * rows.rows_in
        if too_much and not self.released:
            findings.add(
                "LEVERANS_MINSKAD",
                tabell=rows.table.name,
                grans=f"{limit * 100:g}",
                saknas=gone.height,
                fanns=before.height,
                avvisade=rejected,
                rader=rows.rows_in,
            )
        return Changes(written, removed)

    def _write(self, name: str, changes: Changes) -> tuple[str, str] | None:
        return archive.write(
            self.settings,
            table(name),
            changes.rows,
            kommun=self.delivery.kommun,
            delivered=self.delivery.leveransdatum,
            sequence=self.sequence,
        )

    def _report(self, status: Status, counts: dict[str, TableCount], found: pl.DataFrame) -> DeliveryResult:
        """Write the error list."""
        delivered = self.delivery.leveransdatum
        result = DeliveryResult(
            kommun=self.delivery.kommun,
            leveransdatum=delivered,
            sekvens=self.sequence,
            status=status,
            tables=counts,
            rules=dict(found["regel_id"].value_counts().sort("regel_id").rows()),
            error_list=self.settings.rejected / self.delivery.kommun / str(delivered) / "fellista.xlsx",
        )
        errorlist.write(result, found)
        return result

    def _quarantine(self, evaluation: Evaluation) -> None:
        """Keep what is not read in: rejected rows, unknown files and refused files."""
        folder = self.settings.quarantine / self.delivery.kommun / str(self.delivery.leveransdatum)
        if evaluation.refused:
            quarantine.keep_files(folder, self.delivery.files)
            return
        quarantine.keep_files(folder, evaluation.unknown)
        for name, rows in evaluation.tables.items():
            if rows.refused:
                quarantine.keep_files(folder, rows.paths)
            elif rows.raw_rejected.height:
                quarantine.keep_rows(folder, name, rows.raw_rejected)

    def _record(
        self,
        result: DeliveryResult,
        evaluation: Evaluation,
        parquet: dict[str, tuple[str, str] | None],
        pseudonyms: Pseudonymiser,
    ) -> None:
        """Put the delivery in the manifest: from here on it is in."""
        tables = {}
        for name, count in result.tables.items():
            rows = evaluation.tables[name]
            path, sha256 = parquet.get(name) or (None, None)
            tables[name] = Archived(
                filer=[self.delivery.name(p) for p in rows.paths],
                omfattning="fullstandig" if rows.full else "delta",
                omfattar_fran=rows.window,
                rader_in=count.rows_in,
                accepterade=count.accepted,
                avvisade=count.rejected,
                varningar=count.warnings,
                nya=count.new,
                andrade=count.changed,
                borttagna=count.removed,
                parquet=path,
                sha256=sha256,
            )
        entry = Entry(
            leveransdatum=self.delivery.leveransdatum,
            sekvens=self.sequence,
            innehall_sha256=self.content,
            status=result.status,
            adaptrar=evaluation.adapters,
            nyckel_id=pseudonyms.key_id,
            slappt=self.released,
            tabeller=tables,
        )
        archive.save(self.settings, self.manifest.with_entry(entry))


def _count(rows: TableRows, changes: Changes | None, found: pl.DataFrame) -> TableCount:
    """A table that is not archived has all its rows rejected."""
    warnings = found.filter(pl.col("tabell") == rows.table.name, pl.col("allvar") == "varning").height
    if changes is None:
        return TableCount(rows.rows_in, 0, rows.rows_in, warnings)
    return TableCount(
        rows_in=rows.rows_in,
        accepted=rows.accepted.height,
        rejected=rows.number_rejected,
        warnings=warnings,
        new=changes.number(archive.NEW),
        changed=changes.number(archive.CHANGED),
        removed=changes.number(archive.REMOVED),
    )


def _status(found: pl.DataFrame, counts: dict[str, TableCount]) -> Status:
    """The status of a delivery that is not refused."""
    if "LEVERANS_MINSKAD" in found["regel_id"]:
        return Status.HELD
    if "fel" in found["allvar"] or any(count.rejected for count in counts.values()):
        return Status.PARTLY
    return Status.WITH_WARNINGS if found.height else Status.ACCEPTED
