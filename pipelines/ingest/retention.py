"""Retention: what must be disposed of (gallras) on a day, and what is kept although its time has passed.

The rules are rows of ``seeds/gallringsregler.csv``, dated as the law is. A rule over rows is a file
``gallring/<REGEL_ID>.sql``: a ``frist`` says from when rows are to go (tabell, row_key, fran), an ``uppskov``
not before when (till), an ``undantag`` which rows are kept. It reads the extract tables by their names,
``regel`` (one row: varden, tid) and the steps that rules share, as tables ``gallring_<name>``:

- ``uppgift``: each row of a personakt: personer, senast (its newest date), fodelsedatum
- ``akt``, ``lank``, ``rad``, ``person``: ``gallring/_<name>.sql``
- ``fraga`` (kommun, per), and ``borttagen`` and ``tidigare``, see :func:`due`
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from pipelines.contracts import Table, tables
from pipelines.ingest.keys import ROW_KEY
from pipelines.ingest.pseudonym import IN_ID, LENGTH
from pipelines.settings import SEEDS

FOLDER = Path(__file__).parent / "gallring"
SEED = SEEDS / "gallringsregler.csv"
AKT = "PERSONAKT"
"""The rule whose tables are the personakt, for the rules that say ``personakt``."""

TERM, RESPITE, EXEMPTION, FILE = "frist", "uppskov", "undantag", "fil"
STEPS = ("akt", "lank", "rad", "person")
UNITS = {"ar": "years", "manad": "months", "dag": "days"}


@dataclass(frozen=True)
class Rule:
    """One version of one rule, as written in the seed. ``tabeller``: extract tables, or kinds of file."""

    regel_id: str
    version: int
    slag: str
    tabeller: tuple[str, ...]
    varden: tuple[str, ...]
    tid: int | None
    enhet: str
    klart_ar: int | None
    giltig_fran: date
    giltig_till: date | None
    beskrivning: str

    def applies(self, day: date) -> bool:
        return self.giltig_fran <= day and (self.giltig_till is None or day < self.giltig_till)

    @property
    def interval(self) -> str:
        """``tid`` as SQL."""
        return "null::interval" if self.tid is None else f"to_{UNITS[self.enhet]}({self.tid})"


@cache
def rules() -> tuple[Rule, ...]:
    """Every version of every rule, in the order of the seed."""
    with SEED.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    akt = next(row["tabeller"] for row in rows if row["regel_id"] == AKT)
    return tuple(
        Rule(
            regel_id=row["regel_id"],
            version=int(row["version"]),
            slag=row["slag"],
            tabeller=tuple((akt if row["tabeller"] == "personakt" else row["tabeller"]).split()),
            varden=tuple(v for v in row["varden"].split("|") if v),
            tid=int(row["tid"]) if row["tid"] else None,
            enhet=row["enhet"],
            klart_ar=int(row["klart_ar"]) if row["klart_ar"] else None,
            giltig_fran=date.fromisoformat(row["giltig_fran"]),
            giltig_till=date.fromisoformat(row["giltig_till"]) if row["giltig_till"] else None,
            beskrivning=row["beskrivning"],
        )
        for row in rows
    )


def in_force(per: date, *slag: str) -> list[Rule]:
    """The rules of some kinds that apply on a day."""
    return [rule for rule in rules() if rule.slag in slag and rule.applies(per)]


def due(db: duckdb.DuckDBPyConnection, kommun: str, per: date) -> None:
    """Make ``gallringsbar`` and ``gallring_hinder`` of what is known of one municipality.

    ``gallringsbar``: tabell, row_key, regel_id, gallras_fran, gallras_senast (the last day when it must be
    done; null when there is none): the rows that are to go on ``per`` or were before. ``gallring_hinder``:
    tabell, row_key, regel_id, till: the rows whose term has passed but that are kept, for ever (null) or not
    before ``till``.

    ``db`` has the extract tables by name (columns of ``Table.archive_schema``, row_key). It may also have
    ``gallring_borttagen`` (tabell, row_key): rows that the case system has deleted, and ``gallring_tidigare``
    (tabell, row_key, person): whom earlier versions of a row named.
    """
    _prepare(db, kommun, per)
    for step in STEPS:
        db.execute(f"create or replace temp table gallring_{step} as {_sql(f'_{step}')}")
    db.execute(
        "create or replace temp table gallring_frist"
        "(tabell varchar, row_key varchar, regel_id varchar, klart_ar integer, fran date)"
    )
    for rule in in_force(per, TERM):
        _state(db, rule)
        db.execute(
            f"""
            insert into gallring_frist
            select tabell, row_key, regel_id, klart_ar, fran from ({_sql(rule.regel_id)}) cross join regel
            where list_contains(tabeller, tabell) and fran <= (select per from gallring_fraga)
            """
        )
    db.execute(
        "create or replace temp table gallring_hinder"
        "(tabell varchar, row_key varchar, regel_id varchar, till date)"
    )
    for rule in in_force(per, RESPITE, EXEMPTION):
        _state(db, rule)
        till = "till" if rule.slag == RESPITE else "null"
        db.execute(
            f"""
            insert into gallring_hinder
            select distinct tabell, row_key, regel_id, {till}
            from ({_sql(rule.regel_id)})
            semi join gallring_frist using (tabell, row_key)
            cross join regel
            where list_contains(tabeller, tabell)
            """
        )
    db.execute(
        """
        create or replace temp table gallringsbar as
        with tidigast as (
            select
                frist.tabell, frist.row_key, frist.regel_id, frist.klart_ar,
                greatest(frist.fran, max(hinder.till)) as gallras_fran
            from gallring_frist as frist
            left join gallring_hinder as hinder using (tabell, row_key)
            group by frist.tabell, frist.row_key, frist.regel_id, frist.klart_ar, frist.fran
            having bool_and(hinder.regel_id is null or hinder.till is not null)
        )
        select
            tabell, row_key, regel_id, gallras_fran,
            make_date(year(gallras_fran) + klart_ar, 12, 31) as gallras_senast
        from tidigast
        where gallras_fran <= (select per from gallring_fraga)
        """
    )
    db.execute("delete from gallring_hinder where till <= (select per from gallring_fraga)")


def may_be_due(db: duckdb.DuckDBPyConnection, contract: Table, rows: str, per: date) -> bool:
    """Whether any of some rows (archived columns, row_key) is old enough for its table's term.

    It asks of each row alone, which costs little; :func:`due` sees the whole akt.
    """
    terms = [rule.interval for rule in in_force(per, TERM) if contract.name in rule.tabeller]
    newest = _newest(contract)
    return any(
        db.execute(
            f"select 1 from {rows} where coalesce({newest} + {term} <= $per, true) limit 1", {"per": per}
        ).fetchone()
        for term in terms
    )


def persons(contract: Table, only: Collection[str] | None = None) -> str:
    """SQL: the pseudonyms of those whom a row names, in its own columns or within an id; none is null.

    ``only``: the columns that there are, by their archived names; default all.
    """
    columns = [c for c in contract.columns if only is None or c.archived_name in only]
    named = [f'"{c.archived_name}"' for c in columns if c.kind == "person"]
    in_ids = [
        f"regexp_extract_all(coalesce(\"{c.name}\", ''), '{IN_ID}([0-9a-f]{{{LENGTH}}})', 1)"
        for c in columns
        if c.kind == "id"
    ]
    listed = [f"[{', '.join(named)}]::varchar[]", *in_ids]
    together = listed[0] if len(listed) == 1 else f"list_concat({', '.join(listed)})"
    return f"list_distinct({together})"


def _newest(contract: Table) -> str:
    """SQL: the newest date of a row, whether something was noted then or ended; null when it has none."""
    dates = [f'"{c.name}"' for c in contract.columns if c.kind == "day" and c.name != "fodelsedatum"]
    dates += [_last_day(c.name) for c in contract.columns if c.kind == "period"]
    return f"greatest({', '.join([*dates, 'null::date'])})"


def _last_day(period: str) -> str:
    """SQL: the last day of a month, or of the year of any other period."""
    month = f"last_day(try_cast(\"{period}\" || '-01' as date))"
    return f'coalesce({month}, make_date(try_cast(left("{period}", 4) as integer), 12, 31))'


def _prepare(db: duckdb.DuckDBPyConnection, kommun: str, per: date) -> None:
    db.execute("create temp table if not exists gallring_borttagen(tabell varchar, row_key varchar)")
    db.execute(
        "create temp table if not exists gallring_tidigare(tabell varchar, row_key varchar, person varchar)"
    )
    db.execute(
        "create or replace temp table gallring_fraga as select $kommun::varchar as kommun, $per::date as per",
        {"kommun": kommun, "per": per},
    )
    path = str(SEEDS / "kommuner.csv").replace("'", "''")
    db.execute(f"create or replace temp table seed_kommuner as from read_csv('{path}', all_varchar = true)")
    in_akt = {name for rule in rules() if rule.regel_id == AKT for name in rule.tabeller}
    selects = []
    for contract in tables().values():
        if contract.name in in_akt:
            born = "fodelsedatum" if "fodelsedatum" in contract.column else "null::date"
            selects.append(
                f"select '{contract.name}' as tabell, {ROW_KEY}, {persons(contract)} as personer, "
                f"{_newest(contract)} as senast, {born} as fodelsedatum from {contract.name}"
            )
    db.execute(f"create or replace temp table gallring_uppgift as {' union all '.join(selects)}")


def _state(db: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Make ``regel``: what a rule's SQL reads of the rule."""
    db.execute(
        f"""
        create or replace temp table regel as
        select
            $regel_id::varchar as regel_id, $tabeller::varchar[] as tabeller, $varden::varchar[] as varden,
            {rule.interval} as tid, $klart_ar::integer as klart_ar
        """,
        {
            "regel_id": rule.regel_id,
            "tabeller": list(rule.tabeller),
            "varden": list(rule.varden),
            "klart_ar": rule.klart_ar,
        },
    )


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
