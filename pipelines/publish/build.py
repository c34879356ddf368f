"""Write the published layer and turn ``published/current`` to it."""

import shutil
from pathlib import Path

import duckdb
import polars as pl

from pipelines.publish import volymer
from pipelines.publish.statistics import unexecuted
from pipelines.releases import current, publish_release
from pipelines.settings import WAREHOUSE_FILE, Settings

DATABASE = "indikatorer.duckdb"
TABLES = (
    "indikatorvarde",
    "indikator",
    "familj",
    "uppdelning",
    "maluppfyllelse",
    "kommentar",
    "kommun",
    "vintage",
    "ej_verkstallda_statistik",
    "volym_nyckeltal",
    "volym_indikator",
    "volym_avvikelse",
)
SUPPRESS = Path(__file__).with_name("suppress.sql")
SAID = Path(__file__).with_name("avslut.sql")


def build(settings: Settings) -> Path | None:
    """Write the private folder ``published/building`` from the current warehouse and return it.

    None when what is published already comes from this warehouse under this threshold. Raises
    FileNotFoundError before the first night.
    """
    warehouse = current(settings.warehouse)
    if warehouse is None:
        raise FileNotFoundError("no warehouse yet: run `socialstat nightly` first")
    folder = settings.published / "building"
    shutil.rmtree(folder, ignore_errors=True)
    if _published_state(current(settings.published)) == (warehouse.name, settings.suppress_below):
        return None
    folder.mkdir(parents=True)
    with duckdb.connect(folder / DATABASE) as db:
        db.execute("set autoinstall_known_extensions = false")
        db.execute(f"attach '{warehouse / WAREHOUSE_FILE}' as warehouse (read_only)")
        # DuckDB takes no parameters in DDL; the threshold is a validated integer.
        db.execute(
            SUPPRESS.read_text(encoding="utf-8").replace("$troskel", str(int(settings.suppress_below)))
        )
        db.execute(SAID.read_text(encoding="utf-8"))
        db.register("statistik", unexecuted(db, settings.suppress_below))
        db.execute("create table ej_verkstallda_statistik as from statistik")
        db.unregister("statistik")
        volymer.tables(db, settings.suppress_below)
        db.execute("detach warehouse")
        _export(db, folder)
    return folder


def unreleased(settings: Settings) -> Path | None:
    """The private folder that :func:`build` wrote and nobody has released yet."""
    folder = settings.published / "building"
    return folder if folder.exists() else None


def release(settings: Settings, folder: Path) -> Path:
    """Make the finished folder the current publication."""
    state = _published_state(folder)
    assert state
    name = f"{state[0]}_t{state[1]}"  # one warehouse may be published again under another threshold
    return publish_release(folder, settings.published, name, settings.keep_releases)


def _published_state(folder: Path | None) -> tuple[str, int] | None:
    """Vintage and threshold of a published folder."""
    if folder is None:
        return None
    with duckdb.connect(folder / DATABASE, read_only=True) as db:
        row = db.execute("select vintage, troskel from vintage").fetchone()
    return (row[0], row[1]) if row else None


def _export(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Every table as Parquet, and as a CSV that Swedish Excel opens (semicolon, BOM, decimal comma)."""
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    for table in TABLES:
        frame: pl.DataFrame = db.sql(f"from {table}").pl()
        frame.write_parquet(folder / "parquet" / f"{table}.parquet")
        frame.with_columns(pl.col(pl.Decimal).cast(pl.String).str.replace(".", ",", literal=True)).write_csv(
            folder / "csv" / f"{table}.csv", separator=";", include_bom=True
        )
