"""The rules over several rows: each with rows that must be found and rows just inside that must not."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.contracts import table, tables
from pipelines.ingest import samband
from pipelines.ingest.rules import FINDING_SCHEMA, id_column, rules
from pipelines.settings import SEEDS

DAY = date(2026, 11, 1)
NEW_SOL = date(2025, 7, 1)
Row = dict[str, Any]
State = dict[str, list[Row]]


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def limit(regel_id: str) -> int:
    return int(rules()[regel_id].grans)


# --- rows that no rule minds ------------------------------------------------------------------------------

PERSON: Row = {"person_id_typ": "personnummer", "fodelsedatum": date(2015, 6, 1)}
USUAL: dict[str, Row] = {
    "aktualiseringar": PERSON
    | {
        "typ": "anmalan",
        "inkommen": date(2026, 1, 10),
        "enhet": "mottag",
        "malgrupp": "barn",
        "beslut": "inleds",
        "beslutsdatum": date(2026, 1, 15),
    },
    "utredningar": PERSON
    | {
        "typ": "barn_skydd_stod",
        "lagrum": "20 kap. 3 § SoL",
        "enhet": "utredning",
        "malgrupp": "barn",
        "inledd": date(2026, 1, 15),
        "slutford": date(2026, 4, 1),
    },
    "placeringar": PERSON
    | {
        "placeringsform": "familjehem",
        "lagrum": "11 kap. 1 § SoL",
        "enhet": "placering",
        "malgrupp": "barn",
        "start": date(2026, 4, 1),
    },
    "ej_verkstallda_beslut": PERSON
    | {
        "lagrum": "11 kap. 1 § SoL",
        "insats": "familjehem",
        "enhet": "placering",
        "malgrupp": "barn",
        "beslutsdatum": date(2026, 3, 20),
    },
    "insatser": PERSON
    | {"insatstyp": "oppenvard", "enhet": "oppen", "malgrupp": "barn", "start": date(2026, 4, 1)},
    "handelser": {
        "subjekt_typ": "person",
        "subjekt_id": "x",
        "handelse": "besok",
        "datum": date(2026, 5, 1),
        "enhet": "utredning",
    },
    "forlangningar": {"beslutsdatum": date(2026, 5, 1), "ny_frist": date(2026, 6, 1)},
    "overvaganden": {"subjekt_typ": "placering", "typ": "overvagande", "datum": date(2026, 9, 1)},
    "placering_perioder": {"slag": "dygnspris", "fran": date(2026, 4, 1), "varde": "1500"},
    "ekonomi": {"period": "2026-05", "serie": "utfall", "kontotyp": "kostnad", "belopp_kr": Decimal(100)},
    "enheter": {"giltig_fran": date(2017, 1, 1)},
    "personbyten": {"datum": date(2026, 10, 31)},
}


def some(name: str, ident: str, **changed: Any) -> Row:
    """A row of the table with the id, and with a person of its own; ``changed`` are other columns."""
    contract = table(name)
    named: Row = {c.archived_name: ident for c in [id_column(contract)] if c.kind == "id"}
    if "person_nyckel" in contract.archive_schema:
        named["person_nyckel"] = f"nyckel_{ident}"
    return USUAL.get(name, {}) | named | changed


def akt(ident: str, **changed: Any) -> Row:
    return some("aktualiseringar", ident, **changed)


def utr(ident: str, **changed: Any) -> Row:
    return some("utredningar", ident, **changed)


def plac(ident: str, **changed: Any) -> Row:
    return some("placeringar", ident, **changed)


def beslut(ident: str, **changed: Any) -> Row:
    return some("ej_verkstallda_beslut", ident, **changed)


def insats(ident: str, **changed: Any) -> Row:
    return some("insatser", ident, **changed)


def handelse(ident: str, **changed: Any) -> Row:
    return some("handelser", ident, **changed)


def forl(subjekt_typ: str, ident: str, beslutsdatum: date, ny_frist: date) -> Row:
    changed = {"subjekt_typ": subjekt_typ, "beslutsdatum": beslutsdatum, "ny_frist": ny_frist}
    return some("forlangningar", ident, **changed)


def ov(subjekt_typ: str, ident: str, datum: date, **changed: Any) -> Row:
    return some("overvaganden", ident, subjekt_typ=subjekt_typ, datum=datum, **changed)


def period(ident: str, **changed: Any) -> Row:
    return some("placering_perioder", ident, **changed)


def rad(ident: str, **changed: Any) -> Row:
    return some("ekonomi", ident, **changed)


def enhet(name: str, **changed: Any) -> Row:
    return USUAL["enheter"] | {"enhet": name} | changed


# --- the cases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """``hits``: what the rule must name, by id (or unit, or table, when a finding has none); nothing else."""

    hits: set[str]
    now: State
    before: State = field(default_factory=dict)


def on_time_and_late(regel_id: str) -> tuple[date, date, date]:
    """Dates that are the rule's limit less one, the limit, and the limit plus one day ago."""
    days = limit(regel_id)
    return ago(days - 1), ago(days), ago(days + 1)


def orphans(name: str, column: str, target: str, **usual: Any) -> Case:
    """One row whose reference exists, one without reference, and one whose reference does not exist."""
    return Case(
        {"saknas"},
        {
            name: [
                some(name, "finns", **usual | {column: "T1"}),
                some(name, "tom", **usual | {column: None}),
                some(name, "saknas", **usual | {column: "T2"}),
            ],
            target: [some(target, "T1")],
        },
    )


def born(years: int, day: date, days: int = 0) -> date:
    """Birth date of somebody who turns ``years`` on ``day``, or ``days`` later."""
    turns = day + timedelta(days=days)
    return turns.replace(year=turns.year - years)


