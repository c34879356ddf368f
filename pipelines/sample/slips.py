"""Errors that no row shows alone: rows that contradict each other, the law or the delivery before.

Each row of them can be read. They are planted after those of :mod:`pipelines.sample.errors` and listed in the
same key. Most are in the history and corrected the night after; what compares with the delivery before comes
at night.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.sample.errors import Planting, Suits, any_row, has
from pipelines.sample.world import HISTORY, NEW_SOL, SPLIT, Row, Tables, after

Change = Callable[[Row], Row]
"""The columns of a row that become wrong, with what they say then."""


@dataclass(frozen=True)
class Slip:
    """One kind of error: a row that changes, or when ``copied`` a row more like one that is there."""

    regel_id: str
    tabell: str
    kolumn: str
    feltyp: str
    change: Change
    suits: Suits = any_row
    copied: bool = False
    also: str = ""
    """A second rule that the same error breaks."""


def cell(
    regel_id: str,
    place: str,
    feltyp: str,
    value: Callable[[Row], Any],
    suits: Suits = any_row,
    *,
    also: str = "",
) -> Slip:
    """An error in one column; ``place`` is tabell.kolumn."""
    tabell, kolumn = place.split(".")
    return Slip(regel_id, tabell, kolumn, feltyp, lambda row: {kolumn: value(row)}, suits, also=also)


def lost(regel_id: str, place: str, suits: Suits = any_row) -> Slip:
    """A reference that leads nowhere."""
    _, kolumn = place.split(".")
    return cell(regel_id, place, "hänvisar till något som saknas", twin(kolumn), every(has(kolumn), suits))


def twin(kolumn: str) -> Callable[[Row], str]:
    """An id that nobody has, like the row's own."""
    return lambda row: f"{row[kolumn]}X"


def moved(kolumn: str, days: int) -> Callable[[Row], date]:
    return lambda row: after(row[kolumn], days)


def says(value: Any) -> Callable[[Row], Any]:
    return lambda row: value


def emptied(*columns: str) -> Change:
    return lambda row: dict.fromkeys(columns)


def within(kolumn: str, longest: int, shortest: int) -> Suits:
    """The date lies between so many days before the history load."""
    return lambda row: (
        row[kolumn] is not None and after(HISTORY, -longest) <= row[kolumn] <= after(HISTORY, -shortest)
    )


def every(*conditions: Suits) -> Suits:
    return lambda row: all(suits(row) for suits in conditions)


def among(kolumn: str, *values: Any) -> Suits:
    return lambda row: row[kolumn] in values


def differs(kolumn: str, other: Row) -> Suits:
    return lambda row: row[kolumn] != other[kolumn]


def adult_stay(shortest: int, longest: int) -> Suits:
    """A placement under SoL of an adult that ended after so many days."""
    return lambda row: (
        row["malgrupp"] != "barn"
        and row["medplacerad"] == "nej"
        and row["slut"] is not None
        and "SoL" in row["lagrum"]
        and shortest <= (row["slut"] - row["start"]).days <= longest
    )


SHORT_STAY = adult_stay(20, 150)
"""Ended before any review of a child's care would have been due."""

OUTCOME = among("serie", "utfall")

OF_LATE = 1000
"""Days in which a row that is gone the next night is a correction; an old one may have been disposed of."""

SET_ASIDE = every(has("anmalan_id"), among("beslut", "inleds_ej"), within("inkommen", OF_LATE, 1))
"""A report about a child, of late, that nothing followed on."""


def _once_more(row: Row) -> Row:
    """The same child investigated again three days after the end."""
    begun, finished = after(row["slutford"], 3), after(row["slutford"], 23)
    return {
        "utredning_id": twin("utredning_id")(row),
        "aktualisering_id": None,
        "inledd": begun,
        "tilldelad": begun,
        "senaste_kontakt": finished,
        "slutford": finished,
        "avslutad": finished,
        "resultat": "ingen_insats",
    }


def _elsewhere(row: Row) -> Row:
    """Two days in another place than where the person is."""
    begun, ended = after(row["start"], 1), after(row["start"], 3)
    return {"placering_id": twin("placering_id")(row), "start": begun, "slut": ended}


