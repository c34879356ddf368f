"""The command line: thin commands over the functions that Dagster calls.

Exit codes: 0 done, 1 input refused or held, 2 usage, 3 failed. Output is Swedish; ``--json`` gives the
same to a machine. dbt and Dagster take seconds to import, so each command imports what it needs.
"""
# ruff: noqa: PLC0415

import json
import logging
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines import (
    cli_frist,
    cli_indikator,
    cli_ingest,
    cli_kolada,
    cli_lint,
    cli_manad,
    cli_publish,
    cli_purge,
    cli_whatif,
)
from pipelines.releases import current
from pipelines.settings import ROOT, WAREHOUSE_FILE, Settings, get_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Socialstat: från uttag till indikator.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # a traceback with local values could show a person
)
cli_ingest.register(app)
app.command()(cli_purge.purge)
app.command()(cli_frist.frist)
app.command()(cli_whatif.whatif)
cli_indikator.register(app)
cli_publish.register(app)
cli_manad.register(app)
app.command()(cli_lint.lint)
cli_kolada.register(app)
console = Console(highlight=False)

REFUSED, FAILED = cli_ingest.REFUSED, cli_ingest.FAILED
STEPS = {
    "leveranser": "Söker leveranser",
    "arkiv": "Läser in och kontrollerar",
    "lager": "Bygger och testar lagret",
    "publicering": "Publicerar efter röjandekontroll",
    "rapporter": "Skriver rapporter och portal",
}
HEADLINES = [
    ("AKT_OROSANMALAN", "ar", "total"),
    ("FORHAND_I_TID", "ar", "total"),
    ("UTR_BARN_I_TID_LAG", "ar", "total"),
    ("EV_ANTAL", "kvartal", "total"),
    ("KOSTNAD_ARSPLACERING", "ar", "barn_institution_lvu"),
]
Json = Annotated[bool, typer.Option("--json", help="Svara som JSON.")]


class ProgressLog(logging.Handler):
    """Shows the night's log as one progress bar per stage; as plain lines where there is no terminal."""

    def __init__(self, bars: Progress) -> None:
        super().__init__(logging.DEBUG)
        self.bars = bars
        self.task: TaskID | None = None

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None:
            if event.is_step_start:
                self._start(STEPS[event.step_key])
            return
        message = record.getMessage()
        place, _, detail = message.partition(" ")
        done, _, total = place.partition("/")
        if self.task is None:
            return
        if done.isdigit() and total.isdigit():
            self.bars.update(self.task, total=int(total), completed=int(done), detail=detail)
        else:
            self.bars.update(self.task, detail=message)

    def _start(self, stage: str) -> None:
        self.finish()
        self.task = self.bars.add_task(stage, total=None, detail="")
        if not console.is_terminal:
            console.print(f"{stage} …")

    def finish(self) -> None:
        if self.task is not None:
            self.bars.update(self.task, total=1, completed=1, detail="")


def dagster_home(settings: Settings) -> Path:
    """Dagster's own folder, with telemetry off."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\nnux:\n  enabled: false\n")
    os.environ["DAGSTER_HOME"] = str(home.resolve())
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def run_night(settings: Settings, lage_per: date | None = None) -> bool:
    """Run Dagster's job ``natt`` in this process, with a progress display. True when all of it passed."""
    settings.make_folders()
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    columns = [SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(20)]
    columns += [TimeElapsedColumn(), TextColumn("[dim]{task.fields[detail]}", markup=True)]
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        start = bars.add_task("Startar Dagster", total=None, detail="")
        if not console.is_terminal:
            console.print("Startar Dagster …")
        log = logging.getLogger("socialstat")
        log.setLevel(logging.DEBUG)
        log.propagate = False
        shown = ProgressLog(bars)
        log.handlers = [shown]
        import dagster as dg

        from pipelines.definitions import defs

        bars.update(start, total=1, completed=1)
        # The night of the command line keeps its record in the manifests and the vintage. An event log on
        # disk would cost more than the SQL of a small municipality; Dagster's own schedule keeps one.
        with dg.DagsterInstance.ephemeral() as instance:
            result = defs.resolve_job_def("natt").execute_in_process(
                instance=instance,
                run_config={
                    "ops": {"lager": {"config": {"lage_per": lage_per and lage_per.isoformat()}}},
                    "loggers": {"standard": {}},
                },
                raise_on_error=False,
            )
        shown.finish()
    for event in result.filter_events(lambda e: e.is_step_failure):
        cause = event.step_failure_data.error
        while cause and cause.cause:
            cause = cause.cause
        console.print(
            f"[bold]{STEPS.get(event.step_key or '', event.step_key)} misslyckades:[/bold]", markup=True
        )
        console.print(cause.message if cause else "okänt fel", markup=False)
    return bool(result.success)