def turns(years: int, **changed: Any) -> list[Row]:
    """Placements whose child turns ``years`` the day before they end, the day they end, and the day after."""
    end = date(2026, 6, 10)
    ended = [
        plac(f"slut{days:+}", slut=end, fodelsedatum=born(years, end, days), **changed) for days in (-1, 0, 1)
    ]
    open_ = [plac(f"nu{days:+}", fodelsedatum=born(years, DAY, days), **changed) for days in (-1, 0, 1)]
    return ended + open_


def many(name: str, number: int) -> list[Row]:
    return [some(name, f"{name}{n}") for n in range(number)]


ONE, TWO = {"person_nyckel": "nyckel_1"}, {"person_nyckel": "nyckel_2"}
LVM = {"lagrum": "4 § LVM", "placeringsform": "lvm_hem", "malgrupp": "vuxen_beroende"}
UTR_LATE = on_time_and_late("UTREDNING_OPPEN_LANGE")
AKT_LATE = on_time_and_late("AKTUALISERING_UTAN_BESLUT")

CASES: dict[str, list[Case]] = {
    "PLACERING_OVERLAPPAR": [
        Case(
            {"andra"},
            {
                "placeringar": [
                    plac("forsta", start=date(2026, 1, 1), slut=date(2026, 2, 2), **ONE),
                    plac("andra", start=date(2026, 2, 1), slut=date(2026, 3, 1), **ONE),
                    plac("samma_dag", start=date(2026, 3, 1), **ONE),
                    plac("annan_person", start=date(2026, 1, 1), **TWO),
                    plac("medplacerad", start=date(2026, 1, 1), medplacerad=True, **TWO),
                    plac("boende", start=date(2026, 1, 1), placeringsform="traningslagenhet", **TWO),
                    plac("tom", start=date(2026, 1, 5), slut=date(2026, 1, 5), **ONE),
                    plac("utan_person1", person_nyckel=None),
                    plac("utan_person2", person_nyckel=None),
                ]
            },
        ),
        # A short one inside a long one, and the long one goes on past it.
        Case(
            {"kort", "efter"},
            {
                "placeringar": [
                    plac("lang", start=date(2026, 1, 1), **ONE),
                    plac("kort", start=date(2026, 2, 1), slut=date(2026, 2, 2), **ONE),
                    plac("efter", start=date(2026, 3, 1), **ONE),
                ]
            },
        ),
        # Protected housing is care from 2024-04-01.
        Case(
            {"ny"},
            {
                "placeringar": [
                    plac("fore", placeringsform="skyddat_boende", start=date(2024, 3, 31), **ONE),
                    plac("familjehem", start=date(2024, 3, 1), slut=date(2024, 6, 1), **ONE),
                    plac("ny", placeringsform="skyddat_boende", start=date(2024, 4, 1), **ONE),
                ]
            },
        ),
    ],
    "OVERVAGANDE_UTANFOR_VARD": [
        Case(
            {"P1"},
            {
                "placeringar": [plac("P1", start=date(2026, 4, 1)), plac("P2", start=date(2026, 4, 1))],
                "overvaganden": [
                    ov("placering", "P1", date(2026, 3, 31)),
                    ov("placering", "P2", date(2026, 4, 1)),
                    ov("placering", "P2", date(2026, 3, 1), typ="flyttningsforbud"),
                ],
            },
        ),
        Case(
            {"V1"},
            {
                "placeringar": [
                    plac("P1", vard_id="V1", start=date(2026, 1, 1), slut=date(2026, 3, 1)),
                    plac("P2", vard_id="V1", start=date(2026, 3, 1), slut=date(2026, 5, 1)),
                    plac("P3", start=date(2026, 1, 1), slut=date(2026, 5, 1)),
                ],
                "overvaganden": [
                    ov("vard", "V1", date(2026, 5, 2)),
                    ov("placering", "P1", date(2026, 4, 1)),
                    ov("placering", "P3", date(2026, 5, 1)),
                ],
            },
        ),
    ],
    "FORLANGNING_FOR_SEN": [
        Case(
            {"A15", "A2013", "U_manad", "U_igen"},
            {
                "aktualiseringar": [akt(i, inkommen=date(2026, 1, 10)) for i in ("A13", "A14", "A15")]
                + [akt("ansokan", inkommen=date(2026, 1, 10), typ="ansokan")]
                + [akt("vuxen", inkommen=date(2026, 1, 10), malgrupp="vuxen")]
                + [akt("fore_lagen", inkommen=date(2012, 12, 31))]
                + [akt("A2013", inkommen=date(2013, 1, 1))],
                "utredningar": [
                    utr("U_sista", inledd=date(2025, 10, 31)),
                    utr("U_manad", inledd=date(2025, 10, 31)),
                    utr("U_andra", inledd=date(2026, 1, 15)),
                    utr("U_igen", inledd=date(2026, 1, 15)),
                    utr("U_annan", inledd=date(2025, 1, 15), typ="missbruk"),
                ],
                "forlangningar": [
                    forl("aktualisering", "A13", date(2026, 1, 23), date(2026, 2, 1)),
                    forl("aktualisering", "A14", date(2026, 1, 24), date(2026, 2, 1)),
                    forl("aktualisering", "A15", date(2026, 1, 25), date(2026, 2, 1)),
                    forl("aktualisering", "ansokan", date(2026, 3, 1), date(2026, 4, 1)),
                    forl("aktualisering", "fore_lagen", date(2013, 3, 1), date(2013, 4, 1)),
                    forl("aktualisering", "A2013", date(2013, 3, 1), date(2013, 4, 1)),
                    forl("aktualisering", "vuxen", date(2026, 3, 1), date(2026, 4, 1)),
                    # Four months from 31 October end on 28 February.
                    forl("utredning", "U_sista", date(2026, 2, 28), date(2026, 4, 1)),
                    forl("utredning", "U_manad", date(2026, 3, 1), date(2026, 4, 1)),
                    forl("utredning", "U_andra", date(2026, 5, 15), date(2026, 6, 15)),
                    forl("utredning", "U_andra", date(2026, 6, 15), date(2026, 7, 15)),
                    forl("utredning", "U_igen", date(2026, 5, 15), date(2026, 6, 15)),
                    forl("utredning", "U_igen", date(2026, 6, 16), date(2026, 7, 15)),
                    forl("utredning", "U_annan", date(2026, 6, 16), date(2026, 7, 15)),
                ],
            },
        ),
    ],
    "AKTUALISERING_UTAN_BESLUT": [
        Case(
            {"efter"},
            {
                "aktualiseringar": [
                    akt(name, inkommen=day, beslut=None, beslutsdatum=None)
                    for name, day in zip(("fore", "grans", "efter"), AKT_LATE, strict=True)
                ]
                + [
                    akt("beslutad", inkommen=ago(400), beslut=None),
                    akt("dag_okand", inkommen=ago(400), beslutsdatum=None),
                    akt("information", inkommen=ago(400), typ="information", beslut=None, beslutsdatum=None),
                ]
            },
        )
    ],
    "UTREDNING_OPPEN_LANGE": [
        Case(
            {"efter"},
            {
                "utredningar": [
                    utr(name, inledd=day, slutford=None)
                    for name, day in zip(("fore", "grans", "efter"), UTR_LATE, strict=True)
                ]
                + [utr("stangd", inledd=ago(900), slutford=None, avslutad=ago(1))]
            },
        )
    ],
    "PLACERING_OVER_ALDER": [
        Case(
            {"fyllt", "idag"},
            {
                "placeringar": [
                    plac("fyllt", fodelsedatum=born(limit("PLACERING_OVER_ALDER"), DAY, -1)),
                    plac("idag", fodelsedatum=born(limit("PLACERING_OVER_ALDER"), DAY)),
                    plac("imorgon", fodelsedatum=born(limit("PLACERING_OVER_ALDER"), DAY, 1)),
                    plac("slut", fodelsedatum=date(2000, 1, 1), slut=ago(1)),
                    plac("vuxen", fodelsedatum=date(1980, 1, 1), malgrupp="vuxen_beroende"),
                    plac("okand", fodelsedatum=None),
                ]
            },
        )
    ],
    "UTREDNING_UTAN_AKTUALISERING": [orphans("utredningar", "aktualisering_id", "aktualiseringar")],
    "PLACERING_UTAN_BESLUT": [orphans("placeringar", "beslut_id", "ej_verkstallda_beslut")],
    "PLACERING_UTAN_UTREDNING": [orphans("placeringar", "utredning_id", "utredningar")],
    "BESLUT_UTAN_UTREDNING": [orphans("ej_verkstallda_beslut", "utredning_id", "utredningar")],
    "INSATS_UTAN_BESLUT": [orphans("insatser", "beslut_id", "ej_verkstallda_beslut")],
    "EKONOMI_UTAN_PLACERING": [orphans("ekonomi", "placering_id", "placeringar")],
    "PERIOD_UTAN_PLACERING": [
        Case({"P2"}, {"placering_perioder": [period("P1"), period("P2")], "placeringar": [plac("P1")]})
    ],
    "FORLANGNING_UTAN_SUBJEKT": [
        Case(
            {"A2"},
            {
                "aktualiseringar": [akt("A1")],
                "forlangningar": [
                    forl("aktualisering", "A1", DAY, DAY),
                    forl("aktualisering", "A2", DAY, DAY),
                    forl("utredning", "inga_levererade", DAY, DAY),
                ],
            },
        )
    ],
    "OVERVAGANDE_UTAN_SUBJEKT": [
        Case(
            {"V2"},
            {
                "placeringar": [plac("P1", vard_id="V1")],
                "overvaganden": [
                    ov("placering", "P1", DAY),
                    ov("vard", "V1", DAY),
                    ov("vard", "V2", DAY),
                    ov("beslut", "inga_levererade", DAY),
                ],
            },
        )
    ],
    "HANDELSE_UTAN_SUBJEKT": [
        Case(
            {"fel"},
            {
                "insatser": [insats("I1")],
                "handelser": [
                    handelse("ratt", subjekt_typ="insats", subjekt_id="I1"),
                    handelse("fel", subjekt_typ="insats", subjekt_id="I2"),
                    handelse("person", subjekt_typ="person", subjekt_id="I2"),
                ],
            },
        )
    ],
    "AKTUALISERING_DUBBLETT": [
        Case(
            {"kopia"},
            {
                "aktualiseringar": [
                    akt("a_forst", anmalare="skola", **ONE),
                    akt("kopia", anmalare="skola", **ONE),
                    akt("syskon", anmalare="skola", **TWO),
                    akt("polis", anmalare="polis", **ONE),
                    akt("dagen_efter", anmalare="skola", inkommen=date(2026, 1, 11), **ONE),
                    akt("ansokan", anmalare="skola", typ="ansokan", **ONE),
                    akt("okand1", anmalare="skola", person_nyckel=None),
                    akt("okand2", anmalare="skola", person_nyckel=None),
                ]
            },
        )
    ],
    "ANMALAN_DUBBLETT": [
        Case(
            {"kopia"},
            {
                "aktualiseringar": [
                    akt("a_forst", anmalan_id="M1", **ONE),
                    akt("kopia", anmalan_id="M1", inkommen=date(2026, 1, 11), **ONE),
                    akt("syskon", anmalan_id="M1", **TWO),
                    akt("annan", anmalan_id="M2", **ONE),
                    akt("utan", **ONE),
                    akt("utan2", **ONE),
                ]
            },
        )
    ],
    "ARENDE_OPPNAT_IGEN": [
        Case(
            {"A1", "U1", "P1", "B1", "I1"},
            {
                "aktualiseringar": [akt("A1", beslutsdatum=None), akt("A2", beslutsdatum=None), akt("A3")],
                "utredningar": [utr("U1", slutford=None), utr("U2", slutford=None), utr("U3")],
                "placeringar": [plac("P1"), plac("P2"), plac("P3", slut=ago(2))],
                "ej_verkstallda_beslut": [beslut("B1"), beslut("B2"), beslut("B3", avslutad=ago(2))],
                "insatser": [insats("I1"), insats("I2"), insats("I3", slut=ago(2))],
            },
            {
                "aktualiseringar": [akt("A1"), akt("A2", beslutsdatum=None), akt("A3")],
                "utredningar": [
                    utr("U1", slutford=None, avslutad=ago(9)),
                    utr("U2", slutford=None),
                    utr("U3"),
                ],
                "placeringar": [plac("P1", slut=ago(9)), plac("P2"), plac("P3", slut=ago(9))],
                "ej_verkstallda_beslut": [
                    beslut("B1", avslutad=ago(9)),
                    beslut("B2"),
                    beslut("B3", avslutad=ago(9)),
                ],
                "insatser": [insats("I1", slut=ago(9)), insats("I2"), insats("I3", slut=ago(9))],
            },
        )
    ],
    "UTREDNING_KEDJA": [
        Case(
            {"dag0", "fore", "grans"},
            {
                "utredningar": [
                    row
                    for name, days in (
                        ("dag0", 0),
                        ("fore", limit("UTREDNING_KEDJA") - 1),
                        ("grans", limit("UTREDNING_KEDJA")),
                        ("efter", limit("UTREDNING_KEDJA") + 1),
                    )
                    for row in (
                        utr(f"{name}_1", person_nyckel=name),
                        utr(name, person_nyckel=name, inledd=date(2026, 4, 1) + timedelta(days=days)),
                    )
                ]
                + [utr("oppen", slutford=None, **ONE), utr("oppen2", inledd=date(2026, 4, 1), **ONE)]
                + [utr("vald", typ="vald", **TWO), utr("vald2", typ="vald", inledd=date(2026, 4, 1), **TWO)]
                + [utr("utan", person_nyckel=None)]
                + [utr("utan2", person_nyckel=None, inledd=date(2026, 4, 1))]
            },
        )
    ],
    "PERSON_BYTT": [
        Case(
            {"U1", "P1", "flyttat"},
            {
                "utredningar": [
                    utr("U1", person_nyckel="nyckel_ny"),
                    utr("U1", person_nyckel="nyckel_syskon"),
                    utr("U2"),
                ],
                "placeringar": [
                    plac("P1", person_nyckel="nyckel_ny"),
                    plac("P2", person_nyckel="nyckel_kant_nytt"),
                    plac("flyttat", person_nyckel="nyckel_U2"),
                    plac("P3", person_nyckel="nyckel_gammal2"),
                    plac("P4"),
                    plac("P5", person_nyckel=None),
                    plac("nytt_syskon"),
                ],
                "aktualiseringar": [akt("A1"), akt("A1", person_nyckel="nyckel_tillagt_syskon")],
                "personbyten": [
                    some(
                        "personbyten",
                        "ny",
                        tidigare_person_nyckel="nyckel_gammal_kand",
                        person_nyckel="nyckel_kant_nytt",
                    )
                ],
            },
            {
                "utredningar": [
                    utr("U1", person_nyckel="nyckel_gammal"),
                    utr("U1", person_nyckel="nyckel_syskon"),
                    utr("U2"),
                ],
                "placeringar": [
                    plac("P1", person_nyckel="nyckel_gammal"),
                    plac("P2", person_nyckel="nyckel_gammal_kand"),
                    plac("flyttat", person_nyckel="nyckel_gammal2"),
                    plac("P3", person_nyckel="nyckel_gammal2"),
                    plac("P4", person_nyckel=None),
                    plac("P5"),
                ],
                "aktualiseringar": [akt("A1")],
            },
        )
    ],
    "PERSON_SAMMANSLAGEN": [
        Case(
            {"P1"},
            {"placeringar": [plac("P1", **TWO), plac("P2", **TWO), plac("P3", person_nyckel="nyckel_ny")]},
            {"placeringar": [plac("P1", **ONE), plac("P2", **TWO), plac("P3", person_nyckel="nyckel_p3")]},
        ),
        # The first person still has a case: one case changed person, nobody was merged.
        Case(
            set(),
            {"placeringar": [plac("P1", **TWO), plac("P2", **TWO), plac("P3", **ONE)]},
            {"placeringar": [plac("P1", **ONE), plac("P2", **TWO), plac("P3", **ONE)]},
        ),
    ],
    "LAGRUM_EJ_I_KRAFT": [
        Case(
            {"gammal_efter", "bistand_fore", "ekonomi_fore"},
            {
                "ej_verkstallda_beslut": [
                    beslut("gammal", lagrum="4 kap. 1 § SoL", beslutsdatum=date(2025, 6, 30)),
                    beslut("gammal_efter", lagrum="4 kap. 1 § SoL", beslutsdatum=NEW_SOL),
                    beslut("bistand", lagrum="11 kap 1 § SoL", beslutsdatum=NEW_SOL),
                    # The act of 2001 had a 11 kap. 1 § and a 12 kap. 1 § too, about something else.
                    beslut("bistand_fore", lagrum="11 kap 1 § SoL", beslutsdatum=date(2025, 6, 30)),
                    beslut("ekonomi_fore", lagrum="12 kap. 1 § SoL", beslutsdatum=date(2025, 6, 30)),
                    beslut("lvu", lagrum="2 § LVU", beslutsdatum=date(2025, 6, 30)),
                    beslut("otolkat", lagrum="enligt lag", beslutsdatum=date(2025, 6, 30)),
                ]
            },
        ),
        Case(
            {"U_efter", "U_fore", "P_sent", "P_dagar", "H1", "P_period"},
            {
                "utredningar": [
                    utr("U_over", lagrum="11 kap. 2 § SoL", inledd=ago(500), slutford=None),
                    utr("U_nytt", lagrum="20 kap. 3 § SoL", inledd=ago(500), slutford=None),
                    utr("U_efter", lagrum="11 kap. 2 § SoL", inledd=NEW_SOL),
                    utr(
                        "U_fore",
                        lagrum="20 kap. 3 § SoL",
                        inledd=date(2025, 1, 1),
                        slutford=date(2025, 6, 30),
                    ),
                    utr("U_dag", lagrum="20 kap. 3 § SoL", inledd=date(2025, 1, 1), slutford=NEW_SOL),
                ],
                "ej_verkstallda_beslut": [
                    beslut("B_gammal", lagrum="4 kap. 1 § SoL", beslutsdatum=date(2025, 6, 30)),
                    beslut("B_ny", beslutsdatum=NEW_SOL),
                ],
                "placeringar": [
                    plac("P_beslut", lagrum="4 kap. 1 § SoL", start=date(2026, 4, 1), beslut_id="B_gammal"),
                    plac("P_sent", lagrum="4 kap. 1 § SoL", start=date(2025, 7, 3), beslut_id="B_ny"),
                    *(
                        plac(
                            name,
                            lagrum="4 kap. 1 § SoL",
                            start=date(2025, 6, 30) + timedelta(days=limit("LAGRUM_EJ_I_KRAFT") + more),
                        )
                        for name, more in (("P_strax", -1), ("P_grans", 0), ("P_dagar", 1))
                    ),
                ],
                "handelser": [
                    handelse("H1", lagrum="11 kap. 2 § SoL", datum=NEW_SOL),
                    handelse("H2", lagrum="11 kap. 2 § SoL", datum=date(2025, 6, 30)),
                    handelse("H3", lagrum="2 a kap. 11 § SoL", datum=date(2025, 6, 30)),
                ],
                "placering_perioder": [
                    period("P_period", slag="lagrum", varde="4 kap. 1 § SoL", fran=NEW_SOL),
                    period("P_pris", varde="4 kap. 1 § SoL", fran=NEW_SOL),
                ],
            },
        ),
    ],
    "LAGRUM_OKANT": [
        Case(
            {"utredning", "annan"},
            {
                "utredningar": [
                    utr("U1", lagrum="enligt lag"),
                    utr("U2", lagrum="enligt lag"),
                    utr("U3", lagrum="enligt lag", enhet="annan"),
                    utr("U4", lagrum="okand", enhet="tredje"),
                    utr("U5", lagrum="9 § 4 p. LSS", enhet="tredje"),
                    utr("U6", lagrum="11 KAP 1a § SoL", enhet="tredje"),
                    utr("U7", lagrum="2 a kap. 11 § SoL", enhet="tredje"),
                ]
            },
        )
    ],
    "ENHET_OKAND": [
        Case(
            {"nedlagd"},
            {
                "enheter": [enhet("mottag", giltig_till=date(2020, 1, 1))],
                "aktualiseringar": [
                    akt("A1"),
                    akt("A2", enhet="nedlagd"),
                    akt("A3", enhet="nedlagd"),
                    akt("A4", enhet="okand"),
                ],
            },
        ),
        Case(set(), {"aktualiseringar": [akt("A1")]}),
    ],
    "ENHET_EJ_GILTIG": [
        Case(
            {"fore", "efter", "handelse_efter"},
            {
                "enheter": [
                    enhet("utredning", giltig_fran=date(2026, 1, 1), giltig_till=date(2026, 3, 1)),
                    enhet("utredning", giltig_fran=date(2024, 1, 1), giltig_till=date(2024, 2, 1)),
                ],
                "utredningar": [
                    utr("fore", inledd=date(2025, 6, 1), slutford=date(2025, 12, 31)),
                    utr("forsta_dagen", inledd=date(2025, 6, 1), slutford=date(2026, 1, 1)),
                    utr("sista_dagen", inledd=date(2026, 2, 28)),
                    utr("efter", inledd=date(2026, 3, 1)),
                    utr("oppen", inledd=date(2025, 6, 1), slutford=None),
                    utr("forr", inledd=date(2024, 1, 31), slutford=date(2024, 6, 1)),
                    utr("okand", enhet="finns_inte"),
                ],
                "handelser": [
                    handelse("handelse_efter", datum=date(2026, 3, 1)),
                    handelse("handelse", datum=date(2026, 2, 28)),
                ],
            },
        )
    ],
    "INTAKT_POSITIV": [
        Case(
            {"intakt", "bidrag"},
            {
                "ekonomi": [
                    rad("intakt", kontotyp="intakt", belopp_kr=Decimal("0.01")),
                    rad("bidrag", kontotyp="statsbidrag", belopp_kr=Decimal("0.01")),
                    rad("noll", kontotyp="intakt", belopp_kr=Decimal(0)),
                    rad("ratt", kontotyp="intakt", belopp_kr=Decimal("-0.01")),
                    rad("kostnad"),
                ]
            },
        )
    ],
    "KOSTNAD_NEGATIV": [
        Case(
            {"kredit"},
            {
                "ekonomi": [
                    rad("kredit", belopp_kr=Decimal("-0.01")),
                    rad("noll", belopp_kr=Decimal(0)),
                    rad("intakt", kontotyp="intakt", belopp_kr=Decimal("-0.01")),
                ]
            },
        )
    ],
    "VOLYM_AVVIKER": [
        Case(
            {"handelser", "insatser", "ekonomi"},
            {
                "handelser": many("handelser", 200 + 2 * limit("VOLYM_AVVIKER") + 1),
                "insatser": many("insatser", 200 - 2 * limit("VOLYM_AVVIKER") - 1),
                "utredningar": many("utredningar", 200 + 2 * limit("VOLYM_AVVIKER")),
                "placeringar": many("placeringar", 200 - 2 * limit("VOLYM_AVVIKER")),
                "overvaganden": many("overvaganden", 99),
                "ekonomi": many("ekonomi", 100),
                "aktualiseringar": many("aktualiseringar", 200),
            },
            {
                **{n: many(n, 200) for n in ("handelser", "insatser", "utredningar", "placeringar")},
                "overvaganden": many("overvaganden", 1),
                "ekonomi": many("ekonomi", 1),
            },
        )
    ],
    "DATUM_OMVANT": [
        Case(
            {"A1", "A2", "U1", "U2", "P1"},
            {
                "aktualiseringar": [
                    akt("A1", registrerad=date(2026, 1, 9)),
                    akt("A2", skyddsbedomning=date(2026, 1, 9)),
                    akt("A3", registrerad=date(2026, 1, 10), skyddsbedomning=date(2026, 1, 10)),
                ],
                "utredningar": [
                    utr("U1", tilldelad=date(2026, 4, 2)),
                    utr("U2", tilldelad=date(2026, 4, 2), slutford=None, avslutad=date(2026, 4, 1)),
                    utr("U3", tilldelad=date(2026, 4, 1)),
                ],
                "placeringar": [
                    plac("P1", planerat_slut=date(2026, 3, 31)),
                    plac("P2", planerat_slut=date(2026, 4, 1)),
                ],
            },
        )
    ],
    "VERKSTALLD_FORE_BESLUT": [
        Case(
            {"B1", "I1"},
            {
                "ej_verkstallda_beslut": [
                    beslut("B1", verkstalld=date(2026, 3, 19)),
                    beslut("B2", verkstalld=date(2026, 3, 20)),
                ],
                "insatser": [
                    insats("I1", beslutsdatum=date(2026, 4, 2)),
                    insats("I2", beslutsdatum=date(2026, 4, 1)),
                ],
            },
        )
    ],
    "KONTAKT_FORE_INLEDD": [
        Case(
            {"fore"},
            {
                "utredningar": [
                    utr("fore", senaste_kontakt=date(2026, 1, 14)),
                    utr("samma", senaste_kontakt=date(2026, 1, 15)),
                ]
            },
        )
    ],
    "UTREDNING_FORE_AKTUALISERING": [
        Case(
            {"fore"},
            {
                "aktualiseringar": [akt("A1"), akt("A1", inkommen=date(2026, 1, 12), **TWO)],
                "utredningar": [
                    utr("fore", aktualisering_id="A1", inledd=date(2026, 1, 9)),
                    utr("samma", aktualisering_id="A1", inledd=date(2026, 1, 10)),
                ],
            },
        )
    ],
    "DATUM_FOR_GAMMALT": [
        Case(
            {"sentinel", "fodd", "sista", "P1"},
            {
                "aktualiseringar": [
                    akt("sentinel", registrerad=date(1, 1, 1)),
                    akt("fodd", fodelsedatum=date(1900, 1, 1)),
                    akt("sista", registrerad=date(limit("DATUM_FOR_GAMMALT"), 12, 31)),
                    akt("forsta", registrerad=date(limit("DATUM_FOR_GAMMALT") + 1, 1, 1)),
                ],
                "placering_perioder": [period("P1", till=date(1900, 1, 1))],
                "enheter": [enhet("mottag", giltig_fran=date(1900, 1, 1))],
            },
        )
    ],
    "DATUM_FORE_FODELSE": [
        Case(
            {"A1", "U1", "P1", "B1", "I1"},
            {
                "aktualiseringar": [
                    akt("A1", fodelsedatum=date(2026, 1, 11)),
                    akt("A2", fodelsedatum=date(2026, 1, 10)),
                    akt("A3", fodelsedatum=None),
                ],
                "utredningar": [utr("U1", fodelsedatum=date(2026, 1, 16))],
                "placeringar": [plac("P1", fodelsedatum=date(2026, 4, 2))],
                "ej_verkstallda_beslut": [beslut("B1", fodelsedatum=date(2026, 3, 21))],
                "insatser": [insats("I1", fodelsedatum=date(2026, 4, 2))],
            },
        )
    ],
    "MALGRUPP_ALDER": [
        Case(
            {"A1", "U1", "P1", "B1", "I1"},
            {
                "aktualiseringar": [
                    akt("A1", fodelsedatum=born(limit("MALGRUPP_ALDER") + 1, date(2026, 1, 10))),
                    akt("A2", fodelsedatum=born(limit("MALGRUPP_ALDER") + 1, date(2026, 1, 10), 1)),
                    akt("A3", fodelsedatum=date(1980, 1, 1), malgrupp="vuxen"),
                ],
                "utredningar": [
                    utr("U1", fodelsedatum=date(1980, 1, 1)),
                    utr("foralder", fodelsedatum=date(1980, 1, 1), typ="faderskap"),
                ],
                "placeringar": [
                    plac("P1", fodelsedatum=date(1980, 1, 1)),
                    plac("med", fodelsedatum=date(1980, 1, 1), medplacerad=True),
                ],
                "ej_verkstallda_beslut": [
                    beslut("B1", fodelsedatum=date(1980, 1, 1)),
                    beslut("B2", fodelsedatum=date(1980, 1, 1), malgrupp="vuxen"),
                ],
                "insatser": [
                    insats("I1", fodelsedatum=date(1980, 1, 1)),
                    insats("I2", fodelsedatum=date(1980, 1, 1), malgrupp="vuxen"),
                ],
            },
        )
    ],
    "LVU_MILJO_ALDER": [
        Case({"slut-1", "nu-1"}, {"placeringar": turns(18, lagrum="2 § LVU")}),
        Case(set(), {"placeringar": turns(18, lagrum="3 § LVU")}),
        Case(
            {"P2", "P3"},
            {
                "placeringar": [
                    plac(i, lagrum="2 § LVU", fodelsedatum=born(18, ago(30))) for i in ("P1", "P2", "P3")
                ],
                "placering_perioder": [
                    period("P1", slag="lagrum", varde="11 kap. 1 § SoL", fran=ago(30)),
                    period("P2", slag="lagrum", varde="11 kap. 1 § SoL", fran=ago(29)),
                    period("P3", slag="lagrum", varde="2 § LVU", fran=date(2026, 4, 1)),
                ],
            },
        ),
    ],
    "LVU_BETEENDE_ALDER": [
        Case({"slut-1", "nu-1"}, {"placeringar": turns(21, lagrum="3 § LVU")}),
        Case(set(), {"placeringar": turns(21, lagrum="11 kap. 1 § SoL")}),
    ],
    "STODBOENDE_ALDER": [
        Case(
            {"for_ung", "for_gammal"},
            {
                "placeringar": [
                    plac(name, placeringsform="stodboende", fodelsedatum=born(years, date(2026, 4, 1), days))
                    for name, years, days in (
                        ("for_ung", 16, 1),
                        ("sexton", 16, 0),
                        ("tjugo", 21, 1),
                        ("for_gammal", 21, 0),
                    )
                ]
                + [plac("hvb", placeringsform="hvb")]
                + [plac("barn", placeringsform="stodboende", medplacerad=True)]
            },
        )
    ],
    "LVM_FOR_LANG": [
        Case(
            {"dag_over", "oppen"},
            {
                "placeringar": [
                    plac("sista", start=date(2025, 8, 31), slut=date(2026, 2, 28), **LVM),
                    plac("dag_over", start=date(2025, 8, 31), slut=date(2026, 3, 1), **LVM),
                    plac("oppen", start=date(2026, 4, 30), **LVM),
                    plac("idag", start=date(2026, 5, 1), **LVM),
                    plac("sol", start=date(2020, 5, 1)),
                ]
            },
        )
    ],
}


