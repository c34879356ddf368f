"""Who is back within a year: person by person, day by day, in plain Python over the facts."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
from facit import Count, Facts, age_group, share_of

Person = tuple[str, str]
OTHER_MATTERS = {"ekonomi", "vardnad_boende_umgange", "faderskap", "familjehem", "yttrande"}
LATER = date(9999, 12, 31)


def one_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    def rows(sql: str) -> Iterator[tuple[Person, dict[str, Any]]]:
        for row in db.sql(sql).pl().to_dicts():
            if row["person_nyckel"] is not None:
                yield (row["kommun"], row["person_nyckel"]), row

    last_days: dict[Person, list[tuple[date, date]]] = defaultdict(list)
    """First and last day of everything that went on with the person."""
    ends: dict[Person, dict[date, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    cases: dict[tuple[Person, str], list[str]] = defaultdict(list)
    one_day = timedelta(1)

    def ends_on(person: Person, day: date | None, malgrupp: str, enhet: str | None) -> None:
        if day is not None:
            ends[person][day].append((malgrupp, enhet or "okand"))

    for person, row in rows("from mart.fct_utredning"):
        until = row["slutford_datum"]
        last_days[person].append((row["inledd_datum"], until - one_day if until else LATER))
        cases[person, row["aktualisering_id"]].append(row["typ"])
        if row["typ"] not in OTHER_MATTERS and row["resultat"] not in ("insats", "flyttad"):
            ends_on(person, until, row["malgrupp"], row["enhet"])
    for person, row in rows("from mart.fct_insats where ar_behovsprovad"):
        last_days[person].append((row["start_datum"], row["slut_datum"] or LATER))
        ends_on(person, row["slut_datum"], row["malgrupp"], row["enhet"])
    for person, row in rows("from mart.fct_placering where not ar_medplacerad"):
        until = row["slut_datum"]
        last_days[person].append((row["start_datum"], until - one_day if until else LATER))
        if row["slutorsak"] != "avliden":
            ends_on(person, until, "barn" if row["malgrupp"] == "barn" else "vuxen", row["enhet"])
    came: dict[Person, list[date]] = defaultdict(list)
    for person, row in rows("from mart.fct_aktualisering where typ in ('anmalan', 'ansokan')"):
        led_to = cases[person, row["aktualisering_id"]]
        if not led_to or any(typ not in OTHER_MATTERS for typ in led_to):
            came[person].append(row["inkommen_datum"])

    born = {
        (kommun, nyckel): (fodd, kon)
        for kommun, nyckel, fodd, kon in db.sql(
            "select kommun, person_nyckel, fodelsedatum, kon from intermediate.int_person"
        ).fetchall()
    }
    found = []
    for person, days in ends.items():
        fodd, kon = born.get(person, (None, None))
        for day, ended in days.items():
            after = day + one_day
            if any(first <= after <= last for first, last in last_days[person]):
                continue
            found.append(
                {
                    "kommun": person[0],
                    "kon": kon or "okand",
                    "alder": day.year - fodd.year - ((day.month, day.day) < (fodd.month, fodd.day))
                    if fodd
                    else None,
                    "malgrupp": min(malgrupp for malgrupp, _ in ended),
                    "enhet": min(enhet for _, enhet in ended),
                    "avslut_datum": day,
                    "tillbaka": any(day < came_in <= one_year_on(day) for came_in in came[person]),
                }
            )
    return {
        "avslut": pl.DataFrame(found).with_columns(aldersgrupp=age_group("alder")),
        "bistand_slut": assistance_ended(db, born),
    }


def assistance_ended(
    db: duckdb.DuckDBPyConnection, born: dict[Person, tuple[date | None, str | None]]
) -> pl.DataFrame:
    """Adults whose months with financial assistance were followed by one without."""
    months: dict[Person, set[int]] = defaultdict(set)
    household: dict[tuple[Person, int], str | None] = {}
    delivered: dict[str, int] = {}
    paid = db.sql("""
        select kommun, person_nyckel, manad, min(hushallstyp) as hushallstyp, lage_per
        from staging.stg_ekonomiskt_bistand join mart.dim_kommun using (kommun) group by all
    """)
    for row in paid.pl().to_dicts():
        year, month = map(int, row["manad"].split("-"))
        nr = year * 12 + month - 1
        if date((nr + 1) // 12, (nr + 1) % 12 + 1, 1) <= row["lage_per"] + timedelta(1):
            delivered[row["kommun"]] = max(delivered.get(row["kommun"], 0), nr)
        if row["person_nyckel"] is not None:
            person = (row["kommun"], row["person_nyckel"])
            months[person].add(nr)
            household[person, nr] = row["hushallstyp"]
    found = []
    for person, mine in months.items():
        for nr in mine:
            last = date((nr + 1) // 12, (nr + 1) % 12 + 1, 1) - timedelta(1)
            fodd, kon = born.get(person, (None, None))
            if nr + 1 in mine or nr >= delivered[person[0]] or not fodd:
                continue
            age = last.year - fodd.year - ((last.month, last.day) < (fodd.month, fodd.day))
            if age >= 18:
                found.append(
                    {
                        "kommun": person[0],
                        "kon": kon or "okand",
                        "hushallstyp": household[person, nr],
                        "alder": age,
                        "sista": last,
                        "tillbaka": any(nr + later in mine for later in range(1, 13)),
                    }
                )
    return pl.DataFrame(found).with_columns(aldersgrupp=age_group("alder"))


def of(malgrupp: str, good: pl.Expr) -> Count:
    return share_of("avslut", "avslut_datum", good, pl.col("malgrupp") == malgrupp)


FACTS: dict[str, Count] = {
    "ATER_BARN_ANDEL": of("barn", pl.col("tillbaka")),
    "ATER_EJ_BARN_ANDEL": of("barn", ~pl.col("tillbaka")),
    "ATER_EJ_VUXEN_ANDEL": of("vuxen", ~pl.col("tillbaka")),
    "ATER_EJ_EB_ANDEL": share_of("bistand_slut", "sista", ~pl.col("tillbaka")),
}
