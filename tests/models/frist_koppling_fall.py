"""Cases for the wiring from extracts to clocks: what a municipality delivers, and what the law says of it.

A case is the rows of one small story and its clocks, worked out by hand from the statutes. A clock reads
"start last-day stop lapse outcome", where ``-`` is none and ``last-day>extended-to`` an extension. Only the
rules of the case's group are compared, and of these all: a clock that the case does not name is an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from frist_fall import Cases, Row, d, read

from pipelines import contracts
from pipelines.settings import SEEDS

Rows = list[tuple[str, Row]]

KOMMUN, BOTKYRKA = "0188", "0127"
LAGE_PER = d("2026-06-30")
RULES = read(SEEDS / "fristregler.csv")
SOL, SOL2025 = "4 kap. 1 § SoL", "11 kap. 1 § SoL"


@dataclass(frozen=True)
class Fall:
    """One story, and what the law says of it."""

    name: str
    rows: list[Rows]
    clocks: dict[str, list[str]]
    fodd: str = "2014-05-01"
    kommun: str = KOMMUN

    def add_to(self, cases: Cases) -> None:
        """Ids and persons get the case's name in front, so that no case knows of another."""
        for nr, (table, values) in enumerate(chain.from_iterable(self.rows)):
            schema = contracts.table(table).archive_schema
            row = {name: self._value(name, schema[name].is_temporal(), v) for name, v in values.items() if v}
            if "fodelsedatum" in schema:
                row.setdefault("fodelsedatum", d(self.fodd))
            if "handelse_id" in schema:
                row["handelse_id"] = f"{self.name}/{nr:02}"
            cases.add(table, **row)

    def _value(self, column: str, temporal: bool, value: str) -> str | date:
        if temporal:
            return d(value)
        return f"{self.name}/{value}" if column.endswith(("_id", "_nyckel")) else value


# What a municipality delivers: each helper gives rows of one table. The child is person a.


def placering(nr: int, lagrum: str, start: str, slut: str = "", form: str = "hvb", **andra: Any) -> Rows:
    """Placement p1, p2, ... of the care v; ``vard_id=None`` leaves the care to be chained."""
    row = {"placering_id": f"p{nr}", "lagrum": lagrum, "start": start, "slut": slut, "placeringsform": form}
    what = {"person_nyckel": "a", "vard_id": "v", "malgrupp": "barn", "regi": "privat", "enhet": "placering"}
    return [("placeringar", what | row | andra)]


def lagrumsbyte(nr: int, lagrum: str, fran: str, till: str = "") -> Rows:
    row = {"placering_id": f"p{nr}", "slag": "lagrum", "varde": lagrum, "fran": fran, "till": till}
    return [("placering_perioder", row)]


def utredning(nr: int, inledd: str, slutford: str = "", typ: str = "barn_skydd_stod", **andra: Any) -> Rows:
    """Investigation u1, u2, ..."""
    row = {"utredning_id": f"u{nr}", "inledd": inledd, "slutford": slutford, "typ": typ}
    what = {"person_nyckel": "a", "lagrum": "okand", "malgrupp": "barn", "enhet": "utredning"}
    return [("utredningar", what | row | andra)]


def beslut(lagrum: str, datum: str, **andra: Any) -> Rows:
    """Decision b."""
    row = {"beslut_id": "b", "lagrum": lagrum, "beslutsdatum": datum, "person_nyckel": "a"}
    what = {"insats": "annan", "malgrupp": "barn", "enhet": "myndighet"}
    return [("ej_verkstallda_beslut", row | what | andra)]


def handelser(subjekt: str, *rader: str, person: str = "") -> Rows:
    """Events of ``"type id"``, each as "day code section" with or without the section."""
    typ, subjekt_id = subjekt.split()
    rows: Rows = []
    for rad in rader:
        day, code, *law = rad.split(maxsplit=2)
        what = {"datum": day, "handelse": code, "lagrum": "".join(law), "person_nyckel": person}
        rows.append(("handelser", {"subjekt_typ": typ, "subjekt_id": subjekt_id} | what))
    return rows


def overvaganden(subjekt: str, typ: str, *dagar: str) -> Rows:
    about = dict(zip(("subjekt_typ", "subjekt_id"), subjekt.split(), strict=True))
    return [("overvaganden", about | {"typ": typ, "datum": day}) for day in dagar]


def forlangning(subjekt: str, beslutad: str, ny_frist: str) -> Rows:
    about = dict(zip(("subjekt_typ", "subjekt_id"), subjekt.split(), strict=True))
    return [("forlangningar", about | {"beslutsdatum": beslutad, "ny_frist": ny_frist})]


