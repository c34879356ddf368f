"""The published figures → Kolada's frame. Nothing is read but the published layer: suppressed stays so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.kolada.shape import KEY, SCHEMA

FILE = "indikatorer.duckdb"
PERCENT = "andel"

FIGURES = """
    select
        indikator_id as kpi, kommun, period,
        case when uppdelning = 'total' then 'T' when grupp = 'kvinna' then 'K' else 'M' end as kon,
        -- Kolada gives shares in percent.
        case when status = 'ok' then varde * case mattenhet when 'andel' then 100 else 1 end end as varde,
        1 as antal,
        case when status = 'ok' then '' else status end as status,
        taljare, namnare
    from indikatorvarde
    where (uppdelning = 'total' or (uppdelning = 'kon' and grupp in ('kvinna', 'man')))
        and kommun = coalesce($kommun, kommun)
    -- Where two versions of a definition give the same period, the newer one counts.
    qualify definitionsversion = max(definitionsversion) over (partition by indikator_id, kommun, period)
"""
CARDS = """
    select
        i.indikator_id, i.namn, i.mattenhet, i.decimaler, i.konvention,
        concat_ws(
            ' ', i.fraga, 'Täljare: ' || i.taljare_text, 'Nämnare: ' || i.namnare_text,
            'Konvention: ' || i.konvention || '.', i.forbehall, 'Version ' || i.definitionsversion || '.'
        ) as beskrivning,
        exists (
            select 1 from indikatorvarde as v where v.indikator_id = i.indikator_id and v.uppdelning = 'kon'
        ) as ar_konsuppdelad
    from indikator as i
    qualify row_number() over (partition by i.indikator_id order by i.definitionsversion desc) = 1
    order by i.ordning, i.indikator_id
"""


@dataclass(frozen=True)
class Card:
    """What an indicator is called and how it is printed, in Kolada's terms."""

    indikator_id: str
    namn: str
    mattenhet: str
    decimaler: int
    konvention: str | None
    beskrivning: str
    ar_konsuppdelad: bool

    def kpi(self) -> dict[str, Any]:
        """The row of ``kpi.json``."""
        return {
            "id": self.indikator_id,
            "title": self.namn + (", andel (%)" if self.mattenhet == PERCENT else ""),
            "description": self.beskrivning,
            "is_divided_by_gender": self.ar_konsuppdelad,
            "municipality_type": "K",
            "operating_area": "Individ- och familjeomsorg",
        }


def own(published: Path, kommun: str | None = None) -> pl.DataFrame:
    """The figures of a published release, of one municipality or all: the columns of ``shape.SCHEMA``, and
    ``taljare`` and ``namnare`` (decimal), for which Kolada's shape has no place.

    Totals and the two sexes; persons whose sex is unknown are in the totals alone. What has no number has
    nulls and the status of the published layer. Raises FileNotFoundError when nothing is published.
    """
    with _open(published) as db:
        found = db.execute(FIGURES, {"kommun": kommun}).pl()
    return found.with_columns(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort(KEY)


def cards(published: Path) -> dict[str, Card]:
    """The indicators of a published release by id, in the catalogue's order, each in its newest version."""
    with _open(published) as db:
        return {row["indikator_id"]: Card(**row) for row in db.execute(CARDS).pl().to_dicts()}


def municipalities(published: Path) -> list[dict[str, str]]:
    """The rows of ``municipality.json``; ``lage_per`` is ours, up to which day the figures are known."""
    with _open(published) as db:
        rows = db.execute("""
            select kommun, kommun.namn, max(v.lage_per)
            from kommun inner join indikatorvarde as v using (kommun)
            group by kommun, kommun.namn order by kommun
        """).fetchall()
    return [{"id": kommun, "title": namn, "type": "K", "lage_per": str(day)} for kommun, namn, day in rows]


def _open(published: Path) -> duckdb.DuckDBPyConnection:
    if not (published / FILE).exists():
        raise FileNotFoundError(f"no published layer at {published / FILE}")
    return duckdb.connect(published / FILE, read_only=True)
