"""Commands over what others count too: Kolada's figures beside our own, and rows for SKR. Thin, as in
cli.py.
"""
# ruff: noqa: PLC0415, PLR0917 (Typer takes its options as parameters)

import json
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli_ingest import FAILED, REFUSED, USAGE, Json
from pipelines.releases import current
from pipelines.settings import Settings, get_settings

if TYPE_CHECKING:
    from pipelines.kolada import Card, Comparison, Kolada

console = Console(highlight=False, markup=False)
Kommun = Annotated[str, typer.Option(help="Kommunkod, till exempel 9901.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="ÅÅÅÅ-MM-DD.")]

kolada_app = typer.Typer(no_args_is_help=True, help="Kolada: hämta, jämför, skriv egna siffror i samma form.")
export_app = typer.Typer(no_args_is_help=True, help="Uttag som lämnas till andra.")

SHOWN_REASONS = 10
GENDER_NAMES = {"T": "Alla", "K": "Kvinnor", "M": "Män"}


def register(app: typer.Typer) -> None:
    """Put the commands into the console script."""
    app.add_typer(kolada_app, name="kolada")
    app.add_typer(export_app, name="export")


@kolada_app.command()
def fetch(
    ar: Annotated[list[str], typer.Option(help="År; kan anges flera gånger.")],
    kpi: Annotated[
        list[str] | None, typer.Option(help="Nyckeltal; annars de som egna indikatorer jämförs med.")
    ] = None,
    kommun: Annotated[
        list[str] | None, typer.Option(help="Kommunkod, kan anges flera gånger; annars alla.")
    ] = None,
    grupp: Annotated[
        str | None, typer.Option(help="Hämta också kommungrupper vars namn innehåller detta.")
    ] = None,
    till: Annotated[Path, typer.Option(help="Mapp för filerna.")] = Path("kolada"),
    adress: Annotated[str | None, typer.Option(help="Annan adress än Koladas.")] = None,
    as_json: Json = False,
) -> None:
    """Hämta siffror från Kolada till filer. Det enda kommandot som behöver nät."""
    from pipelines import kolada

    asked = kpi or sorted({d.extern_id for d in kolada.definitions() if d.comparable})
    try:
        client = kolada.Client(adress) if adress else kolada.Client()
        files = kolada.fetch(client, till, kpis=asked, years=ar, municipalities=kommun or (), group=grupp)
    except ValueError as error:
        _stop(str(error), USAGE)
    except kolada.KoladaError as error:
        _stop(f"{error}. Inget är ändrat i {till}.", FAILED)
    found = kolada.read(till)
    if as_json:
        answer = {"filer": [str(f) for f in files], "antal_varden": found.values.height}
        print(json.dumps(answer | {"avvisade": found.rejected.to_dicts()}, ensure_ascii=False))
        return
    console.print(f"{len(files)} filer i {till}, {found.values.height} siffror.", soft_wrap=True)
    _rejected(found)


@kolada_app.command()
def compare(
    sokvag: Annotated[Path, typer.Argument(help="Fil eller mapp med svar från Kolada.", exists=True)],
    kommun: Kommun,
    med: Annotated[
        list[str] | None, typer.Option(help="Kommunkod att jämföra med, kan anges flera gånger.")
    ] = None,
    grupp: Annotated[
        str | None, typer.Option(help="Jämför med en kommungrupp i filerna: dess id, eller en del av namnet.")
    ] = None,
    ar: Annotated[str | None, typer.Option(help="År; annars det senaste som filerna har.")] = None,
    as_json: Json = False,
) -> None:
    """Ställ egna publicerade siffror mot andra kommuners, där definitionerna tillåter det."""
    from pipelines import kolada

    if med and grupp:
        _stop("Ange --med eller --grupp, inte båda.", USAGE)
    published = _published(get_settings())
    try:
        found = kolada.read(sokvag)
    except FileNotFoundError as error:
        _stop(str(error), REFUSED)
    peers = med or (_members(found, grupp) if grupp else None)
    own, cards = kolada.own(published, kommun), kolada.cards(published)
    if own.is_empty():
        _stop(f"Inget är publicerat för {kommun}.", REFUSED)
    results = kolada.compare(own, found, kolada.definitions(), kommun, peers=peers, year=ar)
    if as_json:
        answer = {"jamforelser": [asdict(r) for r in results], "avvisade": found.rejected.to_dicts()}
        print(json.dumps(answer, ensure_ascii=False, default=str))
        return
    for result in results:
        _show(result, cards, found)
    [known] = [place["lage_per"] for place in kolada.municipalities(published) if place["id"] == kommun]
    console.print(f"Egna siffror: publicerade, läge per {known}. Andra kommuners: Källa Kolada (RKA).")
    _rejected(found)


@kolada_app.command("export")
def write(
    till: Annotated[Path, typer.Option(help="Mapp för filerna.")],
    kommun: Annotated[str | None, typer.Option(help="Kommunkod; annars alla.")] = None,
    as_json: Json = False,
) -> None:
    """Skriv publicerade siffror som filer i den form som Koladas API svarar."""
    from pipelines import kolada

    published = _published(get_settings())
    own = kolada.own(published, kommun)
    if own.is_empty():
        _stop(f"Inget är publicerat för {kommun}." if kommun else "Inget är publicerat.", REFUSED)
    places = [place for place in kolada.municipalities(published) if kommun in (None, place["id"])]
    cards = [card.kpi() for card in kolada.cards(published).values()]
    files = kolada.write(own, till, kpis=cards, municipalities=places)
    if as_json:
        print(json.dumps({"filer": [str(f) for f in files], "antal_varden": own.height}, ensure_ascii=False))
        return
    hidden = own["varde"].null_count()
    console.print(f"{len(files)} filer i {till}: {own.height} siffror, {hidden} utan värde.", soft_wrap=True)


@export_app.command()
def nuso(
    kommun: Kommun,
    fran: Day,
    till: Day,
    as_json: Json = False,
) -> None:
    """Skriv aktualiseringar av barn i den form som SKR:s NUSO delstudie 3 tar emot."""
    from pipelines import publish
    from pipelines.reports import nuso as nuso_files

    try:
        folder = publish.write_nuso(get_settings(), kommun, fran.date(), till.date())
    except KeyError as error:
        _stop(str(error.args[0]), REFUSED)
    except ValueError as error:
        _stop(str(error), REFUSED)
    except FileNotFoundError:
        _stop("Det finns inget lager än. Kör: socialstat nightly", REFUSED)
    files = nuso_files.write(folder)
    about = json.loads((folder / "underlag.json").read_text(encoding="utf-8"))
    if as_json:
        print(json.dumps({"filer": [str(f) for f in files]} | about, ensure_ascii=False))
        return
    for file in files:
        console.print(str(file), soft_wrap=True)
    for key, text in NUSO_COUNTS.items():
        console.print(f"{about[key]} {text}", soft_wrap=True)
    console.print("En rad per barn: lämna filen till SKR, publicera den inte.", soft_wrap=True)


NUSO_COUNTS = {
    "antal_rader": "rader: anmälningar och ansökningar om barn.",
    "antal_skyddade": "rader är inte med: personen har skyddade uppgifter.",
    "antal_andra_typer": "rader är inte med: de är varken anmälan eller ansökan.",
    "antal_annan_orsak": "rader har en orsak som få delar; den är skriven som Annan orsak.",
    "antal_annat_beslut": "rader har ett beslut som SKR inte har något val för; det är tomt.",
}


def _members(found: "Kolada", asked: str) -> list[str]:
    """The municipalities of the one group that is meant."""
    groups = [g for g in found.groups if g.id == asked] or [
        g for g in found.groups if asked.casefold() in g.title.casefold()
    ]
    if len(groups) != 1:
        names = "; ".join(f"{g.id} {g.title}" for g in (groups or found.groups)[:SHOWN_REASONS])
        known = f"Det finns: {names}" if names else "Filerna har ingen kommungrupp."
        _stop(f"{len(groups)} kommungrupper svarar mot {asked}. {known}", REFUSED)
    return [member.id for member in groups[0].members]


def _show(result: "Comparison", cards: dict[str, "Card"], found: "Kolada") -> None:
    from pipelines.reports.format import NO_VALUE, OK, component

    definition = result.definition
    card = cards.get(definition.indikator_id)
    title = found.titles.get(definition.extern_id)
    convention = f", konvention {card.konvention}" if card and card.konvention else ""
    console.print(f"{card.namn if card else definition.indikator_id} ({definition.indikator_id}{convention})")
    console.print(f"  mot {definition.extern_id}{' ' + title if title else ''}", soft_wrap=True)
    if result.figures:
        table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
        for heading in ("Kön", "År"):
            table.add_column(heading, no_wrap=True)
        for heading in ("Underlag", "Eget", "Median", "Lägst", "Högst", "Plats", "Saknas", "I Kolada"):
            table.add_column(heading, justify="right", no_wrap=True)
        for f in result.figures:
            parts = [component(part, f.egen_status or OK) for part in (f.egen_taljare, f.egen_namnare)]
            table.add_row(
                GENDER_NAMES[f.kon],
                f.ar,
                " / ".join(part for part in parts if part),
                _print(f.eget_varde, card, f.egen_status),
                *(_print(value, card) for value in (f.median, f.lagst, f.hogst)),
                f"{f.rang} av {f.antal + 1}" if f.rang is not None else NO_VALUE,
                str(f.antal_utan_varde),
                _print(f.koladas_varde, card),
            )
        console.print(table)
        console.print(
            f"  Eget: {result.figures[0].egen_period}, täljare / nämnare. Median (utan vikter), lägst och "
            "högst: bland de andra. Plats: räknad från lägst. Saknas: andra utan värde.",
            soft_wrap=True,
        )
    else:
        console.print(f"  Jämförs inte: {result.skal}.")
    console.print(f"  Skillnad: {definition.skillnad}", soft_wrap=True)
    console.print()


def _print(value: float | None, card: "Card | None", status: str = "") -> str:
    from pipelines.reports.format import NO_VALUE, SYMBOLS, number

    if value is None:
        return SYMBOLS.get(status, NO_VALUE)
    return number(Decimal(repr(value)), card.decimaler if card else 1)


def _rejected(found: "Kolada") -> None:
    rows = found.rejected.to_dicts()
    if rows:
        console.print(f"{len(rows)} rader kunde inte läsas:")
    for row in rows[:SHOWN_REASONS]:
        where = row["fil"] if row["rad"] is None else f"{row['fil']}, rad {row['rad']}"
        console.print(f"  {where}: {row['skal']}", soft_wrap=True)
    if len(rows) > SHOWN_REASONS:
        console.print("  Alla visas med --json.")


def _published(settings: Settings) -> Path:
    published = current(settings.published)
    if published is None:
        _stop("Inget är publicerat än. Kör: socialstat nightly", REFUSED)
    return published


def _stop(message: str, code: int) -> NoReturn:
    console.print(message, soft_wrap=True)
    raise typer.Exit(code)