# --- running them -----------------------------------------------------------------------------------------


def frame(name: str, rows: list[Row]) -> pl.DataFrame:
    schema = table(name).archive_schema
    assert all(set(row) <= set(schema) for row in rows), name
    key = [table(name).column[k].archived_name for k in table(name).key]
    return pl.DataFrame(rows, schema=schema).with_columns(
        row_key=pl.concat_str([pl.col(k).cast(pl.String).fill_null("") for k in key], separator="|")
    )


EMPTY = {name: frame(name, []) for name in tables()}


def connect(now: State, before: State | None = None) -> duckdb.DuckDBPyConnection:
    """A database with every extract table, now and before."""
    db = duckdb.connect(config={"threads": 1})
    for prefix, state in (("", now), ("forra_", before or {})):
        for name in tables():
            db.register(prefix + name, frame(name, state[name]) if name in state else EMPTY[name])
    return db


def run(now: State, before: State | None = None) -> pl.DataFrame:
    with connect(now, before) as db:
        return samband.run(db, "9901", DAY, set(tables()))


def names(found: pl.DataFrame) -> list[str]:
    return found.select(pl.coalesce("id", "enhet", "tabell")).to_series().to_list()


EACH_CASE = [
    pytest.param(regel_id, case, id=f"{regel_id}-{number}")
    for regel_id, cases in CASES.items()
    for number, case in enumerate(cases, 1)
]


