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
from pipelines.ingest.adapter import DATE_FORM, DATE_PARTS, EXCEL, Fil
from pipelines.ingest.mapping import QUARTER, Mapped
from pipelines.ingest.rules import FILE, ID, LINE, MASK, Findings, rules

REFUSED = "_fel"
PERSON_IN = "_person_i_"
"""Prefix of the columns that say whether a text holds what looks like a personal number."""
DERIVED = ("fodelsedatum", "kon")
"""What a personal identity number tells, when the source does not."""

YEARS = r"(?:1[89]|2[01])\d{2}"
MONTH = rf"{YEARS}-(?:0[1-9]|1[0-2])"
ANY_PERIOD = rf"{MONTH}(?:-R12)?|{YEARS}(?:-(?:K[1-4]|T[1-3]|D[12]|H[12]))?"
PERIODS = {
    "ekonomi": (rf"{MONTH}|{YEARS}-13", "ÅÅÅÅ-MM, där månad 13 är bokslutsperioden"),
    "ekonomiskt_bistand": (MONTH, "ÅÅÅÅ-MM"),
    "volymplan": (rf"{MONTH}|{YEARS}", "ÅÅÅÅ-MM eller ÅÅÅÅ"),
    **dict.fromkeys(
        ("matt", "indikatorplan"),
        (ANY_PERIOD, "2025, 2025-10, 2025-K3, 2025-T2, 2025-D2, 2025-H1 eller 2025-10-R12"),
    ),
}
"""The periods of each table: pattern, and how it is written in an error text."""

FLAGS = {"ja": True, "true": True, "1": True, "nej": False, "false": False, "0": False}
DECIMALS = {"kr": (16, 2), "number": (14, 4)}
NUMBER_TEXT = {
    "kr": "Kronor med siffror, högst {decimals} decimaler och {sign}, {between}",
    "number": "Tal med siffror, högst {decimals} decimaler och {sign}, {between}",
    "integer": "Heltal med siffror, {between}",
}
COUNTED = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio")
SIGN = {".": "decimalpunkt", ",": "decimalkomma"}
DATE_NAMES = {EXCEL: "Excels dagnummer"}
NAMES = {" ": "mellanslag", "\u00a0": "hårt mellanslag", "\u202f": "smalt mellanslag"}

TIME_PARTS = {"tt": r"(?:[01]\d|2[0-3])", "mm": r"[0-5]\d", "ss": r"[0-5]\d", "f": r"\d+"}
LAST_SERIAL = (date(2199, 12, 31) - date(1899, 12, 30)).days

UNLESS = {("insatser", "personnummer"): "behovsprovad"}
"""A column that must have a value unless the flag beside it says nej (design.md section 3)."""


def check(mapped: Mapped, fil: Fil, delivered: date, findings: Findings) -> pl.DataFrame:
    """Cast one mapped file to the contract's types, row for row.

    Gives FILE, LINE, ID, the contract's columns typed and REFUSED. A cell that could not be read is null, and
    its row is refused.
    """
    table, text = fil.table, mapped.text
    typed = text.with_columns(
        *(_cast(column, fil).alias(column.name) for column in table.columns if column.kind != "person")
    )
    typed = _with_persons(typed, table, delivered)
    judged = pl.concat(
        [typed, text.select(pl.col(c.name).alias(f"_text_{c.name}") for c in table.columns)], how="horizontal"
    )
    texts = [c.name for c in table.columns if c.kind == "text"]
    judged = judged.with_columns(pl.col(n).str.contains(person.IN_TEXT).alias(PERSON_IN + n) for n in texts)
    refused = [judged[LINE].is_in(mapped.refused.implode())]
    for column in table.columns:
        refused += _judge(judged, column, fil, delivered, findings)
    for control in fil.kontroll:
        _quarters(judged, control.kolumn, fil, delivered, findings)

    code_columns = [c.name for c in table.columns if c.kind == "code"]
    unknown = (
        pl.when(pl.col(f"_text_{n}").is_not_null()).then(pl.coalesce(n, pl.lit(UNKNOWN))).alias(n)
        for n in code_columns
    )
    return (
        judged.with_columns(
            *unknown,
            *(pl.col(n).str.replace_all(person.IN_TEXT, MASK) for n in texts if judged[PERSON_IN + n].any()),
            pl.Series(REFUSED, pl.select(pl.any_horizontal(*refused)).to_series()),
        )
        .pipe(_derive, table)
        .select(FILE, LINE, ID, *table.column, REFUSED)
    )