VARD = [
    Fall(
        "sol-till-lvu2-ny-placering",
        [
            placering(1, SOL, "2024-01-10", "2024-05-01"),
            placering(2, "2 § LVU", "2024-05-01", "2024-12-20"),
            overvaganden("vard v", "overvagande", "2024-10-15"),
        ],
        {
            "OV_SOL": ["2024-01-10 2024-07-10 - 2024-05-01 upphord"],
            "OV_LVU2": [
                "2024-05-01 2024-11-01 2024-10-15 - i_tid",
                "2024-10-15 2025-04-15 - 2024-12-20 upphord",
            ],
        },
    ),
    Fall(  # what was done under SoL does not count under LVU
        "overvagd-fore-bytet",
        [
            placering(1, SOL, "2024-01-10", "2024-05-01"),
            placering(2, "2 § LVU", "2024-05-01", "2025-01-31"),
            overvaganden("placering p1", "overvagande", "2024-04-10"),
        ],
        {
            "OV_SOL": [
                "2024-01-10 2024-07-10 2024-04-10 - i_tid",
                "2024-04-10 2024-10-10 - 2024-05-01 upphord",
            ],
            "OV_LVU2": ["2024-05-01 2024-11-01 - 2025-01-31 for_sent"],
        },
    ),
    Fall(  # 3 § wants a decision: a mere övervägande is none
        "sol-till-lvu3-i-en-placering",
        [
            placering(1, SOL, "2024-01-10"),
            lagrumsbyte(1, "3 § LVU", "2024-08-10"),
            overvaganden("vard v", "overvagande", "2024-12-01"),
            overvaganden("vard v", "omprovning", "2025-02-10"),
        ],
        {
            "OV_SOL": ["2024-01-10 2024-07-10 - 2024-08-10 for_sent"],
            "OMPR_LVU3": [
                "2024-08-10 2025-02-10 2025-02-10 - i_tid",
                "2025-02-10 2025-08-10 - - pagaende_over_frist",
            ],
        },
    ),
    Fall(
        "lvu2-till-lvu3-i-en-placering",
        [
            placering(1, "2 § LVU", "2024-01-31", "2025-03-01"),
            lagrumsbyte(1, "3 § LVU", "2024-06-30"),
            overvaganden("vard v", "omprovning", "2024-12-31"),
        ],
        {
            "OV_LVU2": ["2024-01-31 2024-07-31 - 2024-06-30 upphord"],
            "OMPR_LVU3": [
                "2024-06-30 2024-12-30 2024-12-31 - for_sent",
                "2024-12-31 2025-06-30 - 2025-03-01 upphord",
            ],
        },
    ),
    Fall(
        "lvu2-ater-till-sol",
        [placering(1, "2 § LVU", "2024-01-10", "2024-07-01"), lagrumsbyte(1, SOL, "2024-06-01")],
        {
            "OV_LVU2": ["2024-01-10 2024-07-10 - 2024-06-01 upphord"],
            "OV_SOL": ["2024-06-01 2024-12-01 - 2024-07-01 upphord"],
        },
    ),
    Fall(  # six months of care under 2 §, not of the omhändertagande before it
        "lvu6-till-lvu2",
        [placering(1, "6 § LVU", "2024-01-10", "2024-08-01"), lagrumsbyte(1, "2 § LVU", "2024-03-05")],
        {"OV_LVU2": ["2024-03-05 2024-09-05 - 2024-08-01 upphord"]},
    ),
    *(
        Fall(
            name,
            [*rows, overvaganden("vard v", "overvagande", "2025-09-10")],
            {
                "OV_SOL": [
                    "2025-03-10 2025-09-10 2025-09-10 - i_tid",
                    "2025-09-10 2026-03-10 - - pagaende_over_frist",
                ]
            },
        )
        for name, rows in {
            "ny-sol-ny-placering": [
                placering(1, SOL, "2025-03-10", "2025-07-15"),
                placering(2, SOL2025, "2025-07-15"),
            ],
            "ny-sol-i-en-placering": [
                placering(1, SOL, "2025-03-10"),
                lagrumsbyte(1, SOL2025, "2025-07-01"),
            ],
        }.items()
    ),
    Fall(  # the second review hangs on the first home, long after the child left it
        "flyttar-utan-vard-id",
        [
            placering(1, SOL, "2024-01-10", "2024-03-10", vard_id=None),
            placering(2, SOL, "2024-03-11", "2024-06-20", "jourhem", vard_id=None),
            placering(3, SOL, "2024-06-20", "", "familjehem", vard_id=None),
            overvaganden("placering p3", "overvagande", "2024-07-10"),
            overvaganden("placering p1", "overvagande", "2025-01-05"),
        ],
        {
            "OV_SOL": [
                "2024-01-10 2024-07-10 2024-07-10 - i_tid",
                "2024-07-10 2025-01-10 2025-01-05 - i_tid",
                "2025-01-05 2025-07-05 - - pagaende_over_frist",
            ]
        },
    ),
    Fall(
        "tva-dagars-uppehall",
        [
            placering(1, SOL, "2024-01-10", "2024-03-10", vard_id=None),
            placering(2, SOL, "2024-03-12", "2024-08-12", vard_id=None),
        ],
        {
            "OV_SOL": [
                "2024-01-10 2024-07-10 - 2024-03-10 upphord",
                "2024-03-12 2024-09-12 - 2024-08-12 upphord",
            ]
        },
    ),
    Fall(  # registered on the care and on the placement: one review
        "samma-overvagande-tva-ganger",
        [
            placering(1, SOL, "2024-01-10", "2024-10-01"),
            overvaganden("placering p1", "overvagande", "2024-06-10"),
            overvaganden("vard v", "overvagande", "2024-06-10"),
        ],
        {
            "OV_SOL": [
                "2024-01-10 2024-07-10 2024-06-10 - i_tid",
                "2024-06-10 2024-12-10 - 2024-10-01 upphord",
            ]
        },
    ),
    Fall(
        "lsb-till-sol",
        [
            placering(1, "4 kap. 1 § LSB", "2024-05-13", "2024-08-05", "skyddat_boende"),
            placering(2, "3 kap. 1 § LSB", "2024-08-05", "2024-12-20", "skyddat_boende"),
            lagrumsbyte(2, SOL, "2024-11-13"),
        ],
        {
            "OV_LSB": ["2024-05-13 2024-11-13 - 2024-11-13 upphord"],
            "OV_SOL": ["2024-11-13 2025-05-13 - 2024-12-20 upphord"],
        },
    ),
    Fall(  # the omhändertagande ended, the care went on by consent
        "sol-igen-nar-perioden-ar-slut",
        [
            placering(1, SOL, "2024-01-10", "2025-01-31"),
            lagrumsbyte(1, "6 § LVU", "2024-05-01", "2024-05-15"),
        ],
        {
            "OV_SOL": [
                "2024-01-10 2024-07-10 - 2024-05-01 upphord",
                "2024-05-15 2024-11-15 - 2025-01-31 for_sent",
            ]
        },
    ),
    Fall(  # some days elsewhere by consent, while the care in the home goes on
        "lvu2-med-sol-vid-sidan-om",
        [
            placering(1, "2 § LVU", "2024-01-10", "2024-09-10", "familjehem"),
            placering(2, SOL, "2024-03-01", "2024-03-10", "familjehem"),
        ],
        {"OV_LVU2": ["2024-01-10 2024-07-10 - 2024-09-10 for_sent"]},
    ),
    Fall(
        "vard-id-bara-pa-forsta-raden",
        [
            placering(1, SOL, "2024-01-10", "2024-03-10"),
            placering(2, SOL, "2024-03-10", "2024-09-10", vard_id=None),
        ],
        {"OV_SOL": ["2024-01-10 2024-07-10 - 2024-09-10 for_sent"]},
    ),
    Fall(
        "okant-lagrum-efter-lvu2",
        [
            placering(1, "2 § LVU", "2024-01-10", "2024-04-01"),
            placering(2, "okand", "2024-04-01", "2024-09-10"),
        ],
        {"OV_LVU2": ["2024-01-10 2024-07-10 - 2024-09-10 for_sent"]},
    ),
]

VARDPLAN = [
    Fall(  # revised "senast när barnet varit placerat i två år": no word of the ground
        "vardplan-genom-byte-av-lagrum",
        [placering(1, SOL, "2023-01-10", "2025-02-01"), lagrumsbyte(1, "2 § LVU", "2024-01-10")],
        {"VARDPLAN": ["2023-01-10 2025-01-10 - 2025-02-01 for_sent"]},
    ),
]