@pytest.mark.parametrize(("regel_id", "case"), EACH_CASE)
def test_rule_finds_what_it_should_and_nothing_else(regel_id: str, case: Case) -> None:
    rule = rules()[regel_id]
    with connect(case.now, case.before) as db:
        samband.prepare_seeds(db)
        samband.prepare_delivery(db, "9901", DAY)
        found = samband.find(db, rule)
    assert sorted(names(found)) == sorted(case.hits)
    assert "nyckel_" not in found.write_csv()
    assert set(found["tabell"]) <= set(rule.tables[:1] or tables())
    for row in found.filter(pl.col("id").is_not_null()).iter_rows(named=True):
        contract = table(row["tabell"])
        assert row["id"] in frame(row["tabell"], case.now[row["tabell"]])[id_column(contract).archived_name]
        assert row["kolumn"] in contract.column


def test_usual_rows_are_minded_by_no_rule() -> None:
    state = {
        "aktualiseringar": [akt("A1")],
        "utredningar": [utr("U1", aktualisering_id="A1", person_nyckel="nyckel_A1")],
        "ej_verkstallda_beslut": [beslut("B1", utredning_id="U1")],
        "placeringar": [plac("P1", beslut_id="B1", utredning_id="U1", vard_id="V1")],
        "insatser": [insats("I1", beslut_id="B1")],
        "handelser": [handelse("H1", subjekt_typ="utredning", subjekt_id="U1")],
        "forlangningar": [forl("utredning", "U1", date(2026, 5, 15), date(2026, 6, 15))],
        "overvaganden": [ov("vard", "V1", date(2026, 9, 1))],
        "placering_perioder": [period("P1")],
        "ekonomi": [rad("R1", placering_id="P1")],
        "enheter": [enhet(name) for name in ("mottag", "utredning", "placering", "oppen")],
    }
    assert run(state, state).is_empty()


