"""The indicator catalogue as data, and the rules that a definition must keep before SQL is written from it.

The rows are seeds/indikatorer.csv with its child seeds; the words that they may use are
seeds/familjekolumner.csv. :func:`faults` says what is wrong, where, and what was expected, in Swedish, since
those who write definitions are statisticians. The rules come from what real catalogues got wrong.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.settings import SEEDS

Row = dict[str, str]
Said = Annotated[str, Field(min_length=1)]
Text = Annotated[str | None, BeforeValidator(lambda text: text or None)]
Day = Annotated[date | None, BeforeValidator(lambda text: text or None)]
PERIOD_TYPES = ("manad", "kvartal", "tertial", "delar", "halvar", "ar", "rullande_12")
SUMMABLE = {"antal", "dagar", "dygn", "manader", "kr"}
ONE_DIVIDED = {"andel", "medel", "kvot"}
"""The statistics that divide a numerator by a denominator."""
SORTED = {"median", "p90"}
NAMED = {"andel": {"andel"}, "median": {"median"}}
"""A word in the name that only these statistics may have: the label is what is printed beside the figure."""
BEGINS = {"antal": {"antal"}, "summa": {"summa"}, "medel": {"medel", "kvot", "index"}}


class Definition(BaseModel):
    """One definition version: a row of seeds/indikatorer.csv with its types. Raises ValidationError."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    indikator_id: Annotated[str, Field(pattern="^[A-Z0-9_]+$")]
    definitionsversion: int
    namn: Said
    fraga: Said
    motiv: Said
    familj: Said
    insamling: Literal["system", "manuell", "enkat", "extern"]
    taljare_kolumn: Said
    namnare_kolumn: Text
    unik_kolumn: Text
    namnare_fast: Text
    faktor: Decimal
    statistik: Literal["antal", "andel", "summa", "medel", "median", "p90", "kvot", "index"]
    tidsbas: Literal["handelse", "bestand", "aktuell", "omgang"]
    datum_kolumn: Text
    till_kolumn: Text
    mognad_manader: int
    tackning_kolumn: Text
    mattenhet: Said
    rakneenhet: Said
    decimaler: int
    konvention: Text
    regel_id: Text
    riktning: Literal["upp", "ned", "ingen"]
    taljare_text: Said
    namnare_text: Text
    lagrum: Text
    kalla: Said
    mattillfalle: Text
    redovisning: Said
    agare: Said
    jamforbar_med: Text
    forbehall: Text
    ersatter: Text
    rojandekanslig: Literal["ja", "nej"]
    giltig_fran: date
    giltig_till: Day
    ordning: int

    @property
    def name(self) -> str:
        return f"{self.indikator_id} v{self.definitionsversion}"

    @property
    def of_system(self) -> bool:
        """Counted from events; else delivered as a value in the extract ``matt``."""
        return self.insamling == "system"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a definition. ``fil`` is the seed's name without its ending."""

    fil: str
    indikator: str
    kolumn: str
    text: str

    def __str__(self) -> str:
        return f"{self.fil}.csv, {self.indikator}, {self.kolumn}: {self.text}"


@dataclass(frozen=True)
class Catalogue:
    """The seeds as they are written: text, one dictionary per row."""

    indikatorer: list[Row]
    perioder: list[Row]
    uppdelningar: list[Row]
    villkor: list[Row]
    mal: list[Row]
    familjer: list[Row]
    kolumner: list[Row]
    uppdelningsnamn: list[Row]
    regler: list[Row]
    konventioner: list[Row]

    @classmethod
    def read(cls, folder: Path = SEEDS) -> "Catalogue":
        """The catalogue in ``folder``. Raises FileNotFoundError when a seed is missing."""

        def seed(name: str) -> list[Row]:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        return cls(
            indikatorer=seed("indikatorer"),
            perioder=seed("indikator_perioder"),
            uppdelningar=seed("indikator_uppdelningar"),
            villkor=seed("indikator_villkor"),
            mal=seed("indikator_mal"),
            familjer=seed("indikatorfamiljer"),
            kolumner=seed("familjekolumner"),
            uppdelningsnamn=seed("uppdelningar"),
            regler=seed("fristregler"),
            konventioner=seed("fristkonventioner"),
        )


