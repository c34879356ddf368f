"""The command ``frist``: why a deadline is what it is. Thin, as in cli.py."""
# ruff: noqa: PLC0415

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.cli_ingest import REFUSED, USAGE, Json
from pipelines.releases import current
from pipelines.settings import WAREHOUSE_FILE, get_settings

if TYPE_CHECKING:
    from pipelines.warehouse.frist import Clock, Counting, Duty, Source

console = Console(highlight=False, markup=False)
ROLES = {"start": "startar", "stopp": "stoppar", "upphor": "upphör"}


def frist(
    subjekt_id: Annotated[str, typer.Argument(help="Ärendets id i ärendesystemet.")],
    kommun: Annotated[str | None, typer.Option(help="Kommunkod, när flera kommuner har id:t.")] = None,
    regel: Annotated[str | None, typer.Option(help="Bara denna fristregel, till exempel UTR_BARN.")] = None,
    as_json: Json = False,
) -> None:
    """Förklara ett ärendes frister: start, sista dag steg för steg, förlängningar, utfall och underlag."""
    from pipelines.warehouse.frist import UnknownRule, UnknownSubject, explain

    warehouse = current(get_settings().warehouse)
    if warehouse is None:
        console.print("Det finns inget lager än. Kör: socialstat nightly")
        raise typer.Exit(REFUSED)
    try:
        duties = explain(warehouse / WAREHOUSE_FILE, subjekt_id, kommun, regel and regel.upper())
    except (UnknownSubject, UnknownRule) as error:
        console.print(str(error), soft_wrap=True)
        raise typer.Exit(REFUSED if isinstance(error, UnknownSubject) else USAGE) from None
    except (duckdb.BinderException, duckdb.CatalogException):
        console.print("Lagret är byggt av en annan version av Socialstat. Kör: socialstat nightly")
        raise typer.Exit(REFUSED) from None
    if as_json:
        answer = {"subjekt_id": subjekt_id, "frister": [asdict(duty) for duty in duties]}
        print(json.dumps(answer, ensure_ascii=False, default=str))
        return
    if not duties:
        which = f"regeln {regel.upper()}" if regel else "ingen fristregel"
        console.print(f"{subjekt_id} finns, men {which} ger {'ingen' if regel else 'en'} klocka.")
    shown = None
    for duty in duties:
        if shown != (subject := (duty.kommun, duty.person, duty.subjekt_typ, duty.subjekt_id)):
            _subject(duty)
            shown = subject
        _duty(duty)


def _subject(duty: "Duty") -> None:
    from pipelines.warehouse.wording import SUBJECTS

    person = f", person {duty.person}" if duty.antal_personer > 1 else ""
    what = f"{SUBJECTS[duty.subjekt_typ]} {duty.subjekt_id.removeprefix('kedja:')}"
    where = f"{duty.kommun_namn} ({duty.kommun})"
    console.print()
    console.print(
        f"{what}{person}, {where}. Läge per {duty.lage_per}.",
        style="bold",
    )
    if duty.ar_skyddad:
        console.print("Skyddade personuppgifter: lämna inte ut.", style="bold")


def _duty(duty: "Duty") -> None:
    from pipelines.warehouse.wording import KINDS

    console.print()
    console.print(f"{duty.regel_id}: {duty.namn} ({KINDS[duty.slag]})", style="bold")
    console.print(duty.fraga)
    if duty.raknas:
        console.print(duty.raknas)
    table = _grid()
    names = {e.handelse: e.namn for e in duty.handelser}
    shown: tuple[Source, ...] = ()
    for clock in duty.klockor:
        if len(duty.klockor) > 1:
            table.add_row(Text(f"Tillfälle {clock.tillfalle}", style="bold"), "")
        if shown != clock.kallor:
            _source(table, clock)
            shown = clock.kallor
        _clock(table, clock, names, reporting=duty.slag == "rapportering")
    for number, line in enumerate(_rows_behind(duty)):
        table.add_row("" if number else "Underlag", line)
    console.print(table)


def _rows_behind(duty: "Duty") -> Iterator[str]:
    """The rows of the extracts that the clocks were made of."""
    for e in duty.handelser:
        born = "personens födelsedatum" if e.handelse.startswith("person.f") else "härledd"
        row = f"{e.uttag}.{e.kolumn}, levererad {e.leveransdatum}" if e.uttag else born
        yield f"{e.datum or 'okänd dag'} {e.namn}, {ROLES[e.roll]} ({row})"
    for x in duty.klockor[0].konventioner[0].forlangningar:
        yield f"{x.beslutsdatum} förlängning (forlangningar.beslutsdatum, levererad {x.leveransdatum})"


def _source(table: Table, clock: "Clock") -> None:
    if clock.lagrum:
        table.add_row("Lagrum", clock.lagrum)
    for source in clock.kallor:
        version = f"version {source.regelversion}"
        if len(clock.kallor) > 1:
            version += ", längden" if source.regelversion == clock.regelversion else ", på sista dagen"
        table.add_row("Källa", f"{source.kalla} ({version})")
        table.add_row("Evidens", f"{source.evidens}: {source.evidens_namn}")
        if source.forbehall:
            table.add_row("Förbehåll", source.forbehall)


def _clock(table: Table, clock: "Clock", names: dict[str, str], *, reporting: bool) -> None:
    began = ", ".join(names[code] for code in clock.start_handelser)
    table.add_row("Start", f"{clock.start_datum} {began}".rstrip())
    if clock.stopp_datum:
        table.add_row("Stopp", f"{clock.stopp_datum} {names[clock.stopp_handelse or '']}")
    if clock.upphord_datum:
        lapsed = ", ".join(names[code] for code in clock.upphor_handelser)
        table.add_row("Upphörde", f"{clock.upphord_datum} {lapsed}".rstrip())
    if clock.vantar_pa:
        table.add_row("Väntar på", " eller ".join(clock.vantar_namn))
    if clock.forklaring:
        table.add_row("Obs", clock.forklaring)
    if clock.upphord_datum and clock.konventioner[0].utfall == "for_sent":
        table.add_row("Obs", "Upphörde ogjord efter sista dagen: räknas som för sent.")
    for counting in clock.konventioner:
        _counting(table, counting, reporting=reporting)


def _counting(table: Table, counting: "Counting", *, reporting: bool) -> None:
    """Three months is when delay is reported, not a time allowed: such a clock has no last day."""
    from pipelines.warehouse.wording import days

    lines = list(counting.steg)
    for e in counting.forlangningar:
        until = f"till {e.ny_frist}" if e.ny_frist else "utan ny dag"
        judged = "räknas" if e.raknas else f"räknas inte: {e.orsak}"
        lines.append(f"Förlängning {until}, beslutad {e.beslutsdatum}: {judged}.")
    last_day = counting.forlangd_till_datum or counting.frist_datum
    outcome = f"{'Rapporteras efter' if reporting else 'Sista dag'} {last_day}. {counting.utfall_namn}"
    if counting.dagar is not None:
        outcome += f": {days(counting.dagar)}"
    if counting.dagar_over:
        outcome += f", {days(counting.dagar_over)} {'efter det' if reporting else 'över'}"
    for number, line in enumerate([*lines, f"{outcome}."]):
        table.add_row("" if number else counting.konvention, line)


def _grid() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    return table
