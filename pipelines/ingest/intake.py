"""From landing into the archive, one delivery at a time.

The order of writing is what makes it safe: the files of the archive, the quarantine and the error list, then
the manifest in one step, and last of all landing is emptied. A crash anywhere leaves either a delivery
that is not in and is still in landing, or one that is in and is recognised by its content the next time.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.ingest import adapter, archive, delivery, errorlist, pseudonym, quarantine, workshop
from pipelines.ingest.archive import Archived, Entry, Manifest, Place
from pipelines.ingest.delivery import Delivery, DeliveryResult, Status, TableCount, in_landing
from pipelines.ingest.disk import DiskError, one_line_about_the_disk
from pipelines.ingest.evaluate import Evaluation, TableRows, evaluate
from pipelines.ingest.history import (
    WAITING,
    Difference,
    Folded,
    History,
    Statement,
    recomputed,
)
from pipelines.ingest.pseudonym import Pseudonymiser
from pipelines.ingest.rules import FINDING_SCHEMA, Findings, id_column, rules
from pipelines.ingest.states import empty, quoted
from pipelines.ingest.workshop import Workshop, open_workshop
from pipelines.settings import ROOT, Settings

Progress = Callable[[str], None]


class IntakeError(Exception):
    """Our own fault: what happened and where, in one Swedish line, and nothing of the delivery."""


def _silent(_: str) -> None:
    """Progress that nobody reads."""


def pending(settings: Settings) -> list[Delivery]:
    """Deliveries that wait to be read in, oldest first; held ones are not among them."""
    return [d for d in in_landing(settings) if not d.is_held]


def held(settings: Settings) -> list[Delivery]:
    """Deliveries that wait for somebody to release them."""
    return [d for d in in_landing(settings) if d.is_held]


def ingest_all(settings: Settings, progress: Progress = _silent) -> list[DeliveryResult]:
    """Read in everything that waits, in the order of the delivery dates.

    A municipality whose delivery fails is left where it stopped; the others go on. Raises ExceptionGroup of
    what :func:`ingest` raises afterwards.
    """
    with one_line_about_the_disk(settings):
        settings.make_folders()
        delivery.sweep(settings)
        if workshop.is_abandoned(settings):
            _sweep_archives(settings)
            workshop.sweep(settings)
        adapters = adapter.load(settings.sources)
        delivery.share_out(settings, {a.namn: a.kommuner for a in adapters if a.kommuner != "*"})
    results, failures = [], {}
    for waiting in pending(settings):
        if waiting.kommun in failures:
            continue
        try:
            results.append(ingest(settings, waiting, progress))
        except Exception as error:
            failures[waiting.kommun] = error
            progress(f"{waiting.kommun} {waiting.leveransdatum}: avbruten, {error}")
    if failures:
        lines = "; ".join(f"{kommun}: {error}" for kommun, error in failures.items())
        raise ExceptionGroup(f"leveranser avbrutna; {lines}", list(failures.values()))
    return results


def _sweep_archives(settings: Settings) -> None:
    """Remove the files that an interrupted run put in the archive before it could name them."""
    for kommun in archive.municipalities_in(settings):
        with archive.lock(settings, kommun), suppress(archive.ArchiveError):
            archive.sweep(settings, archive.load(settings, kommun))


def ingest(
    settings: Settings, delivered: Delivery, progress: Progress = _silent, *, released: bool = False
) -> DeliveryResult:
    """Read in one delivery; ``released``: somebody has said that what it lost is right.

    Raises KeyFileError when the pseudonym key is missing or another than the archive was made with,
    AdapterError when an adapter file is wrong, ArchiveError, DiskError, and IntakeError for any other fault;
    the delivery then stays in landing.
    """
    with (
        _no_words_of_others(),
        one_line_about_the_disk(settings),
        _alone(settings, delivered.kommun, progress),
    ):
        if not delivered.is_ready:  # another run has read it in, or its sender is writing it again
            return _told(
                DeliveryResult(delivered.kommun, delivered.leveransdatum, 1, Status.ALREADY_IN), progress
            )
        if released:
            delivered.let_go()
        seen = delivered.fingerprint()
        content = delivered.content()
        manifest = archive.load(settings, delivered.kommun)
        sequence, is_in = _sequence(manifest, delivered, content)
        if is_in:
            delivered.remove(seen)
            place = (delivered.kommun, delivered.leveransdatum, sequence)
            return _told(DeliveryResult(*place, Status.ALREADY_IN), progress)
        with open_workshop(settings) as bench:
            result = Intake(settings, delivered, manifest, content, sequence, released, bench).run()
        if result.status is Status.HELD:
            delivered.hold()
        else:
            delivered.remove(seen)
        return _told(result, progress)


@contextmanager
def _no_words_of_others() -> Iterator[None]:
    """Only errors with a line of their own pass: what a library says of its failure may quote a row. A panic
    in a Rust library is no Exception, and must not end the night of the others."""
    try:
        yield
    except (adapter.AdapterError, archive.ArchiveError, DiskError, pseudonym.KeyFileError):
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):  # not a fault
        raise
    except BaseException as error:
        steps = traceback.extract_tb(error.__traceback__)
        own = [step for step in steps if Path(step.filename).is_relative_to(ROOT / "pipelines")]
        place = f"{Path(own[-1].filename).relative_to(ROOT)}, rad {own[-1].lineno}"
        raise IntakeError(f"programfel, {type(error).__name__} i {place}") from None


@contextmanager
def _alone(settings: Settings, kommun: str, progress: Progress) -> Iterator[None]:
    """The lock of one municipality, and a word when another run has it."""
    settings.make_folders()
    if archive.is_locked(settings, kommun):
        progress(f"{kommun}: väntar på en annan körning som läser in samma kommun")
    with archive.lock(settings, kommun):
        yield


def _sequence(manifest: Manifest, delivered: Delivery, content: str) -> tuple[int, bool]:
    """The delivery's sequence, and whether its content is already in.

    What was refused or withdrawn may come again under its own sequence.
    """
    before = manifest.same_content(delivered.leveransdatum, content)
    if delivered.sekvens is None:
        if before is None:
            return manifest.next_sequence(delivered.leveransdatum), False
        return before.sekvens, before.counts
    there = manifest.at((delivered.leveransdatum, delivered.sekvens))
    return delivered.sekvens, there is not None and there.counts and there.innehall_sha256 == content


def release(
    settings: Settings, kommun: str, leveransdatum: str, progress: Progress = _silent
) -> DeliveryResult:
    """Let a held delivery in. Raises LookupError when no such delivery waits."""
    for waiting in in_landing(settings):
        if (waiting.kommun, waiting.folder.name) == (kommun, leveransdatum):
            return ingest(settings, waiting, progress, released=True)
    waiting_ones = [d.folder.name for d in in_landing(settings) if d.kommun == kommun]
    there = f"; där väntar {', '.join(waiting_ones)}" if waiting_ones else ""
    raise LookupError(f"ingen leverans från {kommun} som heter {leveransdatum} väntar{there}")


def withdraw(settings: Settings, kommun: str, leverans: str, reason: str) -> Manifest:
    """Take a delivery back: the archive becomes as if it had never come, and remembers that it did.

    ``leverans``: its folder's name, ÅÅÅÅ-MM-DD[.sekvens]. Its rows are gone; deliver again to have them back.
    Raises LookupError when no such delivery is in.
    """
    place = delivery.place_of(leverans)
    with one_line_about_the_disk(settings), _alone(settings, kommun, _silent):
        manifest = archive.load(settings, kommun)
        entry = manifest.at(place)
        if entry is None or not entry.counts:
            raise LookupError(f"ingen inläst leverans från {kommun} heter {delivery.label(*place)}")
        tables = {
            name: part.model_copy(
                update={
                    "andring": None,
                    "utsaga": None,
                    "nya": 0,
                    "andrade": 0,
                    "borttagna": 0,
                    "gallrade": 0,
                }
            )
            for name, part in entry.tabeller.items()
        }
        gone = entry.model_copy(update={"status": archive.WITHDRAWN, "tabeller": tables, "fynd": None})
        without = manifest.with_entry(gone).with_event("återkallad", entry.place, reason)
        with open_workshop(settings) as bench:
            pseudonyms = pseudonym.load(settings, kommun, create=False, key_id=entry.nyckel_id)
            history = History(settings, bench, pseudonyms)
            folded = history.fold(manifest, without, {}, None)
            archive.save(settings, _retold(settings, history, folded, bench, skip=None))
        return archive.load(settings, kommun)


def _retold(
    settings: Settings, history: History, folded: Folded, bench: Workshop, skip: Place | None
) -> Manifest:
    """The manifest with new findings for the deliveries whose changes were computed again."""
    manifest = folded.manifest
    for place in folded.affected:
        entry, differences = manifest.at(place), folded.differences.get(place, {})
        if place == skip or entry is None:
            continue
        before = _findings(settings, entry)
        waits = pl.col("regel_id") == WAITING
        own = before.filter(
            ~pl.col("regel_id").is_in(recomputed()) | (waits & ~pl.col("tabell").is_in(list(differences)))
        )
        waiting = [name for name, difference in differences.items() if difference.waits]
        found = pl.concat([own, history.compared_findings(manifest, place, waiting)])
        manifest = manifest.with_entry(_judged(settings, entry, manifest.kommun, found, bench))
    return manifest


def _findings(settings: Settings, entry: Entry) -> pl.DataFrame:
    if entry.fynd is None:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    return pl.read_parquet(settings.archive / entry.fynd.fil)


def _judged(settings: Settings, entry: Entry, kommun: str, found: pl.DataFrame, bench: Workshop) -> Entry:
    """The entry with its findings in the archive, its warnings counted and its status said."""
    warnings = found.filter(allvar="varning", lage="skarp")["tabell"].value_counts()
    number = dict(warnings.iter_rows())
    tables = {
        name: part.model_copy(update={"varningar": number.get(name, 0)})
        for name, part in entry.tabeller.items()
    }
    fynd = None
    if found.height:
        draft = bench.path(f"fynd-{entry.leveransdatum}-{entry.sekvens}.parquet")
        found.sort("tabell", "fil", "rad", "regel_id", "id", pl.all()).write_parquet(draft)
        fynd = archive.keep(settings, draft, "fynd", f"fynd/kommun={kommun}", entry.place)
    status = entry.status if not entry.counts else _status(found, [t.avvisade for t in tables.values()])
    return entry.model_copy(update={"tabeller": tables, "fynd": fynd, "status": str(status)})


def _earlier(settings: Settings, manifest: Manifest, place: Place) -> tuple[pl.DataFrame, date | None]:
    """What was found before ``place``, and the date of the delivery before.

    Of a table's rows: when the table last came. What is judged at every delivery: at the last one.
    """
    earlier = [entry for entry in manifest.accepted if entry.place < place]
    if not earlier:
        return pl.DataFrame(schema=FINDING_SCHEMA), None
    whole = [rule.regel_id for rule in rules().values() if rule.omfattning in ("samband", "leverans")]
    last = {name: entry for entry in earlier for name in entry.tabeller}
    found = [
        _findings(settings, entry).filter(
            ~pl.col("regel_id").is_in(whole)
            & pl.col("tabell").is_in([name for name in last if last[name] is entry])
        )
        for entry in {e.place: e for e in last.values()}.values()
    ]
    found.append(_findings(settings, earlier[-1]).filter(pl.col("regel_id").is_in(whole)))
    return pl.concat(found), earlier[-1].leveransdatum


def _ids(rows: TableRows) -> pl.Series:
    """The ids that a delta holds, accepted or not, as they are shown in the error list."""
    name = rows.table.column[id_column(rows.table).name].archived_name
    files = [path for path in (rows.accepted, rows.rejected) if path]
    return pl.concat([pl.read_parquet(f, columns=[name])[name].cast(pl.String) for f in files]).unique()


def _status(found: pl.DataFrame, rejected: list[int]) -> Status:
    """The status of a delivery that is not refused."""
    sharp = found.filter(lage="skarp")
    if "fel" in sharp["allvar"] or any(rejected):
        return Status.PARTLY
    return Status.WITH_WARNINGS if sharp.height else Status.ACCEPTED


def _told(result: DeliveryResult, progress: Progress) -> DeliveryResult:
    rows = sum(count.rows_in for count in result.tables.values())
    rejected = sum(count.rejected for count in result.tables.values())
    progress(f"{result.kommun} {result.leveransdatum}: {result.status}, {rows} rader in, {rejected} avvisade")
    return result


@dataclass(frozen=True)
class Intake:
    """The judging and writing of one delivery; what its steps share."""

    settings: Settings
    delivery: Delivery
    manifest: Manifest
    content: str
    sequence: int
    released: bool
    bench: Workshop

    @property
    def place(self) -> Place:
        return self.delivery.leveransdatum, self.sequence

    def run(self) -> DeliveryResult:
        """Judge, write, and put in the manifest. Landing is left as it is."""
        pseudonyms = self._pseudonyms()
        adapters = adapter.load(self.settings.sources)
        if self._is_taken():
            return self._refuse_taken()
        evaluation = evaluate(self.delivery, adapters, pseudonyms, self.bench, self.sequence)
        entry = self._entry(evaluation, pseudonyms)
        if evaluation.refused:
            return self._finish(entry, self.manifest.with_entry(entry), evaluation, evaluation.findings, {})
        history = History(self.settings, self.bench, pseudonyms)
        said = {
            name: self._statement(history, rows)
            for name, rows in evaluation.tables.items()
            if not rows.refused
        }
        folded = history.fold(self.manifest, self.manifest.with_entry(entry), said, self.place)
        differences = folded.differences.get(self.place, {})
        if lost := self._lost(evaluation, differences):
            found = pl.concat([evaluation.findings, lost.frame()])
            archive.sweep(self.settings, self.manifest)
            return self._report(entry, Status.HELD, evaluation, found, differences)
        waiting = [name for name, difference in differences.items() if difference.waits]
        compared = history.compared_findings(folded.manifest, self.place, waiting)
        found = pl.concat([evaluation.findings, compared])
        manifest = _retold(self.settings, history, folded, self.bench, skip=self.place)
        arrived = manifest.at(self.place)
        assert arrived is not None
        return self._finish(arrived, manifest, evaluation, found, differences)

    def _pseudonyms(self) -> Pseudonymiser:
        anything_archived = bool(archive.municipalities_in(self.settings))
        used = next((e.nyckel_id for e in reversed(self.manifest.accepted)), None)
        return pseudonym.load(self.settings, self.delivery.kommun, create=not anything_archived, key_id=used)

    def _is_taken(self) -> bool:
        there = self.manifest.at(self.place)
        return there is not None and there.counts

    def _refuse_taken(self) -> DeliveryResult:
        """Another delivery of that day has the sequence, and is in; this one is not recorded."""
        findings = Findings()
        findings.add("LEVERANS_SEKVENS", fil=self.delivery.folder.name, sekvens=self.sequence)
        name = f"{self.delivery.folder.name}-{self.content[:8]}"
        folder = self.settings.quarantine / self.delivery.kommun / name
        quarantine.keep_files(folder, self.delivery.files, self.delivery.folder)
        return self._tell(name, Status.REFUSED, {}, findings.frame(), {})

    def _entry(self, evaluation: Evaluation, pseudonyms: Pseudonymiser) -> Entry:
        tables = {
            name: Archived(
                filer=[source.name for source in rows.sources],
                omfattning="fullstandig" if rows.full or rows.window else "delta",
                omfattar_fran=rows.window,
                avvisad=rows.refused,
                rader_in=rows.rows_in,
                accepterade=0 if rows.refused or evaluation.refused else rows.number_accepted,
                avvisade=rows.rows_in if rows.refused or evaluation.refused else rows.number_rejected,
            )
            for name, rows in evaluation.tables.items()
        }
        return Entry(
            leveransdatum=self.delivery.leveransdatum,
            sekvens=self.sequence,
            innehall_sha256=self.content,
            status=Status.REFUSED if evaluation.refused else Status.ACCEPTED,
            adaptrar=evaluation.adapters,
            kodningar={k: v for rows in evaluation.tables.values() for k, v in rows.encodings.items()},
            nyckel_id=pseudonyms.key_id,
            tabeller=tables,
        )

    def _statement(self, history: History, rows: TableRows) -> Statement:
        columns = f"{quoted(rows.table)}, row_key"
        accepted = (
            f"(select {columns} from read_parquet('{rows.accepted}'))" if rows.accepted else empty(rows.table)
        )
        refused = f"read_parquet('{rows.rejected}')" if rows.rejected else history.no_refused(rows.table)
        return Statement(accepted, refused, rows.full, rows.accepted)

    def _lost(self, evaluation: Evaluation, differences: dict[str, Difference]) -> Findings | None:
        """What a full table loses, when it is so much that somebody must say that it is right."""
        if self.released:
            return None
        findings, limit = Findings(), self.settings.max_lost_share
        for name, found in differences.items():
            rows = evaluation.tables[name]
            lost = found.gone if rows.full else 0
            if lost > limit * found.before or rows.number_rejected > limit * rows.rows_in:
                findings.add(
                    "LEVERANS_MINSKAD",
                    tabell=name,
                    grans=f"{limit * 100:g}",
                    saknas=lost,
                    fanns=found.before,
                    avvisade=rows.number_rejected,
                    rader=rows.rows_in,
                )
        return findings if findings.frame().height else None

    def _finish(
        self,
        entry: Entry,
        manifest: Manifest,
        evaluation: Evaluation,
        found: pl.DataFrame,
        differences: dict[str, Difference],
    ) -> DeliveryResult:
        self._quarantine(evaluation)
        judged = _judged(self.settings, entry, manifest.kommun, found, self.bench)
        manifest = manifest.with_entry(judged)
        if self.released:
            manifest = manifest.with_event("släppt", self.place)
        result = self._report(judged, Status(judged.status), evaluation, found, differences)
        archive.save(self.settings, manifest)
        return result

    def _report(
        self,
        entry: Entry,
        status: Status,
        evaluation: Evaluation,
        found: pl.DataFrame,
        differences: dict[str, Difference],
    ) -> DeliveryResult:
        """Write the error list, with what is new and corrected since the delivery before."""
        counts = {
            name: TableCount(
                rows_in=part.rader_in,
                accepted=part.accepterade,
                rejected=part.avvisade,
                warnings=part.varningar,
                new=part.nya,
                changed=part.andrade,
                removed=part.borttagna,
                elsewhere=evaluation.tables[name].elsewhere,
            )
            for name, part in entry.tabeller.items()
        }
        partly = {
            name: _ids(rows) for name, rows in evaluation.tables.items() if rows.accepted and not rows.full
        }
        return self._tell(delivery.label(*self.place), status, counts, found, partly)

    def _tell(
        self,
        folder_name: str,
        status: Status,
        counts: dict[str, TableCount],
        found: pl.DataFrame,
        partly: dict[str, pl.Series],
    ) -> DeliveryResult:
        folder = self.settings.rejected / self.delivery.kommun / folder_name
        before, since = _earlier(self.settings, self.manifest, self.place)
        compared = errorlist.compare(
            found, before, set(counts), partly=partly, samband=status not in (Status.HELD, Status.REFUSED)
        )
        place = (self.delivery.kommun, self.delivery.leveransdatum, self.sequence)
        errorlist.write(folder, compared, errorlist.Head(*place, status, counts, since))
        rules_hit = found.filter(lage="skarp")["regel_id"].value_counts().sort("regel_id")
        return DeliveryResult(
            *place,
            status,
            counts,
            rules=dict(rules_hit.rows()),
            error_list=folder / "fellista.xlsx",
            findings=compared,
        )

    def _quarantine(self, evaluation: Evaluation) -> None:
        """Keep what is not read in: rejected rows, unknown files and refused files."""
        folder = self.settings.quarantine / self.delivery.kommun / delivery.label(*self.place)
        if evaluation.refused:
            quarantine.keep_files(folder, self.delivery.files, self.delivery.folder)
            return
        quarantine.keep_files(folder, evaluation.unknown, self.delivery.folder)
        for rows in evaluation.tables.values():
            if rows.refused:
                quarantine.keep_files(folder, [s.path for s in rows.sources], self.delivery.folder)
            quarantine.keep_files(folder, rows.raw, self.bench.folder)
