"""What a month's close asks the current warehouse: what is due, which figures, what has changed since."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any

import duckdb

from pipelines.releases import current
from pipelines.settings import WAREHOUSE_FILE, Settings

CELL = """
    uppdelning = case when $enhet is null then 'total' else 'enhet' end and grupp = coalesce($enhet, 'total')
"""
"""SQL: the figure of a unit, or of the whole municipality."""


class UnknownFigureError(LookupError):
    """There is no such municipality, month, indicator, period or unit; the message is Swedish."""


@dataclass(frozen=True)
class Due:
    """A figure that is to be measured in the month: an indicator's period that ends in it."""

    indikator_id: str
    namn: str
    periodtyp: str
    period: str
    status: str
    namnare: Decimal | None
    varde: Decimal | None
    mattenhet: str
    decimaler: int
    regel_text: str | None
    utfall_regel: str | None


@dataclass(frozen=True)
class Figure:
    """A figure as it stands: numbers are exact, shares 0–1."""

    indikator_id: str
    definitionsversion: int
    period: str
    uppdelning: str
    grupp: str
    status: str
    taljare: Decimal | None
    namnare: Decimal | None
    varde: Decimal | None


@dataclass(frozen=True)
class Change:
    """A signed figure that is another now; ``nr`` is the number of the sign-off."""

    nr: int
    manad: str
    indikator_id: str
    namn: str
    period: str
    enhet: str | None
    signerad_av: str
    signerad_lage_per: date
    signerad_status: str
    status: str | None
    signerat_varde: Decimal | None
    varde: Decimal | None
    skillnad: Decimal | None
    mattenhet: str
    decimaler: int
    lage_per: date


