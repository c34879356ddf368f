"""From a source's columns to the contract's, still as text. One batch at a time: no row looks at another."""

from dataclasses import dataclass
from functools import partial

import polars as pl

from pipelines.contracts import UNKNOWN, municipalities
from pipelines.ingest.adapter import ANY, MISSING_DATE, Fil, Styrning, code_words
from pipelines.ingest.read import CANDIDATES
from pipelines.ingest.rules import FILE, ID, LINE, Findings, id_column

QUARTER = "_kvartal_"
"""Prefix of the columns that carry a printed quarter, by the date they control."""
MUNICIPALITY = "_kommun"
HEADING, CELL = "_rubrik", "_cell"
"""Of a wide table made long: the source column that a row comes from, and what stood in it."""


def header_fits(
    header: list[str], other_delimiter: str | None, fil: Fil, file_name: str, findings: Findings
) -> bool:
    """Whether the file has the columns that the adapter needs. Says everything that is wrong, once per file.

    ``other_delimiter``: the one that would have split the header, when the adapter's does not.
    """
    add = partial(findings.add, tabell=fil.tabell, fil=file_name, rad=fil.header_line)
    if not header:
        add("FIL_TOM")
        return False
    missing = fil.required_sources - set(header)
    if missing and other_delimiter:
        expected = CANDIDATES.get(fil.avgransare, fil.avgransare)
        add("FIL_AVGRANSARE", vantad=expected, funnen=CANDIDATES.get(other_delimiter, other_delimiter))
        return False
    for name in sorted(missing):
        add("KOLUMN_SAKNAS", kolumn=name)
    repeated = sorted({name for name in header if header.count(name) > 1})
    # A file without its header line has data where names should be: those are never shown.
    for name in repeated:
        add("KOLUMN_DUBBEL", kolumn=name if name in fil.known_sources else None)
    if missing or repeated:
        return False
    for name in header:
        if name not in fil.known_sources:
            add("KOLUMN_OKAND", kolumn=name)
    return True


@dataclass(frozen=True)
class Mapped:
    """One batch in the contract's columns.

    ``text``: as text, with FILE, LINE, ID and printed quarters, row for row as in the file.
    ``refused``: LINE of the rows that the adapter cannot read. ``elsewhere``: how many rows belong to another
    municipality that the adapter names; they are not in ``text``.
    """

    text: pl.DataFrame
    refused: pl.Series
    elsewhere: int = 0


def apply(fil: Fil, rows: pl.DataFrame, file_name: str, findings: Findings, *, kommun: str) -> Mapped:
    """Map one batch of source rows, as delivered (text, LINE), to the columns of the contract."""
    table = fil.table
    rows = _long(fil, _trimmed(fil, rows))
    delivered = rows.height
    if fil.kommun_kolumn:
        rows = rows.filter(
            _municipality(fil.kommun_kolumn).is_in(list(fil.municipalities - {kommun})).not_().fill_null(True)
        )
    targets = _targets(fil, set(rows.columns), file_name)

    text = rows.select(
        pl.lit(file_name).alias(FILE),
        LINE,
        *(expression.alias(name) for name, expression in targets.items()),
        *(pl.col(k.kvartal).alias(QUARTER + k.kolumn) for k in fil.kontroll),
        *(pl.col(s.kolumn).alias(f"_styr_{place}") for place, s in enumerate(fil.styrning)),
        *([pl.col(fil.kommun_kolumn).alias(MUNICIPALITY)] if fil.kommun_kolumn else []),
    ).with_columns(pl.col(id_column(table).name).alias(ID))
    refused = [pl.Series(LINE, [], dtype=pl.Int64)]
    for place, routing in enumerate(fil.styrning):
        refused += _unroutable(text, f"_styr_{place}", routing, fil, findings)
    if fil.kommun_kolumn:
        homeless = text.filter(_municipality(MUNICIPALITY).eq_missing(pl.lit(kommun)).not_())
        every = fil.municipalities == municipalities()
        named = "i seeds/kommuner.csv" if every else ", ".join(sorted(fil.municipalities))
        findings.add_rows("KOMMUN_RAD", homeless, table, value=MUNICIPALITY, kommuner=named)
        refused.append(homeless[LINE])
    return Mapped(
        text.select(pl.exclude(rf"^_styr_\d+$|^{MUNICIPALITY}$")), pl.concat(refused), delivered - rows.height
    )


