"""Cases that flow, wait, are decided and are worked on, against counts made in another way.

Made cases go through the night's compiled SQL; what the invented municipality has is counted again in Polars
from its facts.
"""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import d
from frist_rigg import Rigg

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
Db = duckdb.DuckDBPyConnection
Row = dict[str, Any]

KOMMUN = "9901"
LAST = d("2026-03-10")
FIRST_MONTHS = d("2024-01-01")
TEXT, DAY = pl.String, pl.Date
SLAG = {
    "forhandsbedomning": "aktualiseringar",
    "utredning": "utredningar",
    "insats": "insatser",
    "beslut_ej_verkstallt": "ej_verkstallda_beslut",
    "hushall": "ekonomiskt_bistand",
}
KNOWN_HOUSEHOLDS = "2026-01"
"""The newest month of aid: who has it no longer is known through December."""

SCHEMAS: dict[str, Row] = {
    "indata.lage": {"kommun": TEXT, "lage_per": DAY},
    "intermediate.int_tabell": {
        **dict.fromkeys(("kommun", "tabell"), TEXT),
        **dict.fromkeys(("omfattar_fran", "forsta_handelse"), DAY),
    },
    "intermediate.int_arende": {
        **dict.fromkeys(("kommun", "slag", "arende_nyckel", "person_nyckel", "enhet", "typ", "kon"), TEXT),
        **dict.fromkeys(("oppnad_datum", "avslutad_datum"), DAY),
    },
    "intermediate.int_bistand_period": {"kommun": TEXT, "t_o_m_manad": TEXT},
    "staging.stg_ekonomiskt_bistand": {
        **dict.fromkeys(("kommun", "manad", "hushall_id", "person_nyckel", "hushallstyp"), TEXT),
        "belopp_kr": pl.Decimal(18, 2),
    },
}


def rigg(natt: Settings, tables: dict[str, list[Row]]) -> Rigg:
    made = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    for name, rows in tables.items():
        made.table(name, pl.DataFrame(rows, schema=SCHEMAS[name]))
    return made


# --- stock and flow -------------------------------------------------------------------------------------


def invent(rng: Random) -> list[Row]:
    """Cases of few persons, so that many have several, some of them none, and some cases of nobody known."""
    cases = []
    for slag in SLAG:
        for nr in range(rng.randint(25, 60)):
            person = None if slag == "insats" and rng.random() < 0.3 else f"p{rng.randrange(12)}"
            opened = FIRST_MONTHS + timedelta(rng.randrange((LAST - FIRST_MONTHS).days))
            closed = opened + timedelta(rng.choice((0, 3, 20, 45, 200, 500)))
            if slag == "hushall":
                opened = min(opened.replace(day=1), d("2026-01-01"))
                closed = month_end(closed)
            known = closed <= (d("2025-12-31") if slag == "hushall" else LAST)
            cases.append(
                {
                    "kommun": KOMMUN,
                    "slag": slag,
                    "arende_nyckel": f"{slag}{nr}",
                    "person_nyckel": person,
                    "enhet": None if slag == "hushall" else rng.choice(("norr", "söder")),
                    "typ": rng.choice(("a", "b", "c")),
                    "kon": None
                    if slag == "hushall"
                    else ["kvinna", "man"][int(person[1:]) % 2]
                    if person
                    else "okand",
                    "oppnad_datum": opened,
                    "avslutad_datum": closed if known else None,
                }
            )
    return cases


def month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1) - timedelta(1)


def flow(natt: Settings, cases: list[Row], window: date | None = None, absent: str = "") -> Db:
    made = rigg(
        natt,
        {
            "indata.lage": [{"kommun": KOMMUN, "lage_per": LAST}],
            "intermediate.int_tabell": [
                {
                    "kommun": KOMMUN,
                    "tabell": tabell,
                    "omfattar_fran": window,
                    "forsta_handelse": min(
                        (c["oppnad_datum"] for c in cases if c["slag"] == slag), default=None
                    ),
                }
                for slag, tabell in SLAG.items()
                if tabell != absent
            ],
            "intermediate.int_arende": cases,
            "intermediate.int_bistand_period": [{"kommun": KOMMUN, "t_o_m_manad": KNOWN_HOUSEHOLDS}],
        },
    )
    for name in ("int_manad", "int_period_manad", "int_period", "int_kommun_period"):
        made.model(name)
    made.model("arende_flode", "marts", "mart")
    return made.db