def test_nothing_delivered_nothing_found() -> None:
    found = run({})
    assert found.schema == pl.Schema(FINDING_SCHEMA)
    assert found.is_empty()


def test_finding_is_stored_whole() -> None:
    (found,) = run({"utredningar": [utr("U1", aktualisering_id="A9")], "aktualiseringar": []}).to_dicts()
    assert found == {
        "tabell": "utredningar",
        "fil": None,
        "rad": None,
        "id": "U1",
        "kolumn": "aktualisering_id",
        "varde": "A9",
        "enhet": "utredning",
        "regel_id": "UTREDNING_UTAN_AKTUALISERING",
        "allvar": "varning",
        "lage": "skarp",
        "forvantat": "Ett aktualisering_id som finns i aktualiseringar",
        "ansvarig": "Systemförvaltaren",
    }


def test_words_and_limit_fill_the_template() -> None:
    found = run({"utredningar": [utr("U1", inledd=date(2025, 10, 31), slutford=None)]})
    (text,) = found.filter(regel_id="UTREDNING_OPPEN_LANGE")["forvantat"]
    assert text == "Slutförd inom 365 dagar; inledd 2025-10-31, 366 dagar sedan"


def test_validity_is_told_with_its_last_day() -> None:
    state = {
        "enheter": [enhet("placering", giltig_fran=date(2020, 1, 1), giltig_till=date(2021, 1, 1))],
        "ej_verkstallda_beslut": [beslut("B1", lagrum="4 kap. 1 § SoL"), beslut("B2", beslutsdatum=ago(800))],
    }
    found = run(state)
    texts = found.filter(regel_id="LAGRUM_EJ_I_KRAFT")["forvantat"].to_list()
    assert [text.removeprefix("Ett lagrum som var i kraft; ") for text in texts] == [
        "4 kap. 1 § SoL (2001:453) gäller från 2002-01-01 till och med 2025-06-30",
        "11 kap. 1 § SoL (2025:400) gäller från 2025-07-01",
    ]
    texts = found.filter(regel_id="ENHET_EJ_GILTIG")["forvantat"].unique().to_list()
    assert texts == ["En enhet som fanns då; denna gäller från 2020-01-01 till och med 2020-12-31"]


