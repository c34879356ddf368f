"""``socialstat frist``: the explanation agrees with the engine, says why, and names nobody."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines import cli, cli_frist
from pipelines.settings import Settings
from pipelines.warehouse.frist import (
    ROWS,
    Clock,
    Counting,
    Duty,
    Extension,
    Transition,
    _Book,
    _judged,
    _takes,
    explain,
)

Ask = Callable[..., Result]
Found = Callable[[str], str]
Explained = Callable[[str], tuple[Duty, ...]]


@pytest.fixture
def ask(natt: Settings, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs ``socialstat frist`` on the night."""
    monkeypatch.setattr(cli_frist, "get_settings", lambda: natt)
    monkeypatch.setattr(cli_frist.console, "width", 300)
    return lambda *args: CliRunner().invoke(cli.app, ["frist", *args])


@pytest.fixture
def found(lager: duckdb.DuckDBPyConnection) -> Found:
    """The first id of a clock that a condition on fct_frist picks."""

    def first(condition: str) -> str:
        row = lager.sql(f"select min(subjekt_id) from mart.fct_frist where {condition}").fetchone()
        assert row and row[0], f"the night has no clock where {condition}"
        return str(row[0])

    return first


@pytest.fixture(scope="module")
def explained(natt: Settings) -> Explained:
    database = natt.warehouse / "current" / "socialstat.duckdb"
    return cache(lambda subjekt_id: explain(database, subjekt_id))


@pytest.fixture
def ids(lager: duckdb.DuckDBPyConnection) -> list[str]:
    """Subjects of every rule, version, outcome and kind of last day that the night has."""
    rows = lager.sql("""
        select distinct min(frist.subjekt_id)
        from mart.fct_frist as frist
        inner join mart.fct_frist_konvention as annan using (frist_id)
        group by
            frist.regel_id, frist.regelversion, frist.utfall, frist.forlangd_till_datum is null,
            annan.konvention, annan.frist_datum > frist.frist_datum
        order by 1
    """).fetchall()
    return [row[0] for row in rows]


def plain(shown: Result) -> str:
    """What was printed, whatever the width of the columns."""
    return "\n".join(" ".join(line.split()) for line in shown.output.split("\n"))


def clocks(duties: tuple[Duty, ...], rule: str) -> list[Clock]:
    return [clock for duty in duties if duty.regel_id == rule for clock in duty.klockor]


def law(clock: Clock) -> Counting:
    return clock.konventioner[0]


def test_the_steps_lead_to_the_last_day_of_the_engine(
    ids: list[str], explained: Explained, lager: duckdb.DuckDBPyConnection
) -> None:
    overs: dict[tuple[Any, ...], int | None] = {
        row[:4]: row[4]
        for row in lager.sql(
            "select subjekt_id, regel_id, tillfalle, start_datum, dagar_over from mart.fct_frist"
        ).fetchall()
    }
    assert len(ids) > 40
    for subjekt_id in ids:
        for duty in explained(subjekt_id):
            for clock in duty.klockor:
                for c in clock.konventioner:
                    told = (subjekt_id, duty.regel_id, clock.tillfalle, c.konvention)
                    assert (c.frist_datum - c.nominell_datum).days == len(c.rullad_over), told
                    moved = [e.ny_frist for e in c.forlangningar if e.raknas]
                    assert (moved[-1] if moved else None) == c.forlangd_till_datum, told
                key = (subjekt_id.removeprefix("kedja:"), duty.regel_id, clock.tillfalle, clock.start_datum)
                if key in overs and duty.antal_personer == 1:
                    assert law(clock).dagar_over == overs[key], key


def test_every_event_has_its_row_and_every_clock_its_start(ids: list[str], explained: Explained) -> None:
    for subjekt_id in ids:
        for duty in explained(subjekt_id):
            for e in duty.handelser:
                assert e.handelse.startswith("person.f") or (e.uttag and e.kolumn and e.leveransdatum), e
            for clock in duty.klockor:
                assert clock.start_handelser, (subjekt_id, duty.regel_id)
                assert bool(clock.upphor_handelser) == bool(clock.upphord_datum), (subjekt_id, duty.regel_id)