def counted(cases: pl.DataFrame, first: date, last: date) -> Row:
    """The figures of a period from the cases themselves, each by its own definition."""
    opened, closed = pl.col("oppnad_datum"), pl.col("avslutad_datum").fill_null(d("9999-12-31"))
    touching = cases.filter(opened <= last, closed >= first)
    return {
        "antal_ingaende": cases.filter(opened < first, closed >= first).height,
        "antal_oppnade": cases.filter(opened.is_between(first, last)).height,
        "antal_avslutade": cases.filter(closed.is_between(first, last)).height,
        "antal_utgaende": cases.filter(opened <= last, closed > last).height,
        "antal_aktuella": touching.height,
        "antal_unika_personer": touching["person_nyckel"].drop_nulls().n_unique(),
    }


@pytest.mark.parametrize("seed", range(4))
def test_every_period_and_group_is_what_the_cases_say(natt: Settings, seed: int) -> None:
    cases = invent(Random(f"arende {seed}"))
    db = flow(natt, cases, window=None if seed % 2 else d("2024-05-17"))
    frame = pl.DataFrame(cases, schema=SCHEMAS["intermediate.int_arende"])
    rows = db.execute("""
        select mart.*, period.period_start, period.period_slut from mart.arende_flode as mart
        inner join intermediate.int_period as period using (periodtyp, period)
    """).pl().to_dicts()  # fmt: skip
    assert len({row["periodtyp"] for row in rows}) == 7
    checked = 0
    for row in rows:
        mine = frame.filter(pl.col("slag") == row["slag"])
        if row["uppdelning"] != "total":
            mine = mine.filter(pl.col(row["uppdelning"]) == row["grupp"])
        expected = counted(mine, row["period_start"], row["period_slut"])
        household = row["slag"] == "hushall"
        opened_known = row["period_slut"] <= (d("2026-01-31") if household else LAST)
        closed_known = row["period_slut"] <= (d("2025-12-31") if household else LAST)
        if row["period_start"] > (d("2026-01-01") if household else LAST):
            expected["antal_ingaende"] = None
        if not opened_known:
            expected |= dict.fromkeys(("antal_oppnade", "antal_aktuella", "antal_unika_personer"))
        if not closed_known:
            expected |= dict.fromkeys(("antal_avslutade", "antal_utgaende"))
        assert {key: row[key] for key in expected} == expected, row
        assert row["status"] == ("ok" if closed_known else "for_tidigt")
        checked += closed_known
    assert checked > 1000


def test_any_partition_of_time_sums(natt: Settings) -> None:
    """Neighbouring periods of any kinds lead from the first one's opening to the last one's closing."""
    rng = Random("partition")
    db = flow(natt, invent(rng))
    rows = db.execute("""
        select mart.slag, mart.uppdelning, mart.grupp, period.period_start, period.period_slut,
            mart.antal_ingaende, mart.antal_oppnade, mart.antal_avslutade, mart.antal_utgaende
        from mart.arende_flode as mart inner join intermediate.int_period as period using (periodtyp, period)
        where mart.status = 'ok'
    """).pl().to_dicts()  # fmt: skip
    cells = defaultdict(lambda: defaultdict(list))
    for row in rows:
        cells[row["slag"], row["uppdelning"], row["grupp"]][row["period_start"]].append(row)
    walked = 0
    for starts in cells.values():
        for _ in range(5):
            first, day, path = d("2024-07-01"), d("2024-07-01"), []
            while day in starts:
                path.append(rng.choice(starts[day]))
                day = path[-1]["period_slut"] + timedelta(1)
            assert path and path[0]["period_start"] == first
            assert all(
                before["antal_utgaende"] == after["antal_ingaende"] for before, after in pairwise(path)
            )
            net = sum(step["antal_oppnade"] - step["antal_avslutade"] for step in path)
            assert path[0]["antal_ingaende"] + net == path[-1]["antal_utgaende"]
            walked += len({step["period_slut"] - step["period_start"] for step in path}) > 1
    assert walked > 20