def test_a_rule_waits_for_the_tables_that_it_compares_with() -> None:
    state = {"utredningar": [utr("U1", aktualisering_id="A9", inledd=ago(400), slutford=None)]}
    with connect(state) as db:
        found = samband.run(db, "9901", DAY, {"utredningar"})
        again = samband.run(db, "9901", DAY, {"utredningar", "aktualiseringar"})
    assert found["regel_id"].to_list() == ["UTREDNING_OPPEN_LANGE"]
    assert again["regel_id"].to_list() == ["UTREDNING_OPPEN_LANGE", "UTREDNING_UTAN_AKTUALISERING"]


def test_what_looks_like_a_person_or_prose_is_masked() -> None:
    number, prose = "19850101-1234", "x" * 41
    state = {
        "aktualiseringar": [
            akt(number, anmalan_id="M9", **ONE),
            akt("A9", anmalan_id="M9", enhet=prose, **ONE),
        ],
        "utredningar": [
            utr(number, aktualisering_id="A8", enhet=f"hos {number}", lagrum=f"se {number}"),
            utr("U9", aktualisering_id=number + "1", lagrum="enligt lag"),
        ],
    }
    found = run(state)
    text = found.write_csv()
    assert not any(secret in text for secret in (number, prose, "enligt lag", "nyckel_"))
    (duplicate,) = found.filter(regel_id="ANMALAN_DUBBLETT").to_dicts()
    assert duplicate["enhet"] == "***"
    assert duplicate["forvantat"] == "En aktualisering per barn och anmälan; *** finns redan"
    (orphan,) = found.filter(regel_id="UTREDNING_UTAN_AKTUALISERING", varde="A8").to_dicts()
    assert (orphan["id"], orphan["enhet"]) == ("***", "***")
    assert set(found.filter(regel_id="LAGRUM_OKANT")["varde"]) == {"***"}