def _cast(column: Column, fil: Fil) -> pl.Expr:
    return CASTS[column.kind](pl.col(column.name), column, fil)


def _code(text: pl.Expr, column: Column, _: Fil) -> pl.Expr:
    return pl.when(text.is_in([*codes(str(column.code_list)), UNKNOWN])).then(text)


def _day(text: pl.Expr, _: Column, fil: Fil) -> pl.Expr:
    return pl.coalesce(read_date(text, form) for form in fil.datumformat)


def read_date(text: pl.Expr, form: str) -> pl.Expr:
    """The date of a text in one form of ``datumformat``; null where the text is not in that form."""
    if form == EXCEL:
        return _excel_date(text)
    found = DATE_FORM.fullmatch(form)
    assert found is not None, form  # the adapter has refused other forms
    day, time = found["day"], found["time"] or ""
    pattern, strptime = re.escape(day), day
    for part, directive in DATE_PARTS.items():
        pattern = pattern.replace(part, YEARS if part == "ÅÅÅÅ" else r"\d{2}")
        strptime = strptime.replace(part, directive)
    pattern += "".join(TIME_PARTS.get(part, re.escape(part)) for part in re.findall("tt|mm|ss|f+|.", time))
    shaped = pl.when(text.str.contains(f"^{pattern}$")).then(text)
    return shaped.str.head(len(day)).str.to_date(strptime, strict=False)


def _excel_date(text: pl.Expr) -> pl.Expr:
    """A serial number: days since 1899-12-30, where the time of day is a fraction.

    Excel believes that 1900 was a leap year: its day 60 never was, and the days before it lie one later.
    """
    whole = pl.when(text.str.contains(r"^\d{1,6}(?:[.,]\d+)?$")).then(text.str.extract(r"^(\d+)"))
    serial = whole.cast(pl.Int32, strict=False)
    serial = pl.when(serial.is_between(1, LAST_SERIAL) & (serial != 60)).then(serial)
    days = serial + (serial < 60).cast(pl.Int32)
    return pl.lit(date(1899, 12, 30)) + pl.duration(days=days)


def _period(text: pl.Expr, _: Column, fil: Fil) -> pl.Expr:
    return pl.when(text.str.contains(f"^(?:{_period_form(fil)[0]})$")).then(text)


def _period_form(fil: Fil) -> tuple[str, str]:
    return PERIODS.get(fil.tabell, PERIODS["matt"])


def _decimal(text: pl.Expr, column: Column, fil: Fil) -> pl.Expr:
    digits, decimals = _places(column, fil)
    sign = re.escape(fil.decimaltecken)
    text = _plain_number(text, fil)
    shaped = pl.when(text.str.contains(rf"^-?\d{{1,{digits}}}(?:{sign}\d{{1,{decimals}}})?$")).then(text)
    number = _no_person(shaped).str.replace(",", ".", literal=True)
    if factor := fil.faktor.get(column.name):
        number = number.cast(pl.Decimal(38, decimals), strict=False) * pl.lit(factor).cast(pl.Decimal(38, 0))
    return number.cast(column.dtype, strict=False)


def _places(column: Column, fil: Fil) -> tuple[int, int]:
    """Digits before and after the decimal sign that the source's number may have. A factor of ten, hundred
    and so on moves the sign, so that the product always fits the column, exactly."""
    digits, decimals = DECIMALS.get(column.kind, (18, 0))
    moved = len(str(abs(fil.faktor.get(column.name, 1)))) - 1
    return digits - moved, decimals + moved