SLIPS: tuple[Slip, ...] = (
    lost("UTREDNING_UTAN_AKTUALISERING", "utredningar.aktualisering_id"),
    lost("PLACERING_UTAN_BESLUT", "placeringar.beslut_id"),
    lost("PLACERING_UTAN_UTREDNING", "placeringar.utredning_id"),
    lost("BESLUT_UTAN_UTREDNING", "ej_verkstallda_beslut.utredning_id"),
    lost("INSATS_UTAN_BESLUT", "insatser.beslut_id"),
    lost("PERIOD_UTAN_PLACERING", "placering_perioder.placering_id", among("slag", "franvaro", "tillstand")),
    lost("EKONOMI_UTAN_PLACERING", "ekonomi.placering_id"),
    lost("FORLANGNING_UTAN_SUBJEKT", "forlangningar.subjekt_id", among("subjekt_typ", "utredning")),
    lost("OVERVAGANDE_UTAN_SUBJEKT", "overvaganden.subjekt_id"),
    lost("HANDELSE_UTAN_SUBJEKT", "handelser.subjekt_id", among("handelse", "besok")),
    cell(
        "OVERVAGANDE_UTANFOR_VARD",
        "overvaganden.datum",
        "tjugo år för tidigt",
        moved("datum", -7305),
        among("typ", "overvagande"),
    ),
    cell(
        "FORLANGNING_FOR_SEN",
        "forlangningar.beslutsdatum",
        "beslutad den nya fristens dag",
        moved("ny_frist", 0),
        every(among("subjekt_typ", "aktualisering"), within("ny_frist", 9999, 1)),
    ),
    Slip(
        "AKTUALISERING_UTAN_BESLUT",
        "aktualiseringar",
        "beslutsdatum",
        "beslutet saknas",
        emptied("beslut", "beslutsdatum", "barn_hord"),
        every(SET_ASIDE, within("inkommen", 300, 90)),
    ),
    Slip(
        "UTREDNING_OPPEN_LANGE",
        "utredningar",
        "slutford",
        "slutdatum saknas",
        emptied("slutford", "avslutad", "resultat"),
        every(has("slutford"), within("inledd", 500, 380)),
    ),
    cell(
        "PLACERING_OVER_ALDER",
        "placeringar.malgrupp",
        "fel målgrupp",
        says("barn"),
        lambda row: row["malgrupp"] != "barn" and row["slut"] is None,
        also="MALGRUPP_ALDER",
    ),
    cell(
        "MALGRUPP_ALDER",
        "aktualiseringar.malgrupp",
        "fel målgrupp",
        says("barn"),
        every(among("malgrupp", "vuxen"), among("typ", "ansokan")),
    ),
    Slip(
        "AKTUALISERING_DUBBLETT",
        "aktualiseringar",
        "inkommen",
        "registrerad två gånger",
        lambda row: {c: twin(c)(row) for c in ("aktualisering_id", "anmalan_id")},
        SET_ASIDE,
        copied=True,
    ),
    Slip(
        "ANMALAN_DUBBLETT",
        "aktualiseringar",
        "anmalan_id",
        "samma barn två gånger i anmälan",
        lambda row: {"aktualisering_id": twin("aktualisering_id")(row), "anmalare": "annan"},
        SET_ASIDE,
        copied=True,
    ),
    Slip(
        "UTREDNING_KEDJA",
        "utredningar",
        "inledd",
        "utredd på nytt",
        _once_more,
        every(
            among("typ", "barn_skydd_stod"),
            within("inledd", (HISTORY - NEW_SOL).days, 60),
            within("slutford", 480, 60),
        ),
        copied=True,
    ),
    Slip(
        "PLACERING_OVERLAPPAR",
        "placeringar",
        "start",
        "två placeringar samma dygn",
        _elsewhere,
        every(SHORT_STAY, among("placeringsform", "hvb"), within("slut", OF_LATE, 1)),
        copied=True,
    ),
    cell(
        "LAGRUM_EJ_I_KRAFT",
        "ej_verkstallda_beslut.lagrum",
        "lagrum som har upphört",
        says("4 kap. 1 § SoL"),
        lambda row: "SoL" in row["lagrum"] and row["beslutsdatum"] > NEW_SOL,
    ),
    cell("LAGRUM_OKANT", "utredningar.lagrum", "lagrum som inte kan tolkas", says("SoL 11:2")),
    cell("ENHET_OKAND", "utredningar.enhet", "enhet som inte finns", says("gamla_enheten")),
    cell(
        "ENHET_EJ_GILTIG",
        "utredningar.enhet",
        "enhet som har upphört",
        says("utredning_barn_unga"),
        every(among("enhet", "utredning_barn", "utredning_unga"), lambda row: row["inledd"] > SPLIT),
    ),
    cell(
        "INTAKT_POSITIV",
        "ekonomi.belopp_kr",
        "fel tecken",
        lambda row: row["belopp_kr"].lstrip("-"),
        every(among("kontotyp", "intakt"), OUTCOME),
    ),
    cell(
        "KOSTNAD_NEGATIV",
        "ekonomi.belopp_kr",
        "fel tecken",
        lambda row: "-" + row["belopp_kr"],
        every(among("kontotyp", "kostnad"), OUTCOME, among("placering_id", None)),
    ),
    cell("DATUM_OMVANT", "aktualiseringar.registrerad", "registrerad före inkommen", moved("inkommen", -12)),
    cell(
        "VERKSTALLD_FORE_BESLUT",
        "ej_verkstallda_beslut.verkstalld",
        "verkställd före beslutet",
        moved("beslutsdatum", -12),
        has("verkstalld"),
    ),
    cell(
        "KONTAKT_FORE_INLEDD", "utredningar.senaste_kontakt", "kontakt före utredningen", moved("inledd", -12)
    ),
    cell(
        "DATUM_FOR_GAMMALT",
        "ej_verkstallda_beslut.uppdrag_skickat",
        "datum som ska betyda att uppgift saknas",
        says(date(1900, 1, 1)),
    ),
    cell(
        "DATUM_FORE_FODELSE",
        "aktualiseringar.inkommen",
        "inkommen före födelsen",
        moved("inkommen", -90),
        every(among("typ", "information"), among("malgrupp", "barn")),
    ),
    cell("LVU_MILJO_ALDER", "placeringar.lagrum", "fel lagrum", says("2 § LVU"), SHORT_STAY),
    cell("LVU_BETEENDE_ALDER", "placeringar.lagrum", "fel lagrum", says("3 § LVU"), SHORT_STAY),
    cell("LVM_FOR_LANG", "placeringar.lagrum", "fel lagrum", says("4 § LVM"), adult_stay(200, 1500)),
    cell(
        "STODBOENDE_ALDER",
        "placeringar.placeringsform",
        "fel form",
        says("stodboende"),
        every(SHORT_STAY, among("placeringsform", "hvb")),
    ),
)
"""The history load has them all. (Infants come in as information about a birth some weeks ago.)"""