def faults(catalogue: Catalogue) -> list[Fault]:
    """Every fault of the catalogue, in the order of its rows. Empty when SQL may be written from it."""
    definitions, found = _definitions(catalogue)
    found += _vocabulary(catalogue)
    words = _words(catalogue)
    for d in definitions:
        found += _texts(d)
        found += _statistic(d)
        found += _columns(d, words, catalogue) if d.of_system else _delivered(d)
    found += _versions(definitions)
    found += _children(definitions, words, catalogue)
    return found


def _definitions(catalogue: Catalogue) -> tuple[list[Definition], list[Fault]]:
    """The rows that have the right shape, and what is wrong with the others."""
    definitions: list[Definition] = []
    found: list[Fault] = []
    for row in catalogue.indikatorer:
        try:
            definitions.append(Definition.model_validate(row))
        except ValidationError as error:
            who = f"{row.get('indikator_id')} v{row.get('definitionsversion')}"
            for e in error.errors():
                column = str(e["loc"][0])
                expected = e.get("ctx", {}).get("expected")
                text = f"väntade {expected}" if expected else "fel form eller tomt"
                found.append(Fault("indikatorer", who, column, f"{text}, men står: {row.get(column)!r}"))
    return definitions, found


def _fault(d: Definition, column: str, text: str) -> Fault:
    return Fault("indikatorer", d.name, column, text)


def _texts(d: Definition) -> Iterator[Fault]:
    """The card says what the figure is: no label against its statistic, no ratio without its parts."""
    name = d.namn.casefold()
    for word, statistics in NAMED.items():
        if (word in name.split(" ")[0] or f", {word}" in name) and d.statistik not in statistics:
            yield _fault(d, "namn", f"namnet säger {word}, men statistiken är {d.statistik}")
    for word, statistics in BEGINS.items():
        if name.startswith(f"{word} ") and d.statistik not in statistics:
            yield _fault(d, "namn", f"namnet börjar med {word}, men statistiken är {d.statistik}")
    if (d.statistik == "andel") != (d.mattenhet == "andel"):
        yield _fault(d, "mattenhet", f"{d.mattenhet} passar inte statistiken {d.statistik}")
    needs = d.statistik in ONE_DIVIDED | SORTED
    if needs and not d.namnare_text:
        yield _fault(d, "namnare_text", f"statistiken {d.statistik} kräver nämnaren i ord")
    if not needs and d.namnare_text:
        yield _fault(d, "namnare_text", f"statistiken {d.statistik} har ingen nämnare")
    for column in ("taljare_text", "namnare_text", "fraga", "forbehall", "motiv"):
        text = getattr(d, column)
        if text and text.strip()[-1] not in ".?":
            yield _fault(d, column, "en mening slutar med punkt eller frågetecken")


def _statistic(d: Definition) -> Iterator[Fault]:
    """Numerator, denominator and clock go with the statistic."""
    divides = d.namnare_kolumn or d.namnare_fast
    if d.namnare_kolumn and d.namnare_fast:
        yield _fault(d, "namnare_fast", "antingen en kolumn eller en fast nämnare, inte båda")
    if d.statistik in ONE_DIVIDED and not divides:
        yield _fault(d, "namnare_kolumn", f"statistiken {d.statistik} kräver en nämnare")
    if d.statistik in {"antal", "summa"} and divides:
        yield _fault(d, "namnare_kolumn", f"statistiken {d.statistik} delar inte med något")
    fixed = d.namnare_fast
    if fixed and fixed not in {"manader", "dagar"} and not fixed.replace(".", "", 1).isdigit():
        yield _fault(d, "namnare_fast", f"väntade ett tal, manader eller dagar, men står: {fixed!r}")
    if d.unik_kolumn and d.statistik not in {"antal", "andel"}:
        yield _fault(d, "unik_kolumn", f"unika räknas bara i antal och andel, inte i {d.statistik}")
    if d.of_system and (d.tidsbas in {"bestand", "aktuell"}) != bool(d.till_kolumn):
        yield _fault(d, "till_kolumn", "tidsbas bestand och aktuell kräver en slutdag, de andra har ingen")
    if d.mognad_manader < 0 or (d.mognad_manader and d.tidsbas == "omgang"):
        yield _fault(d, "mognad_manader", "ett helt antal månader från noll, och inte för en rapportomgång")


