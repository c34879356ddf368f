"""Which table a file most likely fills, and which column each heading most likely is.

Headings are compared with the contract's names and their synonyms (``synonymer.csv``), cells with what the
column must hold. Only ``draft`` asks; a night never guesses.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.contracts import UNKNOWN, Column, Table, municipalities, tables
from pipelines.ingest import check, person
from pipelines.ingest.adapter import EXCEL, MAY_LACK, code_words
from pipelines.ingest.look import SKIPPED, Look
from pipelines.ingest.rules import IDENTITY
from pipelines.settings import SEEDS

SYNONYMS = Path(__file__).with_name("synonymer.csv")
ENOUGH = 0.55
"""The least confidence with which a source column is proposed."""
SIMILAR = 0.75
"""Names less alike than this are not alike."""
NAMELESS = 0.6
"""How sure a column is at most that has no telling name."""
MOST_WORDS = 40
"""A code column with more words than this is hardly one."""

DAYS = (
    *("ÅÅÅÅ-MM-DD", "ÅÅÅÅMMDD", "ÅÅÅÅ/MM/DD", "ÅÅÅÅ.MM.DD"),
    *("DD/MM/ÅÅÅÅ", "DD.MM.ÅÅÅÅ", "DD-MM-ÅÅÅÅ", "MM/DD/ÅÅÅÅ"),
)
TIMES = ("", " tt:mm", " tt:mm:ss", " tt:mm:ss.f", "Ttt:mm:ss", "Ttt:mm:ss.f")
FORMS = (*(day + time for time in TIMES for day in DAYS), EXCEL)
NO_DATE = r"^(?:9999|0001|0000|1900[-/.]?01)[\d/.-]{2,6}(?:[ T].*)?$"
"""The dates that systems write when there is no date."""
LIKE_ID = r"^[\w./:-]*\d[\w./:-]*$"
ID_HEADING = r"(?:nr|nummer|id|ref|referens|beteckning)$"
"""How a heading ends, made plain, when digits alone may be an id; else they may be amounts."""
NO_VALUE = ("null", "-", "--", "n/a", "saknas", "(tom)", "#n/a")

PERSON = rf"{person.REGULAR}|{person.TEMPORARY}"
NUMBER = r"^-?\d{1,3}(?:[ .\x{a0}\x{202f}]?\d{3})*(?:[.,]\d{1,4})?\s?-?$"
FLAG_WORDS = {
    **dict.fromkeys(("ja", "j", "y", "yes", "sant", "x"), "ja"),
    **dict.fromkeys(("nej", "n", "no", "falskt"), "nej"),
}
SAYS = {
    **{"person": "personnummer", "flag": "ja eller nej", "period": "perioder", "day": "datum"},
    **dict.fromkeys(("kr", "number", "integer"), "tal"),
}
"""Kinds whose cells can be told from others, in words: a column that does not fit is not proposed."""


@dataclass(frozen=True)
class Profile:
    """One source column. ``cells``: its values, without words for nothing; ``forms``: how many of them each
    date form reads; ``no_date``: the dates in it that mean none."""

    cells: pl.Series
    forms: dict[str, int]
    no_date: list[str]

    @classmethod
    def of(cls, cells: pl.Series) -> "Profile":
        values = cells.drop_nulls()
        values = values.filter(~values.str.to_lowercase().is_in(NO_VALUE))
        none = values.str.contains(NO_DATE)
        dates = values.filter(~none)
        return cls(dates, _date_forms(dates), sorted(set(values.filter(none))))

    def share(self, pattern: str) -> float:
        return int(self.cells.str.contains(pattern).sum()) / max(1, len(self.cells))

    def fit(self, contract: Table, column: Column) -> tuple[float, str]:
        """The share of the cells that the column could hold, and that in words. No cells: nobody knows."""
        number = len(self.cells)
        if not number:
            return (0.8, "inga datum än") if column.kind == "day" and self.no_date else (0.5, "inga värden")
        if column.kind == "code":
            words = set(self.cells)
            share = sum(likely_code(contract, column, word)[1] >= SIMILAR for word in words) / len(words)
            return share, f"{share:.0%} av orden liknar koder"
        if column.kind == "day":
            share = sum(self.forms.values()) / number
            return share, f"{share:.0%} datum {next(iter(self.forms), '')}".rstrip()
        if column.kind in SAYS:
            share = self.share(_pattern(contract, column))
            return share, f"{share:.0%} {SAYS[column.kind]}"
        other = bool(self.forms) or self.share(PERSON) > 0
        return (0.2, "ser ut som något annat") if other else (0.8, "")

    def says(self) -> str:
        """What the cells look like, in a word."""
        if self.forms or (self.no_date and self.cells.is_empty()):
            return "datum"
        if self.cells.is_empty():
            return "inga värden"
        looks = {"personnummer": PERSON, "tal": NUMBER}
        return next((word for word, pattern in looks.items() if self.share(pattern) > 0.9), "text")


def _pattern(contract: Table, column: Column) -> str:
    if column.kind == "person":
        return PERSON
    if column.kind == "flag":
        return f"(?i)^(?:{'|'.join([*check.FLAGS, *FLAG_WORDS])})$"
    if column.kind == "period":
        return f"^(?:{check.PERIODS.get(contract.name, check.PERIODS['matt'])[0]})$"
    return NUMBER


def _date_forms(cells: pl.Series) -> dict[str, int]:
    """How many cells each form reads, the likelier form first; a cell counts for the first that reads it."""
    read = pl.DataFrame({"cell": cells}).select(_reads(pl.col("cell"), form).alias(form) for form in FORMS)
    found: dict[str, int] = {}
    left = pl.repeat(True, len(cells), eager=True)
    for form in sorted(FORMS, key=lambda form: -read[form].sum()):
        here = left & read[form]
        if here.any():
            found[form] = int(here.sum())
            left &= ~here
    return found


def _reads(cell: pl.Expr, form: str) -> pl.Expr:
    reads = check.read_date(cell, form).is_not_null()
    # 1954 to 2064: smaller numbers are more likely numbers.
    return reads & cell.str.contains(r"^[2-5]\d{4}(?:[.,]\d+)?$") if form == EXCEL else reads


@dataclass(frozen=True)
class Match:
    """A source column for a column of the contract, how likely it is (0 to 1), and why. ``question``: what
    somebody must answer when only the cells speak for it, in Swedish."""

    column: Column
    source: str
    confidence: float
    why: str
    question: str = ""


@dataclass(frozen=True)
class Guess:
    """One file and the table that it most likely fills. ``matches``: by the contract's column."""

    seen: Look
    profiles: dict[str, Profile]
    table: Table
    matches: dict[str, Match]

    @property
    def sureness(self) -> float:
        """The mean confidence of the required columns; one that was not found counts as 0."""
        required = [c.name for c in self.table.columns if c.required]
        return sum(self.matches[n].confidence for n in required if n in self.matches) / len(required)

    @property
    def use(self) -> float:
        """The mean confidence of the file's columns; one that is not used counts as 0."""
        return sum(match.confidence for match in self.matches.values()) / max(1, len(self.profiles))

    @property
    def lacking(self) -> list[Column]:
        return [c for c in self.table.columns if c.required and c.name not in self.matches]

    @property
    def lacks_id(self) -> bool:
        """Whether file and row must stand in for the id."""
        return any(c.name == self.table.key[0] and c.kind == "id" for c in self.lacking)

    @property
    def unused(self) -> dict[str, Profile]:
        """The source columns that no column of the contract has, nor the municipality."""
        used = {match.source for match in self.matches.values()} | {self.municipality_column}
        return {source: profile for source, profile in self.profiles.items() if source not in used}

    @property
    def unfillable(self) -> list[str]:
        """Required columns that were not found, and that no other key of the adapter can make up for."""
        made_up = self.table.key[0] if self.lacks_id else None
        return [c.name for c in self.lacking if c.kind not in MAY_LACK and c.name != made_up]

    def of_kind(self, *kinds: str) -> dict[str, Profile]:
        """The matched columns of some kinds, with what their cells are."""
        return {n: self.profiles[m.source] for n, m in self.matches.items() if m.column.kind in kinds}

    @property
    def municipality_column(self) -> str | None:
        """A column called kommun whose cells are municipality codes."""
        for source, profile in self.profiles.items():
            found = set(profile.cells.str.zfill(4))
            if plain(source).startswith("kommun") and found and found <= municipalities():
                return source
        return None