def _finish(settings: Settings, passed: bool, as_json: bool) -> None:
    report = summary(settings)
    if as_json:
        print(json.dumps(report, ensure_ascii=False, default=str))
    else:
        _show(report)
    if not passed:
        raise typer.Exit(FAILED)
    newest = {d["kommun"]: d["status"] for d in report["leveranser"] if d["status"] != "återkallad"}
    if {"avvisad", "vilande"} & set(newest.values()):
        raise typer.Exit(REFUSED)


@app.command()
def demo(
    scale: Annotated[float, typer.Option(help="Andel av en kommun med 100 000 invånare.")] = 1.0,
    as_json: Json = False,
) -> None:
    """Hitta på en kommun, leverera dess uttag, kör natten och visa var rapporten ligger."""
    from pipelines import sample

    settings = get_settings()
    settings.make_folders()
    if not (settings.archive / "manifest" / "9901.json").exists():
        with console.status("Hittar på Sampelstad …"):
            sample.write(settings.landing, scale=scale)
    passed = run_night(settings)
    _finish(settings, passed, as_json)


@app.command()
def nightly(
    lage_per: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Bygg det som var känt den dagen.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Läs in det som väntar, bygg och testa lagret, publicera."""
    settings = get_settings()
    passed = run_night(settings, lage_per.date() if lage_per else None)
    _finish(settings, passed, as_json)


@app.command()
def status(as_json: Json = False) -> None:
    """Senaste natten, leveranserna och vad som väntar."""
    report = summary(get_settings())
    if as_json:
        print(json.dumps(report, ensure_ascii=False, default=str))
    else:
        _show(report)


@app.command()
def dagster() -> None:
    """Öppna Dagsters egna sidor på localhost:3000."""
    from pipelines.warehouse import manifest

    settings = get_settings()
    settings.make_folders()
    manifest(settings)
    home = dagster_home(settings)
    os.chdir(ROOT)
    console.print(f"Dagster: http://localhost:3000 (körningar sparas i {home})")
    program = str(Path(sys.executable).with_name("dagster"))
    os.execv(program, [program, "dev", "--workspace", str(ROOT / "workspace.yaml"), "--host", "127.0.0.1"])


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="En fråga; utan den läses frågor från stdin.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Fil med en fråga, till exempel ur sql/.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Svara som CSV.")] = False,
) -> None:
    """Ställ frågor till lagret; filen öppnas bara för läsning."""
    warehouse = current(get_settings().warehouse)
    if warehouse is None:
        console.print("Det finns inget lager än. Kör: socialstat nightly")
        raise typer.Exit(REFUSED)
    if file is not None:
        query = file.read_text(encoding="utf-8")
    with duckdb.connect(warehouse / WAREHOUSE_FILE, read_only=True) as db:
        if query is not None:
            _ask(db, query, as_csv)
            return
        if sys.stdin.isatty():
            console.print("Skriv en fråga och avsluta med semikolon. Avsluta med Ctrl+D.")
        text = ""
        for line in sys.stdin:
            text += line
            if text.rstrip().endswith(";"):
                _ask(db, text, as_csv)
                text = ""
        if text.strip():
            _ask(db, text, as_csv)


def _ask(db: duckdb.DuckDBPyConnection, query: str, as_csv: bool) -> None:
    try:
        answer = db.sql(query)
        if as_csv:
            print(answer.pl().write_csv(), end="")
        else:
            answer.show(max_width=console.width if console.is_terminal else 200, max_rows=200)
    except duckdb.Error as error:
        console.print(str(error), markup=False)
        raise typer.Exit(FAILED) from None


def summary(settings: Settings) -> dict[str, Any]:
    """What the archive, the warehouse and the publication hold now, as plain values."""
    from pipelines import ingest
    from pipelines.ingest import delivery as deliveries

    manifests = sorted((settings.archive / "manifest").glob("*.json"))
    rows: list[dict[str, Any]] = []
    for path in manifests:
        content = json.loads(path.read_text(encoding="utf-8"))
        for d in content["leveranser"]:
            counts = {
                k: sum(t[k] for t in d["tabeller"].values()) for k in ("rader_in", "accepterade", "avvisade")
            }
            rows.append(
                {
                    "kommun": content["kommun"],
                    "leveransdatum": d["leveransdatum"],
                    "status": d["status"],
                    "leverans": deliveries.label(date.fromisoformat(d["leveransdatum"]), d["sekvens"]),
                    **counts,
                }
            )
    for held in ingest.held(settings):
        waiting = {
            "kommun": held.kommun,
            "leveransdatum": held.leveransdatum.isoformat(),
            "leverans": held.folder.name,
            "status": "vilande",
        }
        rows.append(waiting | {"rader_in": 0, "accepterade": 0, "avvisade": 0})
    warehouse, published = current(settings.warehouse), current(settings.published)
    counted = [row for row in rows if row["status"] != "återkallad"]
    lists = [settings.rejected / row["kommun"] / row["leverans"] / "fellista.xlsx" for row in counted]
    return {
        "leveranser": rows,
        "rader_in": sum(row["rader_in"] for row in counted),
        "accepterade": sum(row["accepterade"] for row in counted),
        "avvisade": sum(row["avvisade"] for row in counted),
        "vantar": [f"{d.kommun} {d.folder.name}" for d in ingest.pending(settings)],
        "saknar_klar": [f"{d.kommun} {d.folder.name}" for d in deliveries.unfinished(settings)],
        "vintage": warehouse.name if warehouse else None,
        "lager": str(settings.warehouse / "current" / WAREHOUSE_FILE) if warehouse else None,
        "portal": str(settings.published / "current" / "portal" / "index.html") if published else None,
        "rapporter": [
            str(settings.published / "current" / p.relative_to(published))
            for p in sorted(published.glob("reports/*/*.xlsx"))
        ]
        if published
        else [],
        "fellistor": [str(path) for path in lists if path.exists()],
        "bevakningslistor": [str(path) for path in sorted(settings.restricted.glob("*/bevakning.xlsx"))],
        # The newest month of each municipality.
        "placeringslistor": list(
            {p.parent: str(p) for p in sorted(settings.restricted.glob("*/placeringar_*.xlsx"))}.values()
        ),
        "arendelistor": list(
            {p.parent: str(p) for p in sorted(settings.restricted.glob("*/arenden_*.xlsx"))}.values()
        ),
        "kvartalsdokument": [
            str(max(folder.iterdir())) for folder in sorted(settings.restricted.glob("*/ej_verkstallda"))
        ],
        "nyckeltal": _headlines(published / "indikatorer.duckdb") if published else [],
    }


def _headlines(database: Path) -> list[dict[str, Any]]:
    """The newest measured value of five indicators, per municipality that has them."""
    found = []
    with duckdb.connect(database, read_only=True) as db:
        for indikator_id, periodtyp, grupp in HEADLINES:
            found += (
                db.execute(
                    """
                    select
                        i.namn, v.kommun, v.grupp_namn, v.mattenhet, v.konvention,
                        any_value(i.decimaler) as decimaler,
                        arg_max(v.period, v.period_slut) as period,
                        arg_max(v.varde, v.period_slut) as varde,
                        arg_max(v.taljare, v.period_slut) as taljare,
                        arg_max(v.namnare, v.period_slut) as namnare,
                        max(v.lage_per) as lage_per
                    from indikatorvarde as v
                    inner join indikator as i using (indikator_id, definitionsversion)
                    where v.indikator_id = ? and v.periodtyp = ? and v.grupp = ? and v.status = 'ok'
                    group by i.namn, v.kommun, v.grupp_namn, v.mattenhet, v.konvention order by v.kommun
                    """,
                    [indikator_id, periodtyp, grupp],
                )
                .pl()
                .to_dicts()
            )
    return found


def _show(report: dict[str, Any]) -> None:
    from pipelines.reports.format import component, measure, number

    deliveries = Table(title=None, box=None, header_style="bold", pad_edge=False)
    for heading in ("Kommun", "Leverans", "Status"):
        deliveries.add_column(heading)
    for heading in ("Rader in", "Accepterade", "Avvisade"):
        deliveries.add_column(heading, justify="right")
    for d in report["leveranser"]:
        counts = [number(d[k]) for k in ("rader_in", "accepterade", "avvisade")]
        deliveries.add_row(d["kommun"], d["leverans"], d["status"], *counts)
    counts = [number(report[k]) for k in ("rader_in", "accepterade", "avvisade")]
    deliveries.add_row("Summa", "", "", *counts, style="bold")
    console.print()
    console.print(deliveries)
    for d in report["leveranser"]:
        if d["status"] == "vilande":
            console.print(f"Hålls: socialstat delivery release {d['kommun']} {d['leverans']} släpper in den.")
    for delivery in report["vantar"]:
        console.print(f"Väntar på nästa natt: {delivery}")
    for delivery in report["saknar_klar"]:
        console.print(f"Saknar filen KLAR: {delivery}")
    if report["nyckeltal"]:
        figures = Table(title=None, box=None, header_style="bold", pad_edge=False)
        for heading in ("Nyckeltal", "Kommun", "Period"):
            figures.add_column(heading)
        figures.add_column("Värde", justify="right")
        figures.add_column("Underlag")
        for f in report["nyckeltal"]:
            name = f["namn"] + ("" if f["grupp_namn"] == "Totalt" else f", {f['grupp_namn']}")
            value = measure(f["varde"], "ok", f["mattenhet"], f["decimaler"], unit=True)
            parts = (
                f"{component(f['taljare'])} av {component(f['namnare'])}" if f["mattenhet"] == "andel" else ""
            )
            basis = ", ".join(filter(None, (parts, f["konvention"])))
            figures.add_row(name, f["kommun"], f["period"], value, basis)
        console.print()
        console.print(figures)
        known = sorted({(f["kommun"], str(f["lage_per"])) for f in report["nyckeltal"]})
        console.print("Läge per " + ", ".join(f"{day} ({kommun})" for kommun, day in known) + ".")
    console.print()
    rows: list[tuple[str, str | None]] = [
        ("Portal", report["portal"]),
        *(("Excel", path) for path in report["rapporter"]),
        *(("Fellista", path) for path in report["fellistor"][-1:]),
        *(("Bevakning", path) for path in report["bevakningslistor"]),
        *(("Månad", path) for path in report["placeringslistor"]),
        *(("Ärenden", path) for path in report["arendelistor"]),
        *(("Kvartal", path) for path in report["kvartalsdokument"]),
        ("Lager", report["lager"]),
    ]
    for label, path in rows:
        if path:
            console.print(f"{label + ':':<11}{path}", soft_wrap=True)


if __name__ == "__main__":
    app()