# --- rules, files and seeds hold together -----------------------------------------------------------------


def test_each_rule_has_its_file_and_its_cases() -> None:
    registered = {rule.regel_id for rule in rules().values() if rule.omfattning == "samband"}
    files = {path.stem for path in samband.FOLDER.glob("*.sql") if not path.stem.startswith("_")}
    assert files == registered == set(CASES)
    assert all(case.hits for cases in CASES.values() for case in cases[:1])


@pytest.mark.parametrize("regel_id", CASES)
def test_a_limit_is_used_and_tables_exist(regel_id: str) -> None:
    rule = rules()[regel_id]
    sql = (samband.FOLDER / f"{regel_id}.sql").read_text(encoding="utf-8")
    assert ("$grans" in sql) == bool(rule.grans)
    assert set(rule.tables) <= set(tables())
    assert rule.allvar == "varning"
    assert "today" not in sql
    assert "current_date" not in sql
    assert sql.startswith("-- ")


def test_volume_is_watched_in_every_table() -> None:
    sql = (samband.FOLDER / "VOLYM_AVVIKER.sql").read_text(encoding="utf-8")
    assert all(f"from forra_{name})" in sql and f"from {name})" in sql for name in tables())


def test_old_dates_are_looked_for_in_every_column() -> None:
    days = {
        name: [c.name for c in contract.columns if c.kind == "day"]
        for name, contract in tables().items()
        if name != "enheter"
    }
    state = {
        name: [some(name, f"id_{day}", **{day: date(1900, 1, 1)}) for day in columns]
        for name, columns in days.items()
    }
    found = run(state).filter(regel_id="DATUM_FOR_GAMMALT")
    assert sorted(found.select("tabell", "kolumn").rows()) == sorted(
        (name, day) for name, columns in days.items() for day in columns
    )


def test_seeds_are_read_as_they_are() -> None:
    with duckdb.connect() as db:
        samband.prepare_seeds(db)
        for name in ("lagrum", "lagar", "placeringsformer", "fristregler_versioner", "fristregler_villkor"):
            with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
                rows = [{k: v or None for k, v in row.items()} for row in csv.DictReader(f)]
            assert db.sql(f"from seed_{name}").pl().to_dicts() == rows