def guess(seen: Look) -> Guess:
    """The table whose columns are most likely there. The file's name weighs as half of them."""
    seen = _without_strange_names(seen)
    hint = _hint(seen.path)
    profiles = {source: Profile.of(cells) for source, cells in seen.columns.items()}
    guesses = [
        Guess(seen, profiles, contract, _matches(contract, profiles)) for contract in tables().values()
    ]
    best = max(guesses, key=lambda g: g.sureness + g.use + 0.5 * (hint == g.table.name))
    return _with_codes(_with_id(best))


def _with_id(found: Guess) -> Guess:
    """The first unused column whose cells look like ids, when no heading names the id."""
    if not found.lacks_id:
        return found
    column = found.table.column[found.table.key[0]]
    alike = [s for s, p in found.unused.items() if _like_ids(s, p, found.seen.columns[s])]
    # A heading that speaks of a number is a better sign than a place among the columns.
    for source in sorted(alike, key=lambda s: not re.search(ID_HEADING, plain(s))):
        match = Match(
            column, source, NAMELESS, "alla värden är olika", "är det ett id som alltid är detsamma?"
        )
        return replace(found, matches=found.matches | {column.name: match})
    return found


def _like_ids(heading: str, profile: Profile, cells: pl.Series) -> bool:
    """Whether every row has a value of its own, with digits and without blanks, that is no date or person."""
    values = profile.cells
    if len(values) < len(cells) or not values.len() or not values.is_unique().all() or profile.forms:
        return False
    told = re.search(ID_HEADING, plain(heading)) or not values.str.contains(NUMBER).any()
    return bool(told and values.str.contains(LIKE_ID).all() and not values.str.contains(IDENTITY).any())