def test_a_stopped_clock(ask: Ask, found: Found) -> None:
    subjekt_id = found(
        "regel_id = 'FORHAND' and utfall = 'i_tid' and regelversion = 2 and dagar between 2 and 13"
    )
    shown = ask(subjekt_id, "--regel", "FORHAND")
    assert shown.exit_code == 0, shown.output
    for text in (
        "FORHAND: Förhandsbedömning inom 14 dagar (frist i lag)",
        "Har nämnden beslutat inom 14 dagar om en utredning ska inledas?",
        "\nLagrum Socialtjänstlagen (2025:400) 20 kap. 2 §",
        "\nEvidens L: lagtexten är läst",
        " + 14 dagar = ",
        "I tid: ",
        " dagar.",
        "(aktualiseringar.beslutsdatum, levererad 20",
        "Läge per 20",
    ):
        assert text in plain(shown), text
    assert "Väntar på" not in shown.output
    assert "SKYDD" not in shown.output


def test_an_open_clock_says_what_it_waits_for(ask: Ask, found: Found, explained: Explained) -> None:
    subjekt_id = found("regel_id = 'UTR_BARN' and utfall = 'pagaende'")
    shown = ask(subjekt_id)
    assert shown.exit_code == 0
    assert "\nVäntar på utredningen slutförd\n" in plain(shown)
    assert "DAGAR_120" in shown.output
    (clock,) = clocks(explained(subjekt_id), "UTR_BARN")
    assert (clock.vantar_pa, clock.stopp_datum) == (("slutford",), None)
    assert [c.konvention for c in clock.konventioner] == ["LAG", "LAG_RULLAD", "DAGAR_120"]


def test_an_extension_is_told_one_by_one(
    ask: Ask, found: Found, explained: Explained, lager: duckdb.DuckDBPyConnection
) -> None:
    subjekt_id = found("regel_id = 'UTR_BARN' and utfall = 'i_tid_efter_forlangning'")
    decided = lager.execute(
        "select beslutsdatum from staging.stg_forlangning where subjekt_typ = 'utredning' and subjekt_id = ?",
        [subjekt_id],
    ).fetchall()
    (clock,) = clocks(explained(subjekt_id), "UTR_BARN")
    assert sorted(e.beslutsdatum for e in law(clock).forlangningar) == sorted(day for (day,) in decided)
    shown = ask(subjekt_id).output
    assert f"Sista dag {law(clock).forlangd_till_datum}. I tid efter förlängning: " in shown
    for e in law(clock).forlangningar:
        row_behind = f"(forlangningar.beslutsdatum, levererad {e.leveransdatum})"
        assert f"Förlängning till {e.ny_frist}, beslutad {e.beslutsdatum}: räknas" in shown
        assert f"{e.beslutsdatum} förlängning {row_behind}" in shown


def test_a_recurring_duty_has_its_occurrences(ask: Ask, found: Found, explained: Explained) -> None:
    subjekt_id = found("regel_id = 'OV_SOL' and tillfalle = 3")
    first, second, third = clocks(explained(subjekt_id), "OV_SOL")[:3]
    assert (first.start_handelser, second.start_handelser) == (("start",), ("overvagande",))
    assert first.stopp_datum == second.start_datum
    assert second.stopp_datum == third.start_datum
    shown = plain(ask(subjekt_id))
    assert "Tillfälle 1" in shown
    assert "Tillfälle 3" in shown
    assert f"\nStart {second.start_datum} övervägande" in shown


def test_a_rolled_day_says_why_day_by_day(ids: list[str], explained: Explained) -> None:
    said = {}
    for subjekt_id in ids:
        for duty in explained(subjekt_id):
            for clock in duty.klockor:
                for c in clock.konventioner:
                    assert c.rullad_over == () or c.konvention == "LAG_RULLAD"
                    if len(c.rullad_over) > 1:
                        said[c.rullad_over[0].skal] = c
    c = said["lördag"]
    saturday, sunday = c.rullad_over[:2]
    assert sunday.skal == "söndag"
    assert c.steg[1:3] == (f"{saturday.datum} är lördag.", f"{sunday.datum} är söndag.")
    assert c.steg[-1].endswith(f" {c.frist_datum}.")


def test_a_new_law_that_took_a_pending_clock_is_told(found: Found, explained: Explained) -> None:
    subjekt_id = found("regel_id = 'UPPF_BARN' and regelversion = 2 and start_datum < date '2025-07-01'")
    (clock,) = clocks(explained(subjekt_id), "UPPF_BARN")
    assert [t.regelversion for t in law(clock).overgangar] == [2]
    first, then = law(clock).steg
    assert " + två månader = " in first
    began = "Version 2 gäller från 2025-07-01, även det som pågick"
    assert then.startswith(f"{began}: {clock.start_datum} + sex månader = ")


