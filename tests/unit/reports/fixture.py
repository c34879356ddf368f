"""A small published layer with invented figures: two municipalities, every status, a changed definition.

``build(folder)`` writes ``indikatorer.duckdb`` as the publish stage would. The figures follow from a formula,
so that the same file comes out every time.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

LAGE_PER = date(2025, 10, 31)
KOMMUNER = {"9901": "Ängsholm", "9902": "Åsby"}
YEARS = range(2021, 2026)

SCHEMA = """
create table familj (familj text, namn text, beskrivning text, ordning int);
create table kommun (kommun text, namn text);
create table maluppfyllelse (
    indikator_id text, definitionsversion int, kommun text, periodtyp text, period text, uppdelning text,
    grupp text, mal decimal(18, 4), regel_text text, utfall_regel text, orsak text, bedomning text,
    bedomd_av text, bedomd_roll text, bedomning_skal text, utfall text
);
create table kommentar (
    kommun text, indikator_id text, period text, uppdelning text, grupp text, kommentar text, av text,
    roll text, tid timestamp
);
create table ej_verkstallda_statistik (
    kommun text, kvartal text, brytdatum date, klocka text, tabell text, rad text, rad_namn text, kolumn text,
    kolumn_namn text, ordning int, antal int, medel_dagar decimal(18, 1), median_dagar decimal(18, 1),
    langsta_manader int, forandring int, status text, ar_fryst boolean, lage_per date, vintage text
);
create table volym_nyckeltal (kommun text);
create table volym_avvikelse (kommun text);
create table volym_indikator (kommun text);
create table vintage (vintage text, byggd timestamp, kod_version text, seeds_hash text, troskel int);
create table indikator (
    indikator_id text, definitionsversion int, namn text, fraga text, familj text, taljare_text text,
    namnare_text text, rakneenhet text, mattenhet text, decimaler int, statistik text, konvention text,
    riktning text, lagrum text, kalla text, agare text, jamforbar_med text, forbehall text, evidens text,
    giltig_fran date, giltig_till date, ordning int, motiv text, insamling text, tidsbas text,
    periodtyper text, mognad_manader int, mattillfalle text, redovisning text, ersatter text
);
create table indikatorvarde (
    indikator_id text, definitionsversion int, kommun text, periodtyp text, period text, period_start date,
    period_slut date, uppdelning text, grupp text, grupp_namn text, grupp_ordning int, taljare decimal(18, 4),
    namnare decimal(18, 4), varde decimal(18, 6), mattenhet text, rakneenhet text, statistik text,
    konvention text, regelversion text, status text, lage_per date, vintage text
);
"""

CARD = {
    "definitionsversion": 1,
    "decimaler": 0,
    "statistik": "antal",
    "mattenhet": "antal",
    "riktning": "ingen",
    "kalla": "Verksamhetssystemet, tabellen utredningar",
    "agare": "Enheten för kvalitet",
    "giltig_fran": date(2015, 1, 1),
    "insamling": "system",
    "tidsbas": "handelse",
    "periodtyper": "ar|kvartal|manad",
    "mognad_manader": 0,
}

INDICATORS: list[dict[str, Any]] = [
    CARD
    | {
        "indikator_id": "UTR_BARN_I_TID",
        "namn": "Barnutredningar slutförda i tid",
        "fraga": "Hur stor andel av utredningarna av barn avslutas inom fyra månader?",
        "familj": "utredning",
        "taljare_text": "Utredningar med beslut senast på fristens sista dag, utan förlängning",
        "namnare_text": "Utredningar av barn under 18 år med beslut under perioden",
        "rakneenhet": "utredning",
        "mattenhet": "andel",
        "statistik": "andel",
        "decimaler": 1,
        "konvention": "LAG",
        "riktning": "upp",
        "lagrum": "14 kap. 3 § SoL (2025:400), tidigare 11 kap. 2 § SoL (2001:453)",
        "jamforbar_med": "Kolada visar hela utredningstiden och är inte jämförbar",
        "forbehall": "Förlängda utredningar räknas inte som i tid; de visas för sig.",
        "evidens": "UTR_BARN: lagtexten är läst",
        "definitionsversion": version,
        "giltig_fran": first,
        "giltig_till": last,
    }
    for version, first, last in (
        (1, date(2015, 1, 1), date(2023, 1, 1)),
        (2, date(2023, 1, 1), None),
    )
]
INDICATORS += [
    CARD
    | {
        "indikator_id": "UTR_BARN_ANTAL",
        "namn": "Avslutade barnutredningar",
        "fraga": "Hur många utredningar av barn avslutas?",
        "familj": "utredning",
        "taljare_text": "Utredningar av barn under 18 år med beslut under perioden",
        "rakneenhet": "utredning",
    },
    CARD
    | {
        "indikator_id": "UTR_BARN_MEDIAN",
        "namn": "Utredningstid för barn, median",
        "fraga": "Hur länge pågår en barnutredning?",
        "familj": "utredning",
        "taljare_text": "Dagar från inledd till beslut",
        "rakneenhet": "utredning",
        "mattenhet": "dagar",
        "statistik": "median",
        "riktning": "ned",
    },
    CARD
    | {
        "indikator_id": "PLAC_KOSTNAD",
        "namn": "Kostnad per årsplacering, familjehem <och jourhem>",
        "fraga": "Vad kostar en årsplacering?",
        "familj": "placering",
        "taljare_text": "Nettokostnad efter statsbidrag",
        "namnare_text": "Årsplaceringar (vårddygn delat med 365)",
        "rakneenhet": "årsplacering",
        "mattenhet": "kr",
        "statistik": "kvot",
        "riktning": "ned",
    },
    CARD
    | {
        "indikator_id": "PLAC_UTAN_UNDERLAG",
        "namn": "Övervägda placeringar",
        "fraga": "Hur många placeringar övervägs i tid?",
        "familj": "placering",
        "taljare_text": "Placeringar med övervägande i tid",
        "namnare_text": "Placeringar där övervägande skulle göras",
        "rakneenhet": "vård",
        "mattenhet": "andel",
        "statistik": "andel",
        "decimaler": 1,
        "konvention": "LAG",
        "riktning": "upp",
    },
]

RULE = "minst 85\u00a0%, delvis uppfyllt från 80\u00a0%"
TARGET = {
    "indikator_id": "UTR_BARN_I_TID",
    "definitionsversion": 2,
    "kommun": "9901",
    "periodtyp": "ar",
    "uppdelning": "total",
    "grupp": "total",
    "mal": Decimal("0.85"),
    "regel_text": RULE,
}
TARGETS: list[dict[str, Any]] = [
    TARGET | {"period": "2023", "utfall_regel": "ej", "utfall": "ej"},
    TARGET
    | {
        "period": "2024",
        "utfall_regel": "ej",
        "bedomning": "delvis",
        "bedomd_av": "Eva Ek",
        "bedomd_roll": "enhetschef",
        "bedomning_skal": "Tre sena <var> felregistrerade.",
        "utfall": "delvis",
    },
    TARGET | {"period": "2025", "orsak": "varde_saknas"},
    TARGET | {"period": "2024", "uppdelning": "enhet", "grupp": "alm", "orsak": "rojandeskyddad"},
]
COMMENTS: list[dict[str, Any]] = [
    {
        "kommun": "9901",
        "indikator_id": indikator_id,
        "period": period,
        "uppdelning": uppdelning,
        "grupp": grupp,
        "kommentar": text,
        "av": "Bo Al",
        "roll": "socialchef",
        "tid": datetime.fromisoformat(f"2025-11-0{day}T08:00:00"),
    }
    for day, (indikator_id, period, uppdelning, grupp, text) in enumerate(
        [
            ("UTR_BARN_I_TID", "2024", "total", "total", "Två tjänster var vakanta."),
            ("UTR_BARN_ANTAL", "2024-K4", "enhet", "ost", "Öst tog över Alms ärenden."),
            ("*", "2025-10", "total", "total", "Ny organisation från oktober."),
        ],
        1,
    )
]

GROUPS: list[tuple[str, str, str, int]] = [
    ("total", "total", "Totalt", 100),
    ("kon", "kvinna", "Kvinna", 46),
    ("kon", "man", "Man", 54),
    ("enhet", "ost", "Öst", 60),
    ("enhet", "vast", "Väst", 30),
    ("enhet", "alm", "Alm", 10),
]
"""(uppdelning, grupp, grupp_namn, share of the total in percent)."""


def build(folder: Path) -> Path:
    """Write ``folder/indikatorer.duckdb``; returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "familj": [
            {
                "familj": "placering",
                "namn": "Placeringar",
                "beskrivning": "Vård utanför hemmet",
                "ordning": 2,
            },
            {
                "familj": "utredning",
                "namn": "Utredningar",
                "beskrivning": "Från inledd till beslut",
                "ordning": 1,
            },
        ],
        "kommun": [{"kommun": kod, "namn": namn} for kod, namn in KOMMUNER.items()],
        "maluppfyllelse": TARGETS,
        "kommentar": COMMENTS,
        "vintage": [
            {
                "vintage": "2025-11-01",
                "byggd": datetime.fromisoformat("2025-11-01T02:14:05"),
                "kod_version": "0123abc",
                "seeds_hash": "f00d",
                "troskel": 5,
            }
        ],
        "indikator": [{"ordning": place} | row for place, row in enumerate(INDICATORS)],
        "indikatorvarde": list(_values()),
    }
    with duckdb.connect(str(folder / "indikatorer.duckdb")) as connection:
        connection.execute(SCHEMA)
        for table, rows in tables.items():
            connection.register("rows", pl.DataFrame(rows, infer_schema_length=None))
            connection.execute(f"insert into {table} by name select * from rows")
    return folder


