"""Adapters: how one case system's files become the canonical tables. Data in ``sources/*.yaml``, no code.

An adapter names the municipalities it serves (or ``"*"``), the tables that must come, and per file
pattern where each column comes from. Keys are Swedish, because those who write adapters are.
"""

import codecs
import json
import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails

from pipelines.contracts import UNKNOWN, Column, Table, codes, municipalities, table, tables

MAY_LACK = ("code", "text", "person")
"""Kinds of column that a source may lack though required: they have a way to say unknown."""
PADDED = ("id", "text", "code", "secret", "period")
"""Kinds of column whose lost leading zeros can be put back."""
SCALED = ("kr", "number")
"""Kinds of column that may come in another unit, or with the sign turned."""
FACTORS = [sign * 10**zeros for zeros in range(7) for sign in (1, -1)]
"""What a cell may be multiplied by: only powers of ten, so that no amount is ever rounded."""

MISSING_DATE = "saknat_datum"
EXCEL = "EXCEL"
"""The date form that is a serial number: days in Excel's 1900 system."""
DATE_PARTS = {"ÅÅÅÅ": "%Y", "MM": "%m", "DD": "%d"}
DATE_FORM = re.compile(
    r"(?P<day>(?:ÅÅÅÅ|MM|DD)[-./ ]?(?:ÅÅÅÅ|MM|DD)[-./ ]?(?:ÅÅÅÅ|MM|DD))"
    r"(?P<time>[ T]tt[:.]mm(?:[:.]ss(?:[.,]f+)?)?)?"
)
"""A date, and perhaps a time of day. No time zone: the day is the one that is written."""
ANY = "*"
"""In ``tomt``: every column. In ``kodmappning``: every word that is not mapped. In ``kommuner``: all."""

OneCharacter = Annotated[str, Field(min_length=1, max_length=1)]
Place = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]
Format = Literal["csv", "fast_bredd", "xlsx", "parquet", "jsonl"]
Omfattning = Literal["fullstandig", "delta"]

ONLY_IN: dict[str, tuple[Format, ...]] = {
    "kodning": ("csv", "fast_bredd", "jsonl"),
    "avgransare": ("csv",),
    "citat": ("csv",),
    "rubrikrad": ("csv", "fast_bredd", "xlsx"),
    "rubriker": ("csv", "xlsx"),
    "positioner": ("fast_bredd",),
    "blad": ("xlsx",),
    "hoppa_over": ("csv", "fast_bredd", "xlsx"),
}
"""Keys that mean nothing in other formats: saying them there is a mistake."""


class AdapterError(ValueError):
    """An adapter file is wrong; the message says which file and where."""


def is_date_form(form: str) -> bool:
    """Whether a form has year, month and day once each, and after them at most a time of day."""
    found = DATE_FORM.fullmatch(form)
    return found is not None and all(form.count(part) == 1 for part in DATE_PARTS)


def code_words(column: Column) -> tuple[str, ...]:
    """What a word of the source may be mapped to: the column's codes, or ja and nej; () for other kinds."""
    if column.kind == "flag":
        return ("ja", "nej")
    return (*codes(column.code_list), UNKNOWN) if column.code_list else ()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Styrning(Strict):
    """Routing: the value of one source column decides which targets take which source columns.

    ``fall``: value → {target: source column}. The word ``saknat_datum`` in place of a target names a flag
    that is set when all the source columns of that case are empty.
    """

    kolumn: str = Field(description="Källkolumnen vars värde styr.")
    fall: dict[str, dict[str, str]] = Field(
        description="Per värde: kontraktets kolumn och källkolumnen som fyller den. saknat_datum: en flagga."
    )

    @property
    def targets(self) -> set[str]:
        """The columns of the contract that this routing writes, flags included."""
        written = set()
        for case in self.fall.values():
            written |= {value if target == MISSING_DATE else target for target, value in case.items()}
        return written

    @property
    def sources(self) -> set[str]:
        read = {self.kolumn}
        for case in self.fall.values():
            read |= {source for target, source in case.items() if target != MISSING_DATE}
        return read