def test_a_month_without_the_day_is_told(found: Found, explained: Explained) -> None:
    kept = "frist_datum = last_day(frist_datum) and day(frist_datum) < day(start_datum)"
    subjekt_id = found(f"regel_id in ('EV_RAPP', 'UTR_BARN') and {kept}")
    told = [
        (clock, law(clock).steg[0])
        for duty in explained(subjekt_id)
        for clock in duty.klockor
        if law(clock).ar_manadens_sista
    ]
    assert told
    for clock, step in told:
        assert step.endswith(f"har ingen dag {clock.start_datum.day}: månadens sista dag gäller)")


def test_an_exempt_clock_says_why(found: Found, explained: Explained) -> None:
    told = clocks(explained(found("regel_id = 'UTR_BARN' and utfall = 'undantagen'")), "UTR_BARN")
    assert any("år vid starten; regeln gäller under 18 år vid starten." in (c.forklaring or "") for c in told)
    assert all(c.vantar_pa == () for c in told if law(c).utfall == "undantagen")
    (exempt, *_) = clocks(explained(found("regel_id = 'FORHAND' and utfall = 'undantagen'")), "FORHAND")
    assert exempt.forklaring == "Behövs inte när en utredning av barnet redan pågår (20 kap. 2 § SoL)."


def test_a_day_set_by_a_court_is_told(explained: Explained, lager: duckdb.DuckDBPyConnection) -> None:
    found = lager.sql("""
        select utredning_id, frist_satt from staging.stg_utredning
        where typ = 'vardnad_boende_umgange' and frist_satt is not null limit 1
    """).fetchone()
    assert found
    for clock in clocks(explained(found[0]), "FAMRATT_VBU"):
        assert {c.frist_datum for c in clock.konventioner} == {found[1]}
        for c in clock.konventioner:
            assert c.ar_satt_av_ratten
            assert c.steg == (f"Rätten har satt den sista dagen: {found[1]}. Den flyttas inte.",)


def test_a_clock_that_cannot_be_judged_says_why(found: Found, explained: Explained) -> None:
    for kommun in ("0127", "2280"):
        subjekt_id = found(f"utfall = 'ej_bedombar' and kommun = '{kommun}'")
        (told,) = [
            clock
            for duty in explained(subjekt_id)
            for clock in duty.klockor
            if law(clock).utfall == "ej_bedombar"
        ]
        assert told.forklaring
        assert told.forklaring.endswith((", men dagen är okänd.", "Uppgifterna motsäger varandra."))
        assert (law(told).dagar, law(told).dagar_over, told.vantar_pa) == (None, None, ())


def test_what_was_done_before_the_start_says_so(found: Found, explained: Explained) -> None:
    for duty in explained(found("stopp_datum < start_datum")):
        for clock in duty.klockor:
            early = clock.stopp_datum is not None and clock.stopp_datum < clock.start_datum
            assert (clock.forklaring == "Var redan gjort vid starten.") is early


def test_persons_who_share_an_id_are_numbered(ask: Ask, lager: duckdb.DuckDBPyConnection) -> None:
    row = lager.sql("""
        select subjekt_id, count(distinct person_nyckel) from mart.fct_frist
        where subjekt_typ = 'aktualisering' group by all having count(distinct person_nyckel) > 1 limit 1
    """).fetchone()
    assert row
    shown = ask(row[0]).output
    assert all(f"Aktualisering {row[0]}, person {n}, " in shown for n in range(1, row[1] + 1))
    assert f"person {row[1] + 1}" not in shown


def test_a_protected_person_is_marked(ask: Ask, lager: duckdb.DuckDBPyConnection) -> None:
    row = lager.sql("""
        select min(frist.subjekt_id) from mart.fct_frist as frist
        inner join mart.dim_person as person using (kommun, person_nyckel) where person.ar_skyddad
    """).fetchone()
    assert row and row[0], "the night has no protected person with a clock"
    shown = ask(row[0])
    assert shown.exit_code == 0
    assert "Skyddade personuppgifter: lämna inte ut." in shown.output
    assert "Läge per" in shown.output
    assert any(duty["ar_skyddad"] for duty in json.loads(ask(row[0], "--json").output)["frister"])


