"""Commands over ingest: check files, deliveries, sources, rules, the key and disposal. Thin, as in cli.py."""
# ruff: noqa: PLC0415

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.contracts import municipalities
from pipelines.settings import get_settings

REFUSED, USAGE, FAILED = 1, 2, 3
console = Console(highlight=False)
Json = Annotated[bool, typer.Option("--json", help="Svara som JSON.")]
Kommun = Annotated[str, typer.Argument(help="Kommunkod, till exempel 0127.")]
Delivered = Annotated[str, typer.Argument(help="Leveransens mapp, ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DD.2.")]

delivery = typer.Typer(no_args_is_help=True, help="Leveranser: lista, släpp, återkalla.")
source = typer.Typer(no_args_is_help=True, help="Källbeskrivningar: lista, börja på en ny.")
key = typer.Typer(no_args_is_help=True, help="Nyckeln till pseudonymerna.")


def register(app: typer.Typer) -> None:
    """Put the commands into the console script."""
    app.command()(check)
    app.command()(rules)
    app.add_typer(delivery, name="delivery")
    app.add_typer(source, name="source")
    app.add_typer(key, name="key")


@contextmanager
def plain_errors() -> Iterator[None]:
    """A fault that has a Swedish line of its own is told by that line."""
    from pipelines import ingest

    faults = (
        ingest.AdapterError,
        ingest.ArchiveError,
        ingest.DiskError,
        ingest.KeyFileError,
        ingest.LookError,
    )
    try:
        yield
    except (*faults, LookupError) as error:
        console.print(str(error.args[0] if error.args else error), markup=False)
        raise typer.Exit(FAILED if isinstance(error, faults) else REFUSED) from None


def check(
    paths: Annotated[list[Path], typer.Argument(help="Filer, eller mappen där de ligger.", exists=True)],
    kommun: Annotated[
        str | None, typer.Option(help="Kommunkod; annars mappens namn, som i landing/<kommun>/<datum>.")
    ] = None,
    datum: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Leveransdatum; annars mappens namn, annars i dag."),
    ] = None,
    utdata: Annotated[Path, typer.Option(help="Mapp för fellistan.")] = Path("kontroll"),
) -> None:
    """Kontrollera ett uttag före leverans. Inget läses in, och inget lager behövs."""
    from pipelines.ingest import delivery as deliveries
    from pipelines.ingest import rehearse, summary_of

    folder = paths[0].resolve() if paths[0].is_dir() else paths[0].resolve().parent
    named = deliveries.at(folder, folder.parent.name)
    kommun = kommun or (folder.parent.name if named and folder.parent.name.isdigit() else None)
    if kommun is None:
        console.print("Ange kommunen: socialstat check SÖKVÄG --kommun 0127")
        raise typer.Exit(USAGE)
    _must_be_known(kommun)
    delivered = datum.date() if datum else named.leveransdatum if named else date.today()  # noqa: DTZ011
    with plain_errors():
        result = rehearse(get_settings(), paths, kommun, delivered, utdata)
    print(summary_of(result, utdata))
    if result.status in ("avvisad", "vilande"):
        raise typer.Exit(REFUSED)


def _must_be_known(kommun: str) -> None:
    if kommun not in municipalities():
        console.print(f"Kommunen {kommun} finns inte i seeds/kommuner.csv.", markup=False)
        raise typer.Exit(USAGE)


def rules(
    alla: Annotated[bool, typer.Option("--alla", help="Även regler utan träff.")] = False,
    skugga: Annotated[bool, typer.Option("--skugga", help="Bara regler som prövas i skugga.")] = False,
    as_json: Json = False,
) -> None:
    """Kontrollreglerna och hur ofta de har slagit till."""
    from pipelines import ingest

    with plain_errors():
        rates = ingest.rule_hits(get_settings())
    if skugga:
        rates = rates.filter(lage="skugga")
    if as_json:
        print(json.dumps(rates.to_dicts(), ensure_ascii=False, default=str))
        return
    shown = rates if alla else rates.filter(rates["traffar"] > 0)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Regel", "Allvar", "Läge"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Senast", "Andel", "Totalt"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in shown.sort("traffar_senaste", "traffar", descending=True).iter_rows(named=True):
        share = row["andel_senaste"]
        percent = "–" if share is None else f"{share * 100:.2f} %".replace(".", ",")
        numbers = (str(row["traffar_senaste"]), percent, str(row["traffar"]))
        table.add_row(row["regel_id"], row["allvar"], row["lage"], *numbers)
    console.print(table)
    console.print("Senast: träffar i varje kommuns senaste leverans. Totalt: i alla leveranser.")
    if silent := rates.height - shown.height:
        console.print(f"{silent} regler har inte slagit till; --alla visar dem. Se docs/errors.md.")


