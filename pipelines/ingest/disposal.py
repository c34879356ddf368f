"""Gallring: what has passed its retention leaves the archive, with all its versions and all that names it.

:func:`plan` says what would go; :func:`purge` does it, one municipality at a time under its lock. A file is
rewritten without the rows that go, under a new name, and the manifest that names the new files is replaced in
one step: a crash leaves each municipality either before or after, and running again finishes. What is kept
outside the manifests (quarantine, error lists) goes by folder. The warehouse must be built again afterwards,
and its older releases removed: ``pipelines.cli_purge`` does both.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.contracts import Table, table, tables
from pipelines.ingest import archive, pseudonym, retention
from pipelines.ingest.archive import CHANGED, NEW, REMOVED, Archived, Entry, Manifest, Named
from pipelines.ingest.disk import one_line_about_the_disk
from pipelines.ingest.durable import replacing
from pipelines.ingest.evaluate import FIELDS, id_name
from pipelines.ingest.history import DISPOSED, REFUSED_ROW
from pipelines.ingest.keys import ROW_KEY, key_columns
from pipelines.ingest.retention import FILE, Rule
from pipelines.ingest.states import NEWEST_FIRST, empty, quoted
from pipelines.ingest.workshop import Workshop, open_workshop
from pipelines.settings import STOCKHOLM, Settings

Progress = Callable[[str], None]
EVENT = "gallring"
"""The event in the manifest."""
FOUND = "fynd"
"""What the archive says of single rows that were refused or remarked on; the other kinds are folders."""
ABOUT_A_ROW = "(id is not null or rad is not null)"
"""SQL: a finding is about a row and not about a file."""


@dataclass(frozen=True)
class Count:
    """``antal`` rows of one table that one rule disposes of or, with ``behalls``, keeps past their term.

    ``tabell`` may also be karantan or fellista (folders are counted) or fynd. ``gallras_senast``: the
    earliest day when any of them must be gone; None when no law says.
    """

    kommun: str
    tabell: str
    regel_id: str
    antal: int
    gallras_senast: date | None = None
    behalls: bool = False


@dataclass
class Receipt:
    """What was disposed of, when, by whom and by which rules. It names no person and no case.

    ``manifest``: municipality → SHA-256 of its manifest before and after, and ``klar``; False means that a
    crash came between the receipt and the manifest, whose event ``gallring`` then tells what happened.
    """

    path: Path
    tid: datetime
    av: str
    per: date
    regler: list[str]
    antal: list[Count] = field(default_factory=list)
    manifest: dict[str, dict[str, Any]] = field(default_factory=dict)
    lager: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        content = {**asdict(self), "antal": [asdict(count) for count in self.antal]}
        del content["path"]
        with replacing(self.path, "kvitto") as draft:
            draft.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _silent(_: str) -> None:
    """Progress that nobody reads."""


def plan(settings: Settings, per: date) -> list[Count]:
    """What a purge on ``per`` would remove, and what is kept past its term and why. Changes nothing.

    Raises ArchiveError and DiskError.
    """
    found = []
    with one_line_about_the_disk(settings):
        for kommun in _municipalities(settings):
            with _alone(settings, kommun, per) as work:
                found += work.counts()
    return found


def purge(settings: Settings, per: date, progress: Progress = _silent) -> Receipt:
    """Remove what :func:`plan` says, and write the receipt ``kvitton/gallring-<time>.json``.

    ``per`` is the day that retention is judged on. Raises ArchiveError, DiskError, and KeyFileError when the
    pseudonym key is missing.
    """
    with one_line_about_the_disk(settings):
        receipt = _new_receipt(settings, per)
        for kommun in _municipalities(settings):
            with _alone(settings, kommun, per) as work:
                counts = [count for count in work.counts() if not count.behalls]
                work.purge(receipt, counts)
            progress(f"{kommun}: {sum(count.antal for count in counts)} gallrade")
        receipt.write()
    return receipt


@contextmanager
def _alone(settings: Settings, kommun: str, per: date) -> Iterator["_Municipality"]:
    """One municipality, under its lock."""
    with archive.lock(settings, kommun), open_workshop(settings) as bench:
        yield _Municipality(settings, bench, kommun, per)


def _new_receipt(settings: Settings, per: date) -> Receipt:
    now = datetime.now(STOCKHOLM).replace(microsecond=0)
    folder = settings.home / "kvitton"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"gallring-{now:%Y-%m-%dT%H%M%S}"
    taken = len(list(folder.glob(f"{stem}*.json")))
    path = folder / f"{stem}{f'-{taken + 1}' if taken else ''}.json"
    applied = retention.in_force(per, retention.TERM, retention.RESPITE, retention.EXEMPTION, FILE)
    receipt = Receipt(path, now, archive.user(), per, [f"{rule.regel_id} {rule.version}" for rule in applied])
    receipt.write()
    return receipt


def _municipalities(settings: Settings) -> list[str]:
    """Those with a manifest, and those that only have something in quarantine or an error list."""
    folders = [*settings.quarantine.glob("*/"), *settings.rejected.glob("*/")]
    return sorted({*archive.municipalities_in(settings), *(folder.name for folder in folders)})


@dataclass(frozen=True)
class _Municipality:
    """The disposal of one municipality on one day, in one workshop. Use it under the municipality's lock."""

    settings: Settings
    bench: Workshop
    kommun: str
    per: date

    @cached_property
    def manifest(self) -> Manifest:
        return archive.load(self.settings, self.kommun)

    def counts(self) -> list[Count]:
        """Judge everything; the tables of :meth:`_judge` are there afterwards."""
        self._judge()
        found = [
            Count(self.kommun, *row)
            for row in self.bench.db.execute(
                """
                select tabell, regel_id, count(*), min(gallras_senast) from gallringsbar
                group by all order by all
                """
            ).fetchall()
        ]
        folders = Counter((rule.tabeller[0], rule.regel_id) for rule, _ in self._old_folders())
        found += [Count(self.kommun, name, rule, number) for (name, rule), number in sorted(folders.items())]
        if number := self._old_findings():
            found.append(Count(self.kommun, FOUND, self._finding_rule[0].regel_id, number))
        kept = self.bench.db.execute(
            "select tabell, regel_id, count(*) from gallring_hinder group by all order by all"
        ).fetchall()
        return found + [Count(self.kommun, name, rule, number, behalls=True) for name, rule, number in kept]

    def purge(self, receipt: Receipt, counts: list[Count]) -> None:
        """Remove what :meth:`counts` found."""
        receipt.antal += counts
        in_archive = {*tables(), FOUND} & {count.tabell for count in counts}
        purged = self._without() if in_archive else self.manifest
        if purged != self.manifest:
            rules = sorted({count.regel_id for count in counts})
            purged = purged.with_event(EVENT, skal=f"{', '.join(rules)}; kvitto {receipt.path.name}")
            hashes = {"fore": _hash(self.manifest), "efter": _hash(purged)}
            receipt.manifest[self.kommun] = hashes | {"klar": False}
            receipt.write()
            archive.save(self.settings, purged)
            receipt.manifest[self.kommun]["klar"] = True
        for _, folder in self._old_folders():
            shutil.rmtree(folder)
        receipt.write()

    # --- what is to go ---

    def _judge(self) -> None:
        """Make the tables that say what goes.

        ``gallringsbar`` (:func:`pipelines.ingest.retention.due`) of all that was ever known, what the case
        system has deleted included; ``gallrad_id`` (tabell, id) and ``gallrad_person`` (person): what no
        row that stays names, in any version.
        """
        db = self.bench.db
        removed, named, ids = [], [], []
        for contract in tables().values():
            version = f"version_{contract.name}"
            db.execute(f"create or replace temp view {version} as from {self._versions(contract)}")
            db.execute(
                f"""
                create or replace temp table {contract.name} as
                select {quoted(contract)}, {ROW_KEY} from {version} where change <> '{REMOVED}'
                qualify row_number() over ({NEWEST_FIRST}) = 1
                """
            )
            this = f"select '{contract.name}' as tabell, {ROW_KEY}"
            removed.append(
                f"{this} from {version} group by {ROW_KEY} "
                f"having arg_max(change, (leveransdatum, sekvens)) = '{REMOVED}'"
            )
            named.append(f"{this}, unnest({retention.persons(contract)}) as person from {version}")
            ids.append(f'{this}, "{id_name(contract)}"::varchar as id from {version}')
        db.execute(f"create or replace temp table gallring_borttagen as {' union all '.join(removed)}")
        db.execute(f"create or replace temp table gallring_tidigare as {' union '.join(named)}")
        retention.due(db, self.kommun, self.per)
        self._what_nothing_else_names("gallrad_id", "tabell, id", f"({' union '.join(ids)})")
        self._what_nothing_else_names("gallrad_person", "person", "gallring_tidigare")

    def _what_nothing_else_names(self, name: str, columns: str, rows: str) -> None:
        self.bench.db.execute(
            f"""
            create or replace temp table {name} as
            select {columns} from {rows} semi join gallringsbar using (tabell, {ROW_KEY})
            except
            select {columns} from {rows} anti join gallringsbar using (tabell, {ROW_KEY})
            """
        )

    def _name_fields(self) -> None:
        """Make ``gallrat_falt`` (tabell, falt): what the ids that go are called among broken rows' fields."""
        gone = self.bench.db.execute("select tabell, id from gallrad_id where id is not null").pl()
        made = gone.select("tabell", falt=gone["id"])
        if gone.height:
            used = self.manifest.accepted[-1].nyckel_id
            pseudonyms = pseudonym.load(self.settings, self.kommun, create=False, key_id=used)
            made = gone.select("tabell", falt=pseudonyms.series(FIELDS, gone["id"]))
        self.bench.db.register("falt", made)
        self.bench.db.execute("create or replace temp table gallrat_falt as from falt")
        self.bench.db.unregister("falt")

    def _versions(self, contract: Table) -> str:
        """Every version of every row of a table, withdrawn deliveries left out: the columns of a change."""
        stamp = "null::varchar as change, null::date as leveransdatum, null::bigint as sekvens"
        relation = f"select *, {stamp} from {empty(contract)}"
        if files := self.manifest.files(contract.name):
            paths = ", ".join(f"'{self.settings.archive / fil}'" for fil in files)
            options = "union_by_name = true, hive_partitioning = false"
            relation += f" union all by name select * from read_parquet([{paths}], {options})"
        return f"({relation})"

    def _old_folders(self) -> Iterator[tuple[Rule, Path]]:
        """The folders in quarantine and of error lists that were written too long ago, by their rules."""
        roots = {"karantan": self.settings.quarantine, "fellista": self.settings.rejected}
        for rule in retention.in_force(self.per, FILE):
            for root in (roots[name] for name in rule.tabeller if name in roots):
                for folder in sorted((root / self.kommun).glob("*/")):
                    if self._has_passed(rule, _written(folder)):
                        yield rule, folder

    def _has_passed(self, rule: Rule, since: date) -> bool:
        days = {"since": since, "per": self.per}
        (passed,) = self._one(f"select $since::date + {rule.interval} <= $per::date", days)
        return bool(passed)

    @cached_property
    def _finding_rule(self) -> list[Rule]:
        """The rule for what is said of single refused rows: one, or none on that day."""
        return [rule for rule in retention.in_force(self.per, FILE) if FOUND in rule.tabeller]

    def _is_old(self, entry: Entry) -> bool:
        return any(self._has_passed(rule, entry.leveransdatum) for rule in self._finding_rule)

    def _old_findings(self) -> int:
        """How much is said of single rows in deliveries that are too old for it."""
        number = 0
        for entry in filter(self._is_old, self.manifest.leveranser):
            if entry.fynd:
                number += sum(self._by(entry.fynd, "fil", ABOUT_A_ROW).values())
            for part in entry.tabeller.values():
                number += self._by(part.utsaga, "slag").get(REFUSED_ROW, 0)
        return number

    # --- rewriting ---

    def _without(self) -> Manifest:
        """The manifest with new files where something goes; itself when nothing does."""
        self._name_fields()
        manifest = self.manifest
        for entry in manifest.leveranser:
            manifest = manifest.with_entry(self._entry(entry))
        return manifest

    def _entry(self, entry: Entry) -> Entry:
        parts = {name: self._part(entry, table(name), part) for name, part in entry.tabeller.items()}
        fynd = self._rewritten(entry, entry.fynd, "fynd", self._finding(entry))
        if fynd != entry.fynd:
            warned = self._by(fynd, "tabell", "allvar = 'varning' and lage = 'skarp'")
            parts = {n: p.model_copy(update={"varningar": warned.get(n, 0)}) for n, p in parts.items()}
        return entry.model_copy(update={"tabeller": parts, "fynd": fynd})

    def _part(self, entry: Entry, contract: Table, part: Archived) -> Archived:
        rows = f"row_key in (select row_key from gallringsbar where tabell = '{contract.name}')"
        andring = self._rewritten(entry, part.andring, "andring", rows)
        utsaga = self._rewritten(
            entry,
            part.utsaga,
            "utsaga",
            _any(rows, f"slag = '{REFUSED_ROW}' and ({self._refused(entry, contract)})"),
        )
        if (andring, utsaga) == (part.andring, part.utsaga):
            return part
        changes, said = self._by(andring, "change"), self._by(utsaga, "slag")
        return part.model_copy(
            update={
                "andring": andring,
                "utsaga": utsaga,
                "nya": changes.get(NEW, 0),
                "andrade": changes.get(CHANGED, 0),
                "borttagna": changes.get(REMOVED, 0),
                "gallrade": said.get(DISPOSED, 0),
            }
        )

    def _refused(self, entry: Entry, contract: Table) -> str:
        """SQL over an utsaga: a refused row is too old, or names somebody or something that goes."""
        if self._is_old(entry):
            return "true"
        gone = f"(select id from gallrad_id where tabell = '{contract.name}')"
        return _any(
            f'"{id_name(contract)}"::varchar in {gone}',
            _holds(retention.persons(contract, key_columns(contract)), "select person from gallrad_person"),
            _holds(FIELDS, f"select falt from gallrat_falt where tabell = '{contract.name}'"),
        )

    def _finding(self, entry: Entry) -> str:
        """SQL over a file of findings: one is about a row and too old, or names a row that goes."""
        return _any(
            ABOUT_A_ROW if self._is_old(entry) else "false",
            "(tabell, id) in (select (tabell, id) from gallrad_id)",
        )

    def _rewritten(self, entry: Entry, named: Named | None, kind: str, goes: str) -> Named | None:
        """The file without the rows for which the SQL ``goes`` holds; None when no row is left."""
        if named is None:
            return None
        db = self.bench.db
        db.execute(f"create or replace temp view fil as from {self._read(named, 'file_row_number = true')}")
        height, leaving = self._one(
            f"select count(*), count(*) filter (gar) from (select {goes} as gar from fil)"
        )
        if leaving in (0, height):
            return None if leaving else named
        draft = self.bench.path("utan.parquet")
        db.execute(
            f"""
            copy (
                select * exclude (file_row_number) from fil where not ({goes}) order by file_row_number
            ) to '{draft}' (format parquet, compression zstd)
            """
        )
        return archive.keep(self.settings, draft, kind, named.fil.rpartition("/")[0], entry.place)

    def _read(self, named: Named, *options: str) -> str:
        path = self.settings.archive / named.fil
        return f"read_parquet('{path}', {', '.join(['hive_partitioning = false', *options])})"

    def _by(self, named: Named | None, column: str, where: str = "true") -> dict[str, int]:
        """The number of a file's rows by the values of a column."""
        if named is None:
            return {}
        query = f"select {column}, count(*) from {self._read(named)} where {where} group by 1"
        return dict(self.bench.db.execute(query).fetchall())

    def _one(self, query: str, values: dict[str, Any] | None = None) -> tuple[Any, ...]:
        row = self.bench.db.execute(query, values).fetchone()
        assert row is not None
        return row


def _any(*conditions: str) -> str:
    """SQL: one of the conditions holds; never null."""
    return " or ".join(f"coalesce({condition}, false)" for condition in conditions)


def _holds(values: str, query: str) -> str:
    """SQL over ``fil``: one of a row's values (a list) is among what a query gives."""
    each = f"select file_row_number, unnest({values}) as del from fil"
    return f"file_row_number in (select file_row_number from ({each}) where del in ({query}))"


def _written(folder: Path) -> date:
    """The day when anything in a folder was last written."""
    newest = max(path.stat().st_mtime for path in [folder, *folder.rglob("*")])
    return datetime.fromtimestamp(newest, STOCKHOLM).date()


def _hash(manifest: Manifest) -> str:
    """SHA-256 of the manifest's content as it is stored."""
    return hashlib.sha256(manifest.model_dump_json(indent=1).encode()).hexdigest()