def test_a_table_without_cases_has_none_and_an_absent_one_no_rows(natt: Settings) -> None:
    cases = [case for case in invent(Random("tom")) if case["slag"] == "utredning"]
    db = flow(natt, cases, window=d("2024-01-01"), absent="aktualiseringar")
    totals = dict(
        db.execute("""
            select slag, sum(antal_aktuella) from mart.arende_flode
            where uppdelning = 'total' and periodtyp = 'ar' and status = 'ok' group by slag
        """).fetchall()
    )
    assert totals.keys() == SLAG.keys() - {"forhandsbedomning"}
    assert totals["insats"] == 0 < totals["utredning"]


# --- households ---------------------------------------------------------------------------------------


def spells(natt: Settings, rows: list[Row], lage_per: str = "2026-03-10") -> list[tuple[Any, ...]]:
    """(household ids, applicant, first month, last month, months) of every spell."""
    made = rigg(
        natt,
        {
            "indata.lage": [{"kommun": KOMMUN, "lage_per": d(lage_per)}],
            "staging.stg_ekonomiskt_bistand": rows,
        },
    )
    made.model("int_bistand_period")
    return made.db.execute("""
        select hushall_id_lista, person_nyckel, forsta_manad, sista_manad, antal_manader
        from intermediate.int_bistand_period order by forsta_manad, hushall_id_lista
    """).fetchall()


def aid(household: str, months: str, *persons: str | None, typ: str = "par") -> list[Row]:
    """Rows of one household for some months of 2025; the first person is the applicant."""
    return [
        {
            "kommun": KOMMUN,
            "manad": f"2025-{month}",
            "hushall_id": household,
            "person_nyckel": person,
            "hushallstyp": typ,
            "belopp_kr": 0 if nr else 9000,
        }
        for month in months.split()
        for nr, person in enumerate(persons)
    ]


LATER = aid("annat", "10 11 12", "z")
"""Somebody else, so that December is the last month delivered."""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (aid("h1", "03 04 05", "a"), [(["h1"], "a", "2025-03", "2025-05", 3)]),
        # A month without aid ends the spell.
        (
            aid("h1", "03 05", "a"),
            [(["h1"], "a", "2025-03", "2025-03", 1), (["h1"], "a", "2025-05", "2025-05", 1)],
        ),
        # The household changes and goes on under another id, twice.
        (
            aid("h1", "03 04", "a") + aid("h0", "05", "a", typ="ensam_man") + aid("h2", "06 07", "a", "b"),
            [(["h1", "h0", "h2"], "a", "2025-03", "2025-07", 5)],
        ),
        # A month later it is another spell, and so it is with another applicant.
        (
            aid("h1", "03", "a") + aid("h2", "05", "a"),
            [(["h1"], "a", "2025-03", "2025-03", 1), (["h2"], "a", "2025-05", "2025-05", 1)],
        ),
        (
            aid("h1", "03", "a", "b") + aid("h2", "04", "b"),
            [(["h1"], "a", "2025-03", "2025-03", 1), (["h2"], "b", "2025-04", "2025-04", 1)],
        ),
        # Who applies may change within a household, and what follows is the last one's.
        (
            aid("h1", "03", "a", "b") + aid("h1", "04", "b", "a") + aid("h2", "05", "b"),
            [(["h1", "h2"], "a", "2025-03", "2025-05", 3)],
        ),
        # One becomes two: it goes on as one of them, and the other is new.
        (
            aid("h1", "03", "a") + aid("h2", "04 05", "a") + aid("h3", "04", "a"),
            [(["h1", "h2"], "a", "2025-03", "2025-05", 3), (["h3"], "a", "2025-04", "2025-04", 1)],
        ),
        # A household that keeps its aid is not ended by another of the same applicant.
        (
            aid("h1", "03 04", "a") + aid("h2", "04", "a"),
            [(["h1"], "a", "2025-03", "2025-04", 2), (["h2"], "a", "2025-04", "2025-04", 1)],
        ),
        # Nobody known is not the same as nobody known.
        (
            aid("h1", "03", None) + aid("h2", "04", None),
            [(["h1"], None, "2025-03", "2025-03", 1), (["h2"], None, "2025-04", "2025-04", 1)],
        ),
    ],
)
def test_a_spell_is_unbroken_months_of_aid(natt: Settings, rows: list[Row], expected: list[Any]) -> None:
    found = spells(natt, rows + LATER)
    assert found[:-1] == expected
    assert found[-1] == (["annat"], "z", "2025-10", None, 3)


