"""A draft adapter, written by looking at files: something for a data engineer to start from, never to trust.

The draft shows headings and code words, and no other cell. Of the words, none that may be a name or number.
"""

import json
import os
import re
import textwrap
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import UNKNOWN, Column, Table, municipalities
from pipelines.ingest import check
from pipelines.ingest.adapter import MAY_LACK, code_words
from pipelines.ingest.guess import MOST_WORDS, NO_VALUE, SIMILAR, Guess, file_pattern, guess, likely_code
from pipelines.ingest.look import look
from pipelines.ingest.rules import IDENTITY, LONGEST_VALUE

SURE = 0.85
"""A word less like a code's name than this is marked as unsure."""

WIDTH = 110
"""The longest line of a list of codes."""
SCHEMA = Path(__file__).with_name("adapter.schema.json")

MONTH, DAY = "(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
DATE_IN_NAME = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d[-_.]?{MONTH}|\d\d[-_.]?{MONTH}[-_.]?{DAY}(?!\d)|{DAY}[-_.]?{MONTH}[-_.]?20\d\d)"
)
"""Year and month, with or without a day; year without century; or the day first."""

SPACES = (" ", "\u00a0", "\u202f")
UNSURE_ORDER = ("DD/MM", "DD.MM", "DD-MM", "MM/DD")
NOT_TEXT = ("yes", "no", "on", "off", "y", "n", "true", "false", "null", "~")
"""Words that YAML reads as something else than text."""


def draft(files: list[Path], kommun: str, namn: str, folder: Path | None = None) -> str:
    """The text of an adapter called ``namn`` for the files, with what is unsure in comments.

    ``folder``: where it will be written, for the path to the schema; by default beside the shipped ones.
    It loads whenever every column that cannot be lacking was found; else the first lines say which are not.
    Raises LookError when a file cannot be read, ValueError for a name or municipality that cannot be.
    """
    if not re.fullmatch(r"[a-z0-9_]+", namn):
        raise ValueError("namn ska bestå av små bokstäver a–z, siffror och understreck")
    if kommun not in municipalities():
        raise ValueError(f"kommunen {kommun} finns inte i seeds/kommuner.csv")
    guesses = [guess(look(path)) for path in files]
    entries: dict[str, list[str]] = {}
    for found, pattern in zip(guesses, _patterns(guesses), strict=True):
        entries.setdefault(pattern, _entry(found, pattern))
    lines = [
        f"# yaml-language-server: $schema={_schema_from(folder or SCHEMA.with_name('sources'))}",
        "# Utkast av socialstat source new. Läs varje rad; siffran säger hur säker gissningen är (0–1).",
        *_unfillable(guesses),
        f"namn: {namn}",
        "beskrivning: >-",
        "  TODO: vilket system och vilket uttag, och vad som är särskilt med det.",
        f'kommuner: ["{kommun}"]',
        f"kraver: [{', '.join(dict.fromkeys(g.table.name for g in guesses))}]  # utan dem avvisas leveransen",
        "omfattning: fullstandig  # eller delta, om bara det som ändrats kommer",
        "filer:",
    ]
    return "\n".join([*lines, *(line for entry in entries.values() for line in entry)]) + "\n"


def _schema_from(folder: Path) -> str:
    return Path(os.path.relpath(SCHEMA, folder.resolve())).as_posix()


def _patterns(guesses: list[Guess]) -> list[str]:
    """File names with wildcards for their numbers; as they are where a pattern would mean two tables."""
    meant: dict[str, set[str]] = {}
    for found in guesses:
        meant.setdefault(file_pattern(found.seen.path.name), set()).add(found.table.name)
    names = [found.seen.path.name for found in guesses]
    return [
        name if len(meant[file_pattern(name)]) > 1 and not re.search(IDENTITY, name) else file_pattern(name)
        for name in names
    ]


def _unfillable(guesses: list[Guess]) -> list[str]:
    lines = [
        f"#   {file_pattern(found.seen.path.name)}: {', '.join(found.unfillable)} ({found.table.name})"
        for found in guesses
        if found.unfillable
    ]
    heading = "# GÅR INTE ATT LADDA ÄN. Kolumner som måste ha ett värde hittades inte:"
    return [heading, *lines] if lines else []


def _entry(found: Guess, pattern: str) -> list[str]:
    """The lines of one entry under ``filer``."""
    return [
        f"  - monster: {_quoted(pattern)}",
        *(f"    # {note}" for note in found.seen.notes),
        f"    tabell: {found.table.name}  # {found.sureness:.2f}",
        *(f"    {key}: {_value(value)}" for key, value in found.seen.shape.items() if value != "utf-8"),
        *_dates(found),
        *_numbers(found),
        *_words_for_nothing(found),
        *_columns(found),
        *_code_maps(found),
        *_unread(found),
    ]


def _dates(found: Guess) -> list[str]:
    forms = list(dict.fromkeys(form for p in found.of_kind("day").values() for form in p.forms))
    if not forms or forms == ["ÅÅÅÅ-MM-DD"]:
        return []
    unsure = any(form.startswith(UNSURE_ORDER) for form in forms)
    comment = "  # TODO: är det dagen eller månaden som står först?" if unsure else ""
    return [f"    datumformat: {_value(forms)}{comment}"]


def _numbers(found: Guess) -> list[str]:
    profiles = found.of_kind("kr", "number", "integer").values()
    cells = pl.concat([pl.Series(dtype=pl.String), *(profile.cells for profile in profiles)])
    comma = cells.str.contains(r",\d{1,4}\s?-?$").any()
    signs = (*SPACES, ".") if comma else SPACES
    between = [s for s in signs if cells.str.contains(rf"\d{re.escape(s)}\d{{3}}(?:\D|$)").any()]
    lines = ['    decimaltecken: ","'] if comma else []
    lines += [f"    tusental: {_value(between)}"] if between else []
    lines += ["    minus_sist: true"] if cells.str.contains(r"\d\s?-$").any() else []
    return lines


