"""Text checks and casts: every cell is judged as text before any engine casts it.

One rule per kind of column. A cell that fails refuses its row; an unknown code does not: it becomes
``okand``. Money and numbers go from text to decimal without passing a float.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from pipelines.contracts import UNKNOWN, Column, Table, codes
from pipelines.ingest import person
from pipelines.ingest.adapter import DATE_PARTS, Fil
from pipelines.ingest.mapping import NO_PERSON, QUARTER, Mapped
from pipelines.ingest.rules import FILE, ID, LINE, MASK, PERSON_TYPE, Findings, rules

REFUSED = "_fel"

YEARS = r"(?:1[89]|2[01])\d{2}"
MONTH = rf"{YEARS}-(?:0[1-9]|1[0-2])"
ANY_PERIOD = rf"{MONTH}(?:-R12)?|{YEARS}(?:-(?:K[1-4]|T[1-3]|D[12]|H[12]))?"
PERIODS = {
    "ekonomi": (rf"{MONTH}|{YEARS}-13", "ÅÅÅÅ-MM, där månad 13 är bokslutsperioden"),
    "ekonomiskt_bistand": (MONTH, "ÅÅÅÅ-MM"),
    "volymplan": (rf"{MONTH}|{YEARS}", "ÅÅÅÅ-MM eller ÅÅÅÅ"),
    "matt": (ANY_PERIOD, "2025, 2025-10, 2025-K3, 2025-T2, 2025-D2, 2025-H1 eller 2025-10-R12"),
}
"""The periods of each table: pattern, and how it is written in an error text."""

FLAGS = {"ja": True, "true": True, "1": True, "nej": False, "false": False, "0": False}
DECIMALS = {"kr": (16, 2), "number": (14, 4)}
NUMBER_TEXT = {
    "kr": "Kronor med siffror, högst två decimaler och {sign}, utan mellanrum",
    "number": "Tal med siffror, högst fyra decimaler och {sign}, utan mellanrum",
    "integer": "Heltal med siffror",
}
SIGN = {".": "decimalpunkt", ",": "decimalkomma"}

UNLESS = {("insatser", "personnummer"): "behovsprovad"}
"""A column that must have a value unless the flag beside it says nej (design.md section 3)."""


def check(mapped: Mapped, fil: Fil, delivered: date, findings: Findings) -> pl.DataFrame:
    """Cast one mapped file to the contract's types, row for row.

    Gives the contract's columns typed, FILE, LINE, ID, PERSON_TYPE (person tables) and REFUSED. A cell that
    could not be read is null, and its row is refused.
    """
    table, text = fil.table, mapped.text
    typed = text.with_columns(
        *(_cast(column, fil).alias(column.name) for column in table.columns if column.kind != "person")
    )
    typed = _with_persons(typed, table, delivered)
    judged = pl.concat(
        [typed, text.select(pl.col(c.name).alias(f"_text_{c.name}") for c in table.columns)], how="horizontal"
    )
    refused = [judged[LINE].is_in(mapped.refused.implode())]
    for column in table.columns:
        refused += _judge(judged, column, fil, delivered, findings)
    for control in fil.kontroll:
        _quarters(judged, control.kolumn, fil, delivered, findings)

    code_columns = [c.name for c in table.columns if c.kind == "code"]
    texts = [c.name for c in table.columns if c.kind == "text"]
    unknown = (
        pl.when(pl.col(f"_text_{n}").is_not_null()).then(pl.coalesce(n, pl.lit(UNKNOWN))).alias(n)
        for n in code_columns
    )
    return (
        judged.with_columns(
            *unknown,
            *(pl.col(n).str.replace_all(person.IN_TEXT, MASK) for n in texts),
            pl.Series(REFUSED, pl.select(pl.any_horizontal(*refused)).to_series()),
        )
        .pipe(_derive, table)
        .select(
            FILE, LINE, ID, *table.column, *([PERSON_TYPE] if PERSON_TYPE in judged.columns else []), REFUSED
        )
    )


def _cast(column: Column, fil: Fil) -> pl.Expr:
    return CASTS[column.kind](pl.col(column.name), column, fil)


def _code(text: pl.Expr, column: Column, _: Fil) -> pl.Expr:
    return pl.when(text.is_in([*codes(str(column.code_list)), UNKNOWN])).then(text)


def _day(text: pl.Expr, _: Column, fil: Fil) -> pl.Expr:
    return pl.coalesce(_read_date(text, form) for form in fil.datumformat)


def _read_date(text: pl.Expr, form: str) -> pl.Expr:
    pattern, strptime = re.escape(form), form
    for part, directive in DATE_PARTS.items():
        pattern = pattern.replace(part, YEARS if part == "ÅÅÅÅ" else r"\d{2}")
        strptime = strptime.replace(part, directive)
    shaped = pl.when(text.str.contains(f"^{pattern}$")).then(text)
    return shaped.str.to_date(strptime, strict=False)


def _period(text: pl.Expr, _: Column, fil: Fil) -> pl.Expr:
    return pl.when(text.str.contains(f"^(?:{_period_form(fil)[0]})$")).then(text)


def _period_form(fil: Fil) -> tuple[str, str]:
    return PERIODS.get(fil.tabell, PERIODS["matt"])


def _decimal(text: pl.Expr, column: Column, fil: Fil) -> pl.Expr:
    digits, decimals = DECIMALS[column.kind]
    sign = re.escape(fil.decimaltecken)
    shaped = pl.when(text.str.contains(rf"^-?\d{{1,{digits}}}(?:{sign}\d{{1,{decimals}}})?$")).then(text)
    return shaped.str.replace(",", ".", literal=True).cast(column.dtype, strict=False)


def _integer(text: pl.Expr, _: Column, __: Fil) -> pl.Expr:
    return pl.when(text.str.contains(r"^-?\d{1,18}$")).then(text).cast(pl.Int64, strict=False)


def _flag(text: pl.Expr, _: Column, __: Fil) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)


def _as_it_is(text: pl.Expr, _: Column, __: Fil) -> pl.Expr:
    return text


CASTS: dict[str, Callable[[pl.Expr, Column, Fil], pl.Expr]] = {
    "id": _as_it_is,
    "text": _as_it_is,
    "secret": _as_it_is,
    "code": _code,
    "day": _day,
    "period": _period,
    "kr": _decimal,
    "number": _decimal,
    "integer": _integer,
    "flag": _flag,
}


def _with_persons(typed: pl.DataFrame, table: Table, delivered: date) -> pl.DataFrame:
    """The personal identity numbers normalised, with what they tell: type, date of birth, sex."""
    column = next((c.name for c in table.columns if c.kind == "person"), None)
    if column is None:
        return typed
    read = person.parse(typed[column], delivered).rename(
        {"fodelsedatum": "_fodelsedatum", "kon": "_kon", "text": column}
    )
    return (
        typed.join(read, on=column, how="left", maintain_order="left")
        .with_columns(pl.col("nummer").alias(column), pl.col(PERSON_TYPE).fill_null(UNKNOWN))
        .drop("nummer")
    )


def _derive(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    derived = [n for n in ("fodelsedatum", "kon") if n in table.column and f"_{n}" in frame.columns]
    return frame.with_columns(pl.coalesce(n, f"_{n}").alias(n) for n in derived)


def _judge(
    rows: pl.DataFrame, column: Column, fil: Fil, delivered: date, findings: Findings
) -> list[pl.Series]:
    """Findings of one column; gives the masks of the rows that they refuse."""
    raw, value = f"_text_{column.name}", column.name
    refused = []

    def judge(rule: str, wrong: pl.Series, shown: str | None = raw, **words: Any) -> None:
        if wrong.any():
            findings.add_rows(rule, rows.filter(wrong), fil.table, column, value=shown, **words)
            if rules()[rule].rejects:
                refused.append(wrong)

    empty = rows[raw].is_null()
    judge("VARDE_SAKNAS", empty & _must_have_value(rows, column, fil.table), None)
    if empty.all():
        return refused
    if column.kind in UNREADABLE:
        rule, words = UNREADABLE[column.kind](column, fil)
        judge(rule, ~empty & rows[value].is_null(), **words)
    if column.kind == "day" and not column.may_be_future:
        judge("DATUM_FRAMTID", (rows[value] > delivered).fill_null(False), leveransdatum=delivered)
    if column.kind == "text":
        judge("PERSONNUMMER_I_TEXT", rows[raw].str.contains(person.IN_TEXT).fill_null(False))
    return refused


def _must_have_value(rows: pl.DataFrame, column: Column, table: Table) -> pl.Series:
    unless = UNLESS.get((table.name, column.name))
    must = rows[unless].fill_null(True) if unless else pl.repeat(column.required, rows.height, eager=True)
    return must & ~rows[NO_PERSON] if column.kind == "person" else must


Words = dict[str, Any]


def _number_words(column: Column, fil: Fil) -> tuple[str, Words]:
    return "TAL_FORMAT", {"form": NUMBER_TEXT[column.kind].format(sign=SIGN[fil.decimaltecken])}


def _code_words(column: Column, _: Fil) -> tuple[str, Words]:
    code_list = str(column.code_list)
    return "KOD_OKAND", {"kodlista": code_list, "koder": ", ".join(codes(code_list))}


UNREADABLE: dict[str, Callable[[Column, Fil], tuple[str, Words]]] = {
    "code": _code_words,
    "day": lambda _, fil: ("DATUM_FORMAT", {"format": " eller ".join(fil.datumformat)}),
    "period": lambda _, fil: ("PERIOD_FORMAT", {"form": _period_form(fil)[1]}),
    "kr": _number_words,
    "number": _number_words,
    "integer": _number_words,
    "flag": lambda _, __: ("FLAGGA", {}),
    "person": lambda _, __: ("PERSONNUMMER", {}),
}
"""Per kind: the rule that a text breaks when it cannot be cast, and the words for its template."""


def _quarters(rows: pl.DataFrame, name: str, fil: Fil, delivered: date, findings: Findings) -> None:
    """A date should lie in the quarter that the source prints beside it. A date that is already refused is
    not judged twice."""
    day, printed = pl.col(name), pl.col(QUARTER + name)
    actual = day.dt.year().cast(pl.String) + "-K" + day.dt.quarter().cast(pl.String)
    differs = rows.filter((actual != printed) & (day <= delivered))
    column = fil.table.column[name]
    findings.add_rows("DATUM_KVARTAL", differs, fil.table, column, value=f"_text_{name}", kvartal=printed)