def test_nobody_leaves_in_a_month_that_is_not_over(natt: Settings) -> None:
    rows = aid("h1", "10 11", "a") + aid("h2", "10 11 12", "b") + aid("h3", "10", "c") + aid("h4", "12", "d")
    found = {tuple(ids): last for ids, _, _, last, _ in spells(natt, rows, "2025-12-15")}
    assert found == {("h1",): None, ("h2",): None, ("h3",): "2025-10", ("h4",): None}
    over = {tuple(ids): last for ids, _, _, last, _ in spells(natt, rows, "2025-12-31")}
    assert over == {("h1",): "2025-11", ("h2",): None, ("h3",): "2025-10", ("h4",): None}


@pytest.mark.parametrize("seed", range(3))
def test_spells_are_those_of_a_walk_through_the_months(natt: Settings, seed: int) -> None:
    """Month by month: who stays, who goes on under another id, who is new."""
    rng = Random(f"hushåll {seed}")
    months = {
        f"{m:02d}": {f"h{n}": f"p{rng.randrange(6)}" for n in rng.sample(range(9), rng.randint(2, 7))}
        for m in range(1, 12)
    }
    walked: list[list[str]] = []
    open_now: dict[str, list[str]] = {}
    before: dict[str, str] = {}
    for households in months.values():
        gone = defaultdict(list)
        for household in sorted(before.keys() - households.keys()):
            gone[before[household]].append(open_now[household])
        current = {}
        for household in sorted(households, key=lambda h: (h not in before, h)):
            if household in before:
                current[household] = open_now[household]
            elif gone[households[household]]:
                current[household] = gone[households[household]].pop(0)
            else:
                walked.append([])
                current[household] = walked[-1]
            current[household].append(household)
        open_now, before = current, households
    rows = [
        r for month, found in months.items() for h, person in found.items() for r in aid(h, month, person)
    ]
    found = spells(natt, rows + aid("annat", "12", "z"))
    assert sorted(months for *_, months in found[:-1]) == sorted(len(spell) for spell in walked)
    assert sorted(",".join(ids) for ids, *_ in found[:-1]) == sorted(
        ",".join(h for n, h in enumerate(spell) if n == 0 or spell[n - 1] != h) for spell in walked
    )
    assert any(len(ids) > 1 for ids, *_ in found)


def test_months_of_households_are_the_households(lager: Db) -> None:
    """Whoever has aid in a month is open in it, once, whatever the id; some go on under another id."""
    open_in = dict(
        lager.execute("""
            select period, antal_aktuella from mart.arende_flode
            where slag = 'hushall' and periodtyp = 'manad' and uppdelning = 'total'
                and antal_aktuella is not null
        """).fetchall()
    )
    paid = dict(lager.execute("select manad, count(*) from mart.fct_bistand_manad group by 1").fetchall())
    assert open_in == paid
    ((stitched,),) = lager.execute(
        "select count(*) from intermediate.int_bistand_period where len(hushall_id_lista) > 1"
    ).fetchall()
    assert stitched


# --- the waiting list ---------------------------------------------------------------------------------