def _integer(text: pl.Expr, _: Column, fil: Fil) -> pl.Expr:
    text = _plain_number(text, fil)
    shaped = pl.when(text.str.contains(r"^-?\d{1,18}$")).then(text)
    return _no_person(shaped).cast(pl.Int64, strict=False)


def _no_person(number: pl.Expr) -> pl.Expr:
    """The number, unless it is a personal number: no amount begins with a day and has twelve digits."""
    return pl.when(number.str.contains(person.AS_NUMBER).not_()).then(number)


def _plain_number(text: pl.Expr, fil: Fil) -> pl.Expr:
    """The number without what the adapter allows: separators between groups of three, the minus last."""
    if fil.minus_sist:
        text = text.str.replace(r"^([^-]*[^-\s])\s*-$", "-$1")
    if fil.tusental:
        between = "".join(map(re.escape, fil.tusental))
        decimals = rf"(?:{re.escape(fil.decimaltecken)}\d+)?"
        grouped = text.str.contains(rf"^-?\d{{1,3}}(?:[{between}]\d{{3}})+{decimals}$")
        text = pl.when(grouped).then(text.str.replace_all(rf"[{between}]", "")).otherwise(text)
    return text


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
    """The personal identity numbers normalised; the row's own also tells date of birth and sex."""
    for place, column in enumerate(c for c in table.columns if c.kind == "person"):
        read = person.parse(typed[column.name], delivered).select(
            pl.col("text").alias(column.name),
            pl.col("nummer").alias("_nummer"),
            *(pl.col(n).alias(f"_{n}") for n in DERIVED if place == 0),
        )
        typed = (
            typed.join(read, on=column.name, how="left", maintain_order="left")
            .with_columns(pl.col("_nummer").alias(column.name))
            .drop("_nummer")
        )
    return typed


def _derive(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    derived = [n for n in DERIVED if n in table.column and f"_{n}" in frame.columns]
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
    judge("VARDE_SAKNAS", empty & _must_have_value(rows, column, fil), None)
    if empty.all():
        return refused
    if column.kind in UNREADABLE:
        rule, words = UNREADABLE[column.kind](column, fil)
        judge(rule, ~empty & rows[value].is_null(), **words)
    if column.kind == "day" and not column.may_be_future:
        judge("DATUM_FRAMTID", (rows[value] > delivered).fill_null(False), leveransdatum=delivered)
    if column.kind == "text":
        judge("PERSONNUMMER_I_TEXT", rows[PERSON_IN + value].fill_null(False))
    return refused


def _must_have_value(rows: pl.DataFrame, column: Column, fil: Fil) -> pl.Series:
    unless = UNLESS.get((fil.tabell, column.name))
    if unless and column.name not in fil.saknas:
        return rows[unless].fill_null(True)
    return pl.repeat(column.required and column.name not in fil.saknas, rows.height, eager=True)


Words = dict[str, Any]


def _number_words(column: Column, fil: Fil) -> tuple[str, Words]:
    signs = " eller ".join(NAMES.get(sign, sign) for sign in fil.tusental)
    between = f"tusental skilda av {signs}" if signs else "utan mellanrum"
    return "TAL_FORMAT", {
        "form": NUMBER_TEXT[column.kind].format(
            decimals=COUNTED[_places(column, fil)[1]], sign=SIGN[fil.decimaltecken], between=between
        )
    }


def _code_words(column: Column, _: Fil) -> tuple[str, Words]:
    code_list = str(column.code_list)
    return "KOD_OKAND", {"kodlista": code_list, "koder": ", ".join(codes(code_list))}


UNREADABLE: dict[str, Callable[[Column, Fil], tuple[str, Words]]] = {
    "code": _code_words,
    "day": lambda _, fil: (
        "DATUM_FORMAT",
        {"format": " eller ".join(DATE_NAMES.get(f, f) for f in fil.datumformat)},
    ),
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
