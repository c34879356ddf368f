"""The command ``lint``: does what a text says follow from the table printed beside it? Thin, as in cli.py."""
# ruff: noqa: PLC0415

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table as Grid

from pipelines.cli_ingest import REFUSED, USAGE, Json

console = Console(highlight=False, markup=False)
File = typer.Argument(exists=True, dir_okay=False, help="Den tryckta tabellen (CSV med kolumnen rad).")
Claims = typer.Option("--pastaenden", exists=True, dir_okay=False, help="Påståendena om den (CSV).")


def lint(
    tabell: Annotated[Path, File],
    pastaenden: Annotated[Path, Claims],
    as_json: Json = False,
) -> None:
    """Pröva om tryckta påståenden följer av en tryckt tabell, eller kan göra det inom avrundningen."""
    from pipelines.reports.printed import Table, Verdict, check, read_claims, text

    try:
        table = Table.read(tabell)
        claims = [claim for claim in read_claims(pastaenden) if claim.tabell == table.name]
        findings = check(table, claims)
    except ValueError as error:
        _stop(str(error))
    if not findings:
        _stop(f"{pastaenden.name} har inget påstående om tabellen {table.name}.")
    if as_json:
        print(json.dumps([text.plain(finding) for finding in findings], ensure_ascii=False))
    else:
        grid = Grid(box=None, header_style="bold", pad_edge=False)
        for heading in ("Påstående", "Tryckt", "Beräknat", "Inom avrundningen", "Utfall"):
            grid.add_column(heading, overflow="fold")
        for finding in findings:
            words = text.line(finding)
            grid.add_row(finding.claim.pastaende, words.tryckt, words.varde, words.spann, words.utfall)
        console.print(grid)
        console.print(f"{table.name}: {text.summary(findings)}.")
    if any(finding.verdict is Verdict.OMOJLIG for finding in findings):
        raise typer.Exit(REFUSED)


def _stop(message: str) -> NoReturn:
    console.print(message, soft_wrap=True)
    raise typer.Exit(USAGE)