def _words_for_nothing(found: Guess) -> list[str]:
    cells = pl.concat([pl.Series(dtype=pl.String), *found.seen.columns.values()]).drop_nulls()
    words = {"*": sorted(set(cells.filter(cells.str.to_lowercase().is_in(NO_VALUE))))}
    words |= {name: profile.no_date for name, profile in found.of_kind("day").items()}
    lines = [f"      {_quoted(name)}: {_value(nothing)}" for name, nothing in words.items() if nothing]
    return ["    tomt:", *lines] if lines else []


def _columns(found: Guess) -> list[str]:
    lines = []
    if source := found.municipality_column:
        lines.append(f"    kommun_kolumn: {_quoted(source)}  # fler kommuner? nämn dem under kommuner")
    lines.append("    kolumner:" if found.matches else "    kolumner: {}")
    for name in found.table.column:
        if match := found.matches.get(name):
            question = f"; TODO: {match.question}" if match.question else ""
            lines.append(
                f"      {name}: {_quoted(match.source)}  # {match.confidence:.2f}: {match.why}{question}"
            )
    lines += [f"      # {name}: TODO  # måste ha ett värde" for name in found.unfillable]
    if lacking := [c.name for c in found.lacking if c.kind in MAY_LACK]:
        lines.append(f"    saknas: [{', '.join(lacking)}]  # TODO: kolumn, konstanter, eller okand?")
    if found.lacks_id:
        lines.append(f"    nyckel: fil_och_rad  # TODO: {found.table.key[0]} hittades inte; raden blir id")
        if DATE_IN_NAME.search(found.seen.path.stem):
            lines.append(
                "    # TODO: filnamnet verkar hålla ett datum, och då byter alla rader id varje natt"
            )
    return lines


def _unread(found: Guess) -> list[str]:
    lines = [f"      - {_quoted(s)}  # {p.says()}" for s, p in found.unused.items()]
    return (
        ["    ignoreras:  # TODO: läses inte in; flytta till kolumner det som behövs", *lines]
        if lines
        else []
    )


# --- codes


def _code_maps(found: Guess) -> list[str]:
    """Each code column's words with the code that they likely mean; words that are codes need no line."""
    lines: list[str] = []
    for name, profile in found.of_kind("code", "flag").items():
        column = found.table.column[name]
        if words := _words(column, profile.cells):
            lines += [f"      {name}:", *_code_map(found.table, column, words)]
    return ["    kodmappning:  # källans ord: kod; stora och små bokstäver är lika", *lines] if lines else []


def _words(column: Column, cells: pl.Series) -> list[tuple[str, int]]:
    """Words that are no codes as they stand, and how often they are said, in one spelling each."""
    is_code = (
        cells.str.to_lowercase().is_in(list(check.FLAGS))
        if column.kind == "flag"
        else cells.is_in(code_words(column))
    )
    spelled = pl.DataFrame({"ord": cells, "lika": cells.str.to_lowercase()}).filter(~is_code)
    return spelled.group_by("lika").agg(pl.col("ord").min(), pl.len()).select("ord", "len").sort("ord").rows()


def _code_map(contract: Table, column: Column, words: list[tuple[str, int]]) -> list[str]:
    """A line per word; above them the codes to choose among, when there is something to choose."""
    default = "nej" if column.kind == "flag" else UNKNOWN
    lines: list[str] = []
    if len(words) > MOST_WORDS:
        lines = [f'        "*": {default}  # TODO: {len(words)} olika ord; är det verkligen en kod?']
    else:
        for word, times in words:
            code, likeness = likely_code(contract, column, word)
            if _showable(word, times, likeness):
                meant = code if likeness >= SIMILAR else default
                lines.append(f"        {_quoted(word)}: {meant}{_doubt(times, likeness)}")
        if hidden := len(words) - len(lines):
            lines = lines or ["        {}"]
            lines.append(f"        # TODO: {hidden} ord till, som förekommer en gång, visas inte här")
    return [*(_allowed(column) if any("# TODO" in line for line in lines) else []), *lines]


def _allowed(column: Column) -> list[str]:
    """The codes of the column, as comments."""
    told = f"TODO: välj bland koderna {', '.join(code_words(column))}"
    return textwrap.wrap(told, WIDTH, initial_indent="        # ", subsequent_indent="        #   ")


def _doubt(times: int, likeness: float) -> str:
    """What to ask about a word that stands ``times`` times and is so like the code's name."""
    if likeness < SIMILAR:
        return "  # TODO: välj bland koderna ovan"
    if likeness < SURE:
        return "  # TODO: osäkert"
    return "  # TODO: osäkert, förekommer en gång" if times == 1 and likeness < 1 else ""


def _showable(word: str, times: int, likeness: float) -> bool:
    """Whether a word may stand in the draft: it is like a code's name, or short, or said more than once."""
    if len(word) > LONGEST_VALUE or re.search(rf"{IDENTITY}|\d{{6}}", word):
        return False
    return likeness >= SIMILAR or times > 1 or len(word) <= 4


# --- YAML


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{_quoted(str(k))}: {_value(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _quoted(text: str) -> str:
    """A YAML scalar that is read back as this text."""
    if re.fullmatch(r"[^\W\d][\w.-]*(?: [\w.-]+)*", text) and text.lower() not in NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