def test_a_later_placement_finds_its_care_and_its_stay(natt: Settings, tmp_path: Path) -> None:
    """Neither is named by it."""
    database = tmp_path / "socialstat.duckdb"
    shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", database)
    with duckdb.connect(database) as db:
        row = db.sql("""
            select hem.hem_vistelse_id, vard.vard_id
            from intermediate.int_hem as hem
            inner join intermediate.int_vard_placering as vard
                on vard.kommun = hem.kommun and vard.placering_id = hem.hem_vistelse_id
            inner join mart.fct_frist as frist
                on frist.kommun = hem.kommun and frist.subjekt_typ = 'hem'
                and frist.subjekt_id = hem.hem_vistelse_id
            order by hem.hem_vistelse_id limit 1
        """).fetchone()
        assert row
        stay, care = row
        db.execute(
            "update intermediate.int_hem set placering_id_lista = list_append(placering_id_lista, 'SENARE') "
            "where hem_vistelse_id = ?",
            [stay],
        )
        db.execute(
            "insert into intermediate.int_vard_placering by name "
            "select kommun, 'SENARE' as placering_id, vard_id from intermediate.int_vard_placering "
            "where placering_id = ?",
            [stay],
        )
    found = {(duty.subjekt_typ, duty.subjekt_id) for duty in explain(database, "SENARE")}
    assert {("hem", stay), ("vard", care)} <= found
    assert {subjekt_id for _, subjekt_id in found} == {stay, care}


def test_an_unknown_id_is_one_line(ask: Ask) -> None:
    shown = ask("FINNS-INTE")
    assert (shown.exit_code, shown.output) == (1, "Inget ärende har det id:t.\n")


def test_an_id_of_another_municipality_is_unknown(ask: Ask, found: Found) -> None:
    subjekt_id = found("kommun = '9901'")
    assert ask(subjekt_id, "--kommun", "9901").exit_code == 0
    shown = ask(subjekt_id, "--kommun", "0180")
    assert (shown.exit_code, shown.output) == (1, "Inget ärende har det id:t i kommun 0180.\n")


def test_an_unknown_rule_is_wrong_usage(ask: Ask, found: Found) -> None:
    shown = ask(found("kommun = '9901'"), "--regel", "INGEN")
    assert (shown.exit_code, shown.output) == (2, "Ingen fristregel heter INGEN. Se docs/frister.md.\n")


def test_a_case_without_a_clock_says_so(ask: Ask, lager: duckdb.DuckDBPyConnection) -> None:
    row = lager.sql("""
        select min(subjekt_id) from intermediate.int_subjekt
        where subjekt_id not in (select subjekt_id from mart.fct_frist)
            and 'kedja:' || subjekt_id not in (select subjekt_id from mart.fct_frist)
    """).fetchone()
    assert row
    shown = ask(row[0])
    assert (shown.exit_code, shown.output) == (0, f"{row[0]} finns, men ingen fristregel ger en klocka.\n")
    assert json.loads(ask(row[0], "--json").output) == {"subjekt_id": row[0], "frister": []}


def test_json_has_the_same_facts(ask: Ask, found: Found, explained: Explained) -> None:
    subjekt_id = found("regel_id = 'UTR_BARN' and utfall = 'i_tid_efter_forlangning'")
    answer = json.loads(ask(subjekt_id, "--json").output)
    assert answer["subjekt_id"] == subjekt_id
    (told,) = [duty for duty in answer["frister"] if duty["regel_id"] == "UTR_BARN"]
    (duty,) = [duty for duty in explained(subjekt_id) if duty.regel_id == "UTR_BARN"]
    assert told.keys() == Duty.__dataclass_fields__.keys()
    (clock,) = told["klockor"]
    assert clock.keys() == Clock.__dataclass_fields__.keys()
    assert clock["start_datum"] == duty.klockor[0].start_datum.isoformat()
    assert clock["kallor"][0]["evidens"] == "L"
    counting = clock["konventioner"][0]
    assert counting.keys() == Counting.__dataclass_fields__.keys()
    assert counting["utfall"] == "i_tid_efter_forlangning"
    assert counting["forlangningar"][0].keys() == Extension.__dataclass_fields__.keys()
    assert {e["uttag"] for e in told["handelser"]} == {"utredningar"}