class Month:
    """The current warehouse, open for reading; use it in a ``with`` statement.

    Raises FileNotFoundError before the first night, and duckdb.CatalogException for a warehouse of an older
    version.
    """

    def __init__(self, settings: Settings) -> None:
        folder = current(settings.warehouse)
        if folder is None:
            raise FileNotFoundError("no warehouse yet: run `socialstat nightly` first")
        self.vintage = folder.name
        self._db = duckdb.connect(folder / WAREHOUSE_FILE, read_only=True)

    def __enter__(self) -> "Month":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def lage_per(self, kommun: str) -> date:
        """The municipality's as-of date. Raises UnknownFigureError when it has delivered nothing."""
        rows = self._rows("select lage_per from mart.dim_kommun where kommun = $kommun", kommun=kommun)
        if not rows or rows[0]["lage_per"] is None:
            raise UnknownFigureError(f"{kommun} har inte levererat något")
        found: date = rows[0]["lage_per"]
        return found

    def due(self, kommun: str, manad: str) -> list[Due]:
        """What is to be measured in a month (``2026-10``), in the catalogue's order.

        Raises UnknownFigureError for a month outside the measuring calendar.
        """
        rows = self._rows(
            """
            select
                kalender.indikator_id, indikator.namn, kalender.periodtyp, kalender.period, kalender.status,
                varde.namnare, kalender.varde, indikator.mattenhet, indikator.decimaler, kalender.regel_text,
                kalender.utfall_regel
            from mart.matkalender as kalender
            left join mart.indikatorvarde as varde
                on varde.kommun = kalender.kommun and varde.indikator_id = kalender.indikator_id
                and varde.definitionsversion = kalender.definitionsversion
                and varde.periodtyp = kalender.periodtyp and varde.period = kalender.period
                and varde.uppdelning = 'total'
            inner join mart.dim_indikator as indikator
                on indikator.indikator_id = kalender.indikator_id
                and indikator.definitionsversion = kalender.definitionsversion
            where kalender.kommun = $kommun and kalender.manad = $manad
            order by indikator.ordning, len(kalender.period) desc, kalender.period
            """,
            kommun=kommun,
            manad=manad,
        )
        if not rows:
            raise UnknownFigureError(f"{manad} finns inte i mätkalendern för {kommun}; skriv som 2026-10")
        return [Due(**row) for row in rows]

    def figures(self, kommun: str, manad: str, indikator_id: str | None, enhet: str | None) -> list[Figure]:
        """The month's figures of a unit, or of the whole municipality (None): what a sign-off covers.

        Raises UnknownFigureError when there are none.
        """
        rows = self._rows(
            f"""
            select
                varde.indikator_id, varde.definitionsversion, varde.period, varde.uppdelning, varde.grupp,
                varde.status, varde.taljare, varde.namnare, varde.varde
            from mart.indikatorvarde as varde
            inner join mart.matkalender as kalender
                on kalender.kommun = varde.kommun and kalender.indikator_id = varde.indikator_id
                and kalender.definitionsversion = varde.definitionsversion and kalender.period = varde.period
            where varde.kommun = $kommun and kalender.manad = $manad and {CELL}
                and ($indikator_id is null or varde.indikator_id = $indikator_id)
            order by varde.indikator_id, varde.period
            """,
            kommun=kommun,
            manad=manad,
            indikator_id=indikator_id,
            enhet=enhet,
        )
        if not rows:
            what = ", ".join(filter(None, (indikator_id, enhet and f"enheten {enhet}")))
            raise UnknownFigureError(
                f"{kommun} har inga siffror för {manad}" + (f" ({what})" if what else "")
            )
        return [Figure(**row) for row in rows]

    def must_exist(self, kommun: str, indikator_id: str | None, period: str, enhet: str | None) -> None:
        """Raises UnknownFigureError when no figure has this indicator (None: any), period and unit."""
        rows = self._rows(
            f"""
            select 1 from mart.indikatorvarde
            where kommun = $kommun and period = $period and {CELL}
                and ($indikator_id is null or indikator_id = $indikator_id)
            limit 1
            """,
            kommun=kommun,
            indikator_id=indikator_id,
            period=period,
            enhet=enhet,
        )
        if not rows:
            what = " ".join(filter(None, (indikator_id, period, enhet)))
            raise UnknownFigureError(f"{kommun} har ingen siffra {what}: okänd indikator, period eller enhet")

    def must_have_target(self, kommun: str, indikator_id: str, period: str, enhet: str | None) -> None:
        """Raises UnknownFigureError when the figure has no target that could be graded."""
        rows = self._rows(
            f"""
            select 1 from mart.maluppfyllelse
            where kommun = $kommun and indikator_id = $indikator_id and period = $period and {CELL}
            """,
            kommun=kommun,
            indikator_id=indikator_id,
            period=period,
            enhet=enhet,
        )
        if not rows:
            raise UnknownFigureError(f"{indikator_id} har inget mål för {period}: se seeds/indikator_mal.csv")

    def units(self, kommun: str, manad: str) -> dict[str, str]:
        """The units that have anything to answer for in the month, with their names."""
        rows = self._rows(
            """
            select varde.grupp as enhet, any_value(enhet.namn) as namn
            from mart.indikatorvarde as varde
            inner join mart.matkalender as kalender
                on kalender.kommun = varde.kommun and kalender.indikator_id = varde.indikator_id
                and kalender.definitionsversion = varde.definitionsversion and kalender.period = varde.period
            inner join mart.dim_enhet as enhet on enhet.kommun = varde.kommun and enhet.enhet = varde.grupp
            where varde.kommun = $kommun and kalender.manad = $manad and varde.uppdelning = 'enhet'
                and varde.antal_bakom > 0
            group by varde.grupp
            order by varde.grupp
            """,
            kommun=kommun,
            manad=manad,
        )
        return {row["enhet"]: row["namn"] for row in rows}

    def changes(self, kommun: str, manad: str) -> list[Change]:
        """Signed figures of months up to ``manad`` that are not what they were when they were signed."""
        rows = self._rows(
            """
            select
                andrad.nr, andrad.manad, andrad.indikator_id, indikator.namn, andrad.period,
                case when andrad.uppdelning = 'enhet' then andrad.grupp end as enhet, andrad.signerad_av,
                andrad.signerad_lage_per, andrad.signerad_status, andrad.status,
                andrad.signerat_varde, andrad.varde, andrad.skillnad, andrad.lage_per,
                indikator.mattenhet, indikator.decimaler
            from mart.andrad_efter_avslut as andrad
            inner join mart.dim_indikator as indikator
                on indikator.indikator_id = andrad.indikator_id
                and indikator.definitionsversion = andrad.signerad_definitionsversion
            where andrad.kommun = $kommun and andrad.manad <= $manad
            order by andrad.manad, indikator.ordning, andrad.period, enhet nulls first
            """,
            kommun=kommun,
            manad=manad,
        )
        return [Change(**row) for row in rows]

    def _rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        cursor = self._db.execute(sql, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
