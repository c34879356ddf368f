"""The command ``purge``: disposal in the archive, and then a warehouse that never saw what is gone.

The one place where ingest and the warehouse meet in an order: the archive first, then a new release, and
only then the older ones go. Each step does nothing when it is already done, so running again finishes.
"""
# ruff: noqa: PLC0415

import json
import shutil
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from pipelines.cli_ingest import FAILED, Json, console, plain_errors
from pipelines.releases import current, release_folders
from pipelines.settings import Settings, get_settings


def purge(
    per: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Dagen som gallringsfristerna prövas mot; annars i dag."),
    ] = None,
    verkstall: Annotated[
        bool, typer.Option("--verkstall", help="Gallra. Annars visas bara vad som skulle gallras.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Gallra det som har passerat sin frist, enligt seeds/gallringsregler.csv. Det går inte att ångra."""
    from pipelines.ingest import disposal

    settings, day = get_settings(), per.date() if per else date.today()  # noqa: DTZ011
    with plain_errors():
        if not verkstall:
            _show(disposal.plan(settings, day), as_json)
            return
        receipt = disposal.purge(settings, day, _progress(as_json))
    receipt.lager = _rebuild(settings)
    receipt.write()
    if as_json:
        print(receipt.path.read_text(encoding="utf-8"))
        return
    _show(receipt.antal, as_json)
    console.print(f"Kvitto: {receipt.path}", soft_wrap=True)


def _progress(as_json: bool) -> Any:
    return (lambda _: None) if as_json else lambda line: console.print(line, markup=False)


def _rebuild(settings: Settings) -> dict[str, Any]:
    """Build the warehouse and remove every older release; what is published stays as it is."""
    from pipelines import warehouse

    if current(settings.warehouse) is None:
        return {}
    try:
        release = warehouse.build(settings).release
    except warehouse.BuildError as error:
        console.print(f"Arkivet är gallrat, men lagret gick inte att bygga om: {error}", markup=False)
        console.print("De äldre utgåvorna är kvar. Rätta felet och kör samma kommando igen.")
        raise typer.Exit(FAILED) from None
    older = [
        folder for folder in release_folders(settings.warehouse) if folder.resolve() != release.resolve()
    ]
    for folder in older:
        shutil.rmtree(folder)
    return {"vintage": release.name, "borttagna_utgavor": [folder.name for folder in older]}


def _show(counts: list[Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(count) for count in counts], ensure_ascii=False, default=str))
        return
    for title, kept in (("Gallras", False), ("Behålls fast fristen har passerat", True)):
        chosen = [count for count in counts if count.behalls is kept]
        if not chosen:
            continue
        table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
        for heading in ("Kommun", "Tabell", "Regel"):
            table.add_column(heading)
        table.add_column("Antal", justify="right")
        table.add_column("" if kept else "Klart senast")
        for count in chosen:
            latest = str(count.gallras_senast or "")
            table.add_row(count.kommun, count.tabell, count.regel_id, str(count.antal), latest)
        console.print(table)
    if not any(not count.behalls for count in counts):
        console.print("Inget att gallra.")
