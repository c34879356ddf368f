"""Own figures against peers', where the definitions allow it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

import polars as pl

from pipelines.kolada.definitions import Definition
from pipelines.kolada.read import Kolada
from pipelines.kolada.shape import GENDERS

COUNTRY_AND_REGIONS = "00"
"""How the codes of the country (0000) and the regions (0001–) begin."""
NO_OWN = "saknas"


@dataclass(frozen=True)
class Figure:
    """One gender of one year. ``rang`` is our place from the lowest value, among us and ``antal`` peers."""

    ar: str
    egen_period: str
    kon: str
    eget_varde: float | None
    egen_taljare: Decimal | None
    egen_namnare: Decimal | None
    egen_status: str
    koladas_varde: float | None
    antal: int
    antal_utan_varde: int
    lagst: float | None
    median: float | None
    hogst: float | None
    rang: int | None


@dataclass(frozen=True)
class Comparison:
    """An indicator against a key figure. Without figures ``skal`` says why; the difference is always told."""

    definition: Definition
    figures: tuple[Figure, ...]
    skal: str = ""


def compare(
    own: pl.DataFrame,
    kolada: Kolada,
    definitions: Sequence[Definition],
    kommun: str,
    *,
    peers: Collection[str] | None = None,
    year: str | None = None,
) -> list[Comparison]:
    """Set the figures of ``kommun`` in ``own``, as :func:`pipelines.kolada.own` gives them, against those of
    ``peers`` in ``kolada``.

    Peers are all other municipalities in the files unless they are given; the country, the regions and the
    municipality itself are never among them. The year is the newest in which a peer has a value, unless one
    is given. A peer without a value is counted and not compared. A definition that is another one (annan)
    is told, and not compared.
    """
    others = kolada.values.filter(
        pl.col("kommun") != kommun,
        ~pl.col("kommun").str.starts_with(COUNTRY_AND_REGIONS),
        pl.col("kommun").str.contains(r"^\d"),
    )
    if peers is not None:
        others = others.filter(pl.col("kommun").is_in(list(peers)))
    ours = {(row["kpi"], row["period"], row["kon"]): row for row in _of(own, kommun)}
    theirs = {(row["kpi"], row["period"], row["kon"]): row["varde"] for row in _of(kolada.values, kommun)}
    found = []
    for definition in definitions:
        if not definition.comparable:
            found.append(Comparison(definition, (), "definitionerna är olika"))
            continue
        of_kpi = others.filter(pl.col("kpi") == definition.extern_id)
        years = of_kpi.filter(pl.col("varde").is_not_null())["period"]
        at = year or years.max()
        if not isinstance(at, str) or at not in years:
            what = f" för {year}" if year else ""
            found.append(Comparison(definition, (), f"filerna har inget värde för jämförbara kommuner{what}"))
            continue
        expected = len(set(peers) - {kommun}) if peers is not None else of_kpi["kommun"].n_unique()
        figures = []
        for gender in GENDERS.values():
            values = of_kpi.filter(period=at, kon=gender)["varde"].drop_nulls().to_list()
            own_row = ours.get((definition.indikator_id, definition.own_period(at), gender))
            if not values and own_row is None:
                continue
            mine = own_row["varde"] if own_row else None
            figures.append(
                Figure(
                    ar=at,
                    egen_period=definition.own_period(at),
                    kon=gender,
                    eget_varde=mine,
                    egen_taljare=own_row["taljare"] if own_row else None,
                    egen_namnare=own_row["namnare"] if own_row else None,
                    egen_status=own_row["status"] if own_row else NO_OWN,
                    koladas_varde=theirs.get((definition.extern_id, at, gender)),
                    antal=len(values),
                    antal_utan_varde=expected - len(values),
                    lagst=min(values, default=None),
                    median=median(values) if values else None,
                    hogst=max(values, default=None),
                    rang=1 + sum(value < mine for value in values) if mine is not None and values else None,
                )
            )
        found.append(Comparison(definition, tuple(figures)))
    return found


def _of(figures: pl.DataFrame, kommun: str) -> Iterator[dict[str, Any]]:
    return figures.filter(pl.col("kommun") == kommun).iter_rows(named=True)