HEM = [
    Fall(
        "samma-hem-tva-rader",
        [
            placering(1, SOL, "2023-01-10", "2024-03-01", "familjehem", hem_nyckel="h1"),
            placering(2, SOL, "2024-03-02", "", "natverkshem", hem_nyckel="h1"),
            overvaganden("vard v", "vardnadsoverflyttning", "2025-01-08"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 2025-01-08 - i_tid",
                "2025-01-08 2026-01-08 - - pagaende_over_frist",
            ]
        },
    ),
    Fall(
        "nytt-hem",
        [
            placering(1, SOL, "2023-01-10", "2024-06-01", "familjehem", hem_nyckel="h1"),
            placering(2, SOL, "2024-06-01", "", "konsulentstott_familjehem", hem_nyckel="h2"),
            overvaganden("placering p2", "vardnadsoverflyttning", "2026-06-01"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 - 2024-06-01 upphord",
                "2024-06-01 2026-06-01 2026-06-01 - i_tid",
                "2026-06-01 2027-06-01 - - pagaende",
            ]
        },
    ),
    Fall(
        "okant-hem",
        [
            placering(1, SOL, "2023-01-10", "2024-03-01", "familjehem"),
            placering(2, SOL, "2024-03-01", "2025-06-01", "familjehem"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 - 2024-03-01 upphord",
                "2024-03-01 2026-03-01 - 2025-06-01 upphord",
            ]
        },
    ),
    Fall(
        "inga-familjehem",
        [
            placering(1, SOL, "2021-01-10", "2023-06-01", "jourhem", hem_nyckel="h1"),
            placering(2, SOL, "2023-06-01", "", "hvb", hem_nyckel="h1"),
        ],
        {},
    ),
    Fall(  # lapsed on the last day itself
        "jourhem-blir-familjehem",
        [
            placering(1, SOL, "2023-01-10", "2023-04-10", "jourhem", hem_nyckel="h1"),
            placering(2, SOL, "2023-04-10", "2025-04-10", "familjehem", hem_nyckel="h1"),
        ],
        {"OV_VARDNAD": ["2023-04-10 2025-04-10 - 2025-04-10 upphord"]},
    ),
    Fall(
        "tillbaka-efter-hvb",
        [
            placering(1, SOL, "2023-01-10", "2023-06-01", "familjehem", hem_nyckel="h1"),
            placering(2, SOL, "2023-06-01", "2023-08-01"),
            placering(3, SOL, "2023-08-01", "2025-09-01", "familjehem", hem_nyckel="h1"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 - 2023-06-01 upphord",
                "2023-08-01 2025-08-01 - 2025-09-01 for_sent",
            ]
        },
    ),
    Fall(  # the home is the same; under which act the child lives there does not matter
        "sol-till-lvu2-i-samma-hem",
        [
            placering(1, SOL, "2023-01-10", "2025-03-01", "familjehem", hem_nyckel="h1"),
            lagrumsbyte(1, "2 § LVU", "2023-09-01"),
            overvaganden("vard v", "vardnadsoverflyttning", "2025-01-10"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 2025-01-10 - i_tid",
                "2025-01-10 2026-01-10 - 2025-03-01 upphord",
            ]
        },
    ),
    Fall(  # three years until 2022-07-01, two from then on, also for who lives there already
        "tre-ar-blir-tva",
        [
            placering(1, SOL, "2021-03-10", "2024-01-31", "familjehem", hem_nyckel="h1"),
            overvaganden("vard v", "vardnadsoverflyttning", "2023-03-11"),
        ],
        {
            "OV_VARDNAD": [
                "2021-03-10 2023-03-10 2023-03-11 - for_sent",
                "2023-03-11 2024-03-11 - 2024-01-31 upphord",
            ]
        },
    ),
    Fall(  # two years were long past when two years became law: due that day, not before
        "tva-ar-redan-forbi",
        [
            placering(1, SOL, "2020-01-10", "2023-06-01", "familjehem", hem_nyckel="h1"),
            overvaganden("vard v", "vardnadsoverflyttning", "2022-07-01"),
        ],
        {
            "OV_VARDNAD": [
                "2020-01-10 2022-07-01 2022-07-01 - i_tid",
                "2022-07-01 2023-07-01 - 2023-06-01 upphord",
            ]
        },
    ),
    Fall(
        "forfallen-fore-andringen",
        [placering(1, SOL, "2019-05-01", "2022-12-01", "familjehem", hem_nyckel="h1")],
        {"OV_VARDNAD": ["2019-05-01 2022-05-01 - 2022-12-01 for_sent"]},
    ),
    Fall(
        "samma-hem-nytt-vard-id",
        [
            placering(1, SOL, "2023-01-10", "2023-09-01", "familjehem", hem_nyckel="h1", vard_id="v1"),
            placering(2, "2 § LVU", "2023-09-01", "2025-03-01", "familjehem", hem_nyckel="h1", vard_id="v2"),
            overvaganden("vard v2", "vardnadsoverflyttning", "2025-01-08"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 2025-01-08 - i_tid",
                "2025-01-08 2026-01-08 - 2025-03-01 upphord",
            ]
        },
    ),
    Fall(
        "samma-hem-med-avlastning",
        [
            placering(1, SOL, "2023-01-10", "2023-06-10", "familjehem", hem_nyckel="h1"),
            placering(2, SOL, "2023-03-01", "2023-03-10", "familjehem", hem_nyckel="h2"),
            placering(3, SOL, "2023-06-10", "2025-02-10", "familjehem", hem_nyckel="h1"),
        ],
        {
            "OV_VARDNAD": [
                "2023-01-10 2025-01-10 - 2025-02-10 for_sent",
                "2023-03-01 2025-03-01 - 2023-03-10 upphord",
            ]
        },
    ),
]

