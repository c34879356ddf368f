"""What each delivery changed, as a function of the set of deliveries and not of their order of arrival.

A delivery *says* something of each table in it (:class:`Statement`): these rows are so, those could not be
read, and, when it is a full snapshot, there are no others. What it *changed* is the difference from the
state before it. A delivery that comes late, or is withdrawn, alters the state before its successors, so
their changes are computed again from what they said, until the state is as it was. What a delivery said is
read back from the archive: the state after it, less the rows that only stood over (``kvar``, ``gallrad``),
or of a delta the rows that it names (changed, and ``oforandrad``).

A row that is absent because the case system has disposed of it is no deletion: it stands over as ``gallrad``
when its retention had passed on the delivery date (:mod:`pipelines.ingest.retention`), which is judged of
the whole akt, in the state of all tables before the delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import duckdb
import polars as pl

from pipelines.contracts import Table, table, tables
from pipelines.ingest import archive, retention, samband
from pipelines.ingest.archive import CHANGED, NEW, REMOVED, Entry, Manifest, Named, Place
from pipelines.ingest.evaluate import FIELDS
from pipelines.ingest.keys import ROW_KEY, key_columns
from pipelines.ingest.pseudonym import Pseudonymiser
from pipelines.ingest.rules import Findings, id_column, rules
from pipelines.ingest.states import States, empty, quoted
from pipelines.ingest.workshop import Workshop
from pipelines.settings import Settings

REFUSED_ROW, STANDS, DISPOSED, UNCHANGED = "avvisad", "kvar", "gallrad", "oforandrad"
WAITING = "BORTTAG_VANTAR"
"""The one rule beside those of ``samband`` whose findings depend on the state before."""


@dataclass(frozen=True)
class Statement:
    """What one delivery says of one table, as SQL relations: ``accepted`` (``Table.archive_schema``, row_key)
    and ``refused`` (key columns as far as they could be read, FIELDS)."""

    accepted: str
    refused: str
    full: bool
    whole_file: Path | None = None
    """The accepted rows as a finished file of changes, when every row in it is new."""


@dataclass(frozen=True)
class Difference:
    """What one statement changed: numbers, and files of the workshop (None where there is nothing)."""

    new: int
    changed: int
    removed: int
    gone: int
    """Rows of the state before that the statement lacks, removed or standing over, not disposed of."""
    disposed: int
    before: int
    waits: bool
    """Some refused row had no readable key, so nothing is taken for removed."""
    stands: bool
    change: Path | None
    utsaga: Path | None


@dataclass(frozen=True)
class Folded:
    """The manifest with its changes computed again, and what was computed: place → table → difference.

    ``affected``: the deliveries at which something known is otherwise than before, in any table.
    """

    manifest: Manifest
    differences: dict[Place, dict[str, Difference]]
    affected: list[Place]


def _content(contract: Table, rows: str) -> str:
    """The rows' keys, and a number of 64 bits that differs when their content does.

    It is computed for both sides of a comparison and never stored.
    """
    return f"select {ROW_KEY}, hash({quoted(contract)}) as innehall from {rows}"


@dataclass(frozen=True)
class History:
    """The fold over the deliveries of one municipality, in one workshop."""

    settings: Settings
    workshop: Workshop
    pseudonyms: Pseudonymiser

    @property
    def db(self) -> duckdb.DuckDBPyConnection:
        return self.workshop.db

    @cached_property
    def states(self) -> States:
        return States(self.settings.archive, self.db)

    def said(self, contract: Table, manifest: Manifest, entry: Entry) -> Statement:
        """What an archived delivery said of one table, read back from the archive."""
        part = entry.tabeller[contract.name]
        state = self.states.after(contract, manifest.files(contract.name, entry.place))
        if part.ends_what_is_absent:
            accepted = state
            if part.utsaga:
                slag = f"('{STANDS}', '{DISPOSED}')"
                stands = f"select {ROW_KEY} from {self._utsaga(part.utsaga)} where slag in {slag}"
                accepted = f"(select * from {state} where {ROW_KEY} not in ({stands}))"
        else:
            named = []
            if part.utsaga:
                named.append(f"select {ROW_KEY} from {self._utsaga(part.utsaga)} where slag = '{UNCHANGED}'")
            if part.andring:
                changed = f"read_parquet({self.states.paths([part.andring.fil])})"
                named.append(f"select {ROW_KEY} from {changed}")
            accepted = (
                f"(select * from {state} where {ROW_KEY} in ({' union all '.join(named)}))"
                if named
                else empty(contract)
            )
        key = ", ".join(key_columns(contract))
        if part.utsaga:
            refused = (
                f"(select {key}, {FIELDS} from {self._utsaga(part.utsaga)} where slag = '{REFUSED_ROW}')"
            )
        else:
            refused = self.no_refused(contract)
        return Statement(accepted, refused, part.ends_what_is_absent)

    def _utsaga(self, named: Named) -> str:
        return f"read_parquet({self.states.paths([named.fil])})"

    def no_refused(self, contract: Table) -> str:
        key = ", ".join(key_columns(contract))
        return f"(select {key}, null::varchar[] as {FIELDS} from {empty(contract)})"

    def difference(
        self,
        contract: Table,
        files: list[str],
        statement: Statement,
        place: Place,
        judge_disposal: Callable[[], None],
    ) -> Difference:
        """Compare one statement with the state after ``files``; writes the change and the utsaga.

        ``judge_disposal`` makes ``gallringsbar`` of the state of all tables before the delivery.
        """
        name = f"{contract.name}-{place[0]}-{place[1]}"
        db, before = self.db, self.states.after(contract, files)
        (height,) = _one(db, f"select count(*) from {before}") if files else (0,)
        if not files and statement.whole_file and statement.full:
            (new,) = _one(db, f"select count(*) from {statement.accepted}")
            utsaga = self._write_utsaga(contract, statement, self.workshop.path(f"{name}-utsaga.parquet"), [])
            return Difference(new, 0, 0, 0, 0, 0, False, False, statement.whole_file, utsaga)
        db.execute(
            f"""
            create or replace temp table skillnad as
            select sagt.{ROW_KEY}, fore.{ROW_KEY} is null as ar_ny
            from ({_content(contract, statement.accepted)}) as sagt
            left join ({_content(contract, before)}) as fore using ({ROW_KEY})
            where fore.innehall is distinct from sagt.innehall
            """
        )
        new, changed = _one(db, "select count(*) filter (ar_ny), count(*) filter (not ar_ny) from skillnad")
        key = ", ".join(f'"{k}"' for k in key_columns(contract))
        absent = f"anti join (select {ROW_KEY} from {statement.accepted}) using ({ROW_KEY})"
        db.execute(
            f"""
            create or replace temp table borta as
            select {ROW_KEY}, {key}, false as kvar, false as gallrad
            from {before} {absent if statement.full else "where false"}
            """
        )
        (gone,) = _one(db, "select count(*) from borta")
        waits = self._let_stand(contract, statement) if gone else False
        absent = f"(select * from {before} semi join borta using ({ROW_KEY}))"
        if gone and retention.may_be_due(db, contract, absent, place[0]):
            judge_disposal()
            self._let_disposed_stand(contract, absent, statement)
        standing, disposed = _one(db, "select count(*) filter (kvar), count(*) filter (gallrad) from borta")
        removed = gone - standing - disposed
        change = self.workshop.path(f"{name}-andring.parquet")
        delivered, sequence = place
        if new + changed + removed:
            db.execute(
                f"""
                copy (
                    select
                        {quoted(contract)}, {ROW_KEY},
                        case when ar_ny then '{NEW}' else '{CHANGED}' end as change,
                        date '{delivered}' as leveransdatum, {sequence}::bigint as sekvens
                    from {statement.accepted} inner join skillnad using ({ROW_KEY})
                    union all by name
                    select
                        {key}, {ROW_KEY}, '{REMOVED}' as change,
                        date '{delivered}' as leveransdatum, {sequence}::bigint as sekvens
                    from borta where not kvar and not gallrad
                    order by {ROW_KEY}
                ) to '{change}' (format parquet, compression zstd)
                """
            )
        named = [
            f"select {ROW_KEY}, '{STANDS}' as slag from borta where kvar",
            f"select {ROW_KEY}, '{DISPOSED}' as slag from borta where gallrad",
        ]
        if not statement.full:
            named.append(
                f"select {ROW_KEY}, '{UNCHANGED}' as slag from {statement.accepted} "
                f"anti join skillnad using ({ROW_KEY})"
            )
        utsaga = self._write_utsaga(contract, statement, self.workshop.path(f"{name}-utsaga.parquet"), named)
        return Difference(
            new=new,
            changed=changed,
            removed=removed,
            gone=gone - disposed,
            disposed=disposed,
            before=height,
            waits=waits,
            stands=standing > 0,
            change=change if change.exists() else None,
            utsaga=utsaga,
        )

    def _write_utsaga(
        self, contract: Table, statement: Statement, path: Path, named: list[str]
    ) -> Path | None:
        key = ", ".join(f'"{k}"' for k in key_columns(contract))
        refused = f"select {key}, {FIELDS}, '{REFUSED_ROW}' as slag from {statement.refused}"
        rows = " union all by name ".join([f"select null::varchar as {ROW_KEY}, * from ({refused})", *named])
        self.db.execute(f"create or replace temp table utsaga as {rows}")
        (height,) = _one(self.db, "select count(*) from utsaga")
        if not height:
            return None
        self.db.execute(f"copy (from utsaga order by all) to '{path}' (format parquet, compression zstd)")
        return path

    def _let_stand(self, contract: Table, statement: Statement) -> bool:
        """Mark the absent rows that may be one of the refused rows; True when all of them may.

        A refused row lets every absent row stand that agrees with it in the key columns that could be read.
        A broken row may be any absent row whose id is one of its fields; one without any may be them all.
        Rows known by their content alone never stand over: a corrected row would be counted twice.
        """
        key = key_columns(contract)
        nulls = ", ".join(f'"{k}" is null' for k in key)
        patterns = self.db.sql(
            f"select distinct {nulls} from {statement.refused} where {FIELDS} is null"
        ).fetchall()
        for pattern in patterns:
            readable = [k for k, unreadable in zip(key, pattern, strict=True) if not unreadable]
            if not readable:
                return self._let_all_stand(contract)
            same = " and ".join(
                f'refused."{k}" = borta."{k}"' if k in readable else f'refused."{k}" is null' for k in key
            )
            self.db.execute(
                f"""
                update borta set kvar = true from {statement.refused} as refused
                where refused.{FIELDS} is null and {same}
                """
            )
        return self._let_broken_stand(contract, statement)

    def _let_broken_stand(self, contract: Table, statement: Statement) -> bool:
        rows = self.db.sql(f"select {FIELDS} from {statement.refused} where {FIELDS} is not null").fetchall()
        if not rows:
            return False
        name = contract.column[id_column(contract).name].archived_name
        ids = self.db.sql(f'select distinct "{name}"::varchar from borta').fetchall()
        pseudonyms = {self.pseudonyms.of(FIELDS, value): value for (value,) in ids if value is not None}
        matched = [{pseudonyms[f] for f in fields if f in pseudonyms} for (fields,) in rows]
        if not all(matched):
            return self._let_all_stand(contract)
        found = pl.DataFrame({"id": sorted(set().union(*matched))}, schema={"id": pl.String})
        self.db.register("trasiga", found)
        self.db.execute(f'update borta set kvar = true where "{name}"::varchar in (select id from trasiga)')
        self.db.unregister("trasiga")
        return False

    def _let_all_stand(self, contract: Table) -> bool:
        has_key = " or ".join(f'"{k}" is not null' for k in key_columns(contract))
        self.db.execute(f"update borta set kvar = true where {has_key}")
        return True

    def _let_disposed_stand(self, contract: Table, absent: str, statement: Statement) -> None:
        """Mark the absent rows that the case system has disposed of: old enough, and gone with all that the
        table had of the same person or the same id. What leaves those behind was corrected or withdrawn."""
        names = {contract.column[id_column(contract).name].archived_name, "person_nyckel"}
        left_behind = " union all ".join(
            f'select {ROW_KEY} from {absent} where "{name}" in (select "{name}" from {statement.accepted})'
            for name in sorted(names & set(contract.archive_schema))
        )
        self.db.execute(
            f"""
            update borta set gallrad = true from gallringsbar as bar
            where bar.tabell = '{contract.name}' and bar.row_key = borta.{ROW_KEY} and not kvar
                and borta.{ROW_KEY} not in ({left_behind})
            """
        )

    def judge_disposal(self, manifest: Manifest, place: Place) -> None:
        """Make ``gallringsbar`` of what was known before the delivery at ``place``, on its date."""
        for contract in tables().values():
            self._show(contract.name, contract, _before(manifest, place, contract.name))
        retention.due(self.db, manifest.kommun, place[0])
        for name in tables():
            self._drop(name)

    def same_state(self, contract: Table, some: list[str], other: list[str]) -> bool:
        """Whether two lists of changes end in the same rows."""
        if some == other:
            return True
        (differing,) = _one(
            self.db,
            f"""
            select count(*)
            from ({_content(contract, self.states.after(contract, some))}) as a
            full join ({_content(contract, self.states.after(contract, other))}) as b using ({ROW_KEY})
            where a.innehall is distinct from b.innehall
            """,
        )
        return differing == 0

    def fold(
        self, old: Manifest, new: Manifest, said: dict[str, Statement], arrived: Place | None
    ) -> "Folded":
        """Compute ``new``'s changes again from where it differs from ``old``.

        ``new`` has one delivery more (``arrived``, whose statements are ``said``) or one less. The files are
        put in the archive, where they do not count before the manifest names them.
        """
        found: dict[Place, dict[str, Difference]] = {}
        then, now = _delivered(old), _delivered(new)
        places = sorted(then.keys() | now.keys())
        differing: set[str] = set()
        affected: list[Place] = []
        for place in places:
            if not differing and then.get(place) == now.get(place):
                continue
            if not differing:
                differing = then.get(place, set()) | now.get(place, set())
            entry, judge_disposal = new.at(place), cache(partial(self.judge_disposal, new, place))
            for name in sorted(now.get(place, set())):
                assert entry is not None
                contract, part = table(name), entry.tabeller[name]
                # What stands over as disposed of depends on the other tables too.
                if name not in differing and not (part.borttagna or part.gallrade):
                    continue
                statement = said[name] if place == arrived else self.said(contract, old, entry)
                files = _before(new, place, name)
                difference = self.difference(contract, files, statement, place, judge_disposal)
                new = self._with(new, place, contract, difference)
                found.setdefault(place, {})[name] = difference
                if place != arrived:
                    same = self.same_state(contract, old.files(name, place), new.files(name, place))
                    differing = differing - {name} if same else differing | {name}
            if place in now:
                affected.append(place)
            if not differing:
                break
        return Folded(new, found, affected)

    def _with(self, manifest: Manifest, place: Place, contract: Table, found: Difference) -> Manifest:
        entry = manifest.at(place)
        assert entry is not None
        folder = f"{contract.name}/kommun={manifest.kommun}"
        part = entry.tabeller[contract.name].model_copy(
            update={
                "nya": found.new,
                "andrade": found.changed,
                "borttagna": found.removed,
                "gallrade": found.disposed,
                "andring": found.change
                and archive.keep(self.settings, found.change, "andring", folder, entry.place),
                "utsaga": found.utsaga
                and archive.keep(self.settings, found.utsaga, "utsaga", f"utsaga/{folder}", entry.place),
            }
        )
        return manifest.with_entry(
            entry.model_copy(update={"tabeller": {**entry.tabeller, contract.name: part}})
        )

    def compared_findings(self, manifest: Manifest, place: Place, waiting: list[str]) -> pl.DataFrame:
        """What is found when the delivery at ``place`` is seen with all that is known: FINDING_SCHEMA."""
        delivered: set[str] = set()
        for entry in manifest.accepted:
            if entry.place <= place:
                delivered |= {name for name in entry.tabeller if entry.says(name)}
        for contract in tables().values():
            name = contract.name
            self._show(f"forra_{name}", contract, _before(manifest, place, name))
            self._show(name, contract, manifest.files(name, place))
        findings = Findings()
        for name in waiting:
            findings.add(WAITING, tabell=name)
        found = samband.run(self.db, manifest.kommun, place[0], delivered)
        for name in tables():
            self._drop(name)
            self._drop(f"forra_{name}")
        return pl.concat([findings.frame(), found])

    def _show(self, name: str, contract: Table, files: list[str]) -> None:
        """Let SQL see the state after ``files`` under a name."""
        self.db.execute(f"create or replace temp view {name} as from {self.states.after(contract, files)}")

    def _drop(self, name: str) -> None:
        self.db.execute(f"drop view {name}")


def recomputed() -> list[str]:
    """The rules whose findings are computed again with the changes."""
    return [WAITING, *(r.regel_id for r in rules().values() if r.omfattning == "samband")]


def _delivered(manifest: Manifest) -> dict[Place, set[str]]:
    """What each delivery that counts says something of."""
    return {e.place: {name for name in e.tabeller if e.says(name)} for e in manifest.accepted}


def _before(manifest: Manifest, place: Place, tabell: str) -> list[str]:
    """The files of one table's changes before ``place``, in order."""
    parts = (
        e.tabeller[tabell].andring for e in manifest.accepted if e.place < place and tabell in e.tabeller
    )
    return [part.fil for part in parts if part]


def _one(db: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = db.execute(query).fetchone()
    assert row is not None
    return row