OPENED_AGAIN = Slip(
    "ARENDE_OPPNAT_IGEN",
    "utredningar",
    "slutford",
    "öppnad igen",
    emptied("slutford", "avslutad", "resultat"),
    every(within("inledd", 330, 1), within("slutford", 330, 1)),
)

WITH_PERSONS = ("aktualiseringar", "utredningar", "placeringar", "ej_verkstallda_beslut", "insatser")
OLDEST = 85
"""Those who are older are missing in the population of the first night."""


def plant(planting: Planting, tables: Tables, scale: float, night: int) -> None:
    """Plant what belongs in the delivery of that night; 0 is the history.

    ``tables`` are all rows of Sampelstad as they should be.
    """
    many = Counter(row["personnummer"] for name in WITH_PERSONS for row in tables[name])
    for _ in range(planting.many(scale)):
        for slip in {0: SLIPS, 1: (OPENED_AGAIN,)}.get(night, ()):
            _slip(planting, slip)
        if night == 0:
            _wrong_arrival(planting)
        if night == 3:
            _wrong_person(planting, "PERSON_BYTT", lambda row: many[row["personnummer"]] > 1)
            _wrong_person(planting, "PERSON_SAMMANSLAGEN", lambda row: many[row["personnummer"]] == 1)
    _wrong_volume(planting, night)


def _slip(planting: Planting, slip: Slip) -> None:
    line = planting.pick(slip.tabell, slip.suits)
    if line is None:
        return
    row = planting.tables[slip.tabell][line]
    if slip.copied:
        line = planting.append(slip.tabell, row | slip.change(row))
    else:
        planting.change(slip.tabell, line, slip.change(row))
    for rule in filter(None, (slip.regel_id, slip.also)):
        planting.note(slip.tabell, line, slip.kolumn, slip.feltyp, rule)


def _another(planting: Planting, suits: Suits) -> Row | None:
    """An arrival without errors, for another row to be mixed up with."""
    line = planting.pick("aktualiseringar", suits)
    return None if line is None else planting.tables["aktualiseringar"][line]


def _wrong_arrival(planting: Planting) -> None:
    """An investigation tied to what came in after it had begun."""
    if came := _another(planting, within("inkommen", 90, 1)):
        earlier = every(has("aktualisering_id"), lambda row: row["inledd"] < came["inkommen"])
        place, wrong = "utredningar.aktualisering_id", says(came["aktualisering_id"])
        _slip(planting, cell("UTREDNING_FORE_AKTUALISERING", place, "fel aktualisering", wrong, earlier))


def _wrong_person(planting: Planting, regel_id: str, suits: Suits) -> None:
    """Somebody's arrival put on another adult, who came another day."""
    told = every(among("typ", "information"), among("malgrupp", "vuxen"), within("inkommen", OF_LATE, 1))
    if other := _another(planting, told):
        theirs = {column: other[column] for column in ("personnummer", "skyddad")}
        apart = every(differs("personnummer", other), differs("inkommen", other))
        slip = Slip(
            regel_id,
            "aktualiseringar",
            "personnummer",
            "fel person",
            lambda row: theirs,
            every(told, suits, apart),
        )
        _slip(planting, slip)


def _wrong_volume(planting: Planting, night: int) -> None:
    """The oldest are missing one night and there the next: both times many rows more or less."""
    rows = planting.tables.get("befolkning", [])
    if night == 1:
        planting.tables["befolkning"] = [row for row in rows if row["alder"] <= OLDEST]
        planting.note("befolkning", -1, "", "de äldsta saknas", "VOLYM_AVVIKER")
    if night == 2:
        planting.note("befolkning", -1, "", "de äldsta är tillbaka", "VOLYM_AVVIKER")
