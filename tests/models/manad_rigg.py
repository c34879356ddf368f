"""The month's models alone, on placements, decisions and ledger rows that a test gives (see kostnad_rigg)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl
from kostnad_rigg import ENGINE, Kostnadsrigg

from pipelines.settings import Settings

Row = dict[str, Any]
KOMMUN = "9901"
EMPTY = ("intermediate.int_person", "mart.dim_enhet", "mart.fct_frist")
"""Tables of the night that the models name; nobody is in them but the persons of the placements."""

STEPS = (
    *("int_vard_placering", "int_beslut", "int_beslut_kedja", "int_kostnadsindelning", "int_volymgrupp"),
    *("int_betald_bit", "int_bokford_bit", "int_fakturerad_grupp", "int_faktura_manad"),
)
MARTS = (
    *("fct_placering", "fct_placering_manad", "fct_ekonomi", "fct_insats", "kostnad_avstamning"),
    *("kostnad_lucka", "kostnad_periodisering", "kostnad_brygga", "placering_lista", "beslut_giltighet"),
    *("kostnad_atersokning", "kostnad_avvikare", "dygnspris_spann"),
)


class Manadsrigg(Kostnadsrigg):
    """A warehouse whose month can be computed again and again on other rows."""

    def __init__(self, natt: Settings) -> None:
        warehouse = natt.warehouse / "current" / "socialstat.duckdb"
        super().__init__(natt.home / "dbt" / "compiled" / "socialstat" / "models", warehouse)
        self.db.execute(f"attach '{warehouse}' as natt (read_only)")
        for table in EMPTY:
            self.db.execute(f"create table {table} as from natt.{table} limit 0")
        self.db.execute("detach natt")
        self.compute("int_manad", "int_period_manad")

    def run(
        self, lage_per: date, protected: Sequence[str] = (), **tables: Sequence[Row]
    ) -> duckdb.DuckDBPyConnection:
        """The warehouse after the models have run on rows by staging table (``placering=...``).

        ``protected`` are the keys of persons with protected identity; every other person has none.
        """
        self.deliver(lage_per, **tables)
        self._persons(tables.get("placering", ()), protected)
        self.compute(*ENGINE, *STEPS)
        for mart in MARTS:
            self.model(mart, "marts", "mart")
        return self.db

    def _persons(self, placements: Sequence[Row], protected: Sequence[str]) -> None:
        keys = sorted({row["person_nyckel"] for row in placements} | set(protected))
        known = pl.DataFrame(
            {"kommun": KOMMUN, "person_nyckel": keys, "skyddad": [key in protected for key in keys]},
            schema={"kommun": pl.String, "person_nyckel": pl.String, "skyddad": pl.Boolean},
        )
        self.db.execute("delete from intermediate.int_person")
        self.db.register("given", known.to_arrow())
        self.db.execute("insert into intermediate.int_person by name from given")
        self.db.unregister("given")


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