class Kontroll(Strict):
    """A date (target) that should lie in the quarter (``2021-K2``) that a source column prints."""

    kolumn: str = Field(description="Kontraktets datumkolumn.")
    kvartal: str = Field(description="Källkolumnen som anger kvartalet, som 2021-K2.")


class Bred(Strict):
    """A wide table: each of these source columns is a row of its own.

    ``kolumner``: source column → what it says beside its cell, {column of the contract: value}. All of them
    say the same columns. An empty cell is no row.
    """

    varde: str = Field(description="Kontraktets kolumn som tar cellerna.")
    kolumner: dict[str, dict[str, str]] = Field(
        description="Per källkolumn: kontraktets kolumn och det värde som källkolumnens rubrik står för."
    )

    @model_validator(mode="after")
    def _say_the_same(self) -> Self:
        if not self.kolumner:
            raise ValueError("minst en källkolumn ska anges")
        if any(said.keys() != self.said for said in self.kolumner.values()):
            raise ValueError("alla källkolumner ska säga något om samma kolumner")
        if self.varde in self.said:
            raise ValueError(f"{self.varde} tar cellerna och kan inte också ha ett bestämt värde")
        return self

    @property
    def said(self) -> set[str]:
        """The columns of the contract that a heading stands for."""
        return set(next(iter(self.kolumner.values())))

    @property
    def targets(self) -> set[str]:
        return {self.varde, *self.said}


