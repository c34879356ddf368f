"""The close of a month from the command line, and the month after: comment, grade, sign, a late change.

Told once, in order, by the fixture :func:`story`; the tests read what it wrote down.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines import cli, ingest, publish, reports, sample, warehouse
from pipelines.ingest import notes
from pipelines.settings import Settings, get_settings

pytestmark = pytest.mark.xdist_group("natt")
Run = Callable[..., Result]

UNIT = "mottag_barn"
WHO = ("--kommun", "9901", "--av", "Eva Ek", "--roll", "enhetschef")
SIGNED, NEXT = "2026-09", "2026-10"


@pytest.fixture(scope="module")
def run(home: Settings) -> Iterator[Run]:
    """``socialstat`` in the copied installation, for the whole story."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCIALSTAT_HOME", str(home.home))
        get_settings.cache_clear()
        yield lambda *args: CliRunner().invoke(cli.app, list(args))
    get_settings.cache_clear()


@dataclass(frozen=True)
class Story:
    hidden: tuple[str, str]
    """Indicator and period of a figure of the unit that is not published."""
    taken: int
    """Reports of the signed month that the late delivery no longer has."""
    before: dict[str, Any]
    """``status`` right after the sign-off."""
    after: dict[str, Any]
    """``status`` of the next month, after the late delivery's night."""
    again: dict[str, Any]
    """The same when the month has been signed again, before the next night."""
    published: Path


