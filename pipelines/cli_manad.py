"""The commands ``manad``: the close of a month. What is due, what is said of it, who has signed. Thin."""
# ruff: noqa: PLC0415, PLR0917 (Typer takes its options as parameters)

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli_ingest import REFUSED, Json
from pipelines.settings import get_settings

if TYPE_CHECKING:
    from pipelines.ingest.notes import Note
    from pipelines.warehouse.month import Change, Due, Month

console = Console(highlight=False, markup=False)
manad_app = typer.Typer(
    no_args_is_help=True, help="Månadsavslut: läget, kommentarer, bedömningar, signering."
)

Kommun = Annotated[str, typer.Option(help="Kommunkod, till exempel 9901.")]
Manad = Annotated[str, typer.Option(help="Månaden, till exempel 2026-10.")]
Period = Annotated[str, typer.Option(help="Siffrans period, till exempel 2026-10, 2026-K3 eller 2026.")]
Unit = Annotated[str | None, typer.Option(help="Enhetens kod; utan den gäller det hela kommunen.")]
By = Annotated[str, typer.Option("--av", help="Ditt namn.")]
Role = Annotated[str, typer.Option("--roll", help="Din roll, till exempel enhetschef.")]
PUBLIC = "Texten blir offentlig när den har publicerats. Skriv inga personuppgifter och inga dolda tal."
STATUSES = {"for_tidigt": "för tidigt", "saknas": "saknas", "ej_producerbar": "ej producerbar"}
KINDS = {"kommentar": "kommentar till", "bedomning": "bedömning av", "signering": "signering av"}
ASKING = ("når inte sitt mål", "andra med kommentar eller bedömning", "saknas eller är för tidiga")
QUIET = ("hade inget att mäta", "övriga")
OUTCOMES = {"uppfyllt": "uppfyllt", "delvis": "delvis", "ej": "ej uppfyllt", None: ""}


def register(app: typer.Typer) -> None:
    """Put the commands into the console script."""
    app.add_typer(manad_app, name="manad")


@contextmanager
def _month() -> Iterator["Month"]:
    """The current warehouse; a fault with a Swedish line of its own is told by that line."""
    from pipelines.ingest.notes import NoteError
    from pipelines.warehouse.month import Month, UnknownFigureError

    try:
        with Month(get_settings()) as month:
            yield month
    except (NoteError, UnknownFigureError) as error:
        _stop(str(error))
    except FileNotFoundError:
        _stop("Det finns inget lager än. Kör: socialstat nightly")
    except duckdb.CatalogException:
        _stop("Lagret är byggt av en annan version av Socialstat. Kör: socialstat nightly")


