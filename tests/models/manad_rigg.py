"""The month's models alone: dbt's compiled SQL of a built night, on placements and ledger rows of a test.

A copy of the night's warehouse keeps its seeds and every other table; here is which staging tables a test
replaces, and the order of the models.
"""

import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.settings import Settings

Row = dict[str, Any]
KOMMUN = "9901"
GIVEN = ("placering", "placering_period", "ekonomi", "beslut", "insats", "volymplan")
MODELS = {
    "intermediate": (
        *("int_lagrum", "int_placering", "int_vard_placering", "int_beslut", "int_beslut_kedja"),
        *(
            "int_placering_bit",
            "int_placering_manad",
            "int_ekonomi",
            "int_volymgrupp",
            "int_betald_bit",
            "int_bokford_bit",
        ),
        *("int_fakturerad_grupp", "int_faktura_manad"),
    ),
    "marts": (
        *("fct_placering", "fct_placering_manad", "fct_ekonomi", "fct_insats", "kostnad_avstamning"),
        *("kostnad_lucka", "kostnad_periodisering", "kostnad_brygga", "placering_lista", "beslut_giltighet"),
        *("kostnad_atersokning", "kostnad_avvikare", "dygnspris_spann"),
    ),
}
SOURCE = re.compile(r"read_parquet\('[^']*/indata/lage\.parquet'\)")


class Rigg:
    """A warehouse in ``folder`` whose month can be computed again and again on other rows."""

    def __init__(self, natt: Settings, folder: Path) -> None:
        copy = folder / "socialstat.duckdb"
        shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", copy)
        self.compiled = natt.home / "dbt" / "compiled" / "socialstat" / "models"
        self.db = duckdb.connect(copy, config={"threads": 2})
        self.db.execute("create or replace temp table lage (kommun varchar, lage_per date)")

    def run(
        self,
        lage_per: date,
        protected: Sequence[str] = (),
        **tables: Sequence[Row],
    ) -> duckdb.DuckDBPyConnection:
        """The warehouse after the models have run on ``tables`` (names of GIVEN; those left out are empty).

        ``protected`` are the keys of persons with protected identity; every other person has none.
        """
        assert set(tables) <= set(GIVEN)
        self.db.execute("delete from lage")
        self.db.execute("insert into lage values (?, ?)", [KOMMUN, lage_per])
        for name in GIVEN:
            self.db.execute(f"delete from staging.stg_{name}")
            for number, row in enumerate(tables.get(name, ())):
                whole = {"kommun": KOMMUN, "row_key": f"{name}{number:05d}"} | row
                marks = ", ".join("?" * len(whole))
                self.db.execute(
                    f"insert into staging.stg_{name} ({', '.join(whole)}) values ({marks})",
                    list(whole.values()),
                )
        self._persons(tables.get("placering", ()), protected)
        for folder, names in MODELS.items():
            for name in names:
                sql = (self.compiled / folder / f"{name}.sql").read_text(encoding="utf-8")
                schema = "mart" if folder == "marts" else "intermediate"
                self.db.execute(f"create or replace table {schema}.{name} as (\n{SOURCE.sub('lage', sql)}\n)")
        return self.db

    def _persons(self, placements: Sequence[Row], protected: Sequence[str]) -> None:
        keys = {row["person_nyckel"] for row in placements if row.get("person_nyckel")} | set(protected)
        frame = pl.DataFrame(
            {
                "kommun": KOMMUN,
                "person_nyckel": sorted(keys),
                "kon": "okand",
                "skyddad": [key in protected for key in sorted(keys)],
                "antal_nummer": 1,
            },
            schema={
                **dict.fromkeys(("kommun", "person_nyckel", "kon"), pl.String),
                "skyddad": pl.Boolean,
                "antal_nummer": pl.Int64,
            },
        )
        self.db.execute("delete from intermediate.int_person")
        self.db.register("given", frame.to_arrow())
        self.db.execute("insert into intermediate.int_person by name from given")
        self.db.unregister("given")
        self.db.execute("""
            create or replace table mart.dim_person as
            select kommun, person_nyckel, skyddad as ar_skyddad from intermediate.int_person
        """)


def placering(case: str, start: date, slut: date | None, pris: float | None, **values: Any) -> Row:
    """A placement of a child in a private home for care under SoL, unless ``values`` say otherwise."""
    return {
        "placering_id": case,
        "person_nyckel": "p-" + case,
        "placeringsform": "hvb",
        "lagrum": "11 kap. 1 § SoL" if start >= date(2025, 7, 1) else "4 kap. 1 § SoL",
        "regi": "privat",
        "utforare": "Exempelhemmet HVB AB",
        "enhet": "placering_barn",
        "malgrupp": "barn",
        "ensamkommande": False,
        "medplacerad": False,
        "start": start,
        "slut": slut,
        "dygnspris": pris,
    } | values


def faktura(
    period: str, kr: float, first: date | None, last: date | None, case: str | None, **values: Any
) -> Row:
    """A booked cost on the account for children's homes under SoL, for the days ``first`` to ``last``."""
    return {
        "period": period,
        "serie": "utfall",
        "konto": "4531",
        "kontotyp": "kostnad",
        "verksamhet": "554100",
        "placering_id": case,
        "avser_fran": first,
        "avser_till": last,
        "belopp_kr": kr,
    } | values