def test_no_pseudonym_is_told(ids: list[str], ask: Ask, lager: duckdb.DuckDBPyConnection) -> None:
    """Neither a person's key nor one that holds it, in text or in JSON."""
    said = "".join(ask(subjekt_id, *how).output for subjekt_id in ids[::3] for how in ((), ("--json",)))
    keys = lager.sql("select distinct person_nyckel from mart.dim_person").fetchall()
    assert len(keys) > 100
    assert [key for (key,) in keys if key in said] == []
    assert "person_nyckel" not in said
    assert "subjekt_nyckel" not in said


def row(decided: str, until: str | None) -> dict[str, Any]:
    new = date.fromisoformat(until) if until else None
    return {"beslutsdatum": date.fromisoformat(decided), "ny_frist": new, "leveransdatum": date(2026, 1, 1)}


def test_why_an_extension_does_not_count() -> None:
    rows = [
        row("2025-03-01", None),
        row("2025-03-02", "2025-03-20"),
        row("2025-03-20", "2025-05-01"),  # decided on the last day
        row("2025-05-01", "2025-05-01"),
        row("2025-05-02", "2025-06-01"),  # the day after the last day then in force
    ]
    judged = list(_judged(date(2025, 3, 20), rows, {"ar_forlangning_tillaten": True}))
    assert [e.raknas for e in judged] == [False, False, True, False, False]
    assert [e.orsak for e in judged] == [
        "utan ny sista dag",
        "flyttar inte fram den sista dagen, 2025-03-20",
        None,
        "flyttar inte fram den sista dagen, 2025-05-01",
        "beslutad efter den sista dag som då gällde, 2025-05-01",
    ]
    (forbidden,) = _judged(date(2025, 3, 20), rows[2:3], {"ar_forlangning_tillaten": False})
    assert (forbidden.raknas, forbidden.orsak) == (False, "regeln tillåter ingen förlängning")


@pytest.mark.parametrize(
    ("version", "start", "due", "ended", "takes"),
    [
        ("2 ny", "2025-06-30", "2025-08-30", None, True),
        ("2 ny", "2025-05-01", "2025-07-01", None, True),  # due the day it begins
        ("2 ny", "2025-04-30", "2025-06-30", None, False),  # overdue before
        ("2 ny", "2025-07-01", "2025-09-01", None, False),  # started under it
        ("2 ny", "2025-06-30", "2025-08-30", "2025-06-30", False),  # ended before
        ("2 ny", "2025-06-30", "2025-08-30", "2025-07-01", True),
        ("2 behall", "2025-06-30", "2025-08-30", None, False),
        ("1 ny", "2025-06-30", None, None, True),  # older than the rule
        ("2 ny", "2025-06-30", None, None, False),
    ],
)
def test_which_clocks_a_new_version_takes(
    version: str, start: str, due: str | None, ended: str | None, takes: bool
) -> None:
    number, overgang = version.split()
    row = {"regelversion": int(number), "overgang": overgang, "giltig_fran": date(2025, 7, 1)}
    first, *later = [date.fromisoformat(day) if day else None for day in (start, due, ended)]
    assert first
    assert _takes(row, first, *later) is takes


def test_nothing_falls_due_before_a_new_law(lager: duckdb.DuckDBPyConnection) -> None:
    """Three years became two while the child had been in the home for two and a half."""
    clock = {"start_datum": date(2020, 1, 1), "stopp_datum": None, "upphord_datum": None, "ar_forsta": True}
    book = _Book(lager)
    steps, due, transitions, _ = book._by_law(clock, book.versions["OV_VARDNAD"])
    assert steps == [
        "2020-01-01 + tre år = 2023-01-01",
        "Version 2 gäller från 2022-07-01, även det som pågick: 2020-01-01 + två år = 2022-01-01",
        "Inget förfaller före 2022-07-01.",
    ]
    assert due == date(2022, 7, 1)
    assert transitions == [Transition(2, date(2022, 7, 1), due)]


def test_a_closing_day_in_the_place_of_a_decision_is_told(
    explained: Explained, lager: duckdb.DuckDBPyConnection
) -> None:
    row = lager.sql("""
        select min(utredning_id) from staging.stg_utredning
        where typ = 'barn_skydd_stod' and slutford is null and avslutad is not null
    """).fetchone()
    assert row and row[0]
    columns = {e.kolumn for duty in explained(row[0]) for e in duty.handelser if e.handelse == "slutford"}
    assert columns == {"avslutad"}


