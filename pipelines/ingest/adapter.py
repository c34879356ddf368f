"""Adapters: how one case system's files become the canonical tables. Data in ``sources/*.yaml``, no code.

An adapter names the municipalities it serves (or ``"*"``), the tables that must come, and per file
pattern where each column comes from. Keys are Swedish, because those who write adapters are.
"""

import codecs
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.contracts import UNKNOWN, Table, codes, table, tables

MAY_LACK = ("code", "text", "person")
"""Kinds of column that a source may lack though required: they have a way to say unknown."""

MISSING_DATE = "saknat_datum"
DATE_PARTS = {"ÅÅÅÅ": "%Y", "MM": "%m", "DD": "%d"}

OneCharacter = Annotated[str, Field(min_length=1, max_length=1)]


class AdapterError(ValueError):
    """An adapter file is wrong; the message says which file and where."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Styrning(Strict):
    """Routing: the value of one source column decides which targets take which source columns.

    ``fall``: value → {target: source column}. The word ``saknat_datum`` in place of a target names a flag
    that is set when all the source columns of that case are empty.
    """

    kolumn: str
    fall: dict[str, dict[str, str]]

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

    kolumn: str
    kvartal: str


class Fil(Strict):
    """One file pattern: its form and where each column of the table comes from.

    Without ``kolumner`` the file has the contract's own column names. ``omfattar_fran`` is the first day that
    the list says anything of, when it is no full snapshot: nothing before it is computed, and a row that is
    no longer in it is not a deletion.
    """

    monster: str
    tabell: str
    kodning: str = "utf-8"
    avgransare: OneCharacter = ","
    citat: OneCharacter = '"'
    datumformat: list[str] = ["ÅÅÅÅ-MM-DD"]
    decimaltecken: Literal[".", ","] = "."
    kolumner: dict[str, str] | None = None
    konstanter: dict[str, str] = {}
    saknas: list[str] = []
    ignoreras: list[str] = []
    nyckel: Literal["fil_och_rad"] | None = None
    kodmappning: dict[str, dict[str, str]] = {}
    styrning: list[Styrning] = []
    kontroll: list[Kontroll] = []
    omfattar_fran: date | None = None

    @field_validator("tabell")
    @classmethod
    def _known_table(cls, name: str) -> str:
        if name not in tables():
            raise ValueError(f"tabellen {name} finns inte; välj bland {', '.join(tables())}")
        return name

    @field_validator("kodning")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise ValueError(f"teckenkodningen {name} är okänd") from error
        return name

    @field_validator("datumformat")
    @classmethod
    def _whole_dates(cls, formats: list[str]) -> list[str]:
        for form in formats:
            if any(form.count(part) != 1 for part in DATE_PARTS):
                raise ValueError(f"datumformatet {form} ska ha ÅÅÅÅ, MM och DD, var och en en gång")
        return formats

    @model_validator(mode="after")
    def _fits_the_contract(self) -> Self:
        contract = self.table
        routed = {target for s in self.styrning for target in s.targets}
        checked = {k.kolumn for k in self.kontroll}
        named = {*(self.kolumner or {}), *self.konstanter, *self.saknas, *self.kodmappning, *routed, *checked}
        if unknown := named - set(contract.column):
            raise ValueError(f"{self.tabell} har ingen kolumn {', '.join(sorted(unknown))}")
        for target in self.saknas:
            if contract.column[target].kind not in MAY_LACK:
                raise ValueError(f"{target} kan inte anges under saknas: den har inget värde för okänt")
        for target, mapping in self.kodmappning.items():
            code_list = contract.column[target].code_list
            if code_list is None:
                raise ValueError(f"{target} har ingen kodlista att mappa till")
            if wrong := set(mapping.values()) - {*codes(code_list), UNKNOWN}:
                raise ValueError(f"koderna {', '.join(sorted(wrong))} finns inte i listan {code_list}")
        if self.kolumner is not None:
            filled = {*self.kolumner, *self.konstanter, *self.saknas, *routed, *self.row_key_columns}
            required = {c.name for c in contract.columns if c.required}
            if unfilled := required - filled:
                raise ValueError(f"inget sägs om {', '.join(sorted(unfilled))}, som måste ha ett värde")
        return self

    @property
    def table(self) -> Table:
        return table(self.tabell)

    @property
    def row_key_columns(self) -> tuple[str, ...]:
        """The id column that file and row stand in for."""
        return (self.table.key[0],) if self.nyckel else ()

    @property
    def mapping(self) -> dict[str, str]:
        """Target → source column; the identity when the file has the contract's own names."""
        if self.kolumner is not None:
            return self.kolumner
        elsewhere = {*self.konstanter, *self.saknas, *self.row_key_columns}
        return {name: name for name in self.table.column if name not in elsewhere}

    @property
    def required_sources(self) -> set[str]:
        """Source columns without which the file is refused: all that the adapter says are there."""
        routed = {source for s in self.styrning for source in s.sources}
        printed = {k.kvartal for k in self.kontroll}
        if self.kolumner is not None:
            return {*self.kolumner.values(), *routed, *printed}
        column = self.table.column
        return {s for t, s in self.mapping.items() if column[t].required} | routed | printed

    @property
    def known_sources(self) -> set[str]:
        return {*self.mapping.values(), *self.required_sources, *self.ignoreras}


class Adapter(Strict):
    """One case system, as one or all municipalities deliver it."""

    namn: str
    beskrivning: str
    kommuner: list[Annotated[str, Field(pattern=r"^\d{4}$")]] | Literal["*"]
    kraver: list[str] = []
    omfattning: Literal["fullstandig", "delta"] = "fullstandig"
    filer: list[Fil] = Field(default_factory=lambda: [Fil(monster=f"{t}.csv", tabell=t) for t in tables()])

    @field_validator("kraver")
    @classmethod
    def _known_tables(cls, names: list[str]) -> list[str]:
        if unknown := set(names) - set(tables()):
            raise ValueError(f"tabellerna {', '.join(sorted(unknown))} finns inte")
        return names

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
        places = (f"{'.'.join(map(str, e['loc'])) or 'hela filen'}: {e['msg']}" for e in error.errors())
        raise AdapterError(f"{path.name}: {'; '.join(places)}") from error
    if adapter.namn != path.stem:
        raise AdapterError(f"{path.name}: namn ska vara {path.stem}, som filen heter")
    return adapter


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