@delivery.command("list")
def list_deliveries(as_json: Json = False) -> None:
    """Alla leveranser, även avvisade, vilande och återkallade."""
    from pipelines import ingest

    settings = get_settings()
    with plain_errors():
        rows = ingest.deliveries(settings)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Kommun", "Leverans", "Status", "Händelser"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row["kommun"], row["leverans"], row["status"], ", ".join(row["handelser"]))
    console.print(table)


@delivery.command()
def release(
    kommun: Kommun,
    leverans: Delivered,
) -> None:
    """Släpp in en leverans som hålls för att den har förlorat för många rader."""
    from pipelines import ingest

    with plain_errors():
        result = ingest.release(get_settings(), kommun, leverans)
    console.print(f"{kommun} {leverans}: {result.status}. Kör socialstat nightly för att bygga om.")


@delivery.command()
def withdraw(
    kommun: Kommun,
    leverans: Delivered,
    skal: Annotated[str, typer.Option(help="Varför; sparas i arkivet.")],
) -> None:
    """Återkalla en inläst leverans: arkivet blir som om den aldrig hade kommit."""
    from pipelines import ingest

    with plain_errors():
        ingest.withdraw(get_settings(), kommun, leverans, skal)
    console.print(f"{kommun} {leverans}: återkallad. Kör socialstat nightly för att bygga om.")


@source.command("list")
def list_sources(as_json: Json = False) -> None:
    """Källbeskrivningarna som finns, och deras kommuner."""
    from pipelines import ingest

    settings = get_settings()
    with plain_errors():
        found = ingest.sources(settings)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Namn", "Kommuner", "Tabeller"):
        table.add_column(heading)
    for row in found:
        table.add_row(row["namn"], ", ".join(row["kommuner"]), ", ".join(row["tabeller"]))
    console.print(table)


@source.command("new")
def new_source(
    files: Annotated[list[Path], typer.Argument(help="Filer ur systemet.", exists=True, dir_okay=False)],
    namn: Annotated[str, typer.Option(help="Källbeskrivningens namn, till exempel mittsystem.")],
    kommun: Annotated[str, typer.Option(help="Kommunkod.")],
    ersatt: Annotated[bool, typer.Option("--ersatt", help="Skriv över en som redan finns.")] = False,
) -> None:
    """Skriv ett utkast till källbeskrivning genom att titta på filer."""
    from pipelines import ingest

    _must_be_known(kommun)
    settings = get_settings()
    path = settings.sources / f"{namn}.yaml"
    if path.exists() and not ersatt:
        console.print(f"{path} finns redan. Välj ett annat namn, eller ange --ersatt.")
        raise typer.Exit(REFUSED)
    with plain_errors():
        text = ingest.draft(files, kommun, namn, settings.sources)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    console.print(f"Utkastet ligger i {path}", soft_wrap=True)
    console.print("Gå igenom det, och pröva det sedan med:", soft_wrap=True)
    console.print(
        f"  socialstat check {' '.join(map(str, files))} --kommun {kommun}", soft_wrap=True, markup=False
    )


@key.command()
def rotate() -> None:
    """Lägg till en ny nyckel och byt alla pseudonymer i arkivet."""
    from pipelines import ingest

    with plain_errors():
        result = ingest.rotate(get_settings(), progress=console.print)
    console.print(f"Nyckel {result.key_id}: {len(result.rotated)} kommuner bytte.")
    console.print("Kör socialstat nightly för att bygga om.")