def periods() -> Iterator[tuple[str, str, date, date]]:
    """(periodtyp, period, first day, last day) of every period that has begun."""
    for year in YEARS:
        lengths = {"ar": (12, ""), "kvartal": (3, "-K"), "delar": (4, "-D"), "manad": (1, "-")}
        for periodtyp, (months, mark) in lengths.items():
            for number in range(1, 12 // months + 1):
                first = 1 if periodtyp == "delar" else (number - 1) * months + 1
                last = number * months
                start, stop = date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
                name = {"ar": f"{year}", "manad": f"{year}-{number:02}"}.get(
                    periodtyp, f"{year}{mark}{number}"
                )
                if start <= LAGE_PER:
                    yield periodtyp, name, start, stop


def _values() -> Iterator[dict[str, Any]]:
    for kommun in KOMMUNER:
        for place, card in enumerate(INDICATORS):
            for periodtyp, period, start, stop in periods():
                until = card.get("giltig_till") or date.max
                if not card["giltig_fran"] <= start < until:
                    continue
                for uppdelning, grupp, grupp_namn, share in GROUPS:
                    base = {
                        "indikator_id": card["indikator_id"],
                        "definitionsversion": card["definitionsversion"],
                        "kommun": kommun,
                        "periodtyp": periodtyp,
                        "period": period,
                        "period_start": start,
                        "period_slut": stop,
                        "uppdelning": uppdelning,
                        "grupp": grupp,
                        "grupp_namn": grupp_namn,
                        "mattenhet": card["mattenhet"],
                        "rakneenhet": card["rakneenhet"],
                        "statistik": card["statistik"],
                        "konvention": card.get("konvention"),
                        "regelversion": "1" if card.get("konvention") else None,
                        "lage_per": LAGE_PER,
                        "vintage": "2025-11-01",
                    }
                    months = (stop.year - start.year) * 12 + stop.month - start.month + 1
                    wave = (start.month * 7 + start.year * 5 + place * 3 + int(kommun)) % 9
                    figure = _figure(card, months * (20 + wave) * share // 100, wave)
                    hidden = _hidden(card, start, period) or _protected(share, figure)
                    yield base | (NO_FIGURE | {"status": hidden} if hidden else figure | {"status": "ok"})
    yield from _rolled()


NO_FIGURE = {"taljare": None, "namnare": None, "varde": None}


def _hidden(card: dict[str, Any], start: date, period: str) -> str | None:
    """Why a cell has no figure, when that does not depend on its size."""
    if card["indikator_id"] == "PLAC_UTAN_UNDERLAG":
        return "ej_producerbar"
    if start == date(2025, 10, 1) and card["mattenhet"] == "andel":
        return "for_tidigt"
    return "saknas" if period in ("2024-03", "2024-K1") else None


def _protected(share: int, figure: dict[str, Any]) -> str | None:
    count = figure["namnare"] or figure["taljare"] or figure["varde"]
    return "rojandeskyddad" if share < 100 and count < 13 else None


def _figure(card: dict[str, Any], count: int, wave: int) -> dict[str, Any]:
    """Numerator, denominator and value of one cell with ``count`` events."""
    if card["mattenhet"] == "andel":
        return _ratio(Decimal(count * (70 + 2 * wave) // 100), Decimal(count))
    if card["mattenhet"] == "kr":
        return _ratio(Decimal(count * (38_000 + 811 * wave)) + Decimal("0.5"), Decimal(count) / 12)
    if card["mattenhet"] == "dagar":
        return {"taljare": None, "namnare": None, "varde": Decimal(95 + 3 * wave) + Decimal("0.5")}
    return {"taljare": Decimal(count), "namnare": None, "varde": Decimal(count)}


def _rolled() -> Iterator[dict[str, Any]]:
    """The yearly share once more under the other convention, as it is printed beside the main one."""
    card = INDICATORS[1]
    for year in (2023, 2024):
        yield {
            "indikator_id": card["indikator_id"],
            "definitionsversion": 2,
            "kommun": "9901",
            "periodtyp": "ar",
            "period": str(year),
            "period_start": date(year, 1, 1),
            "period_slut": date(year, 12, 31),
            "uppdelning": "total",
            "grupp": "total",
            "grupp_namn": "Totalt",
            "mattenhet": "andel",
            "rakneenhet": "utredning",
            "statistik": "andel",
            "konvention": "LAG_RULLAD",
            "regelversion": "1",
            "status": "ok",
            "lage_per": LAGE_PER,
            "vintage": "2025-11-01",
        } | _ratio(Decimal(290), Decimal(312))


def _ratio(taljare: Decimal, namnare: Decimal) -> dict[str, Any]:
    four, six = Decimal("0.0001"), Decimal("0.000001")
    return {
        "taljare": taljare.quantize(four, ROUND_HALF_UP),
        "namnare": namnare.quantize(four, ROUND_HALF_UP),
        "varde": (taljare / namnare).quantize(six, ROUND_HALF_UP),
    }