@manad_app.command()
def status(
    kommun: Kommun,
    manad: Manad,
    alla: Annotated[
        bool, typer.Option("--alla", help="Alla siffror, inte bara de som kräver något.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Vad som ska mätas i månaden, vad som saknas eller har ändrats, vad som är kommenterat och signerat."""
    from pipelines.ingest import notes

    with _month() as month:
        lage_per = month.lage_per(kommun)
        due, units = month.due(kommun, manad), month.units(kommun, manad)
        changes = month.changes(kommun, manad)
        standing = notes.standing(get_settings(), kommun)
    said = {note.about: note for note in standing}
    # What has been signed again, or taken back, since the night is no late change any more.
    signed_by = {(v.indikator_id, v.period, n.enhet): n.nr for n in standing for v in n.varden}
    changes = [c for c in changes if signed_by.get((c.indikator_id, c.period, c.enhet)) == c.nr]
    answer = {
        "kommun": kommun,
        "manad": manad,
        "lage_per": lage_per,
        "siffror": [_figure(figure, said) for figure in due],
        "signerade": [_sign_off(n, units) for n in standing if n.slag == "signering" and n.period == manad],
        "osignerade": _unsigned(manad, units, said),
        "andrade_efter_avslut": [asdict(change) for change in changes],
    }
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, default=str))
        return
    _show(answer, due, changes, units, alla)


@manad_app.command()
def kommentera(
    kommun: Kommun,
    period: Period,
    text: Annotated[str, typer.Option(help="Kommentaren. Den följer med siffran i rapporterna.")],
    av: By,
    roll: Role,
    indikator: Annotated[str, typer.Option(help="Indikatorns id; utan den: hela perioden.")] = "*",
    enhet: Unit = None,
    as_json: Json = False,
) -> None:
    """Kommentera en siffra. En ny kommentar ersätter den förra, som finns kvar i förteckningen."""
    with _month() as month:
        month.must_exist(kommun, None if indikator == "*" else indikator, period, enhet)
        _write(
            month,
            as_json,
            slag="kommentar",
            kommun=kommun,
            indikator_id=indikator,
            period=period,
            enhet=enhet,
            innehall=text,
            av=av,
            roll=roll,
        )


@manad_app.command()
def bedom(
    kommun: Kommun,
    period: Period,
    indikator: Annotated[str, typer.Option(help="Indikatorns id.")],
    utfall: Annotated[Literal["uppfyllt", "delvis", "ej"], typer.Option(help="Din bedömning.")],
    skal: Annotated[str, typer.Option(help="Varför; trycks bredvid bedömningen.")],
    av: By,
    roll: Role,
    enhet: Unit = None,
    as_json: Json = False,
) -> None:
    """Bedöm om ett mål är uppfyllt. Bedömningen går före regeln, som fortfarande visas bredvid."""
    with _month() as month:
        month.must_exist(kommun, indikator, period, enhet)
        month.must_have_target(kommun, indikator, period, enhet)
        _write(
            month,
            as_json,
            slag="bedomning",
            kommun=kommun,
            indikator_id=indikator,
            period=period,
            enhet=enhet,
            innehall=skal,
            bedomning=utfall,
            av=av,
            roll=roll,
        )


@manad_app.command()
def signera(
    kommun: Kommun,
    manad: Manad,
    av: By,
    roll: Role,
    enhet: Unit = None,
    indikator: Annotated[str, typer.Option(help="Bara en indikator; annars alla.")] = "*",
    text: Annotated[str | None, typer.Option(help="Något som ska stå bredvid signeringen.")] = None,
    lager: Annotated[
        str | None, typer.Option(help="Lagret som du har granskat; ett annat signeras inte.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Signera månaden: alla siffror vars period slutar i den, så som de står nu."""
    from pipelines.ingest.notes import Signed

    with _month() as month:
        if lager and lager != month.vintage:
            _stop(f"Det gällande lagret är {month.vintage}, inte {lager}")
        month.due(kommun, manad)  # refuses what is no month of the calendar
        figures = month.figures(kommun, manad, None if indikator == "*" else indikator, enhet)
        _write(
            month,
            as_json,
            slag="signering",
            kommun=kommun,
            indikator_id=indikator,
            period=manad,
            enhet=enhet,
            innehall=text,
            av=av,
            roll=roll,
            varden=tuple(Signed(**asdict(figure)) for figure in figures),
        )


@manad_app.command("ta-tillbaka")
def take_back(
    nr: Annotated[int, typer.Argument(help="Anteckningens nummer; se lista.")],
    kommun: Kommun,
    skal: Annotated[str, typer.Option(help="Varför.")],
    av: By,
    roll: Role,
    as_json: Json = False,
) -> None:
    """Ta tillbaka en kommentar, en bedömning eller en signering. Den finns kvar i förteckningen."""
    from pipelines.ingest import notes

    with _month():
        _tell(notes.withdraw(get_settings(), kommun, nr, by=av, role=roll, reason=skal), as_json)


@manad_app.command()
def lista(kommun: Kommun, as_json: Json = False) -> None:
    """Alla anteckningar, även ersatta och återtagna."""
    from pipelines.ingest import notes

    with _month():
        written = notes.read(get_settings(), kommun)
        standing = {note.nr for note in notes.standing(get_settings(), kommun)}
    if as_json:
        rows = [
            note.model_dump(mode="json", exclude={"varden"}) | {"galler": note.nr in standing}
            for note in written
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for n in written:
        what = " ".join(filter(None, (KINDS[n.slag], n.indikator_id, n.period, n.enhet)))
        text = ": ".join(filter(None, (OUTCOMES[n.bedomning], n.innehall)))
        state = "" if n.nr in standing else "Tar tillbaka: " if n.ar_aterkallelse else "Gäller inte: "
        who = f"{n.av}, {n.roll}, {n.tid:%Y-%m-%d %H:%M}"
        line = f"{n.nr}. {state}{what}" + (f": {text}" if text else "")
        console.print(f"{line} ({who})", soft_wrap=True)
    if not written:
        console.print("Inget är antecknat.")


def _write(month: "Month", as_json: bool, **content: Any) -> None:
    from pipelines.ingest.notes import Note, append

    seen = {"vintage": month.vintage, "lage_per": month.lage_per(content["kommun"])}
    _tell(append(get_settings(), Note(**content, **seen)), as_json)


def _tell(note: "Note", as_json: bool) -> None:
    if as_json:
        print(note.model_dump_json())
        return
    of = "alla siffror" if note.indikator_id == "*" else note.indikator_id
    what = " ".join(filter(None, (of, note.period, note.enhet)))
    done = "återtagen" if note.ar_aterkallelse else "skriven"
    console.print(
        f"Anteckning {note.nr}: {KINDS[note.slag]} {what} {done}. Följer med från nästa natt.", soft_wrap=True
    )
    if note.varden:
        console.print(
            f"{len(note.varden)} siffror ur lagret {note.vintage} är signerade "
            f"(kontrollsumma {str(note.sha256)[:12]})."
        )
    if note.innehall and not note.ar_aterkallelse and note.slag != "signering":
        console.print(PUBLIC, soft_wrap=True)


def _figure(figure: "Due", said: dict[Any, "Note"]) -> dict[str, Any]:
    """A due figure with what is said of it for the whole municipality."""
    comment = said.get(("kommentar", figure.indikator_id, figure.period, None))
    grade = said.get(("bedomning", figure.indikator_id, figure.period, None))
    return asdict(figure) | {
        "bedomning": grade.bedomning if grade else None,
        "bedomd_av": grade.av if grade else None,
        "bedomning_skal": grade.innehall if grade else None,
        "utfall": grade.bedomning if grade else figure.utfall_regel,
        "kommentar": comment.innehall if comment else None,
        "kommentar_av": comment.av if comment else None,
    }


def _sign_off(note: "Note", units: dict[str, str]) -> dict[str, Any]:
    return {
        "nr": note.nr,
        "enhet": note.enhet,
        "namn": units.get(note.enhet, note.enhet) if note.enhet else "Hela kommunen",
        "indikator_id": note.indikator_id,
        "av": note.av,
        "roll": note.roll,
        "tid": note.tid,
        "vintage": note.vintage,
        "antal_siffror": len(note.varden),
    }


def _unsigned(manad: str, units: dict[str, str], said: dict[Any, "Note"]) -> list[dict[str, Any]]:
    """The units, and the whole municipality, that nobody has signed all figures of."""
    all_of = {None: "Hela kommunen"} | units
    return [
        {"enhet": enhet, "namn": name}
        for enhet, name in all_of.items()
        if ("signering", "*", manad, enhet) not in said
    ]


def _show(
    answer: dict[str, Any], due: list["Due"], changes: list["Change"], units: dict[str, str], everything: bool
) -> None:
    asked = [pair for pair in zip(due, answer["siffror"], strict=True) if pair[0].status != "ej_producerbar"]
    absent = {f.namn for f in due if f.status == "ej_producerbar"}
    parts = _parts(asked)
    console.print(f"{answer['kommun']}, {answer['manad']}. Läge per {answer['lage_per']}.")
    console.print(f"{len(asked)} siffror ska mätas.", *(f"{len(p)} {name}." for name, p in parts.items()))
    for name, part in parts.items():
        if part and (everything or name not in QUIET):
            console.print(f"\n{name.capitalize()}", style="bold")
            console.print(_figures(part))
    console.print()
    if not everything:
        console.print("De övriga, och de som inte hade något att mäta, visas med --alla.")
    if absent:
        console.print(f"Underlaget levereras inte för {len(absent)} indikatorer; --json visar vilka.")
    for s in answer["signerade"]:
        what = "" if s["indikator_id"] == "*" else f", bara {s['indikator_id']}"
        who = f"{s['av']}, {s['roll']}, {s['tid']:%Y-%m-%d %H:%M}"
        console.print(f"Signerad: {s['namn']}{what}, av {who} (nr {s['nr']})")
    for u in answer["osignerade"]:
        console.print(f"Inte signerad: {u['namn']}" + (f" ({u['enhet']})" if u["enhet"] else ""))
    if not changes:
        return
    console.print()
    console.print("Ändrat efter avslut:")
    late = _table(
        "Månad", "Indikator", "Period", "Enhet", "Signerat", "Nu", "Skillnad", "Signerat per", "Nu per"
    )
    for c in changes:
        late.add_row(
            c.manad,
            c.namn,
            c.period,
            units.get(c.enhet, c.enhet) if c.enhet else "",
            _value(c, c.signerat_varde, c.signerad_status),
            _value(c, c.varde, c.status),
            _difference(c),
            str(c.signerad_lage_per),
            str(c.lage_per),
        )
    console.print(late)


def _parts(asked: list[tuple["Due", dict[str, Any]]]) -> dict[str, list[tuple["Due", dict[str, Any]]]]:
    """The figures by what they ask for: somebody's eyes first, nothing last."""
    parts: dict[str, list[tuple[Due, dict[str, Any]]]] = {name: [] for name in (*ASKING, *QUIET)}
    for figure, row in asked:
        if row["utfall"] in {"delvis", "ej"}:
            name = ASKING[0]
        elif row["kommentar"] or row["bedomning"]:
            name = ASKING[1]
        elif figure.status != "ok":
            name = QUIET[0] if figure.namnare == 0 else ASKING[2]
        else:
            name = QUIET[1]
        parts[name].append((figure, row))
    return parts


def _figures(rows: list[tuple["Due", dict[str, Any]]]) -> Table:
    """What is known of each figure in short columns, and all words in the last."""
    from pipelines.reports.format import measure

    table = _table("Indikator-id", "Period", "Värde", "Utfall", "Indikator")
    for figure, row in rows:
        value = STATUSES.get(figure.status) or measure(
            figure.varde, "ok", figure.mattenhet, figure.decimaler, unit=True
        )
        words = [
            figure.namn,
            figure.regel_text and f"Mål: {figure.regel_text}",
            row["bedomning"]
            and f"Regeln säger {OUTCOMES[figure.utfall_regel] or 'inget'}; "
            f"{row['bedomd_av']} bedömer {OUTCOMES[row['bedomning']]}: {row['bedomning_skal']}",
            row["kommentar"] and f"{row['kommentar_av']}: {row['kommentar']}",
        ]
        table.add_row(
            figure.indikator_id, figure.period, value, OUTCOMES[row["utfall"]], "\n".join(filter(None, words))
        )
    for column in table.columns[:3]:
        column.no_wrap = True
    return table


def _value(change: "Change", value: Decimal | None, status: str | None) -> str:
    from pipelines.reports.format import measure

    if status is None:
        return "finns inte"
    return STATUSES.get(status) or measure(value, "ok", change.mattenhet, change.decimaler, unit=True)


def _difference(change: "Change") -> str:
    from pipelines.reports.format import number

    if change.skillnad is None:
        return ""
    if change.skillnad == 0:
        return "samma värde, andra delar"
    if change.mattenhet == "andel":
        return f"{number(change.skillnad * 100, change.decimaler)} procentenheter"
    return number(change.skillnad, change.decimaler)


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _stop(message: str) -> NoReturn:
    console.print(message, soft_wrap=True)
    raise typer.Exit(REFUSED)