def ok(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def note(run: Run, command: str, *args: str) -> dict[str, Any]:
    written: dict[str, Any] = ok(run("manad", command, *WHO, *args, "--json"))
    return written


def status(run: Run, manad: str) -> dict[str, Any]:
    found: dict[str, Any] = ok(run("manad", "status", "--kommun", "9901", "--manad", manad, "--json"))
    return found


def hidden_figure(published: Path) -> tuple[str, str]:
    with duckdb.connect(published / "indikatorer.duckdb", read_only=True) as db:
        row = db.execute(
            """
            select indikator_id, max(period) from indikatorvarde
            where kommun = '9901' and uppdelning = 'enhet' and grupp = ? and status = 'rojandeskyddad'
                and indikator_id = 'FORHAND_I_TID' and period < '2026-09' and periodtyp = 'manad'
            group by 1
            """,
            [UNIT],
        ).fetchone()
    assert row
    return row[0], row[1]


def deliver_late(settings: Settings, tmp: Path) -> int:
    """The last night's extracts once more, without two reports of the signed month; says how many went."""
    sample.write(tmp / "landing", scale=0.02)
    folder = settings.landing / "9901" / "2026-11-10"
    folder.mkdir(parents=True)
    taken = 0
    for file in sorted((tmp / "landing" / "9901" / "2026-11-03").glob("*.csv")):
        text = file.read_text(encoding="utf-8")
        if file.stem == "aktualiseringar":
            rows = list(csv.DictReader(io.StringIO(text)))
            mine = [r for r in rows if r["enhet"] == UNIT and r["inkommen"].startswith(SIGNED)][:2]
            taken = len(mine)
            out = io.StringIO()
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(r for r in rows if r not in mine)
            text = out.getvalue()
        (folder / file.name).write_text(text, encoding="utf-8")
    (folder / "KLAR").touch()
    ingest.ingest_all(settings)
    return taken


@pytest.fixture(scope="module")
def story(run: Run, home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Story:
    indikator, period = hidden_figure(home.published / "current")
    unit, forhand = ("--enhet", UNIT), ("--indikator", "FORHAND_I_TID")
    note(run, "kommentera", *forhand, "--period", SIGNED, "--text", "Första försöket.")
    note(run, "kommentera", *forhand, "--period", SIGNED, "--text", "Två tjänster var vakanta.")
    note(run, "kommentera", "--period", SIGNED, "--text", "Ny organisation.")
    note(run, "kommentera", *unit, "--period", SIGNED, "--text", "Vi var tre.")
    note(run, "kommentera", *unit, "--indikator", indikator, "--period", period, "--text", "Bara två barn.")
    grade = ("--utfall", "uppfyllt", "--skal", "Två var fel registrerade.")
    note(run, "bedom", *forhand, "--period", "2025", *grade)
    note(run, "bedom", *unit, "--indikator", indikator, "--period", period, *grade)
    note(run, "signera", "--manad", SIGNED)
    note(run, "signera", "--manad", SIGNED, *unit)
    before = status(run, SIGNED)
    taken = deliver_late(home, tmp_path_factory.mktemp("sent"))
    warehouse.build(home)
    folder = publish.build(home)
    assert folder
    reports.write_all(folder, progress=lambda _: None)
    published = publish.release(home, folder)
    after = status(run, NEXT)
    note(run, "signera", "--manad", SIGNED)
    note(run, "signera", "--manad", SIGNED, *unit)
    return Story((indikator, period), taken, before, after, status(run, NEXT), published)


def test_status_says_what_is_due_and_what_is_missing(story: Story) -> None:
    due = {(f["indikator_id"], f["period"]): f for f in story.before["siffror"]}
    # And what takes a year to know, of the year before.
    of_year_before = {"2025-09", "2025-K3"}
    assert {period for _, period in due} == {"2026-09", "2026-K3", "2026-09-R12"} | of_year_before
    assert ("EV_ANTAL", "2026-K3") in due
    assert due["OV_I_TID", "2026-09"]["status"] == "saknas"
    assert due["FORHAND_I_TID", "2026-09"]["kommentar"] == "Två tjänster var vakanta."
    assert due["FORHAND_I_TID", "2026-K3"]["kommentar"] is None


def test_status_says_who_has_signed_and_who_has_not(story: Story) -> None:
    assert [(s["enhet"], s["av"]) for s in story.before["signerade"]] == [(None, "Eva Ek"), (UNIT, "Eva Ek")]
    waiting = {u["enhet"] for u in story.before["osignerade"]}
    assert waiting
    assert not waiting & {None, UNIT}
    assert {u["enhet"] for u in story.after["osignerade"]} >= {None, UNIT}
    assert story.before["andrade_efter_avslut"] == []


def test_late_changes_are_listed_next_month(story: Story) -> None:
    """Two reports fewer, in the month and in its quarter, of the unit and of the whole."""
    assert story.taken == 2
    changed = {
        (c["indikator_id"], c["period"], c["enhet"]): Decimal(c["skillnad"])
        for c in story.after["andrade_efter_avslut"]
        if c["indikator_id"] == "AKT_ANTAL"
    }
    places = [("AKT_ANTAL", period, enhet) for period in ("2026-09", "2026-K3") for enhet in (None, UNIT)]
    assert changed == dict.fromkeys(places, Decimal(-2))
    for c in story.after["andrade_efter_avslut"]:
        assert c["manad"] == SIGNED
        assert (c["signerad_lage_per"], c["lage_per"]) == ("2026-11-03", "2026-11-10")
        assert c["signerad_av"] == "Eva Ek"


def test_only_what_differs_is_listed(story: Story, home: Settings) -> None:
    """Against the record: every signed figure is either as it was, or on the list."""
    with duckdb.connect(home.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        now = {
            row[:3]: row[3:]
            for row in db.execute(
                """
                select indikator_id, period, case when uppdelning = 'enhet' then grupp end,
                    status, taljare, namnare, varde
                from mart.indikatorvarde where kommun = '9901' and uppdelning in ('total', 'enhet')
                """
            ).fetchall()
        }
        listed = set(
            db.execute(
                "select indikator_id, period, case when uppdelning = 'enhet' then grupp end "
                "from mart.andrad_efter_avslut"
            ).fetchall()
        )
    signed = [n for n in notes.read(home, "9901") if n.varden][:2]
    differing = {
        (v.indikator_id, v.period, n.enhet)
        for n in signed
        for v in n.varden
        if now[v.indikator_id, v.period, n.enhet] != (v.status, v.taljare, v.namnare, v.varde)
    }
    assert listed == differing
    assert len(listed) < sum(len(n.varden) for n in signed)


def test_signing_again_settles_the_changes_at_once(story: Story) -> None:
    assert story.after["andrade_efter_avslut"]
    assert story.again["andrade_efter_avslut"] == []


def test_the_published_figure_has_the_newest_comment_and_the_grading(story: Story) -> None:
    with duckdb.connect(story.published / "indikatorer.duckdb", read_only=True) as db:
        comments = db.execute("select indikator_id, period, grupp, kommentar from kommentar").fetchall()
        (graded,) = db.execute(
            "select utfall, utfall_regel, bedomd_av, bedomning_skal from maluppfyllelse "
            "where bedomning is not null"
        ).fetchall()
    assert sorted(comments) == [
        ("*", SIGNED, "total", "Ny organisation."),
        ("FORHAND_I_TID", SIGNED, "total", "Två tjänster var vakanta."),
    ]
    assert graded == ("uppfyllt", "delvis", "Eva Ek", "Två var fel registrerade.")


def test_nothing_is_published_of_what_is_said_of_a_protected_figure(story: Story) -> None:
    with duckdb.connect(story.published / "indikatorer.duckdb", read_only=True) as db:
        indikator, period = story.hidden
        place = [indikator, period, UNIT]
        cell = "where indikator_id = ? and period = ? and grupp = ?"
        assert db.execute(f"select status from indikatorvarde {cell}", place).fetchall() == [
            ("rojandeskyddad",)
        ]
        row = db.execute(
            f"select utfall, utfall_regel, orsak, bedomd_av, regel_text from maluppfyllelse {cell}", place
        ).fetchone()
        assert row
        assert row[:4] == (None, None, "rojandeskyddad", None)
        hidden = db.execute(
            """
            select count(*) from maluppfyllelse
            inner join indikatorvarde
                using (indikator_id, definitionsversion, kommun, period, uppdelning, grupp)
            where indikatorvarde.status = 'rojandeskyddad'
                and (utfall is not null or utfall_regel is not null)
            """
        ).fetchone()
        assert hidden == (0,)
    for file in story.published.rglob("*"):
        if file.suffix in {".html", ".csv"}:
            text = file.read_text(encoding="utf-8-sig")
            assert "Bara två barn." not in text
            assert "Vi var tre." not in text


def test_portal_and_workbook_show_what_was_said(story: Story) -> None:
    page = (story.published / "portal/indikator/FORHAND_I_TID.html").read_text(encoding="utf-8")
    data = json.loads(page.split('<script id="data" type="application/json">')[1].split("</script>")[0])
    beside = [text for s in data["serier"] for text in s.get("k", []) if text]
    assert len(beside) == 1
    assert beside[0].startswith("Två tjänster var vakanta. (Eva Ek, enhetschef, ")
    assert "Uppfyllt enligt bedömning av Eva Ek, enhetschef: Två var fel registrerade." in page
    index = (story.published / "portal/index.html").read_text(encoding="utf-8")
    assert "September 2026: Ny organisation." in index
    book = openpyxl.load_workbook(story.published / "reports/9901/indikatorer_9901.xlsx", read_only=True)
    texts = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c]
    assert any(text.startswith("Två tjänster var vakanta.") for text in texts)
    assert any("Enligt regeln: delvis uppfyllt. Mål: minst 100" in text for text in texts)


def test_a_note_is_taken_back_with_a_reason(story: Story, run: Run) -> None:
    listed = ok(run("manad", "lista", "--kommun", "9901", "--json"))
    assert [n["galler"] for n in listed if n["slag"] == "kommentar"] == [False, True, True, True, True]
    nr = next(n["nr"] for n in listed if n["innehall"] == "Två tjänster var vakanta.")
    done = run("manad", "ta-tillbaka", str(nr), *WHO, "--skal", "Gällde augusti")
    assert done.exit_code == 0, done.output
    due = {(f["indikator_id"], f["period"]): f for f in status(run, SIGNED)["siffror"]}
    assert due["FORHAND_I_TID", SIGNED]["kommentar"] is None
    shown = run("manad", "lista", "--kommun", "9901").output
    assert f"Tar tillbaka: kommentar till FORHAND_I_TID {SIGNED}: Gällde augusti (Eva Ek" in shown
    assert f"{nr}. Gäller inte: kommentar till FORHAND_I_TID {SIGNED}: Två tjänster var vakanta." in shown


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["kommentera", "--period", "2026-09", "--indikator", "FINNS_INTE", "--text", "x"],
            "okänd indikator",
        ),
        (["kommentera", "--period", "2026-99", "--indikator", "AKT_ANTAL", "--text", "x"], "okänd indikator"),
        (["kommentera", "--period", "2026-09", "--indikator", "EV_ANTAL", "--text", "x"], "okänd indikator"),
        (["kommentera", "--period", "2026-09", "--enhet", "finns_inte", "--text", "x"], "okänd indikator"),
        (["kommentera", "--period", "2026-09", "--text", "Barnet 198507099805"], "personnummer"),
        (["kommentera", "--period", "2026-09", "--text", " "], "Texten är tom"),
        (
            ["bedom", "--period", "2026-09", "--indikator", "AKT_ANTAL", "--utfall", "ej", "--skal", "x"],
            "inget mål",
        ),
        (["signera", "--manad", "2026-K3"], "mätkalendern"),
        (["signera", "--manad", "2026-09", "--enhet", "finns_inte"], "inga siffror"),
        (["signera", "--manad", "2026-09", "--lager", "2020-01-01"], "inte 2020-01-01"),
        (["ta-tillbaka", "999", "--skal", "x"], "ingen anteckning 999"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, home: Settings, args: list[str], said: str) -> None:
    before = len(notes.read(home, "9901"))
    done = run("manad", *args, *WHO)
    assert (done.exit_code, said in " ".join(done.output.split())) == (1, True), done.output
    assert len(notes.read(home, "9901")) == before


def test_a_month_outside_the_calendar_and_an_unknown_municipality_are_refused(run: Run) -> None:
    for kommun, manad in (("9901", "1999-01"), ("0180", "2026-09")):
        done = run("manad", "status", "--kommun", kommun, "--manad", manad)
        assert done.exit_code == 1, done.output


def test_the_screen_shows_what_asks_for_something_and_the_rest_when_asked(run: Run) -> None:
    short, whole = (
        run("manad", "status", "--kommun", "9901", "--manad", NEXT, *more) for more in ((), ("--alla",))
    )
    assert (short.exit_code, whole.exit_code) == (0, 0)
    figures = status(run, NEXT)["siffror"]
    asked = [f for f in figures if f["status"] != "ej_producerbar"]
    empty = [f for f in asked if f["status"] == "saknas" and f["namnare"] and not Decimal(f["namnare"])]
    urgent = {
        f["indikator_id"]
        for f in asked
        if (f["status"] != "ok" and f not in empty)
        or f["utfall"] in {"delvis", "ej"}
        or f["kommentar"]
        or f["bedomning"]
    }
    assert f"{len(empty)} hade inget att mäta" in " ".join(short.output.split())
    quiet = {f["indikator_id"] for f in asked} - urgent
    assert urgent
    assert quiet
    assert f"{len(asked)} siffror ska mätas" in short.output
    assert urgent <= set(short.output.split())
    assert not quiet & set(short.output.split())
    assert quiet <= set(whole.output.split())
