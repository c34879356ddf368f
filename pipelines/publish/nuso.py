"""Rows for SKR's national follow-up NUSO, substudy 3: what came in about children, one row each.

Row level, so in ``restricted/``: for SKR's upload and not for publication. There is no id, no pseudonym and
no date, the order says nothing, and protected persons are left out and counted. A reason is the case
system's own text, so one that few share could tell of somebody: it is written as another reason.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.publish.restricted import in_warehouse, write_parquet, write_private
from pipelines.settings import Settings

FOLDER = "nuso"
OTHER_REASON = "Annan orsak"

ROWS = """
    select
        kon.varde as kon, rad.alder, typ.varde as typ, rad.orsak, beslut.varde as beslut,
        typ.varde is not null as ar_typ,
        rad.beslut is not null and beslut.varde is null as ar_annat_beslut,
        coalesce(person.ar_skyddad, false) as ar_skyddad
    from mart.fct_aktualisering as rad
    left join mart.dim_person as person
        on person.kommun = rad.kommun and person.person_nyckel = rad.person_nyckel
    left join seed.nuso_koder as kon on kon.falt = 'kon' and kon.kod = rad.kon
    left join seed.nuso_koder as typ on typ.falt = 'typ' and typ.kod = rad.typ
    left join seed.nuso_koder as beslut on beslut.falt = 'beslut' and beslut.kod = rad.beslut
    where rad.kommun = $kommun and rad.malgrupp = 'barn' and rad.inkommen_datum between $fran and $till
"""
ABOUT = """
    select kommun.kommun, kommun.namn as kommun_namn, kommun.lage_per,
           (select any_value(vintage) from mart.dim_vintage) as vintage
    from mart.dim_kommun as kommun where kommun.kommun = ? and kommun.lage_per is not null
"""
COLUMNS = ("kon", "alder", "typ", "orsak", "beslut")


def write(settings: Settings, kommun: str, first: date, last: date) -> Path:
    """Write ``restricted/<kommun>/nuso/<first>_<last>/`` and return it: ``rader.parquet``, one row per report
    or application about a child that came in on one of these days (both included), and ``underlag.json``,
    what was left out and what is written otherwise than it stands.

    Raises KeyError for a municipality that has delivered nothing, ValueError when the days are not in order
    or not all known yet, and FileNotFoundError before the first night.
    """
    with in_warehouse(settings) as db:
        about: list[dict[str, Any]] = db.execute(ABOUT, [kommun]).pl().to_dicts()
        if not about:
            raise KeyError(f"{kommun} har inte levererat något")
        known = about[0]["lage_per"]
        if not first <= last <= known:
            raise ValueError(f"Dagarna ska vara i ordning och kända: {kommun} är känd till och med {known}")
        found = db.execute(ROWS, {"kommun": kommun, "fran": first, "till": last}).pl()
    open_rows = found.filter(~pl.col("ar_skyddad"))
    rows = open_rows.filter("ar_typ")
    rare = pl.len().over("orsak") < settings.suppress_below
    rows = rows.with_columns(
        ar_sallsynt=pl.col("orsak").is_not_null() & rare,
    ).with_columns(orsak=pl.when("ar_sallsynt").then(pl.lit(OTHER_REASON)).otherwise("orsak"))
    counts = {
        "antal_rader": rows.height,
        "antal_skyddade": found.height - open_rows.height,
        "antal_andra_typer": open_rows.height - rows.height,
        "antal_annan_orsak": rows["ar_sallsynt"].sum(),
        "antal_annat_beslut": rows["ar_annat_beslut"].sum(),
    }
    folder = settings.restricted / kommun / FOLDER / f"{first}_{last}"
    write_parquet(folder / "rader.parquet", rows.select(COLUMNS).sort(COLUMNS, nulls_last=True))
    base = about[0] | {"fran": first, "till": last} | counts
    write_private(
        folder / "underlag.json", json.dumps(base, ensure_ascii=False, default=str, indent=2).encode()
    )
    return folder