def _columns(d: Definition, words: dict[str, dict[str, Row]], catalogue: Catalogue) -> Iterator[Fault]:
    """Every column is a word of the family's vocabulary, used as what it is."""
    mine = words.get(d.familj, {})
    if not mine:
        yield _fault(d, "familj", f"familjen {d.familj!r} har inga kolumner i familjekolumner.csv")
        return
    clock = {"omgang": {"omgang"}, "handelse": {"datum", "manad"}}.get(d.tidsbas, {"datum"})
    asked = {
        "taljare_kolumn": SUMMABLE,
        "namnare_kolumn": SUMMABLE,
        "unik_kolumn": {"nyckel"},
        "datum_kolumn": clock,
        "till_kolumn": {"datum"},
        "tackning_kolumn": SUMMABLE | {"nyckel", "datum", "manad", "grupp"},
    }
    for column, kinds in asked.items():
        named = getattr(d, column)
        if named is None:
            if column == "datum_kolumn":
                yield _fault(d, column, "en klocka krävs")
        elif named not in mine:
            yield _fault(d, column, f"familjen {d.familj} har ingen kolumn {named!r}")
        elif mine[named]["slag"] not in kinds:
            expected = " eller ".join(sorted(kinds))
            yield _fault(d, column, f"{named} är {mine[named]['slag']}, väntade {expected}")
    part, whole = d.taljare_kolumn, d.namnare_kolumn
    if d.statistik == "andel" and whole and whole not in _wholes(mine, part):
        yield _fault(d, "taljare_kolumn", f"{part} är ingen delmängd av {whole} (delmangd_av)")
    if "konvention" in mine or d.familj.startswith("frist_"):
        known = {row["konvention"] for row in catalogue.konventioner}
        if d.konvention not in known:
            yield _fault(d, "konvention", f"väntade en av {', '.join(sorted(known))}")
    if d.regel_id and d.regel_id not in {row["regel_id"] for row in catalogue.regler}:
        yield _fault(d, "regel_id", f"ingen fristregel heter {d.regel_id}")


def _wholes(words: dict[str, Row], column: str | None) -> set[str]:
    """The column itself and all that it is a part of, by way of ``delmangd_av``."""
    found: set[str] = set()
    while column and column not in found:
        found.add(column)
        column = words.get(column, {}).get("delmangd_av") or None
    return found


def _delivered(d: Definition) -> Iterator[Fault]:
    """What is counted by hand names the columns of the extract ``matt``."""
    expected: dict[str, set[Any]] = {
        "taljare_kolumn": {"taljare", "varde"},
        "namnare_kolumn": {"namnare"} if d.statistik in ONE_DIVIDED else {None, "namnare"},
        "unik_kolumn": {None},
        "till_kolumn": {None},
        "tidsbas": {"handelse", "bestand"},
    }
    for column, allowed in expected.items():
        if getattr(d, column) not in allowed:
            words = " eller ".join(sorted(str(a or "tomt") for a in allowed))
            yield _fault(d, column, f"väntade {words} för ett mått som kommer i uttaget matt")


def _versions(definitions: list[Definition]) -> Iterator[Fault]:
    """One id and version once; versions follow each other in time without overlap; one name at a time."""
    by_id: dict[str, list[Definition]] = defaultdict(list)
    for d in definitions:
        by_id[d.indikator_id].append(d)
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda d: d.definitionsversion)
        for place, d in enumerate(ordered, start=1):
            if d.definitionsversion != place:
                yield _fault(d, "definitionsversion", f"dubbel eller hoppad version: väntade {place}")
        for a, b in pairwise(ordered):
            if a.giltig_till is None or a.giltig_till > b.giltig_fran:
                yield _fault(b, "giltig_fran", f"gäller samtidigt som version {a.definitionsversion}")
    newest = {versions[-1].indikator_id: versions[-1] for versions in by_id.values()}
    names: dict[str, str] = {}
    for d in newest.values():
        other = names.setdefault(d.namn.casefold(), d.indikator_id)
        if other != d.indikator_id:
            yield _fault(d, "namn", f"samma namn som {other}")
        for replaced in filter(None, (d.ersatter or "").split("|")):
            if replaced not in by_id:
                yield _fault(d, "ersatter", f"okänd indikator {replaced}")
            elif by_id[replaced][-1].giltig_till is None:
                yield _fault(d, "ersatter", f"{replaced} är ersatt men gäller fortfarande")