class Fil(Strict):
    """One file pattern: its form and where each column of the table comes from.

    Without ``kolumner`` the file has the contract's own column names. ``omfattar_fran`` is the first day that
    the list says anything of, when it is no full snapshot: nothing before it is computed, and a row that is
    no longer in it is not a deletion.
    """

    monster: str = Field(description="Filnamnet, med jokertecken: arenden_*.csv.")
    tabell: str = Field(description="Tabellen som filen fyller.", json_schema_extra={"enum": list(tables())})
    format: Format = Field("csv", description="Filens format.")
    kodning: str | list[str] = Field(
        "utf-8",
        description="Teckenkodning, eller en lista som prövas i tur och ordning på hela filen.",
        examples=["utf-8", "cp1252", "iso-8859-1"],
    )
    avgransare: OneCharacter = Field(",", description="Tecknet mellan fälten (csv).")
    citat: OneCharacter = Field('"', description="Tecknet runt fält (csv).")
    rubrikrad: Annotated[int, Field(ge=1)] = Field(
        1, description="Raden med rubriker, räknad i filen eller bladet; det som står ovanför är en titel."
    )
    rubriker: list[str] | None = Field(
        None, description="Kolumnernas namn i en fil som inte har någon rubrikrad."
    )
    positioner: dict[str, Place] | None = Field(
        None, description="fast_bredd: källkolumn: [första position, räknad från 1, och längd i tecken]."
    )
    blad: str | None = Field(None, description="Bladet i en xlsx-fil; annars det första.")
    hoppa_over: list[str] = Field(
        [], description="Reguljära uttryck: rader som passar är inga poster (summarader, Sida 1 av 3)."
    )
    datumformat: list[str] = Field(
        ["ÅÅÅÅ-MM-DD"],
        description="Former av ÅÅÅÅ, MM och DD, eventuellt med tt:mm:ss efter; eller EXCEL för dagnummer.",
        examples=[["ÅÅÅÅ-MM-DD"], ["ÅÅÅÅMMDD"], ["ÅÅÅÅ-MM-DD tt:mm:ss", "EXCEL"]],
    )
    decimaltecken: Literal[".", ","] = Field(".", description="Tecknet före decimalerna.")
    tusental: list[OneCharacter] = Field([], description="Tecken som får stå mellan tusental.")
    minus_sist: bool = Field(False, description="Minustecknet får stå efter talet: 1 234,50-.")
    kolumner: dict[str, str] | None = Field(
        None, description="Kontraktets kolumn: filens rubrik. Utan den har filen kontraktets egna namn."
    )
    konstanter: dict[str, str] = Field({}, description="Kontraktets kolumn: samma värde på alla rader.")
    saknas: list[str] = Field(
        [], description="Kolumner som måste ha ett värde men inte finns i källan; de blir okand."
    )
    ignoreras: list[str] = Field([], description="Rubriker som är kända men inte läses in.")
    nyckel: Literal["fil_och_rad"] | None = Field(
        None, description="fil_och_rad: filen har inget id; filens namn och raden blir id."
    )
    tomt: dict[str, list[str]] = Field(
        {}, description='Kontraktets kolumn, eller "*" för alla: ord som betyder att värde saknas.'
    )
    nollfyll: dict[str, Annotated[int, Field(ge=1)]] = Field(
        {}, description="Kontraktets kolumn: antal siffror, när inledande nollor har försvunnit."
    )
    kodmappning: dict[str, dict[str, str]] = Field(
        {}, description='Per kolumn: källans ord: kod. "*" är koden för ord som inte nämns.'
    )
    faktor: dict[str, int] = Field(
        {},
        description="Per kolumn med tal: det som källans tal gångras med, en tiopotens som 1000 för tkr; "
        "negativ när tecknet ska vändas.",
    )
    bred: Bred | None = Field(None, description="En bred tabell: varje uppräknad källkolumn blir en rad.")
    styrning: list[Styrning] = Field([], description="En kolumns värde avgör vad andra kolumner betyder.")
    kontroll: list[Kontroll] = Field([], description="Datum som ska ligga i det kvartal som källan anger.")
    kommun_kolumn: str | None = Field(
        None, description="Källkolumnen med kommunkod, när flera kommuner ligger i samma fil."
    )
    omfattning: Omfattning | None = Field(None, description="Går före källbeskrivningens omfattning.")
    omfattar_fran: date | None = Field(
        None, description="Första dagen som filen säger något om, när den inte är en hel tabell."
    )

    _kommuner: frozenset[str] = PrivateAttr(default_factory=municipalities)

    @field_validator("tabell")
    @classmethod
    def _known_table(cls, name: str) -> str:
        if name not in tables():
            raise ValueError(f"tabellen {name} finns inte; välj bland {', '.join(tables())}")
        return name

    @field_validator("kodning")
    @classmethod
    def _known_encoding(cls, names: str | list[str]) -> str | list[str]:
        for name in [names] if isinstance(names, str) else names:
            try:
                codecs.lookup(name)
            except LookupError as error:
                raise ValueError(f"teckenkodningen {name} är okänd") from error
        if not names:
            raise ValueError("minst en teckenkodning ska anges")
        return names

    @field_validator("datumformat")
    @classmethod
    def _whole_dates(cls, formats: list[str]) -> list[str]:
        for form in formats:
            if form != EXCEL and not is_date_form(form):
                raise ValueError(
                    f"datumformatet {form} ska ha ÅÅÅÅ, MM och DD, var och en en gång, "
                    "och får sluta med tt:mm eller tt:mm:ss; eller vara EXCEL"
                )
        return formats

    @field_validator("hoppa_over")
    @classmethod
    def _valid_expressions(cls, expressions: list[str]) -> list[str]:
        for expression in expressions:
            try:
                re.compile(expression)
            except re.error as error:
                raise ValueError(f"{expression} är inget giltigt reguljärt uttryck") from error
        return expressions

    @model_validator(mode="after")
    def _fits_the_format(self) -> Self:
        for key in sorted(self.model_fields_set & set(ONLY_IN)):
            if self.format not in ONLY_IN[key]:
                raise ValueError(f"{key} hör inte ihop med formatet {self.format}")
        if self.format == "fast_bredd" and not self.positioner:
            raise ValueError("fast_bredd kräver positioner: källkolumn: [första position, längd]")
        if self.rubriker is not None and "rubrikrad" in self.model_fields_set:
            raise ValueError("ange rubrikrad eller rubriker, inte båda")
        if self.rubriker is not None and len(set(self.rubriker)) < len(self.rubriker):
            raise ValueError("rubriker har samma namn två gånger")
        declared = self.rubriker if self.rubriker is not None else self.positioner
        if declared is not None and (absent := self.required_sources - set(declared)):
            where = "rubriker" if self.rubriker is not None else "positioner"
            raise ValueError(f"{', '.join(sorted(absent))} finns inte bland {where}")
        for sign in self.tusental:
            if sign == self.decimaltecken or sign in "+-" or sign.isdigit():
                raise ValueError(f"{sign} kan inte skilja tusental: det betyder något annat i talet")
        return self

    @model_validator(mode="after")
    def _fits_the_contract(self) -> Self:
        contract = self.table
        routed = {target for s in self.styrning for target in s.targets}
        checked = {k.kolumn for k in self.kontroll}
        named = {*(self.kolumner or {}), *self.konstanter, *self.saknas, *self.kodmappning, *routed, *checked}
        named |= {*self.tomt, *self.nollfyll, *self.faktor, *self.wide_targets} - {ANY}
        if unknown := named - set(contract.column):
            raise ValueError(f"{self.tabell} har ingen kolumn {', '.join(sorted(unknown))}")
        for target in self.saknas:
            if contract.column[target].kind not in MAY_LACK:
                raise ValueError(f"{target} kan inte anges under saknas: den har inget värde för okänt")
        for target, mapping in self.kodmappning.items():
            allowed = code_words(contract.column[target])
            if contract.column[target].kind == "text":
                continue  # other words for what the source says, such as a section of law
            if not allowed:
                raise ValueError(f"{target} har ingen kodlista att mappa till")
            if wrong := set(mapping.values()) - set(allowed):
                listed = contract.column[target].code_list or "ja och nej"
                raise ValueError(f"koderna {', '.join(sorted(wrong))} finns inte i listan {listed}")
        for target in self.nollfyll:
            if contract.column[target].kind not in PADDED:
                raise ValueError(f"{target} kan inte nollfyllas: bara id, koder, texter och perioder kan det")
        if self.kolumner is not None:
            filled = {*self.kolumner, *self.konstanter, *self.saknas, *routed, *self.row_key_columns}
            filled |= self.wide_targets
            required = {c.name for c in contract.columns if c.required}
            if unfilled := required - filled:
                raise ValueError(f"inget sägs om {', '.join(sorted(unfilled))}, som måste ha ett värde")
        return self

    @model_validator(mode="after")
    def _units_and_width_fit_the_contract(self) -> Self:
        for target, factor in self.faktor.items():
            if self.table.column[target].kind not in SCALED:
                raise ValueError(f"{target} kan inte ha någon faktor: bara kronor och tal kan det")
            if factor not in FACTORS:
                raise ValueError(f"{factor} ska vara en tiopotens, högst en miljon, eller en negativ sådan")
        if twice := self.wide_targets & {*(self.kolumner or {}), *self.konstanter, *self.saknas}:
            raise ValueError(f"{', '.join(sorted(twice))} fylls både av bred och på ett annat sätt")
        return self

    @property
    def table(self) -> Table:
        return table(self.tabell)

    @property
    def encodings(self) -> list[str]:
        """The allowed encodings, in the order in which they are tried."""
        return [self.kodning] if isinstance(self.kodning, str) else self.kodning

    @property
    def header_line(self) -> int | None:
        """Physical line (sheet row) of the header, below any title; None: every line is a row."""
        if self.format == "fast_bredd":
            return self.rubrikrad if "rubrikrad" in self.model_fields_set else None
        return self.rubrikrad if self.format in ("csv", "xlsx") and self.rubriker is None else None

    @property
    def municipalities(self) -> frozenset[str]:
        """The municipalities that the adapter names, whose rows the file may hold (``kommun_kolumn``)."""
        return self._kommuner

    @property
    def wide_targets(self) -> set[str]:
        """The columns of the contract that a wide table's cells and headings fill."""
        return self.bred.targets if self.bred else set()

    @property
    def row_key_columns(self) -> tuple[str, ...]:
        """The id column that file and row stand in for."""
        return (self.table.key[0],) if self.nyckel else ()

    @property
    def mapping(self) -> dict[str, str]:
        """Target → source column; the identity when the file has the contract's own names."""
        if self.kolumner is not None:
            return self.kolumner
        elsewhere = {*self.konstanter, *self.saknas, *self.row_key_columns, *self.wide_targets}
        return {name: name for name in self.table.column if name not in elsewhere}

    @property
    def required_sources(self) -> set[str]:
        """Source columns without which the file is refused: all that the adapter says are there."""
        routed = {source for s in self.styrning for source in s.sources}
        also = {k.kvartal for k in self.kontroll} | ({self.kommun_kolumn} if self.kommun_kolumn else set())
        also |= set(self.bred.kolumner) if self.bred else set()
        if self.kolumner is not None:
            return {*self.kolumner.values(), *routed, *also}
        column = self.table.column
        return {s for t, s in self.mapping.items() if column[t].required} | routed | also

    @property
    def known_sources(self) -> set[str]:
        return {*self.mapping.values(), *self.required_sources, *self.ignoreras}


