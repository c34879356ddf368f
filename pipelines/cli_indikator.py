"""The group ``indikator``: find a definition, read it, get its series, check the catalogue. Thin."""
# ruff: noqa: PLC0415

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli_ingest import REFUSED, USAGE, Json
from pipelines.releases import current
from pipelines.settings import get_settings

if TYPE_CHECKING:
    import polars as pl

    from pipelines.reports.published import Published

console = Console(highlight=False, markup=False)
indikator = typer.Typer(no_args_is_help=True, help="Indikatorer: sök, läs definitionen, hämta serien.")
IndikatorId = Annotated[str, typer.Argument(help="Indikatorns id, till exempel FORHAND_I_TID.")]


def register(app: typer.Typer) -> None:
    """Put the group into the console script."""
    app.add_typer(indikator, name="indikator")


@indikator.command("list")
def list_(
    ord_: Annotated[str | None, typer.Argument(metavar="[ORD]", help="Ord att söka efter.")] = None,
    as_json: Json = False,
) -> None:
    """Lista katalogen, eller de indikatorer vars kort innehåller ett ord."""
    from pipelines.reports import wording
    from pipelines.reports.catalogue import search

    with _published() as source:
        found = search(source, ord_ or "")
    if as_json:
        print(json.dumps([i.__dict__ for i in found], ensure_ascii=False, default=str))
        return
    if not found:
        _stop(f"Ingen indikator innehåller {ord_!r}. Utan ord listas alla.", REFUSED)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Indikator", "Namn", "Mått", "Datakälla"):
        table.add_column(heading)
    for i in found:
        statistic = wording.STATISTICS.get(i.statistik, i.statistik)
        table.add_row(i.indikator_id, i.namn, f"{statistic}, {i.rakneenhet}", wording.COLLECTED[i.insamling])
    console.print(table)


@indikator.command()
def show(indikator_id: IndikatorId) -> None:
    """Visa indikatorns kort, och hur serien hämtas i SQL, CSV, Excel och Python."""
    from pipelines.reports import card
    from pipelines.reports.catalogue import ways

    with _published() as source:
        versions = source.versions.get(indikator_id) or _unknown(source, indikator_id)
        folder = source.folder
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    console.print(versions[0].namn, style="bold")
    for label, text in card.lines(versions[0]):
        table.add_row(label, text)
    console.print(table)
    for label, text in ways(indikator_id, folder):
        console.print(f"\n{label}:", style="bold")
        console.print(text, soft_wrap=True)


@indikator.command()
def get(  # noqa: PLR0917
    indikator_id: IndikatorId,
    kommun: Annotated[str | None, typer.Option(help="Kommunkod; annars alla.")] = None,
    periodtyp: Annotated[
        str | None, typer.Option(help="manad, kvartal, tertial, delar, halvar, ar eller rullande_12.")
    ] = None,
    uppdelning: Annotated[str, typer.Option(help="total, kon, enhet ... eller alla.")] = "total",
    ut: Annotated[Path | None, typer.Option(help="Fil: .csv, .xlsx, .parquet eller .json.")] = None,
    as_json: Json = False,
) -> None:
    """Hämta indikatorns publicerade serie, med täljare, nämnare och läge."""
    from pipelines.reports.catalogue import UnknownFormatError, series, write

    with _published() as source:
        if indikator_id not in source.versions:
            _unknown(source, indikator_id)
        found = series(source.folder, indikator_id, kommun, periodtyp, uppdelning)
    if found.is_empty():
        _stop("Serien är tom: kontrollera --kommun, --periodtyp och --uppdelning.", REFUSED)
    if ut is not None:
        try:
            write(found, ut)
        except UnknownFormatError as error:
            _stop(str(error), USAGE)
        console.print(f"{found.height} värden skrivna till {ut}", soft_wrap=True)
    elif as_json:
        print(json.dumps(found.to_dicts(), ensure_ascii=False, default=str))
    else:
        _table(found)


@indikator.command()
def check(as_json: Json = False) -> None:
    """Pröva katalogens rader mot dess regler, innan en natt byggs av dem."""
    from pipelines.warehouse.catalogue import Catalogue, faults

    found = faults(Catalogue.read())
    if as_json:
        print(json.dumps([fault.__dict__ for fault in found], ensure_ascii=False))
    else:
        for fault in found:
            console.print(str(fault), soft_wrap=True)
        console.print(f"{len(found)} fel." if found else "Katalogen håller sina regler.")
    if found:
        raise typer.Exit(REFUSED)


def _table(found: "pl.DataFrame") -> None:
    from pipelines.reports.format import component, measure

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Kommun", "Period", "Grupp"):
        table.add_column(heading)
    for heading in ("Täljare", "Nämnare", "Värde"):
        table.add_column(heading, justify="right")
    for row in found.iter_rows(named=True):
        value = measure(row["varde"], row["status"], row["mattenhet"], row["decimaler"], unit=True)
        parts = [component(row[c], row["status"]) for c in ("taljare", "namnare")]
        table.add_row(row["kommun"], row["period"], row["grupp_namn"], *parts, value)
    console.print(table)


def _published() -> "Published":
    from pipelines.reports.published import Published

    folder = current(get_settings().published)
    if folder is None:
        _stop("Inget är publicerat än. Kör: socialstat nightly", REFUSED)
    return Published(folder)


def _unknown(source: "Published", indikator_id: str) -> NoReturn:
    from difflib import get_close_matches

    near = get_close_matches(indikator_id.upper(), source.versions, n=3, cutoff=0.5)
    hint = f" Menade du {', '.join(near)}?" if near else " Sök med: socialstat indikator list ORD"
    _stop(f"Ingen indikator heter {indikator_id}.{hint}", REFUSED)


def _stop(text: str, code: int) -> NoReturn:
    console.print(text, soft_wrap=True)
    raise typer.Exit(code)
