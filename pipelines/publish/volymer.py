"""Volymer och nyckeltal for the reports: for everybody after disclosure control, for the board as it is.

The same SQL gives both, so that one report reads either. What is not shown of a cell is stated in
``volymer.sql``. The sections have no printed totals, and the rows that are left out (unallocated cost,
unaccompanied children, other placements) lie between them and the ledger; what is known of a total is the
indicators ARSPLACERINGAR and KOSTNAD_ARSPLACERING. Their companions of a hidden cell are hidden here too, so
that no total less the printed rows is one row. A row that is no placement is an indicator, and shows what the
published indicator does.
"""

from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("volymer.sql")
FREE = 0
"""The board's threshold: nothing is hidden."""

ROWS = "select * exclude (malgrupp, ar_belopp_skyddat) from volym_rad"
INDICATORS = "from volym_indikator_rad"
DEVIATIONS = "from volym_skillnad"
SHOWN = """
    create or replace temp view tryckt_varde as
    select
        kommun, indikator_id, definitionsversion, period, uppdelning, grupp, taljare, namnare, varde, status
    from {}
"""


def tables(db: duckdb.DuckDBPyConnection, threshold: int) -> None:
    """Make the tables ``volym_nyckeltal``, ``volym_indikator`` and ``volym_avvikelse`` in the published
    database ``db``, which has the warehouse attached as ``warehouse`` and its ``indikatorvarde`` made.
    """
    db.execute(SHOWN.format("indikatorvarde"))
    db.execute("""
        create or replace temp table dold as
        select distinct kommun, periodtyp, period, grupp as volymgrupp
        from indikatorvarde where uppdelning = 'volymgrupp' and status = 'rojandeskyddad'
    """)
    _make(db, threshold)
    db.execute(f"create table volym_nyckeltal as {ROWS}")
    db.execute(f"create table volym_indikator as {INDICATORS}")
    db.execute(f"create table volym_avvikelse as {DEVIATIONS}")


def board(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``volym_rad``, ``volym_indikator_rad`` and ``volym_skillnad`` with nothing
    hidden.
    """
    db.execute(SHOWN.format("warehouse.mart.indikatorvarde"))
    db.execute("""
        create or replace temp table dold (kommun text, periodtyp text, period text, volymgrupp text)
    """)
    _make(db, FREE)


def _make(db: duckdb.DuckDBPyConnection, threshold: int) -> None:
    # DuckDB takes no parameters in DDL; the threshold is a validated integer.
    db.execute(SQL.read_text(encoding="utf-8").replace("$troskel", str(int(threshold))))
