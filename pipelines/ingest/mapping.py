"""From a source's columns to the contract's, still as text."""

from dataclasses import dataclass
from functools import partial

import polars as pl

from pipelines.contracts import UNKNOWN
from pipelines.ingest.adapter import MISSING_DATE, Fil, Styrning
from pipelines.ingest.read import CANDIDATES, header_of
from pipelines.ingest.rules import FILE, ID, LINE, Findings, id_column

NO_PERSON = "_utan_person"
"""True where the adapter declares that the source has no personal identity number."""
QUARTER = "_kvartal_"
"""Prefix of the columns that carry a printed quarter, by the date they control."""


def header_fits(text: str, fil: Fil, file_name: str, findings: Findings) -> bool:
    """Whether the file has the columns that the adapter needs. Says everything that is wrong at once."""
    add = partial(findings.add, tabell=fil.tabell, fil=file_name)
    header = header_of(text, fil.avgransare, fil.citat)
    if not header:
        add("FIL_TOM")
        return False
    missing = fil.required_sources - set(header)
    if missing and (other := _better_delimiter(text, fil)):
        expected = CANDIDATES.get(fil.avgransare, fil.avgransare)
        add("FIL_AVGRANSARE", rad=1, vantad=expected, funnen=CANDIDATES[other])
        return False
    for name in sorted(missing):
        add("KOLUMN_SAKNAS", rad=1, kolumn=name)
    repeated = sorted({name for name in header if header.count(name) > 1})
    # A file without its header line has data where names should be: those are never shown.
    for name in repeated:
        add("KOLUMN_DUBBEL", rad=1, kolumn=name if name in fil.known_sources else None)
    if missing or repeated:
        return False
    for name in header:
        if name not in fil.known_sources:
            add("KOLUMN_OKAND", rad=1, kolumn=name)
    return True


def _better_delimiter(text: str, fil: Fil) -> str | None:
    if len(header_of(text, fil.avgransare, fil.citat)) > 1:
        return None
    others = (d for d in CANDIDATES if d != fil.avgransare)
    return next((d for d in others if fil.required_sources & set(header_of(text, d, fil.citat))), None)


@dataclass(frozen=True)
class Mapped:
    """``text``: the contract's columns as text, with FILE, LINE, ID, NO_PERSON and printed quarters, row
    for row as in the file. ``refused``: LINE of the rows that the adapter cannot read."""

    text: pl.DataFrame
    refused: pl.Series


def apply(fil: Fil, rows: pl.DataFrame, file_name: str, findings: Findings) -> Mapped:
    """Map stripped source rows (text, LINE) to the columns of the contract."""
    table = fil.table
    header = set(rows.columns)
    empty = pl.lit(None, pl.String)
    targets = dict.fromkeys(table.column, empty)
    targets |= {target: pl.col(source) for target, source in fil.mapping.items() if source in header}
    targets |= {target: pl.lit(value) for target, value in fil.konstanter.items()}
    targets |= {target: pl.lit(UNKNOWN) for target in fil.saknas if table.column[target].kind != "person"}
    for name in fil.row_key_columns:
        targets[name] = pl.lit(f"{file_name.rpartition('.')[0]}:") + pl.col(LINE).cast(pl.String)
    for target, mapping in fil.kodmappning.items():
        lower = {source.lower(): code for source, code in mapping.items()}
        original = targets[target]
        targets[target] = original.str.to_lowercase().replace_strict(
            lower, default=original, return_dtype=pl.String
        )
    for routing in fil.styrning:
        targets |= {target: _routed(routing, target, targets[target]) for target in routing.targets}

    person = next((c.name for c in table.columns if c.kind == "person"), None)
    text = rows.select(
        pl.lit(file_name).alias(FILE),
        LINE,
        pl.lit(person in fil.saknas).alias(NO_PERSON),
        *(expression.alias(name) for name, expression in targets.items()),
        *(pl.col(k.kvartal).alias(QUARTER + k.kolumn) for k in fil.kontroll),
        *(pl.col(s.kolumn).alias(f"_styr_{place}") for place, s in enumerate(fil.styrning)),
    ).with_columns(pl.col(id_column(table).name).alias(ID))
    refused = [pl.Series(LINE, [], dtype=pl.Int64)]
    for place, routing in enumerate(fil.styrning):
        refused += _unroutable(text, f"_styr_{place}", routing, fil, findings)
    return Mapped(text.select(pl.exclude(r"^_styr_\d+$")), pl.concat(refused))


def _routed(routing: Styrning, target: str, otherwise: pl.Expr) -> pl.Expr:
    value = otherwise
    for word, case in routing.fall.items():
        here = pl.col(routing.kolumn) == word
        if target in case:
            value = pl.when(here).then(pl.col(case[target])).otherwise(value)
        elif case.get(MISSING_DATE) == target:
            dates = [pl.col(source) for t, source in case.items() if t != MISSING_DATE]
            undated = pl.all_horizontal(d.is_null() for d in dates)
            value = pl.when(here & undated).then(pl.lit("ja")).otherwise(value)
    return value


def _unroutable(
    text: pl.DataFrame, column: str, routing: Styrning, fil: Fil, findings: Findings
) -> list[pl.Series]:
    """Rows whose routing word is unknown, or whose case has no date and no way to say so."""
    words = pl.col(column)
    unknown = text.filter(words.is_in(list(routing.fall)).not_().fill_null(True))
    known_words = ", ".join(routing.fall)
    findings.add_rows("STYRNING_OKAND", unknown, fil.table, value=column, varden=known_words)
    refused = [unknown[LINE]]
    for word, case in routing.fall.items():
        dates = [target for target in case if target != MISSING_DATE]
        if dates and MISSING_DATE not in case:
            undated = text.filter((words == word) & pl.all_horizontal(pl.col(d).is_null() for d in dates))
            findings.add_rows("VARDE_SAKNAS", undated, fil.table, fil.table.column[dates[0]])
            refused.append(undated[LINE])
    return refused