SOURCES = {
    "intermediate": ("int_vard_placering", "int_vard", "int_hem", "int_subjekt", "int_handelse_kopplad"),
    "mart": ("fct_handelse",),
    "seed": ("lagrum",),
    "staging": tuple(
        f"stg_{name}"
        for name in [
            "aktualisering",
            "utredning",
            "beslut",
            "placering",
            "placering_period",
            "overvagande",
            "handelse",
        ]
    ),
}


@pytest.fixture
def care(natt: Settings) -> duckdb.DuckDBPyConnection:
    """A warehouse with one care: a placement whose legal basis changed, and what hangs on the care."""
    db = duckdb.connect()
    db.execute(f"attach '{natt.warehouse / 'current' / 'socialstat.duckdb'}' as natt (read_only)")
    for schema, names in SOURCES.items():
        db.execute(f"create schema {schema}")
        for name in names:
            db.execute(f"create table {schema}.{name} as from natt.{schema}.{name} limit 0")
    day, delivered = date(2024, 1, 1), date(2024, 9, 1)
    rows: list[tuple[str, dict[str, Any]]] = [
        ("intermediate.int_vard_placering", {"placering_id": "P1", "vard_id": "V1"}),
        ("intermediate.int_vard_placering", {"placering_id": "P2", "vard_id": "V1"}),
        ("staging.stg_placering", {"placering_id": "P1", "start": day, "slut": date(2024, 3, 1)}),
        ("staging.stg_placering", {"placering_id": "P2", "start": date(2024, 3, 2)}),
        (
            "staging.stg_placering_period",
            {"placering_id": "P2", "slag": "lagrum", "fran": date(2024, 5, 1), "leveransdatum": delivered},
        ),
        (
            "staging.stg_overvagande",
            {"subjekt_id": "P1", "typ": "umgange", "datum": date(2024, 2, 1), "leveransdatum": delivered},
        ),
        ("staging.stg_handelse", {"subjekt_id": "V1", "handelse": "fodelse", "datum": date(2020, 2, 2)}),
    ]
    for typ, key, happened in (
        ("vard", "V1", {"start": day, "slut": date(2024, 5, 1)}),
        ("vard", "V1#2", {"start": date(2024, 5, 1)}),
        ("vard", "V1#3", {"slut": date(2024, 3, 2), "overvagande_umgange": date(2024, 2, 1)}),
        (
            "beslut",
            "vard|V1|LVU-2",
            {"verkstalld": day, "dom": date(2023, 12, 1), "upphord": date(2024, 3, 1)},
        ),
    ):
        for handelse, datum in happened.items():
            event = {"subjekt_typ": typ, "subjekt_nyckel": key, "handelse": handelse, "datum": datum}
            rows.append(("mart.fct_handelse", {"subjekt_id": "V1", "ar_datum_okant": False} | event))
    born = {"subjekt_typ": "vard", "subjekt_nyckel": "V1", "handelse": "person.fodelse"}
    rows.append(("intermediate.int_handelse_kopplad", born | {"datum": date(2020, 2, 2)}))
    for table, values in rows:
        named = ", ".join(f"${name} as {name}" for name in values)
        db.execute(f"insert into {table} by name select '9901' as kommun, {named}", values)
    return db


@pytest.mark.parametrize(
    ("typ", "key", "sources"),
    [
        (
            "vard",
            "V1",
            {
                "start": "placeringar.start",
                "slut": "placering_perioder.fran",
                "person.fodelse": "handelser.datum",
            },
        ),
        ("vard", "V1#2", {"start": "placering_perioder.fran"}),
        ("vard", "V1#3", {"slut": "placeringar.start", "overvagande_umgange": "overvaganden.datum"}),
        (
            "beslut",
            "vard|V1|LVU-2",
            {"verkstalld": "placeringar.start", "dom": "None.None", "upphord": "placeringar.slut"},
        ),
    ],
)
def test_the_row_behind_an_event_of_a_care(
    care: duckdb.DuckDBPyConnection, typ: str, key: str, sources: dict[str, str]
) -> None:
    subject = {"kommun": "9901", "subjekt_typ": typ, "subjekt_nyckel": key, "subjekt_id": "V1"}
    rows = care.execute(ROWS.read_text(encoding="utf-8"), subject).fetchall()
    assert {handelse: f"{table}.{column}" for handelse, _, table, column, _ in rows} == sources