def _trimmed(fil: Fil, rows: pl.DataFrame) -> pl.DataFrame:
    """Cells without white space at the ends; null where nothing is left, or a word that means nothing."""
    cells = pl.exclude(LINE)
    trimmed = rows.with_columns(cells.str.strip_chars()).with_columns(pl.when(cells != "").then(cells))
    words = fil.tomt.get(ANY)
    return trimmed.with_columns(pl.when(_says(cells, words).not_()).then(cells)) if words else trimmed


def _long(fil: Fil, rows: pl.DataFrame) -> pl.DataFrame:
    """Of a wide table one row per filled cell, in the order of the file, with HEADING and CELL."""
    if not fil.bred:
        return rows
    wide = list(fil.bred.kolumner)
    beside = [name for name in rows.columns if name not in wide]
    cells = rows.unpivot(wide, index=beside, variable_name=HEADING, value_name=CELL)
    return cells.filter(pl.col(CELL).is_not_null()).sort(LINE, maintain_order=True)


def _says(text: pl.Expr, words: list[str]) -> pl.Expr:
    return text.str.to_lowercase().is_in([word.lower() for word in words])


def _municipality(column: str) -> pl.Expr:
    """The row's municipality; four digits also when Excel took the leading zero of 0127."""
    return pl.col(column).str.zfill(4)


def _targets(fil: Fil, header: set[str], file_name: str) -> dict[str, pl.Expr]:
    """Each column of the contract as an expression over the trimmed source rows."""
    table = fil.table
    targets = dict.fromkeys(table.column, pl.lit(None, pl.String))
    targets |= {t: _cell(fil, t, source) for t, source in fil.mapping.items() if source in header}
    targets |= {target: pl.lit(value) for target, value in fil.konstanter.items()}
    targets |= {target: pl.lit(UNKNOWN) for target in fil.saknas if table.column[target].kind != "person"}
    for name in fil.row_key_columns:
        place = [pl.col(LINE).cast(pl.String), *([pl.col(HEADING)] if fil.bred else [])]
        targets[name] = pl.concat_str(pl.lit(file_name.rpartition(".")[0]), *place, separator=":")
    if fil.bred:
        targets[fil.bred.varde] = _cell(fil, fil.bred.varde, CELL)
        for target in fil.bred.said:
            said = {heading: values[target] for heading, values in fil.bred.kolumner.items()}
            targets[target] = pl.col(HEADING).replace_strict(said, return_dtype=pl.String)
    for target, mapping in fil.kodmappning.items():
        targets[target] = _coded(targets[target], mapping, code_words(table.column[target]))
    for routing in fil.styrning:
        targets |= {target: _routed(fil, routing, target, targets[target]) for target in routing.targets}
    return targets


def _cell(fil: Fil, target: str, source: str) -> pl.Expr:
    """What a source column says to one column of the contract: sentinels out, lost zeros back."""
    cell = pl.col(source)
    if target in fil.tomt:
        cell = pl.when(_says(cell, fil.tomt[target]).not_()).then(cell)
    if width := fil.nollfyll.get(target):
        cell = pl.when(cell.str.contains(r"^\d+$")).then(cell.str.zfill(width)).otherwise(cell)
    return cell


def _coded(text: pl.Expr, mapping: dict[str, str], allowed: tuple[str, ...]) -> pl.Expr:
    """The code of each word, whatever its case. A word that is not mapped stays, or takes the default."""
    lower = {word.lower(): code for word, code in mapping.items() if word != ANY}
    otherwise = text
    if ANY in mapping:
        otherwise = pl.when(text.is_in(allowed) | text.is_null()).then(text).otherwise(pl.lit(mapping[ANY]))
    return text.str.to_lowercase().replace_strict(lower, default=otherwise, return_dtype=pl.String)


def _routed(fil: Fil, routing: Styrning, target: str, otherwise: pl.Expr) -> pl.Expr:
    value = otherwise
    for word, case in routing.fall.items():
        here = pl.col(routing.kolumn) == word
        if target in case:
            value = pl.when(here).then(_cell(fil, target, case[target])).otherwise(value)
        elif case.get(MISSING_DATE) == target:
            dates = [_cell(fil, t, source) for t, source in case.items() if t != MISSING_DATE]
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