JOURHEM = [
    Fall(  # the one it names, though another was opened later and closed later
        "jourhem-namner-utredningen",
        [
            utredning(1, "2025-01-10", "2025-04-30"),
            utredning(2, "2025-02-20", "2025-06-15"),
            placering(1, SOL, "2025-03-01", "2025-07-01", "jourhem", utredning_id="u1"),
        ],
        {"JOURHEM": ["2025-04-30 2025-06-30 2025-07-01 - for_sent"]},
    ),
    Fall(
        "jourhem-oppen-utredning-vid-start",
        [
            utredning(1, "2024-01-10", "2024-04-10"),
            utredning(2, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-07-15", "jourhem"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 2025-07-15 - i_tid"]},
    ),
    Fall(
        "jourhem-utredning-pagar",
        [utredning(1, "2025-02-01"), placering(1, SOL, "2025-03-01", "2026-03-01", "jourhem")],
        {},
    ),
    Fall(
        "jourhem-slut-fore-utredningen",
        [
            utredning(1, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-04-01", "jourhem", utredning_id="u1"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 2025-04-01 - i_tid"]},
    ),
    Fall(
        "jourhem-efter-utredningen",
        [
            utredning(1, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-06-01", "", "jourhem", utredning_id="u1"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 - - pagaende_over_frist"]},
    ),
    Fall(
        "jourhem-forlangd",
        [
            utredning(1, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-09-15", "jourhem"),
            forlangning("placering p1", "2025-07-15", "2025-09-15"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15>2025-09-15 2025-09-15 - i_tid_efter_forlangning"]},
    ),
    Fall(
        "jourhem-forlangd-for-sent",
        [
            utredning(1, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-09-15", "jourhem"),
            forlangning("placering p1", "2025-07-16", "2025-09-15"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 2025-09-15 - for_sent"]},
    ),
    Fall(
        "jourhem-nej-familjehem",
        [utredning(1, "2025-02-01", "2025-05-15"), placering(1, SOL, "2025-03-01", "", "familjehem")],
        {},
    ),
    Fall(
        "jourhem-syskonets-utredning",
        [
            utredning(1, "2025-02-01", "2025-05-15", person_nyckel="b"),
            placering(1, SOL, "2025-03-01", "", "jourhem"),
        ],
        {},
    ),
    Fall(  # vårdas i jourhem, in one or in several
        "jourhem-efter-jourhem",
        [
            utredning(1, "2025-02-01", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-06-01", "jourhem", hem_nyckel="h1"),
            placering(2, SOL, "2025-06-01", "2025-08-01", "jourhem", hem_nyckel="h1"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 2025-08-01 - for_sent"]},
    ),
    Fall(
        "jourhem-tva-oppna-en-pagar",
        [
            utredning(1, "2025-01-10", "2025-04-30"),
            utredning(2, "2025-02-20"),
            placering(1, SOL, "2025-03-01", "", "jourhem"),
        ],
        {},
    ),
    Fall(
        "jourhem-akut-fore-utredningen",
        [
            utredning(1, "2025-03-03", "2025-05-15"),
            placering(1, SOL, "2025-03-01", "2025-08-01", "jourhem"),
        ],
        {"JOURHEM": ["2025-05-15 2025-07-15 2025-08-01 - for_sent"]},
    ),
]

UPPFOLJNING = [
    Fall(  # two months until 2025-06-30, six from then on, also for what is pending
        "uppf-utredning-over-lagandringen",
        [
            utredning(1, "2025-01-20", "2025-05-15"),
            handelser("utredning u1", "2025-05-20 uppfoljning_inledd", "2025-11-15 uppfoljning_avslutad"),
        ],
        {"UPPF_BARN": ["2025-05-15 2025-11-15 2025-11-15 - i_tid"]},
    ),
    Fall(
        "uppf-utredning-forfallen-fore",
        [
            utredning(1, "2025-01-20", "2025-04-20"),
            handelser("utredning u1", "2025-05-20 uppfoljning_inledd", "2025-07-10 uppfoljning_avslutad"),
        ],
        {"UPPF_BARN": ["2025-04-20 2025-06-20 2025-07-10 - for_sent"]},
    ),
    Fall(
        "uppf-utredning-avslutad-fore",
        [
            utredning(1, "2025-01-20", "2025-05-15"),
            handelser("utredning u1", "2025-05-20 uppfoljning_inledd", "2025-06-30 uppfoljning_avslutad"),
        ],
        {"UPPF_BARN": ["2025-05-15 2025-07-15 2025-06-30 - i_tid"]},
    ),
    Fall(
        "uppf-utredning-ny-utredning",
        [
            utredning(1, "2025-06-01", "2025-09-10"),
            utredning(2, "2025-12-01"),
            handelser("utredning u1", "2025-09-15 uppfoljning_inledd"),
        ],
        {"UPPF_BARN": ["2025-09-10 2026-03-10 2025-12-01 - i_tid"]},
    ),
    Fall("uppf-utredning-ingen", [utredning(1, "2025-06-01", "2025-09-10")], {}),
    Fall(
        "uppf-placering-over-lagandringen",
        [
            placering(1, SOL, "2024-06-10", "2025-06-10"),
            handelser("vard v", "2025-06-12 uppfoljning_inledd", "2025-12-11 uppfoljning_avslutad"),
        ],
        {"UPPF_PLAC": ["2025-06-10 2025-12-10 2025-12-11 - for_sent"]},
    ),
    Fall(  # the investigation that led to the placement stops nothing
        "uppf-placering-ny-utredning",
        [
            utredning(1, "2024-03-01", "2024-06-01"),
            placering(1, SOL, "2024-06-10", "2025-09-01"),
            utredning(2, "2026-01-15"),
            handelser("vard v", "2025-09-05 uppfoljning_inledd"),
        ],
        {"UPPF_PLAC": ["2025-09-01 2026-03-01 2026-01-15 - i_tid"]},
    ),
    Fall(  # after care that ended under LVU, from the day the follow-up began
        "uppf-lvu",
        [
            placering(1, SOL, "2023-06-10", "2024-06-01"),
            lagrumsbyte(1, "2 § LVU", "2023-09-01"),
            handelser("vard v", "2024-06-05 uppfoljning_inledd", "2024-12-05 uppfoljning_avslutad"),
        ],
        {"LVU_UPPF": ["2024-06-05 2024-12-05 2024-12-05 - i_tid"]},
    ),
    Fall(
        "uppf-lvu-ny-utredning",
        [
            placering(1, "3 § LVU", "2023-06-10", "2024-06-01"),
            utredning(1, "2024-12-06"),
            handelser("vard v", "2024-06-05 uppfoljning_inledd"),
        ],
        {"LVU_UPPF": ["2024-06-05 2024-12-05 2024-12-06 - for_sent"]},
    ),
    Fall(
        "uppf-lvu-pagar",
        [
            placering(1, "3 § LVU", "2023-06-10", "2024-06-01"),
            handelser("vard v", "2024-06-05 uppfoljning_inledd"),
        ],
        {"LVU_UPPF": ["2024-06-05 2024-12-05 - - pagaende_over_frist"]},
    ),
    Fall(
        "uppf-pa-placeringen",
        [
            placering(1, SOL2025, "2025-08-10", "2025-11-10", vard_id=None),
            handelser("placering p1", "2025-11-12 uppfoljning_inledd", "2026-05-10 uppfoljning_avslutad"),
        ],
        {"UPPF_PLAC": ["2025-11-10 2026-05-10 2026-05-10 - i_tid"]},
    ),
]

FAMILJERATT = [
    Fall(  # the investigation's person is the mother
        "faderskap-handelse",
        [
            utredning(1, "2024-02-01", "2025-01-21", "faderskap", malgrupp="vuxen"),
            handelser("utredning u1", "2024-01-20 fodelse"),
        ],
        {"FADERSKAP": ["2024-01-20 2025-01-20 2025-01-21 - for_sent"]},
        fodd="1990-03-03",
    ),
    Fall(
        "faderskap-barnets-fodelsedag",
        [utredning(1, "2024-04-01", "2025-03-10", "faderskap")],
        {"FADERSKAP": ["2024-03-10 2025-03-10 2025-03-10 - i_tid"]},
        fodd="2024-03-10",
    ),
    Fall(
        "faderskap-fore-fodelsen",
        [
            utredning(1, "2024-03-01", "2024-04-20", "faderskap", malgrupp="vuxen"),
            handelser("utredning u1", "2024-05-01 fodelse"),
        ],
        {"FADERSKAP": ["2024-05-01 2025-05-01 2024-04-20 - i_tid"]},
        fodd="1990-03-03",
    ),
    Fall(
        "faderskap-forlangd",
        [
            utredning(1, "2024-04-01", "2025-06-30", "faderskap"),
            forlangning("utredning u1", "2025-03-01", "2025-06-30"),
        ],
        {"FADERSKAP": ["2024-03-10 2025-03-10>2025-06-30 2025-06-30 - i_tid_efter_forlangning"]},
        fodd="2024-03-10",
    ),
    Fall(
        "faderskap-handelse-med-barnets-nummer",
        [
            utredning(1, "2024-02-01", "2025-01-21", "faderskap", malgrupp="vuxen"),
            handelser("utredning u1", "2024-01-20 fodelse", person="b"),
        ],
        {"FADERSKAP": ["2024-01-20 2025-01-20 2025-01-21 - for_sent"]},
        fodd="1996-03-03",
    ),
    Fall(  # when the child was born, nobody says
        "faderskap-bara-modern",
        [utredning(1, "2024-02-01", "2025-01-21", "faderskap", malgrupp="vuxen")],
        {},
        fodd="1996-03-03",
    ),
    Fall(  # a Saturday, which the court has set
        "vbu-rattens-dag",
        [utredning(1, "2025-01-10", "2025-04-07", "vardnad_boende_umgange", frist_satt="2025-04-05")],
        {"FAMRATT_VBU": ["2025-01-10 2025-04-05 2025-04-07 - for_sent"]},
    ),
    Fall(
        "vbu-ingen-dag-satt",
        [utredning(1, "2025-01-10", "2025-05-12", "vardnad_boende_umgange")],
        {"FAMRATT_VBU": ["2025-01-10 2025-05-10 2025-05-12 - for_sent"]},
    ),
    Fall(
        "vbu-ratten-forlanger",
        [
            utredning(1, "2025-01-10", "2025-05-02", "vardnad_boende_umgange", frist_satt="2025-04-05"),
            forlangning("utredning u1", "2025-04-05", "2025-05-02"),
        ],
        {"FAMRATT_VBU": ["2025-01-10 2025-04-05>2025-05-02 2025-05-02 - i_tid_efter_forlangning"]},
    ),
]

OMHANDERTAGEN = placering(1, "6 § LVU", "2024-01-12")
LVU_STEG = (
    *("2024-01-10 omhandertagen 6 § LVU", "2024-01-17 understalld 7 § LVU"),
    *("2024-02-09 ansokan_vard 8 § LVU", "2024-03-01 dom 2 § LVU"),
    "2024-03-22 laga_kraft",
)
LVU_KLOCKOR = {
    "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-17 - i_tid"],
    "LVU_ANS": ["2024-01-12 2024-02-09 2024-02-09 - i_tid"],
}
FLYTT_STEG = (
    *("2024-03-04 tillfalligt_flyttningsforbud 27 § LVU", "2024-03-11 understalld 28 § LVU"),
    *("2024-03-20 dom 28 § LVU", "2024-04-04 ansokan 29 § LVU"),
)
BESLUT = [
    *(
        Fall(  # the care goes on when the judgment is final, so it has begun
            f"lvu-pa-{subjekt.split()[0]}",
            [OMHANDERTAGEN, lagrumsbyte(1, "2 § LVU", "2024-03-01"), handelser(subjekt, *LVU_STEG)],
            LVU_KLOCKOR | {"LVU_START": ["2024-03-22 2024-04-19 2024-01-12 - i_tid"]},
        )
        for subjekt in ("vard v", "placering p1")
    ),
    Fall(
        "lvu-pa-eget-beslut",
        [
            handelser("beslut x", *LVU_STEG),
            handelser("beslut x", "2024-01-12 verkstalld 6 § LVU", "2024-03-01 verkstalld 2 § LVU"),
        ],
        LVU_KLOCKOR | {"LVU_START": ["2024-03-22 2024-04-19 2024-03-01 - i_tid"]},
    ),
    Fall(  # what has no section is a step of the decision before; the first, of the one after
        "lvu-utan-lagrum",
        [
            OMHANDERTAGEN,
            handelser("vard v", "2024-01-10 omhandertagen", "2024-01-18 understalld 7 § LVU"),
            handelser("vard v", "2024-02-10 ansokan_vard", "2024-03-01 dom 3 § LVU", "2024-03-22 laga_kraft"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-18 - for_sent"],
            "LVU_ANS": ["2024-01-12 2024-02-09 2024-02-10 - for_sent"],
            "LVU_START": ["2024-03-22 2024-04-19 2024-01-12 - i_tid"],
        },
    ),
    Fall(
        "lvu-vard-paborjad-for-sent",
        [handelser("beslut x", "2024-03-01 dom 2 § LVU", "2024-03-22 laga_kraft", "2024-04-20 verkstalld")],
        {"LVU_START": ["2024-03-22 2024-04-19 2024-04-20 - for_sent"]},
    ),
    Fall(
        "lvu-upphor-fore-fristen",
        [
            placering(1, "6 § LVU", "2024-01-10", "2024-01-15"),
            handelser("vard v", "2024-01-10 omhandertagen 6 § LVU", "2024-01-15 upphord"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 - 2024-01-15 upphord"],
            "LVU_ANS": ["2024-01-10 2024-02-07 - 2024-01-15 upphord"],
        },
    ),
    Fall(
        "lvu-upphor-ogjort",
        [handelser("beslut x", "2024-01-10 omhandertagen 6 § LVU", "2024-01-18 upphord")],
        {"LVU_UNDERST": ["2024-01-10 2024-01-17 - 2024-01-18 for_sent"]},
    ),
    Fall(
        "lvu-ratten-forlanger-eget-beslut",
        [
            handelser("beslut x", "2024-01-10 omhandertagen 6 § LVU", "2024-01-10 verkstalld"),
            handelser("beslut x", "2024-01-12 understalld", "2024-02-26 ansokan_vard"),
            forlangning("beslut x", "2024-02-01", "2024-02-28"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07>2024-02-28 2024-02-26 - i_tid_efter_forlangning"],
        },
    ),
    Fall(
        "lvu-pa-beslutsrad",
        [
            beslut("6 § LVU", "2024-01-10", verkstalld="2024-01-12"),
            handelser("beslut b", "2024-01-17 understalld 7 § LVU", "2024-02-09 ansokan_vard 8 § LVU"),
        ],
        LVU_KLOCKOR,
    ),
    Fall(
        "lvu-rattens-beslut-pa-beslutsrad",
        [
            beslut("6 § LVU", "2024-01-10", verkstalld="2024-01-12"),
            handelser("beslut b", "2024-01-17 understalld 7 § LVU", "2024-02-09 ansokan_vard 8 § LVU"),
            handelser("beslut b", "2024-03-22 laga_kraft 2 § LVU", "2024-04-20 verkstalld 2 § LVU"),
        ],
        LVU_KLOCKOR | {"LVU_START": ["2024-03-22 2024-04-19 2024-04-20 - for_sent"]},
    ),
    Fall(
        "lvu-ratten-forlanger-pa-vard",
        [
            placering(1, "6 § LVU", "2024-01-10"),
            handelser("vard v", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld"),
            handelser("vard v", "2024-02-26 ansokan_vard"),
            forlangning("vard v", "2024-02-01", "2024-02-28"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07>2024-02-28 2024-02-26 - i_tid_efter_forlangning"],
        },
    ),
    Fall(  # the care and a decision on something else happen to have the same number
        "lvu-annat-beslut-forlangt",
        [
            placering(1, "6 § LVU", "2024-01-10", vard_id="b"),
            beslut(SOL, "2023-01-10", verkstalld="2023-02-01"),
            handelser("vard b", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld"),
            handelser("vard b", "2024-02-26 ansokan_vard"),
            forlangning("beslut b", "2024-02-01", "2024-02-28"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07 2024-02-26 - for_sent"],
            "EV_RAPP": ["2023-01-10 2023-04-10 2023-02-01 - ej_rapporteringspliktig"],
        },
    ),
    Fall(  # four weeks from the execution of the omhändertagande, not from care by consent before it
        "lvu-omhandertagen-i-sol-vard",
        [
            placering(1, SOL, "2023-06-01"),
            lagrumsbyte(1, "6 § LVU", "2024-01-10"),
            handelser("vard v", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld"),
            handelser("vard v", "2024-02-06 ansokan_vard"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07 2024-02-06 - i_tid"],
        },
    ),
    Fall(
        "lvu-omhandertagen-tva-ganger",
        [
            placering(1, "6 § LVU", "2024-01-10"),
            handelser("vard v", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld"),
            handelser("vard v", "2024-01-20 upphord"),
            handelser("vard v", "2024-06-01 omhandertagen 6 § LVU", "2024-06-05 understalld"),
            handelser("vard v", "2024-06-25 ansokan_vard"),
        ],
        {
            "LVU_UNDERST": [
                "2024-01-10 2024-01-17 2024-01-12 - i_tid",
                "2024-06-01 2024-06-08 2024-06-05 - i_tid",
            ],
            "LVU_ANS": [
                "2024-01-10 2024-02-07 - 2024-01-20 upphord",
                "2024-06-01 2024-06-29 2024-06-25 - i_tid",
            ],
        },
    ),
    Fall(
        "lvu-flytt-mellan-stegen",
        [
            placering(1, "6 § LVU", "2024-01-10", "2024-01-25", "jourhem"),
            placering(2, "6 § LVU", "2024-01-25", "", "familjehem"),
            handelser("placering p1", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld 7 § LVU"),
            handelser("placering p2", "2024-02-06 ansokan_vard 8 § LVU"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07 2024-02-06 - i_tid"],
        },
    ),
    Fall(
        "lvu-syskon-i-en-utredning",
        [
            utredning(1, "2024-01-08"),
            utredning(1, "2024-01-08", person_nyckel="b"),
            handelser(
                "utredning u1", "2024-01-10 omhandertagen 6 § LVU", "2024-01-12 understalld", person="a"
            ),
            handelser(
                "utredning u1", "2024-01-10 omhandertagen 6 § LVU", "2024-01-18 understalld", person="b"
            ),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_UNDERST b": ["2024-01-10 2024-01-17 2024-01-18 - for_sent"],
        },
    ),
    Fall(  # the source's ids are in no order: the same day's events come as they happen to be numbered
        "lvu-samma-dag-utan-lagrum",
        [
            handelser("beslut x", "2024-01-10 omhandertagen 6 § LVU", "2024-01-10 verkstalld"),
            handelser("beslut x", "2024-01-12 understalld", "2024-02-01 ansokan_vard"),
            handelser("beslut x", "2024-03-22 verkstalld", "2024-03-22 laga_kraft 2 § LVU"),
        ],
        {
            "LVU_UNDERST": ["2024-01-10 2024-01-17 2024-01-12 - i_tid"],
            "LVU_ANS": ["2024-01-10 2024-02-07 2024-02-01 - i_tid"],
            "LVU_START": ["2024-03-22 2024-04-19 2024-03-22 - i_tid"],
        },
    ),
    Fall(
        "lvu-eget-beslut-i-pagaende-vard",
        [
            placering(1, "6 § LVU", "2024-01-12"),
            handelser("beslut x", "2024-03-01 dom 2 § LVU", "2024-03-22 laga_kraft", person="a"),
        ],
        {"LVU_START": ["2024-03-22 2024-04-19 2024-01-12 - i_tid"]},
    ),
    Fall(
        "lvm",
        [
            placering(1, "13 § LVM", "2024-01-10", "", "lvm_hem", malgrupp="vuxen_beroende"),
            handelser("vard v", "2024-01-10 omhandertagen 13 § LVM", "2024-01-11 understalld 15 § LVM"),
            handelser("vard v", "2024-01-15 dom 17 § LVM", "2024-01-22 ansokan_vard 18 § LVM"),
            handelser("vard v", "2024-02-10 dom 4 § LVM", "2024-03-02 laga_kraft 4 § LVM"),
        ],
        {
            "LVM_UNDERST": ["2024-01-10 2024-01-11 2024-01-11 - i_tid"],
            "LVM_RATT": ["2024-01-11 2024-01-15 2024-01-15 - i_tid"],
            "LVM_ANS": ["2024-01-15 2024-01-22 2024-01-22 - i_tid"],
            "LVM_START": ["2024-03-02 2024-03-30 2024-01-10 - i_tid"],
        },
        fodd="1985-05-05",
    ),
    Fall(
        "lvm-for-sent",
        [
            handelser("beslut x", "2024-01-10 omhandertagen 13 § LVM", "2024-01-12 understalld"),
            handelser("beslut x", "2024-01-17 dom", "2024-01-25 ansokan_vard"),
        ],
        {
            "LVM_UNDERST": ["2024-01-10 2024-01-11 2024-01-12 - for_sent"],
            "LVM_RATT": ["2024-01-12 2024-01-16 2024-01-17 - for_sent"],
            "LVM_ANS": ["2024-01-17 2024-01-24 2024-01-25 - for_sent"],
        },
    ),
    *(
        Fall(
            f"lsb-pa-{subjekt.split()[0]}",
            [
                placering(1, "4 kap. 1 § LSB", "2024-05-13", "", "skyddat_boende"),
                handelser(subjekt, "2024-05-10 omedelbar_insats 4 kap. 1 § LSB"),
                handelser(subjekt, "2024-05-17 understalld 4 kap. 3 § LSB"),
                handelser(subjekt, "2024-06-24 ansokan 4 kap. 6 § LSB", "2024-07-15 dom 3 kap. 1 § LSB"),
                handelser(subjekt, "2024-08-05 laga_kraft"),
            ],
            {
                "LSB_UNDERST": ["2024-05-10 2024-05-17 2024-05-17 - i_tid"],
                "LSB_ANS": ["2024-05-13 2024-06-24 2024-06-24 - i_tid"],
                "LSB_START": ["2024-08-05 2024-09-02 2024-05-13 - i_tid"],
            },
        )
        for subjekt in ("vard v", "placering p1")
    ),
    *(
        Fall(
            f"tillfalligt-flyttningsforbud-pa-{subjekt.split()[0]}",
            [placering(1, SOL, "2023-01-10", "", "familjehem"), handelser(subjekt, *FLYTT_STEG)],
            {
                "LVU_TFF_UNDERST": ["2024-03-04 2024-03-11 2024-03-11 - i_tid"],
                "LVU_TFF_ANS": ["2024-03-20 2024-04-03 2024-04-04 - for_sent"],
            },
        )
        for subjekt in ("beslut x", "vard v")
    ),
    Fall(
        "tillfalligt-utreseforbud",
        [
            handelser("beslut x", "2024-03-04 tillfalligt_utreseforbud 31 d § LVU"),
            handelser("beslut x", "2024-03-12 understalld 31 e § LVU", "2024-03-20 dom"),
            handelser("beslut x", "2024-04-17 ansokan 31 f § LVU"),
        ],
        {
            "LVU_TUF_UNDERST": ["2024-03-04 2024-03-11 2024-03-12 - for_sent"],
            "LVU_TUF_ANS": ["2024-03-20 2024-04-17 2024-04-17 - i_tid"],
        },
    ),
    Fall(
        "flyttningsforbud-rad",
        [
            beslut("24 § LVU", "2024-01-10", avslutad="2024-09-01"),
            overvaganden("beslut b", "flyttningsforbud", "2024-04-10", "2024-07-11"),
        ],
        {
            "OV_FLYTT": [
                "2024-01-10 2024-04-10 2024-04-10 - i_tid",
                "2024-04-10 2024-07-10 2024-07-11 - for_sent",
                "2024-07-11 2024-10-11 - 2024-09-01 upphord",
            ]
        },
    ),
    Fall(
        "flyttningsforbud-pa-vard",
        [
            placering(1, SOL, "2023-01-10", "", "familjehem"),
            handelser("vard v", *FLYTT_STEG, "2024-05-06 flyttningsforbud 24 § LVU"),
            overvaganden("vard v", "flyttningsforbud", "2024-08-06"),
            handelser("vard v", "2024-10-01 upphord"),
        ],
        {
            "LVU_TFF_UNDERST": ["2024-03-04 2024-03-11 2024-03-11 - i_tid"],
            "LVU_TFF_ANS": ["2024-03-20 2024-04-03 2024-04-04 - for_sent"],
            "OV_FLYTT": [
                "2024-05-06 2024-08-06 2024-08-06 - i_tid",
                "2024-08-06 2024-11-06 - 2024-10-01 upphord",
            ],
        },
    ),
    Fall("flyttningsforbud-avslag", [beslut("24 § LVU", "2024-01-10", utfall="avslag")], {}),
    Fall(
        "forebyggande-rad",
        [
            beslut("22 § LVU", "2024-01-10", insats="sarskilt_kvalificerad_kontaktperson"),
            overvaganden("beslut b", "forebyggande", "2024-07-10"),
        ],
        {
            "OV_22": [
                "2024-01-10 2024-07-10 2024-07-10 - i_tid",
                "2024-07-10 2025-01-10 - - pagaende_over_frist",
            ]
        },
    ),
    Fall(
        "umgange-pa-vard",
        [
            placering(1, "2 § LVU", "2024-01-10"),
            handelser("vard v", "2024-02-01 umgangesbegransning 14 § LVU", "2024-10-01 upphord 14 § LVU"),
            overvaganden("vard v", "umgange", "2024-05-01", "2024-08-02"),
        ],
        {
            "OV_UMG": [
                "2024-02-01 2024-05-01 2024-05-01 - i_tid",
                "2024-05-01 2024-08-01 2024-08-02 - for_sent",
                "2024-08-02 2024-11-02 - 2024-10-01 upphord",
            ]
        },
    ),
    Fall(
        "umgange-rad",
        [
            beslut("14 § LVU", "2024-02-01", avslutad="2024-08-01"),
            overvaganden("beslut b", "umgange", "2024-05-01"),
        ],
        {
            "OV_UMG": [
                "2024-02-01 2024-05-01 2024-05-01 - i_tid",
                "2024-05-01 2024-08-01 - 2024-08-01 upphord",
            ]
        },
    ),
    Fall(  # a decision that says no section is taken for one under LVU
        "umgange-eget-beslut-utan-lagrum",
        [
            handelser("beslut x", "2024-02-01 umgangesbegransning", "2024-07-01 upphord"),
            overvaganden("beslut x", "umgange", "2024-05-01"),
        ],
        {
            "OV_UMG": [
                "2024-02-01 2024-05-01 2024-05-01 - i_tid",
                "2024-05-01 2024-08-01 - 2024-07-01 upphord",
            ]
        },
    ),
    Fall(  # six months under LSB, not three
        "umgange-lsb-pa-vard",
        [
            placering(1, "3 kap. 1 § LSB", "2024-05-13", "", "skyddat_boende"),
            handelser("vard v", "2024-06-01 umgangesbegransning 5 kap. 4 § LSB"),
            overvaganden("vard v", "umgange", "2024-12-01"),
            handelser("vard v", "2025-03-01 upphord"),
        ],
        {
            "OV_LSB_UMG": [
                "2024-06-01 2024-12-01 2024-12-01 - i_tid",
                "2024-12-01 2025-06-01 - 2025-03-01 upphord",
            ]
        },
    ),
    Fall(  # no care, no visits to limit
        "umgange-vard-upphor",
        [
            placering(1, "2 § LVU", "2024-01-10", "2024-04-01"),
            handelser("vard v", "2024-02-01 umgangesbegransning 14 § LVU"),
        ],
        {"OV_UMG": ["2024-02-01 2024-05-01 - 2024-04-01 upphord"]},
    ),
    Fall(
        "umgange-overvagd-pa-placering",
        [
            placering(1, "2 § LVU", "2024-01-10"),
            handelser("vard v", "2024-02-01 umgangesbegransning 14 § LVU", "2024-07-01 upphord"),
            overvaganden("placering p1", "umgange", "2024-05-01"),
        ],
        {
            "OV_UMG": [
                "2024-02-01 2024-05-01 2024-05-01 - i_tid",
                "2024-05-01 2024-08-01 - 2024-07-01 upphord",
            ]
        },
    ),
    Fall(
        "utreseforbud-rad",
        [
            beslut("31 a § LVU", "2024-01-10"),
            overvaganden("beslut b", "utreseforbud", "2024-07-10"),
        ],
        {
            "OV_UTRESE": [
                "2024-01-10 2024-07-10 2024-07-10 - i_tid",
                "2024-07-10 2025-01-10 - 2024-09-01 upphord",
            ]
        },
        fodd="2006-09-01",
    ),
    Fall(
        "utreseforbud-pa-vard-med-person",
        [
            placering(1, "2 § LVU", "2023-01-10"),
            handelser("vard v", "2024-04-10 utreseforbud 31 a § LVU", person="a"),
        ],
        {"OV_UTRESE": ["2024-04-10 2024-10-10 - 2024-09-01 upphord"]},
        fodd="2006-09-01",
    ),
    Fall(
        "utreseforbud-pa-vard-utan-person",
        [
            placering(1, "2 § LVU", "2023-01-10"),
            handelser("vard v", "2024-04-10 utreseforbud 31 a § LVU"),
        ],
        {"OV_UTRESE": ["2024-04-10 2024-10-10 - 2024-09-01 upphord"]},
        fodd="2006-09-01",
    ),
    *(
        Fall(
            name,
            [
                utredning(1, first),
                handelser("utredning u1", f"{first} overflyttning_begard {law}"),
                handelser("utredning u1", f"{last} overflyttning_svar"),
            ],
            {"OVERFLYTT": [f"{first} {due} {last} - for_sent"]},
        )
        for name, law, first, due, last in [
            ("overflyttning", "29 kap. 10 § SoL", "2025-09-01", "2025-10-01", "2025-10-02"),
            ("overflyttning-2001", "2 a kap. 10 § SoL", "2024-09-01", "2024-10-01", "2024-10-02"),
        ]
    ),
]

LVM_VARD = [
    Fall(  # the omhändertagande counts into the six months
        "lvm-vardtid",
        [
            placering(1, "13 § LVM", "2024-01-10", "2024-02-05", "lvm_hem", malgrupp="vuxen_beroende"),
            placering(2, "4 § LVM", "2024-02-05", "2024-07-11", "lvm_hem", malgrupp="vuxen_beroende"),
        ],
        {"LVM_MAX": ["2024-01-10 2024-07-10 2024-07-11 - for_sent"]},
        fodd="1985-05-05",
    ),
]

LOKALT = [
    utredning(1, "2025-07-01", "2025-10-31"),
    placering(1, SOL, "2025-01-10", "2025-08-01", "jourhem"),
    overvaganden("vard v", "overvagande", "2025-05-10"),
]
LOKAL = [
    Fall(
        "lokalt-i-botkyrka",
        LOKALT,
        {
            "LOK_UTR_BARN_120": ["2025-07-01 2025-10-29 2025-10-31 - for_sent"],
            "LOK_OV_JOURHEM": [
                "2025-01-10 2025-05-10 2025-05-10 - i_tid",
                "2025-05-10 2025-09-10 - 2025-08-01 upphord",
            ],
            "UTR_BARN": ["2025-07-01 2025-11-01 2025-10-31 - i_tid"],
        },
        kommun=BOTKYRKA,
    ),
    Fall("lokalt-ingen-annanstans", LOKALT, {"UTR_BARN": ["2025-07-01 2025-11-01 2025-10-31 - i_tid"]}),
]

SYSKON_INLEDD = [
    utredning(1, "2025-08-01", "2025-11-20"),
    utredning(1, "2025-08-01", "2025-12-05", person_nyckel="b"),
]
SYSKON = [
    Fall(
        "syskon",
        [
            *SYSKON_INLEDD,
            forlangning("utredning u1", "2025-11-25", "2025-12-31"),
            handelser("utredning u1", "2025-11-24 uppfoljning_inledd", person="a"),
            handelser("utredning u1", "2026-05-20 uppfoljning_avslutad", person="a"),
        ],
        {
            "UTR_BARN": ["2025-08-01 2025-12-01>2025-12-31 2025-11-20 - i_tid"],
            "UTR_BARN b": ["2025-08-01 2025-12-01>2025-12-31 2025-12-05 - i_tid_efter_forlangning"],
            "UPPF_BARN": ["2025-11-20 2026-05-20 2026-05-20 - i_tid"],
        },
    ),
    Fall(  # an event without a person concerns them all
        "syskon-handelse-utan-person",
        [
            *SYSKON_INLEDD,
            handelser("utredning u1", "2025-12-08 uppfoljning_inledd"),
            handelser("utredning u1", "2026-05-20 uppfoljning_avslutad", person="a"),
        ],
        {
            "UTR_BARN": ["2025-08-01 2025-12-01 2025-11-20 - i_tid"],
            "UTR_BARN b": ["2025-08-01 2025-12-01 2025-12-05 - for_sent"],
            "UPPF_BARN": ["2025-11-20 2026-05-20 2026-05-20 - i_tid"],
            "UPPF_BARN b": ["2025-12-05 2026-06-05 - - pagaende_over_frist"],
        },
    ),
]


def _rules(subjekt_typ: str) -> set[str]:
    return {rule["regel_id"] for rule in RULES if rule["subjekt_typ"] == subjekt_typ}


LOCAL_RULES = {rule["regel_id"] for rule in RULES if rule["kommun"]}
# Last days before the calendar begins (1995): ingest refuses no such rows, and no night may stop at them.
GAMMALT = [
    Fall(
        "modern-fodd-1990", [utredning(1, "2024-02-01", typ="faderskap", malgrupp="vuxen")], {}, "1990-03-03"
    ),
    Fall(
        "vard-fran-1994",
        [placering(1, "2 § LVU", "1994-03-01", "1996-03-01")],
        {"OV_LVU2": ["1994-03-01 1994-09-01 - 1996-03-01 for_sent"]},
        "1985-05-05",
    ),
]

GROUPS: list[tuple[set[str], list[Fall]]] = [
    ({"OV_LVU2", "FADERSKAP"}, GAMMALT),
    ({"OV_SOL", "OV_LVU2", "OMPR_LVU3", "OV_LSB"}, VARD),
    ({"VARDPLAN"}, VARDPLAN),
    (_rules("hem"), HEM),
    ({"JOURHEM"}, JOURHEM),
    ({"UPPF_BARN", "UPPF_PLAC", "LVU_UPPF"}, UPPFOLJNING),
    ({"FADERSKAP", "FAMRATT_VBU"}, FAMILJERATT),
    (_rules("beslut"), BESLUT),
    ({"LVM_MAX"}, LVM_VARD),
    (LOCAL_RULES | {"UTR_BARN"}, LOKAL),
    ({"UTR_BARN", "UPPF_BARN"}, SYSKON),
]
"""The rules that are compared, and the cases about them."""


def make(falls: Iterable[Fall]) -> list[Cases]:
    """The archive rows of the cases, by municipality."""
    made: dict[str, Cases] = {}
    for fall in falls:
        fall.add_to(made.setdefault(fall.kommun, Cases(fall.kommun, LAGE_PER)))
    return list(made.values())