class Adapter(Strict):
    """One case system, as one or all municipalities deliver it."""

    namn: str = Field(description="Filens eget namn, utan .yaml.")
    beskrivning: str = Field(description="Vilket system, vilket uttag, och vad som är särskilt med det.")
    kommuner: list[Annotated[str, Field(pattern=r"^\d{4}$")]] | Literal["*"] = Field(
        description='Kommunkoder inom citattecken, eller "*" för alla kommuner.'
    )
    kraver: list[str] = Field(
        [],
        description="Tabeller som måste komma; annars avvisas leveransen.",
        json_schema_extra={"items": {"enum": list(tables())}},
    )
    omfattning: Omfattning = Field(
        "fullstandig",
        description="fullstandig: en rad som inte längre finns är borttagen. delta: bara det som ändrats.",
    )
    filer: list[Fil] = Field(
        default_factory=lambda: [Fil(monster=f"{t}.csv", tabell=t) for t in tables()],
        description="En post per slags fil; utan den gäller <tabell>.csv för varje tabell.",
    )

    @field_validator("kraver")
    @classmethod
    def _known_tables(cls, names: list[str]) -> list[str]:
        if unknown := set(names) - set(tables()):
            raise ValueError(f"tabellerna {', '.join(sorted(unknown))} finns inte")
        return names

    @field_validator("kommuner")
    @classmethod
    def _known_municipalities(cls, named: list[str] | Literal["*"]) -> list[str] | Literal["*"]:
        if unknown := set(named) - municipalities() - {ANY}:
            raise ValueError(f"kommunerna {', '.join(sorted(unknown))} finns inte i seeds/kommuner.csv")
        return named

    @model_validator(mode="after")
    def _tell_the_files_whose_rows_they_hold(self) -> Self:
        for fil in self.filer:
            fil._kommuner = municipalities() if self.kommuner == ANY else frozenset(self.kommuner)
        return self

    def scope(self, fil: Fil) -> Omfattning:
        """Whether this file is the whole table or what has changed."""
        return fil.omfattning or self.omfattning

    def matches(self, file_name: str) -> list[Fil]:
        return [fil for fil in self.filer if fnmatchcase(file_name, fil.monster)]


