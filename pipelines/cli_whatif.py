"""The command ``whatif``: what more placements or other prices would cost. Thin, as in cli.py."""
# ruff: noqa: PLC0415

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli_ingest import REFUSED, USAGE, Json
from pipelines.releases import current
from pipelines.settings import WAREHOUSE_FILE, get_settings

if TYPE_CHECKING:
    from pipelines.warehouse.whatif import Effect, Form

console = Console(highlight=False, markup=False)


def whatif(
    kommun: Annotated[str, typer.Option(help="Kommunkod, till exempel 9901.")],
    fler: Annotated[
        list[str] | None, typer.Option(help="Så många fler placeringar i en form, till exempel hvb=10.")
    ] = None,
    pris: Annotated[
        list[str] | None, typer.Option(help="Så många procent dyrare en form blir, till exempel sis=20.")
    ] = None,
    fran: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Från vilken dag; annars den första i nästa månad."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Räkna ut vad fler placeringar eller andra priser skulle kosta, i år och på helår."""
    from pipelines.warehouse.whatif import NoPrice, UnknownForm, UnknownMunicipality, effects

    more, dearer = _amounts(fler or [], "--fler"), _amounts(pris or [], "--pris")
    if not more and not dearer:
        _stop("Ange --fler form=antal eller --pris form=procent.", USAGE)
    warehouse = current(get_settings().warehouse)
    if warehouse is None:
        _stop("Det finns inget lager än. Kör: socialstat nightly", REFUSED)
    shares = {form: percent / 100 for form, percent in dearer.items()}
    try:
        start, found = effects(
            warehouse / WAREHOUSE_FILE, kommun, more, shares, fran.date() if fran else None
        )
    except (UnknownMunicipality, NoPrice) as error:
        _stop(str(error), REFUSED)
    except (UnknownForm, ValueError) as error:
        _stop(str(error), USAGE)
    except (duckdb.BinderException, duckdb.CatalogException):
        _stop("Lagret är byggt av en annan version av Socialstat. Kör: socialstat nightly", REFUSED)
    if as_json:
        print(json.dumps(_answer(kommun, start, found), ensure_ascii=False, default=str))
        return
    _show(kommun, start, found)


def _amounts(texts: list[str], option: str) -> dict[str, Decimal]:
    """``["hvb=10", "sis=2,5"]`` by form; a form that is given twice is a usage error."""
    amounts: dict[str, Decimal] = {}
    for text in texts:
        form, _, amount = text.partition("=")
        try:
            value = Decimal(amount.replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or form in amounts:
            _stop(f"{option} {text}: skriv form=tal, och varje form en gång.", USAGE)
        amounts[form] = value
    return amounts


def _answer(kommun: str, start: date, effects: tuple["Effect", ...]) -> dict[str, object]:
    return {
        "kommun": kommun,
        "kant_till_och_med": effects[0].form.known,
        "fran": start,
        "rader": [
            {
                "andring": effect.kind,
                "placeringsform": effect.form.code,
                "varde": effect.amount,
                "i_ar_kr": effect.this_year_kr,
                "helar_kr": effect.whole_year_kr,
                "i_ar_dygn": round(effect.nights_this_year, 1),
                "helar_dygn": round(effect.nights_whole_year, 1),
                "pris_kr": effect.form.price,
                "antal_nya_bakom_priset": effect.form.price_of,
                "antal_oppna": len(effect.form.open),
                "langd_enligt": effect.form.curve.group,
                "antal_avslut": effect.form.curve.ends,
            }
            for effect in effects
        ],
        "i_ar_kr": sum((effect.this_year_kr for effect in effects), Decimal(0)),
        "helar_kr": sum((effect.whole_year_kr for effect in effects), Decimal(0)),
    }


def _show(kommun: str, start: date, effects: tuple["Effect", ...]) -> None:
    from pipelines.reports.format import number

    table = Table(box=None, pad_edge=False)
    table.add_column("Ändring")
    table.add_column(f"I år, till och med {start.year}-12-31", justify="right")
    table.add_column("Helår, 365 dygn", justify="right")
    for effect in effects:
        table.add_row(
            _heading(effect), f"{number(effect.this_year_kr)} kr", f"{number(effect.whole_year_kr)} kr"
        )
    if len(effects) > 1:
        this_year = sum((effect.this_year_kr for effect in effects), Decimal(0))
        whole_year = sum((effect.whole_year_kr for effect in effects), Decimal(0))
        table.add_row("Summa", f"{number(this_year)} kr", f"{number(whole_year)} kr")
    console.print(f"Kommun {kommun}, ändring från {start}. Känt till och med {effects[0].form.known}.")
    console.print()
    console.print(table)
    console.print()
    console.print("Så är det räknat:")
    for effect in effects:
        for line in _assumptions(effect, start):
            console.print(f"- {line}", soft_wrap=True)
    console.print(
        "- Beloppen är avtalspris gånger dygn, före avgifter och statsbidrag. "
        "Helår är 365 dygn från ändringen.",
        soft_wrap=True,
    )


def _plain(value: Decimal) -> str:
    """A number as it was asked for: 10, 2,5, −5."""
    from pipelines.reports.format import number

    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    return number(value, decimals)


def _heading(effect: "Effect") -> str:
    size, name = abs(effect.amount), effect.form.name
    if effect.kind == "pris":
        return f"{_plain(size * 100)} % {'lägre' if effect.amount < 0 else 'högre'} pris, {name}"
    if size == 1:
        return f"1 placering {'mindre' if effect.amount < 0 else 'till'}, {name}"
    return f"{_plain(size)} {'färre' if effect.amount < 0 else 'fler'} placeringar, {name}"


def _assumptions(effect: "Effect", start: date) -> list[str]:
    from pipelines.reports.format import number

    form = effect.form
    lines = [_price(form), _length(form)]
    if effect.kind == "fler":
        each = [
            nights / effect.amount if effect.amount else nights
            for nights in (effect.nights_this_year, effect.nights_whole_year)
        ]
        lines.append(
            f"{form.name}: var och en av dem väntas ge {number(each[0], 1)} dygn i år och "
            f"{number(each[1], 1)} dygn på helår."
        )
    else:
        stays = {
            0: "ingen öppen placering",
            1: "1 öppen placering till sitt pris så länge den väntas vara kvar",
        }
        many = f"{len(form.open)} öppna placeringar till sitt pris så länge de väntas vara kvar"
        lines.append(
            f"{form.name}: {stays.get(len(form.open), many)}, "
            f"och {number(form.started_per_day * 365, 1)} nya om året. Tillsammans "
            f"{number(effect.nights_this_year, 1)} dygn från {start} till årets slut och "
            f"{number(effect.nights_whole_year, 1)} dygn på helår."
        )
    return lines


def _price(form: "Form") -> str:
    from pipelines.reports.format import number

    price = f"{form.name}: {number(form.price)} kr per dygn"
    if form.price_of == 1:
        return f"{price}, priset för den enda placering som har börjat de senaste tolv månaderna."
    if form.price_of:
        began = f"{form.price_of} placeringar som har börjat de senaste tolv månaderna"
        return f"{price}, medelpriset för de {began}."
    return f"{price}, medelpriset för de öppna placeringarna; ingen har börjat de senaste tolv månaderna."


def _length(form: "Form") -> str:
    whose = "formens" if form.curve.group == "placeringsform" else "hela kommunens"
    ends = "avslut" if form.curve.group == "placeringsform" else "avslut, för formen har för få egna"
    return f"{form.name}: hur länge placeringarna varar är skattat ur {whose} {form.curve.ends} {ends}."


def _stop(message: str, code: int) -> NoReturn:
    console.print(message, soft_wrap=True)
    raise typer.Exit(code)
