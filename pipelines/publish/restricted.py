"""Rows for the documents that name single cases: the case system's ids and nothing else that tells who.

They lie in ``restricted/<kommun>/``, readable by the owner only. Each night replaces them: a list of
yesterday's open cases helps nobody.
"""

from pathlib import Path

import duckdb

from pipelines.publish.build import WAREHOUSE_FILE
from pipelines.releases import current
from pipelines.settings import Settings

BEVAKNING = "bevakning.parquet"


def write(settings: Settings) -> list[Path]:
    """Write each municipality's clocks that are over or fall due within 30 days: ``bevakning.parquet``.

    One row per clock of ``mart.frist_bevakning``, the most urgent first. Where nothing is urgent there is one
    row without a clock, so that no older list is left standing. Protected persons are not in the mart.
    Raises FileNotFoundError before the first night.
    """
    warehouse = current(settings.warehouse)
    if warehouse is None:
        raise FileNotFoundError("no warehouse yet: run `socialstat nightly` first")
    settings.restricted.mkdir(mode=0o700, exist_ok=True)
    written = []
    with duckdb.connect(warehouse / WAREHOUSE_FILE, read_only=True) as db:
        query = "select kommun, namn from mart.dim_kommun where lage_per is not null order by kommun"
        for kommun, name in db.execute(query).fetchall():
            folder = settings.restricted / kommun
            folder.mkdir(mode=0o700, exist_ok=True)
            rows = db.execute(
                """
                select ? as kommun_namn, bevakning.*, kommun.lage_per as lage_per_kommun
                from mart.dim_kommun as kommun
                left join mart.frist_bevakning as bevakning on bevakning.kommun = kommun.kommun
                where kommun.kommun = ?
                order by dagar_kvar, enhet_namn, regel_id, subjekt_id
                """,
                [name, kommun],
            ).pl()
            draft = folder / f"{BEVAKNING}.part"
            rows.write_parquet(draft)
            draft.chmod(0o600)
            written.append(draft.replace(folder / BEVAKNING))
    return written