def _words(catalogue: Catalogue) -> dict[str, dict[str, Row]]:
    words: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in catalogue.kolumner:
        words[row["familj"]][row["kolumn"]] = row
    return words


def _vocabulary(catalogue: Catalogue) -> Iterator[Fault]:
    """The engine tells a day from a month by the column's name."""
    for word in catalogue.kolumner:
        if (word["slag"] == "datum") != word["kolumn"].endswith("_datum"):
            text = "en kolumn av slaget datum heter _datum, och ingen annan gör det"
            yield Fault("familjekolumner", word["familj"], word["kolumn"], text)


def _children(
    definitions: list[Definition], words: dict[str, dict[str, Row]], catalogue: Catalogue
) -> Iterator[Fault]:
    """Periods, breakdowns, conditions and targets belong to an indicator and use words that it knows."""
    by_id = {d.indikator_id: d for d in definitions}
    children = {
        "indikator_perioder": catalogue.perioder,
        "indikator_uppdelningar": catalogue.uppdelningar,
        "indikator_villkor": catalogue.villkor,
        "indikator_mal": catalogue.mal,
    }
    for fil, rows in children.items():
        for row in rows:
            if row["indikator_id"] not in by_id:
                yield Fault(fil, row["indikator_id"], "indikator_id", "indikatorn finns inte i katalogen")
    yield from _periods(by_id, catalogue)
    named = {row["uppdelning"] for row in catalogue.uppdelningsnamn}
    for row in catalogue.uppdelningar:
        if row["uppdelning"] not in named:
            text = f"{row['uppdelning']} saknas i uppdelningar.csv"
            yield Fault("indikator_uppdelningar", row["indikator_id"], "uppdelning", text)
        elif row["indikator_id"] in by_id:
            d = by_id[row["indikator_id"]]
            yield from _group(d, words, "indikator_uppdelningar", row["uppdelning"])
    for row in catalogue.villkor:
        if row["operator"] not in {"in", "not_in"}:
            yield Fault("indikator_villkor", row["indikator_id"], "operator", "väntade in eller not_in")
        if row["indikator_id"] in by_id:
            yield from _group(by_id[row["indikator_id"]], words, "indikator_villkor", row["kolumn"])
    for row in catalogue.mal:
        share = row["indikator_id"] in by_id and by_id[row["indikator_id"]].mattenhet == "andel"
        if share and row["mal"] and not 0 <= Decimal(row["mal"]) <= 1:
            text = f"en andel är 0–1, men målet är {row['mal']}"
            yield Fault("indikator_mal", row["indikator_id"], "mal", text)


def _periods(by_id: dict[str, Definition], catalogue: Catalogue) -> Iterator[Fault]:
    families = {row["familj"] for row in catalogue.familjer}
    with_period = {row["indikator_id"] for row in catalogue.perioder}
    for row in catalogue.perioder:
        if row["periodtyp"] not in PERIOD_TYPES:
            yield Fault("indikator_perioder", row["indikator_id"], "periodtyp", f"okänd: {row['periodtyp']}")
    for d in by_id.values():
        if d.familj not in families:
            yield _fault(d, "familj", f"familjen {d.familj!r} finns inte i indikatorfamiljer.csv")
        if d.indikator_id not in with_period:
            yield Fault("indikator_perioder", d.indikator_id, "periodtyp", "indikatorn har ingen period")


def _group(d: Definition, words: dict[str, dict[str, Row]], fil: str, column: str) -> Iterator[Fault]:
    """A breakdown or a condition is on a group of the family; what is delivered has only sex and unit."""
    if not d.of_system:
        if fil == "indikator_villkor" or column not in {"kon", "enhet"}:
            text = "ett mått i uttaget matt har inga villkor och delas bara på kön och enhet"
            yield Fault(fil, d.indikator_id, "kolumn", text)
        return
    word = words.get(d.familj, {}).get(column)
    if word is None:
        yield Fault(fil, d.indikator_id, "kolumn", f"familjen {d.familj} har ingen kolumn {column!r}")
    elif word["slag"] != "grupp":
        yield Fault(fil, d.indikator_id, "kolumn", f"{column} är {word['slag']}, väntade grupp")