def test_the_waiting_list_is_the_decisions_that_waited(lager: Db) -> None:
    decisions = lager.execute("""
        select beslut_id, insats, enhet, beslutsdatum, verkstalld_datum, avbruten_datum, aterupptagen_datum,
            avslutad_datum, ar_avslutad_datum_okant as okant,
            coalesce(omfattning_verkstalld < omfattning, false) as delvis
        from mart.fct_beslut where kommun = '9901' and ar_gynnande
    """).pl()  # fmt: skip
    started = pl.when(pl.col("delvis")).then(None).otherwise(pl.col("verkstalld_datum"))
    first = decisions.filter(
        # Ended, or executed before an interruption, on a day nobody knows: not to be judged.
        ~(pl.col("okant") & started.is_null() & pl.col("avslutad_datum").is_null()),
        ~(pl.col("verkstalld_datum").is_null() & pl.col("avbruten_datum").is_not_null()),
    ).select(
        "beslut_id", "insats", "enhet", fran="beslutsdatum", till=pl.min_horizontal(started, "avslutad_datum")
    )
    again = decisions.filter(pl.col("avbruten_datum").is_not_null()).select(
        "beslut_id",
        "insats",
        "enhet",
        fran="avbruten_datum",
        till=pl.min_horizontal("aterupptagen_datum", "avslutad_datum"),
    )
    waits = pl.concat([first, again])
    months = lager.execute("""
        select period, period_slut, ar_fullstandig from intermediate.int_kommun_period
        where kommun = '9901' and periodtyp = 'manad' and period >= '2023-01'
    """).fetchall()  # fmt: skip
    columns = ["insats", "enhet", "antal_vantar", "antal_over_tre_manader", "langsta_vantan_dagar"]
    some = 0
    for month, last, over in months:
        mart = lager.execute(
            f"""
            select {", ".join(columns)}, status from mart.vantelista_manad
            where kommun = '9901' and manad = ?
            """,
            [month],
        ).pl()
        if not over:
            assert mart["antal_vantar"].null_count() == mart.height > 0
            assert set(mart["status"]) == {"for_tidigt"}
            continue
        open_then = waits.filter(pl.col("fran") <= last, pl.col("till").is_null() | (pl.col("till") > last))
        expected = open_then.group_by("insats", "enhet").agg(
            antal_vantar=pl.len().cast(pl.Int64),
            antal_over_tre_manader=(pl.col("fran").dt.offset_by("3mo") < last).sum().cast(pl.Int64),
            langsta_vantan_dagar=(pl.lit(last) - pl.col("fran")).dt.total_days().max().cast(pl.Int32),
        )
        found = mart.filter(pl.col("antal_vantar") > 0).select(columns)
        assert found.sort(columns[:2]).rows() == expected.select(columns).sort(columns[:2]).rows(), month
        some += found.height
    assert some > 50


# --- what was decided ---------------------------------------------------------------------------------


def test_the_list_of_decisions_is_the_decisions(lager: Db) -> None:
    """Per kind, month and outcome, from the facts; extensions and reviews have one outcome only."""
    facts = {
        "insats": "select beslutsdatum, coalesce(utfall, 'bifall') from mart.fct_beslut",
        "forhandsbedomning": """
            select beslutsdatum, beslut from mart.fct_aktualisering where beslutsdatum is not null""",
        "utredning": """
            select slutford_datum, coalesce(resultat, 'okand') from mart.fct_utredning
            where slutford_datum is not null""",
        "forlangning": "select beslutsdatum, 'beslutat' from staging.stg_forlangning",
        "overvagande": "select datum, 'beslutat' from mart.fct_overvagande",
    }
    ((until,),) = lager.execute("select lage_per from mart.dim_kommun where kommun = '9901'").fetchall()
    for slag, query in facts.items():
        rows = lager.execute(query + (" and" if "where" in query else " where") + " kommun = '9901'").pl()
        rows.columns = ["datum", "utfall"]
        expected = (
            rows.filter(pl.col("datum") < until.replace(day=1))
            .group_by(manad=pl.col("datum").dt.strftime("%Y-%m"), utfall="utfall")
            .agg(antal=pl.len().cast(pl.Int64))
        )
        found = lager.execute(
            """
            select manad, utfall, cast(sum(antal) as bigint) as antal from mart.delegation_manad
            where kommun = '9901' and slag = ? group by all
            """,
            [slag],
        ).pl()
        assert sorted(found.rows()) == sorted(expected.select("manad", "utfall", "antal").rows())
        assert found.height