def _with_codes(found: Guess) -> Guess:
    """Unused columns whose words fit the codes of a column that no heading names, the best fit first."""
    likely = [
        match
        for column in found.table.columns
        if column.kind == "code" and column.name not in found.matches
        for source, profile in found.unused.items()
        if (match := _by_words(found.table, column, source, profile)) is not None
    ]
    matches = _best(likely)
    return replace(found, matches=found.matches | matches)


def _by_words(contract: Table, column: Column, source: str, profile: Profile) -> Match | None:
    """At least half of the words, and two of them, are like codes."""
    words = set(profile.cells.str.to_lowercase())
    share, shown = profile.fit(contract, column)
    if not 2 <= len(words) <= MOST_WORDS or share < 0.5 or share * len(words) < 2:
        return None
    return Match(
        column, source, round(NAMELESS * share, 2), shown, "rubriken säger inte det, men orden passar"
    )


def _without_strange_names(seen: Look) -> Look:
    """A first line without a single known heading may be a row of data, which nobody may see."""
    names_itself = seen.shape.get("format") in ("parquet", "jsonl")
    if names_itself or any(
        _likeness(contract, column, heading)[0]
        for heading in seen.columns
        for contract in tables().values()
        for column in contract.columns
    ):
        return seen
    names = {heading: f"kolumn_{place}" for place, heading in enumerate(seen.columns, 1)}
    shape = {key: value for key, value in seen.shape.items() if key not in ("rubrikrad", "hoppa_over")}
    if skipped := [line for line in seen.shape.get("hoppa_over", []) if line in SKIPPED]:
        shape["hoppa_over"] = skipped
    if places := seen.shape.get("positioner"):
        shape["positioner"] = {names[heading]: place for heading, place in places.items()}
    else:
        shape["rubriker"] = list(names.values())
    return replace(
        seen,
        shape=shape,
        columns={names[heading]: cells for heading, cells in seen.columns.items()},
        notes=[*seen.notes, "Ingen rubrik känns igen, så ingen visas: är första raden en rubrik?"],
    )


def _matches(contract: Table, profiles: dict[str, Profile]) -> dict[str, Match]:
    """The likeliest pairs of column and source."""
    likely = [
        match
        for column in contract.columns
        for source, profile in profiles.items()
        if (match := _match(contract, column, source, profile)) is not None
    ]
    return _best(likely)


