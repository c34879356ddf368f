"""Commands over what is sent: the quarter's documents, freezing a period and what has changed since. Thin,
as in cli.py.
"""
# ruff: noqa: PLC0415, PLR0917 (Typer takes its options as parameters)

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli_ingest import REFUSED, USAGE, Json
from pipelines.releases import current
from pipelines.settings import WAREHOUSE_FILE, Settings, get_settings

console = Console(highlight=False, markup=False)
MART = "ej_verkstallda_kvartal"
Kommun = Annotated[str, typer.Option(help="Kommunkod, till exempel 0127.")]
Period = Annotated[str, typer.Option(help="Period, till exempel 2026-K3.")]
By = Annotated[str, typer.Option("--av", help="Vem som gör det, till exempel nämndsekreteraren.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the console script."""
    app.command()(report)
    app.command()(freeze)
    app.command()(diff)


def report(
    namn: Annotated[str, typer.Argument(help="Rapport: ej_verkstallda, volymer eller kostnadsutveckling.")],
    kommun: Kommun,
    period: Annotated[
        str | None, typer.Option(help="Till exempel 2026-K3, 2026-D2 eller 2025; annars den senaste.")
    ] = None,
    mall: Annotated[Path | None, typer.Option(help="Kommunens egen Word-mall (.docx).")] = None,
    kontrollera: Annotated[
        Path | None, typer.Option(help="Skriv inget: jämför ett dokument (.docx, .txt) med raderna.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Skriv en rapports dokument, nämndens och de publicerade. Eller kontrollera ett dokument."""
    if namn not in REPORTS:
        _stop(f"Det finns ingen rapport {namn}. Det finns: {', '.join(REPORTS)}", USAGE)
    settings, of = get_settings(), REPORTS[namn]
    try:
        if kontrollera and of.check:
            _compare(kontrollera, *of.check(settings, kommun, period, kontrollera), as_json)
            return
        if kontrollera:
            _stop(f"{namn} kan inte kontrolleras", USAGE)
        files = of.write(settings, kommun, period, mall)
    except KeyError as error:
        _stop(str(error.args[0]), REFUSED)
    except ValueError as error:
        _stop(str(error), USAGE)
    except FileNotFoundError as error:
        missing = error.filename
        _stop(
            f"Filen finns inte: {missing}"
            if missing
            else "Det finns inget lager än. Kör: socialstat nightly",
            REFUSED,
        )
    if as_json:
        print(json.dumps({"filer": [str(file) for file in files]}, ensure_ascii=False))
        return
    for file in files:
        console.print(str(file), soft_wrap=True)


def freeze(
    mart: Annotated[str, typer.Argument(help="Tabell i mart, till exempel ej_verkstallda_kvartal.")] = MART,
    kommun: Annotated[str | None, typer.Option(help="Kommunkod, till exempel 0127.")] = None,
    period: Annotated[str | None, typer.Option(help="Period, till exempel 2026-K3.")] = None,
    av: Annotated[str, typer.Option("--av", help="Vem som fryser.")] = "",
    lager: Annotated[
        str | None, typer.Option(help="Lagret som står i det som skickades; ett annat fryses inte.")
    ] = None,
    mall: Annotated[Path | None, typer.Option(help="Kommunens egen Word-mall (.docx).")] = None,
    aterta: Annotated[
        bool, typer.Option("--aterta", help="Ta tillbaka en frysning som aldrig skickades.")
    ] = False,
    skal: Annotated[str, typer.Option(help="Varför frysningen tas tillbaka.")] = "",
    as_json: Json = False,
) -> None:
    """Frys en period som den skickades. Utan --kommun listas vad som är fryst."""
    from pipelines import publish

    settings = get_settings()
    if (kommun is None) != (period is None):
        _stop("Ange både --kommun och --period; utan dem listas vad som är fryst.", USAGE)
    if kommun is None or period is None:
        _list(publish.registers(settings), as_json)
        return
    try:
        if aterta:
            made = [publish.withdraw(settings, mart, kommun, period, by=av, reason=skal)]
        else:
            made = publish.freeze(settings, mart, kommun, period, by=av, vintage=lager)
    except publish.FreezeError as error:
        _stop(str(error), REFUSED)
    except FileNotFoundError:
        _stop("Det finns inget lager än. Kör: socialstat nightly", REFUSED)
    if mart == MART:
        try:
            _write_documents(settings, kommun, period, mall)
        except ValueError as error:
            _stop(f"Fryst, men dokumenten är inte skrivna: {error}", USAGE)
    if as_json:
        print(json.dumps([m.model_dump(mode="json") for m in made], ensure_ascii=False))
        return
    if aterta:
        console.print(f"{period}: frysningen är återtagen. Nästa natt räknar om den.")
        return
    for m in made:
        console.print(f"{m.period}: {m.antal_rader} rader frysta ur lagret {m.vintage} ({m.sha256[:12]})")
    if len(made) > 1:
        console.print("De tidigare omgångarna var inte frysta och frystes så som de är kända i dag.")


def diff(
    kommun: Kommun,
    period: Period,
    mart: Annotated[str, typer.Argument(help="Tabell i mart.")] = MART,
    as_json: Json = False,
) -> None:
    """Visa skillnaden mellan det som skickades och det som är känt nu, för en fryst period."""
    from pipelines import publish

    settings = get_settings()
    try:
        found: list[dict[str, Any]]
        if mart == MART:
            if period not in publish.standing(settings, mart, kommun):
                _stop(f"{period} är inte fryst", REFUSED)
            found = _differences(settings, kommun, period)
        else:
            found = [asdict(publish.difference(settings, mart, kommun, period)[0])]
    except publish.FreezeError as error:
        _stop(str(error), REFUSED)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=str))
        return
    if not found:
        console.print(f"{period}: inget skiljer det som skickades från det som är känt nu.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in found[0]:
        table.add_column(heading, overflow="fold")
    for row in found:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console.print(table)


def _differences(settings: Settings, kommun: str, period: str) -> list[dict[str, Any]]:
    """Without protected persons: this is a list."""
    warehouse = current(settings.warehouse)
    assert warehouse
    with duckdb.connect(warehouse / WAREHOUSE_FILE, read_only=True) as db:
        return (
            db.execute(
                """
                select skillnad.beslut_id, skillnad.klocka, skillnad.skillnad, skillnad.uppgift,
                       skillnad.som_sant, skillnad.som_nu_kant
                from mart.ej_verkstallda_skillnad as skillnad
                where skillnad.kommun = ? and skillnad.kvartal = ?
                    and not exists (
                        select 1 from mart.ej_verkstallda_liggare as liggare
                        where liggare.kommun = skillnad.kommun and liggare.beslut_id = skillnad.beslut_id
                            and liggare.ar_skyddad
                    )
                order by all
                """,
                [kommun, period],
            )
            .pl()
            .to_dicts()
        )


def _newest(settings: Settings, kommun: str) -> str:
    warehouse = current(settings.warehouse)
    if warehouse is None:
        raise FileNotFoundError
    with duckdb.connect(warehouse / WAREHOUSE_FILE, read_only=True) as db:
        row = db.execute(
            "select max(kvartal) from mart.ej_verkstallda_omgang where kommun = ?", [kommun]
        ).fetchone()
    if row is None or row[0] is None:
        raise KeyError(f"{kommun} har ingen avslutad omgång")
    return str(row[0])


def _write_documents(settings: Settings, kommun: str, period: str, template: Path | None) -> None:
    from pipelines import publish, reports

    reports.ej_verkstallda.write(publish.write_round(settings, kommun, period), template)


def _compare(document: Path, contradictions: list[str], agrees: str, as_json: bool) -> None:
    """Print what a document contradicts, or that it agrees."""
    if as_json:
        print(json.dumps(contradictions, ensure_ascii=False))
    else:
        for text in contradictions:
            console.print(text, soft_wrap=True)
        if not contradictions:
            console.print(f"{document.name}: {agrees}")
    if contradictions:
        raise typer.Exit(REFUSED)


def _write_round(settings: Settings, kommun: str, period: str | None, template: Path | None) -> list[Path]:
    from pipelines import publish, reports

    folder = publish.write_round(settings, kommun, period or _newest(settings, kommun))
    files = reports.ej_verkstallda.write(folder, template)
    if published := current(settings.published):
        files += reports.ej_verkstallda.council.write_all(published, kommun, folder.name, template)
    return files


def _check_round(
    settings: Settings, kommun: str, period: str | None, document: Path
) -> tuple[list[str], str]:
    from pipelines import publish, reports

    kvartal = period or _newest(settings, kommun)
    with TemporaryDirectory() as scratch:
        folder = publish.write_round(settings, kommun, kvartal, Path(scratch))
        found = reports.ej_verkstallda.check(document, reports.ej_verkstallda.Round.read(folder))
    return [f.text for f in found], f"antalen i texten stämmer med raderna i {kvartal}."


def _write_volumes(settings: Settings, kommun: str, period: str | None, template: Path | None) -> list[Path]:
    from pipelines import publish, reports

    files = reports.volymer.write_restricted(publish.write_volumes(settings, kommun), period, template)
    if published := current(settings.published):
        files += reports.volymer.write_published(published, kommun, period, template)
    return files


def _check_volumes(
    settings: Settings, kommun: str, period: str | None, document: Path
) -> tuple[list[str], str]:
    """Against the board's figures: what is hidden in the published text is no claim."""
    from pipelines import publish, reports

    source = reports.volymer.Source.restricted(publish.write_volumes(settings, kommun))
    if period is None:
        raise ValueError("Ange vilken period dokumentet gäller: --period 2026-D2")
    found = reports.volymer.check(document, reports.volymer.Report.of(source, period))
    return [f.text for f in found], f"talen i texten stämmer med tabellerna för {period}."


def _write_development(
    settings: Settings, kommun: str, period: str | None, template: Path | None
) -> list[Path]:
    from pipelines import publish, reports

    return reports.volymer.write_development(publish.write_volumes(settings, kommun), period, template)


@dataclass(frozen=True)
class Report:
    """How a report is written (municipality, period, template), and how a document is set against its
    figures: what contradicts them, and what is said when nothing does.
    """

    write: Callable[[Settings, str, str | None, Path | None], list[Path]]
    check: Callable[[Settings, str, str | None, Path], tuple[list[str], str]] | None = None


REPORTS = {
    "ej_verkstallda": Report(_write_round, _check_round),
    "volymer": Report(_write_volumes, _check_volumes),
    "kostnadsutveckling": Report(_write_development),
}


def _list(registers: list[Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps([r.model_dump(mode="json") for r in registers], ensure_ascii=False))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Tabell", "Kommun", "Period", "Rader", "Fryst", "Av", "Läge per", "Återtagen"):
        table.add_column(heading, overflow="fold")
    for r in registers:
        for f in r.frysningar:
            back = (
                f"{f.aterkallad.tid:%Y-%m-%d} {f.aterkallad.av}: {f.aterkallad.skal}" if f.aterkallad else ""
            )
            table.add_row(
                r.mart,
                r.kommun,
                f.period,
                str(f.antal_rader),
                f"{f.fryst_tid:%Y-%m-%d %H:%M}",
                f.fryst_av,
                str(f.lage_per),
                back,
            )
    console.print(table if table.row_count else "Inget är fryst.")


def _stop(message: str, code: int) -> NoReturn:
    console.print(message, soft_wrap=True)
    raise typer.Exit(code)