LAW_TABLES: dict[str, Row] = {
    "stg_aktualisering": dict.fromkeys(("kommun", "row_key", "typ", "enhet", "beslut"), TEXT)
    | {"beslutsdatum": DAY},
    "stg_utredning": dict.fromkeys(("kommun", "typ", "enhet", "lagrum", "resultat"), TEXT)
    | dict.fromkeys(("inledd", "slutford", "avslutad"), DAY),
    "stg_beslut": dict.fromkeys(
        (
            *(
                "kommun",
                "beslut_id",
                "person_nyckel",
                "utredning_id",
                "insats",
                "lagrum",
                "enhet",
                "malgrupp",
                "kon",
            ),
            *("utfall", "beslutsfattare", "ersatter_beslut_id", "ansvarig_kommun", "verkstallande_kommun"),
            *("avslutsorsak", "orsak"),
        ),
        TEXT,
    )
    | dict.fromkeys(
        (
            *("beslutsdatum", "giltig_till", "verkstalld", "avbruten", "aterupptagen", "avslutad"),
            *("uppdrag_skickat", "erbjudande", "tackat_nej"),
        ),
        DAY,
    )
    | {"omfattning": pl.Int64, "omfattning_verkstalld": pl.Int64, "avslutad_datum_okant": pl.Boolean},
    "stg_placering": {"kommun": TEXT, "lagrum": TEXT, "start": DAY},
    "stg_placering_period": {"slag": TEXT, "varde": TEXT, "fran": DAY},
    "stg_handelse": dict.fromkeys(("kommun", "person_nyckel", "handelse", "lagrum", "enhet"), TEXT)
    | {"datum": DAY},
    "stg_forlangning": dict.fromkeys(("kommun", "subjekt_typ", "subjekt_id", "beslutsfattare"), TEXT)
    | {"beslutsdatum": DAY},
    "stg_overvagande": dict.fromkeys(
        ("kommun", "row_key", "subjekt_typ", "subjekt_id", "typ", "beslutsfattare"), TEXT
    )
    | {"datum": DAY},
    "int_vard": dict.fromkeys(("kommun", "vard_id"), TEXT),
    "int_vard_placering": dict.fromkeys(("kommun", "placering_id", "vard_id"), TEXT),
    "int_vard_grund": dict.fromkeys(("kommun", "vard_id", "enhet", "lagrumsgrupp"), TEXT) | {"start": DAY},
    "int_subjekt": dict.fromkeys(("kommun", "subjekt_typ", "subjekt_id", "enhet"), TEXT),
}


def sections(natt: Settings, **rows: list[Row]) -> list[tuple[Any, ...]]:
    """(kind, type, day, section, today's section, in force, decided by, unit, outcome) of made decisions."""
    made = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    for name, schema in LAW_TABLES.items():
        given = [{"kommun": KOMMUN} | row for row in rows.get(name, [])] if "kommun" in schema else []
        folder = "staging" if name.startswith("stg_") else "intermediate"
        made.table(f"{folder}.{name}", pl.DataFrame(given, schema=schema))
    for name in ("int_lagrum", "int_beslut", "int_delegationsbeslut"):
        made.model(name)
    return made.db.execute("""
        select slag, typ, cast(datum as varchar), lagrum_id, nuvarande_lagrum_id, ar_lagrum_i_kraft,
            beslutsfattare, enhet, utfall
        from intermediate.int_delegationsbeslut order by slag, typ, datum, lagrum_id
    """).fetchall()


def test_older_and_newer_law_stand_side_by_side(natt: Settings) -> None:
    def decision(insats: str, day: str, lagrum: str, **more: Any) -> Row:
        return {
            "beslut_id": f"{insats}{day}",
            "insats": insats,
            "beslutsdatum": d(day),
            "lagrum": lagrum,
        } | more

    found = sections(
        natt,
        stg_beslut=[
            decision("oppenvard", "2025-06-30", "4 kap. 1 § SoL", beslutsfattare="delegat", enhet="e"),
            decision("oppenvard", "2025-07-01", "11 kap. 1 § SoL", utfall="avslag"),
            # Written under older law two months after its repeal: it counts, and it shows.
            decision("oppenvard", "2025-09-02", "4 kap 1 § SoL"),
            decision("ekonomiskt_bistand", "2025-05-02", "4 kap. 1 § SoL"),
            decision("kontaktperson", "2025-05-02", "9 § p. 4 LSS"),
            decision("annan", "2025-05-02", "enligt lag"),
        ],
        stg_aktualisering=[
            {
                "row_key": "1",
                "typ": "anmalan",
                "enhet": "e",
                "beslut": "inleds",
                "beslutsdatum": d("2025-06-30"),
            },
            {
                "row_key": "2",
                "typ": "anmalan",
                "enhet": "e",
                "beslut": "inleds_ej",
                "beslutsdatum": d("2025-07-01"),
            },
            {"row_key": "3", "typ": "anmalan", "enhet": "e"},
        ],
        stg_utredning=[
            # Opened under older law and closed under newer; the section it was made under is another thing.
            {"typ": "barn_ansokan", "enhet": "e", "lagrum": "11 kap. 2 § SoL", "resultat": "insats"}
            | {"inledd": d("2025-05-01"), "slutford": d("2025-08-01")},
            {"typ": "missbruk", "enhet": "e", "lagrum": "7 § LVM"}
            | {"inledd": d("2025-05-01"), "avslutad": d("2025-08-01")},
            {"typ": "vald", "enhet": "e", "lagrum": "11 kap. 1 § SoL", "inledd": d("2025-05-01")},
        ],
    )
    old, new = "SOL2001", "SOL2025"
    assert [row[1:6] for row in found] == [
        ("anmalan", "2025-06-30", f"{old}-11-1", f"{new}-14-2", True),
        ("anmalan", "2025-07-01", f"{new}-14-2", f"{new}-14-2", True),
        ("annan", "2025-05-02", "okand", "okand", None),
        ("ekonomiskt_bistand", "2025-05-02", f"{old}-4-1", f"{new}-12-1", True),
        ("kontaktperson", "2025-05-02", "LSS-9-4", "LSS-9-4", True),
        ("oppenvard", "2025-06-30", f"{old}-4-1", f"{new}-11-1", True),
        ("oppenvard", "2025-07-01", f"{new}-11-1", f"{new}-11-1", True),
        ("oppenvard", "2025-09-02", f"{old}-4-1", f"{new}-11-1", False),
        ("barn_ansokan", "2025-08-01", f"{new}-14-2", f"{new}-14-2", True),
        ("missbruk", "2025-08-01", "LVM-7", "LVM-7", True),
    ]
    assert [row[6:] for row in found] == [
        ("okand", "e", "inleds"),
        ("okand", "e", "inleds_ej"),
        *[("okand", "okand", "bifall")] * 3,
        ("delegat", "e", "bifall"),
        ("okand", "okand", "avslag"),
        ("okand", "okand", "bifall"),
        ("okand", "e", "insats"),
        ("okand", "e", "okand"),
    ]