def load(folder: Path) -> list[Adapter]:
    """All adapters of a folder, by name. Raises AdapterError at the first file that is wrong."""
    return [_parse(path, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]


@cache
def _parse(path: Path, text: str) -> Adapter:
    try:
        adapter = Adapter.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise AdapterError(f"{path.name}: inte giltig YAML: {error}") from error
    except ValidationError as error:
        raise AdapterError("\n".join(f"{path.name}{fault}" for fault in _faults(error, text))) from error
    if adapter.namn != path.stem:
        raise AdapterError(f"{path.name}: namn ska vara {path.stem}, som filen heter")
    return adapter


FAULTS = {
    "missing": "måste anges",
    "string_type": "ska vara text; sätt citattecken runt värdet",
    "list_type": "ska vara en lista",
    "dict_type": "ska vara nycklar med värden",
    "model_type": "ska vara nycklar med värden",
    "int_type": "ska vara ett heltal",
    "int_parsing": "ska vara ett heltal",
    "bool_type": "ska vara true eller false",
    "bool_parsing": "ska vara true eller false",
    "string_too_short": "ska vara ett tecken",
    "string_too_long": "ska vara ett tecken",
    "too_short": "ska vara [första position, längd]",
    "too_long": "ska vara [första position, längd]",
    "greater_than_equal": "ska vara minst 1",
    "string_pattern_mismatch": "ska vara en kommunkod med fyra siffror",
    "date_from_datetime_parsing": "ska vara ett datum, ÅÅÅÅ-MM-DD",
    "date_type": "ska vara ett datum, ÅÅÅÅ-MM-DD",
}
"""What Pydantic's kinds of error mean to somebody who writes an adapter."""


def _faults(error: ValidationError, text: str) -> list[str]:
    """Each fault with its line and place. Where a value may have several shapes, only the closest is told."""
    found = [(_place(e["loc"]), _in_swedish(e)) for e in error.errors()]
    places = [place for place, _ in found]
    closest = [f for f in found if not any(p != f[0] and p[: len(f[0])] == f[0] for p in places)]
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines = sorted((_line(root, place), ", ".join(_named(place)), fault) for place, fault in closest)
    return [f" rad {line}: {place or 'hela filen'}: {fault}" for line, place, fault in lines]


def _place(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Pydantic's place without the names of the alternatives that it tried."""
    return tuple(part for part in loc if not (part == "str" or str(part).startswith(("list[", "literal["))))


def _named(place: tuple[int | str, ...]) -> list[str]:
    return [f"post {part + 1}" if isinstance(part, int) else part for part in place]


def _in_swedish(error: ErrorDetails) -> str:
    kind, words = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(words["error"])
    if kind == "literal_error":
        return f"ska vara {words['expected'].replace(' or ', ' eller ')}"
    if kind == "extra_forbidden":
        known = [name for model in (Adapter, Fil, Bred, Styrning, Kontroll) for name in model.model_fields]
        near = get_close_matches(str(error["loc"][-1]), known, n=1)
        return "okänd nyckel" + (f"; menas {near[0]}?" if near else "")
    return FAULTS.get(kind, error["msg"])


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line of the YAML text where a place, or the nearest thing around it, stands."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                return line
            key, node = found
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def match(adapters: list[Adapter], kommun: str, file_name: str) -> list[tuple[Adapter, Fil]]:
    """The adapters' entries for one file: those that name the municipality win over ``"*"``.

    None: nobody knows the file. More than one: the adapters disagree.
    """
    own = [a for a in adapters if a.kommuner != "*" and kommun in a.kommuner]
    general = [a for a in adapters if a.kommuner == "*"]
    for group in (own, general):
        if found := [(a, fil) for a in group for fil in a.matches(file_name)]:
            return found
    return []


class _Untitled(GenerateJsonSchema):
    """A field's name is its title."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema() -> dict[str, Any]:
    """The JSON Schema of an adapter file, for editors: keys, tables, and per table its columns and codes."""
    made = Adapter.model_json_schema(schema_generator=_Untitled)
    for model in (made, *made["$defs"].values()):
        model.pop("description", None)  # the docstrings, which are for those who read the code
    made["$defs"]["Fil"]["allOf"] = [
        {
            "if": {"properties": {"tabell": {"const": name}}, "required": ["tabell"]},
            "then": {"properties": _columns(contract)},
        }
        for name, contract in tables().items()
    ]
    return {"$schema": "http://json-schema.org/draft-07/schema#"} | made | {"title": "Källbeskrivning"}


def _columns(contract: Table) -> dict[str, Any]:
    """What one table adds to the schema of a file: which columns each key may name, and the codes."""
    columns = contract.columns

    def only(names: Iterable[str]) -> dict[str, Any]:
        return {"properties": dict.fromkeys(names, True), "additionalProperties": False}

    return {
        "kolumner": {
            "properties": {c.name: {"description": c.description} for c in columns},
            "additionalProperties": False,
        },
        "konstanter": only(contract.column),
        "tomt": only((ANY, *contract.column)),
        "nollfyll": only(c.name for c in columns if c.kind in PADDED),
        "faktor": only(c.name for c in columns if c.kind in SCALED),
        "saknas": {"items": {"enum": [c.name for c in columns if c.kind in MAY_LACK]}},
        "kodmappning": {
            "properties": {
                c.name: {"additionalProperties": {"enum": list(words)} if words else True}
                for c in columns
                if (words := code_words(c)) or c.kind == "text"
            },
            "additionalProperties": False,
        },
    }


def write_schema() -> None:
    """Write ``adapter.schema.json`` beside this file, after a change of the models or the contracts."""
    text = json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_name("adapter.schema.json").write_text(text, encoding="utf-8")