def _best(likely: list[Match]) -> dict[str, Match]:
    """By the contract's column: the most confident first, and each source used once."""
    matches: dict[str, Match] = {}
    taken: set[str] = set()
    for match in sorted(likely, key=lambda m: -m.confidence):
        if match.column.name not in matches and match.source not in taken:
            matches[match.column.name] = match
            taken.add(match.source)
    return matches


def _match(contract: Table, column: Column, source: str, profile: Profile) -> Match | None:
    alike, name = _likeness(contract, column, source)
    if not alike and column.kind != "person":
        return None
    fit, shown = profile.fit(contract, column)
    if column.kind in SAYS and fit < 0.5:
        return None
    if not alike:
        return Match(column, source, NAMELESS, shown) if fit > 0.9 else None
    confidence = round(0.7 * alike + 0.3 * fit, 2)
    why = f"liknar {name}" + (f"; {shown}" if shown else "")
    return Match(column, source, confidence, why) if confidence >= ENOUGH else None


# --- words


def likely_code(contract: Table, column: Column, word: str) -> tuple[str, float]:
    """The code that a word most likely means, and how likely (0 to 1)."""
    names = _code_names(contract.name, column.name)
    said = plain(word)
    if not said or not names:
        return UNKNOWN, 0.0
    near = said if said in names else max(names, key=lambda name: _alike(said, name))
    return names[near], _alike(said, near)


def _likeness(contract: Table, column: Column, heading: str) -> tuple[float, str]:
    """How much a heading is like the column's name or a synonym (0 when it is not), and like which."""
    names = [column.name, *_synonyms().get((contract.name, column.name), [])]
    best = max(names, key=lambda name: _alike(plain(heading), plain(name)))
    ratio = _alike(plain(heading), plain(best))
    return (ratio, best) if ratio >= SIMILAR else (0.0, best)


@cache
def _alike(one: str, other: str) -> float:
    """1 for equal texts, 0 for those that share nothing."""
    return SequenceMatcher(None, one, other).ratio()


@cache
def plain(text: str) -> str:
    """Letters and digits only, small, without marks: Avsluts-Datum and avslutsdatum are the same."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if c.isalnum())


@cache
def _seed() -> list[dict[str, str]]:
    with SYNONYMS.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


@cache
def _synonyms() -> dict[tuple[str, str], list[str]]:
    """By table and column."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in _seed():
        if row["kolumn"] and not row["kod"]:
            for name in tables() if row["tabell"] == "*" else [row["tabell"]]:
                found.setdefault((name, row["kolumn"]), []).append(row["synonym"])
    return found


def _hint(path: Path) -> str | None:
    """The table that the file's name speaks of: the longest word that it holds."""
    words = [(row["synonym"], row["tabell"]) for row in _seed() if not row["kolumn"]]
    words += [(name, name) for name in tables()]
    held = [(len(word), name) for word, name in words if plain(word) in plain(path.stem)]
    return max(held, default=(0, None))[1]


@cache
def _code_names(table_name: str, column_name: str) -> dict[str, str]:
    """Every name of the column's codes, made plain: synonym, name in the list, code."""
    column = tables()[table_name].column[column_name]
    if column.kind == "flag":
        return FLAG_WORDS
    with (SEEDS / "koder.csv").open(encoding="utf-8", newline="") as f:
        listed = [row for row in csv.DictReader(f) if row["kodlista"] == column.code_list]
    named = [
        (row["synonym"], row["kod"])
        for row in _seed()
        if row["kod"] and row["kolumn"] == column_name and row["tabell"] in ("*", table_name)
    ]
    named += [(row[key], row["kod"]) for key in ("namn", "kod") for row in listed]
    allowed = code_words(column)
    return {plain(name): code for name, code in named if code in allowed}


def file_pattern(name: str) -> str:
    """A file name with a wildcard for each number in it."""
    stem, dot, suffix = name.rpartition(".")
    escaped = re.sub(r"([\[*?])", r"[\1]", stem)
    return re.sub(r"\d+(?:[-_.]?\d+)*", "*", escaped) + dot + suffix