def test_reviews_extensions_and_force_are_under_their_sections(natt: Settings) -> None:
    def review(typ: str, day: str, subject: tuple[str, str] = ("vard", "v")) -> Row:
        kind, subject_id = subject
        return {"row_key": f"{typ}{day}{kind}", "subjekt_typ": kind, "subjekt_id": subject_id, "typ": typ} | {
            "datum": d(day),
            "beslutsfattare": "utskott",
        }

    found = sections(
        natt,
        # The care was voluntary until March 2025, then under LVU.
        int_vard=[{"vard_id": "v"}],
        int_vard_placering=[{"placering_id": "p", "vard_id": "v"}],
        int_vard_grund=[
            {"vard_id": "v", "enhet": "e", "lagrumsgrupp": "sol", "start": d("2021-01-01")},
            {"vard_id": "v", "enhet": "f", "lagrumsgrupp": "lvu", "start": d("2025-03-01")},
        ],
        stg_overvagande=[
            review("overvagande", "2021-06-01"),
            review("overvagande", "2025-09-01", ("placering", "p")),
            review("vardnadsoverflyttning", "2021-06-01"),
            review("vardnadsoverflyttning", "2022-07-01"),
            review("umgange", "2025-09-01"),
        ],
        int_subjekt=[{"subjekt_typ": "utredning", "subjekt_id": "U1", "enhet": "g"}],
        stg_forlangning=[
            {"subjekt_typ": "utredning", "subjekt_id": "U1", "beslutsdatum": d("2025-06-30")},
            {"subjekt_typ": "utredning", "subjekt_id": "U1", "beslutsdatum": d("2025-07-01")},
        ],
        stg_beslut=[
            {"beslut_id": "B1", "person_nyckel": "a", "insats": "jourhem", "lagrum": "6 § LVU"}
            | {"beslutsdatum": d("2025-02-01")},
        ],
        stg_handelse=[
            # The first has a row of its own among the decisions; a visit is no decision.
            {"person_nyckel": person, "handelse": what, "lagrum": law, "datum": d("2025-02-01"), "enhet": "e"}
            for person, what, law in [
                ("a", "omhandertagen", "6 § LVU"),
                ("b", "omhandertagen", "13 § LVM"),
                ("b", "besok", None),
            ]
        ],
    )
    told = [(slag, typ, day, section, unit) for slag, typ, day, section, _, _, _, unit, _ in found]
    assert told == [
        ("forlangning", "utredning", "2025-06-30", "SOL2001-11-2", "g"),
        ("forlangning", "utredning", "2025-07-01", "SOL2025-20-3", "g"),
        ("insats", "jourhem", "2025-02-01", "LVU-6", "okand"),
        ("overvagande", "overvagande", "2021-06-01", "SOL2001-6-8", "e"),
        ("overvagande", "overvagande", "2025-09-01", "LVU-13", "f"),
        ("overvagande", "umgange", "2025-09-01", "LVU-14", "f"),
        ("overvagande", "vardnadsoverflyttning", "2021-06-01", "SOL2001-6-8", "e"),
        ("overvagande", "vardnadsoverflyttning", "2022-07-01", "SOL2001-6-8b", "e"),
        ("tvang", "omhandertagen", "2025-02-01", "LVM-13", "e"),
    ]


# --- workload -----------------------------------------------------------------------------------------


def test_the_workload_is_the_investigations_of_the_month(natt: Settings, lager: Db) -> None:
    ((month, first, last),) = lager.execute("""
        select max_by(period, period), max(period_start), max(period_slut) from intermediate.int_kommun_period
        where kommun = '9901' and periodtyp = 'manad' and ar_fullstandig
    """).fetchall()  # fmt: skip
    cases = lager.execute("""
        select utr.row_key, utr.utredning_id, utr.person_nyckel, utr.enhet, utr.handlaggare_nyckel,
            utr.inledd, utr.tilldelad, coalesce(utr.slutford, utr.avslutad) as stangd
        from staging.stg_utredning as utr where utr.kommun = '9901'
    """).pl()  # fmt: skip
    events = lager.execute("""
        select subjekt_id, person_nyckel, datum from staging.stg_handelse
        where kommun = '9901' and subjekt_typ = 'utredning'
        union all
        select subjekt_id, null, beslutsdatum from staging.stg_forlangning
        where kommun = '9901' and subjekt_typ = 'utredning'
    """).fetchall()  # fmt: skip
    # Every last contact that some delivery has told of.
    archive = pl.read_parquet(f"{natt.archive}/utredningar/kommun=9901/*.parquet")
    touched: dict[str, set[date]] = defaultdict(set)
    for key, day in archive.select("row_key", "senaste_kontakt").drop_nulls().rows():
        touched[key].add(day)
    expected: dict[tuple[Any, ...], list[Any]] = {}
    for case in cases.to_dicts():
        closed = case["stangd"]
        if case["inledd"] > last or (closed and closed < first):
            continue
        days = touched[case["row_key"]] | {case["inledd"], case["tilldelad"]} - {None}
        siblings = {c["person_nyckel"] for c in cases.to_dicts() if c["utredning_id"] == case["utredning_id"]}
        days |= {
            day
            for subject, person, day in events
            if subject == case["utredning_id"] and (person == case["person_nyckel"] or person not in siblings)
        }
        open_then = not closed or closed > last
        untouched = open_then and not any(last - timedelta(29) <= day <= last for day in days)
        for key in (
            (case["enhet"], "enhet", None),
            (case["enhet"], "handlaggare", case["handlaggare_nyckel"]),
        ):
            sums = expected.setdefault(key, [0, 0, 0, [], 0])
            sums[0] += open_then
            sums[1] += case["inledd"] >= first
            sums[2] += not open_then
            sums[3] += [(last - case["inledd"]).days] if open_then else []
            sums[4] += untouched
    for sums in expected.values():
        sums[3] = median(sums[3]) if sums[3] else None
    found = lager.execute(
        """
        select enhet, niva, handlaggare_nyckel, antal_oppna, antal_in, antal_ut, alder_median_dagar,
            antal_orord_30_dagar
        from mart.arbetsbelastning where kommun = '9901' and slag = 'utredning' and manad = ?
        """,
        [month],
    ).fetchall()
    assert {row[:3]: [*row[3:6], row[6], row[7]] for row in found} == expected
    assert any(sums[4] for sums in expected.values())


def test_what_was_touched_before_the_first_delivery_is_not_known(lager: Db) -> None:
    months = lager.execute("""
        select manad, bool_and(antal_orord_30_dagar is null), bool_or(antal_orord_30_dagar is null)
        from mart.arbetsbelastning where kommun = '9901' group by 1 order by 1
    """).fetchall()  # fmt: skip
    *before, newest = months
    assert newest[1:] == (False, False)
    assert len(before) > 24 and all(known[1:] == (True, True) for known in before)
