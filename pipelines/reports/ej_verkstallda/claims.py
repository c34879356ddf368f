"""Does what a document says agree with the rows? Text is edited by hand after it is generated, and then it
drifts.

A claim is a number that a sentence states of a unit's decisions: in all, or of one kind of insats. Each
claim is set against the rows, and so is every kind that the rows have. A label that says share over a bare
count is a fault too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.reports.ej_verkstallda.lists import BLOCKS
from pipelines.reports.ej_verkstallda.round import Round, Row, kind
from pipelines.reports.ej_verkstallda.sentences import NUMBERS

WORDS = {word: n for n, word in enumerate(NUMBERS)} | {"ingen": 0, "inget": 0, "inga": 0, "en": 1}
NUMBER = rf"(\d+|{'|'.join(WORDS)})"
SHARE = re.compile(r"\bandel(?:en|ar)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """``antal`` decisions of ``typ`` (None: in all) that ``enhet`` is said to have on the clock
    ``klocka``.
    """

    enhet: str
    klocka: str
    typ: str | None
    antal: int


@dataclass(frozen=True)
class Contradiction:
    """What the text says and what the rows say, in Swedish."""

    text: str


def check(document: Path, this: Round) -> list[Contradiction]:
    """Read a .docx or a text file and set it against the round. Raises ValueError for another kind of file.

    Told are: units, kinds and totals that differ, units and kinds that the text leaves out, blocks and rows
    of tables that differ, and a count that is named share.
    """
    lines = list(read(document))
    found = contradictions(claims(lines, this), this)
    faults = [*_totals(lines, this), *_tables(lines, this)]
    # The place, never the line: what somebody has written may name somebody.
    faults += [
        f"Stycke {n} säger andel men visar ett antal."
        for n, line in enumerate(lines, 1)
        if is_count_named_share(line)
    ]
    return [*found, *map(Contradiction, faults)]


def read(document: Path) -> Iterator[str]:
    """The paragraphs and table rows of the document, in order."""
    if document.suffix == ".txt":
        yield from document.read_text(encoding="utf-8").splitlines()
        return
    if document.suffix != ".docx":
        raise ValueError(f"{document.name}: kan läsa .docx och .txt")
    from docx import Document  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415

    for block in Document(str(document)).iter_inner_content():
        if isinstance(block, Table):
            yield from (" | ".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text


def claims(lines: Iterable[str], this: Round) -> list[Claim]:
    """What the sentences state. A unit named in a sentence holds for those after it in the same paragraph."""
    forms = {form for row in this.shown for form in (kind(row), row["insats_namn"])}
    kinds = sorted({*forms, *this.meta["insatser"]}, key=len, reverse=True)
    units = sorted(this.units, key=len, reverse=True)
    found: list[Claim] = []
    klocka = "beslut"
    for line in lines:
        if "|" in line:
            continue
        if re.search(r"avbrutn|på nytt|efter avbrott", line, re.IGNORECASE):
            klocka = "avbrott"
        elif re.search(r"som inte har verkställts|ej verkställda gynnande", line, re.IGNORECASE):
            klocka = "beslut"
        unit: str | None = None
        for sentence in re.split(r"(?<=[.!?])\s+", line):
            named = [u for u in units if u.casefold() in sentence.casefold()]
            if re.search(r"ingen enhet har något", sentence, re.IGNORECASE):
                found += [Claim(u, klocka, None, 0) for u in this.units]
            elif re.search(r"inget att rapportera", sentence, re.IGNORECASE):
                found += [Claim(u, klocka, None, 0) for u in named]
            else:
                unit = named[0] if named else unit
                found += [Claim(unit, klocka, *claim) for claim in _of_sentence(sentence, kinds) if unit]
    return list(dict.fromkeys(found))


def _of_sentence(sentence: str, kinds: Sequence[str]) -> Iterator[tuple[str | None, int]]:
    total = re.search(rf"\b{NUMBER} beslut\b", sentence, re.IGNORECASE)
    counted = []
    for name in kinds:
        about = r"(?:beslut )?(?:om|gällande|avseende|avser)? ?"
        pattern = rf"\b{NUMBER} {about}{re.escape(name)}(?!\w)(?! (?:LSS|SoL))"
        for match in re.finditer(pattern, sentence, re.IGNORECASE):
            counted.append((name, _number(match[1])))
            sentence = sentence.replace(match[0], " ")
    if total and "rapporter" in sentence.casefold():
        yield None, _number(total[1])
        only = re.search(
            r"\b(?:som avser|båda om|alla om|samtliga avser|båda avser) (.+?)\.", sentence, re.IGNORECASE
        )
        if only:
            yield from ((k, _number(total[1])) for k in kinds if only[1].casefold() == k.casefold())
    yield from counted


def contradictions(stated: Sequence[Claim], this: Round) -> list[Contradiction]:
    """Each claim that the open rows do not bear out, and each unit and kind that the text leaves out."""
    if not stated:
        return [Contradiction("Hittar inga antal per enhet att jämföra med raderna.")]
    found = []
    for claim in stated:
        rows = _rows(this, claim.enhet, claim.klocka)
        has = sum(claim.typ in (None, kind(r), r["insats_namn"]) for r in rows)
        if has != claim.antal:
            what = f" om {claim.typ}" if claim.typ else ""
            where = f"{claim.enhet} ({_clock(claim.klocka)})"
            found.append(f"{where}: texten säger {claim.antal} beslut{what}, raderna säger {has}.")
    about = {(c.enhet, c.klocka) for c in stated}
    for klocka in dict.fromkeys(c.klocka for c in stated):
        for enhet in this.units:
            rows = _rows(this, enhet, klocka)
            named = {c.typ for c in stated if (c.enhet, c.klocka) == (enhet, klocka)}
            where = f"{enhet} ({_clock(klocka)})"
            if rows and (enhet, klocka) not in about:
                found.append(f"{where}: raderna har {len(rows)} beslut, som texten inte nämner.")
            if named <= {None}:
                continue
            for name, has in sorted(Counter(kind(r) for r in rows).items()):
                if not named & {name, *(r["insats_namn"] for r in rows if kind(r) == name)}:
                    found.append(f"{where}: raderna har {has} beslut om {name}, som texten inte nämner.")
    return [Contradiction(text) for text in found]


def _totals(lines: Sequence[str], this: Round) -> Iterator[str]:
    """The sums that the document states of the whole round, and its blocks."""
    text = " ".join(line for line in lines if "|" not in line)
    stated = {
        rf"\bvar {NUMBER} beslut inte verkställ": ("öppna beslut", len(this.open())),
        rf"\bvarav {NUMBER} efter avbrott": ("öppna efter avbrott", len(this.open("avbrott"))),
    }
    blocks = Counter((r["rapporttyp"], r["status_vid_bryt"]) for r in this.shown)
    for block, name in BLOCKS.items():
        stated[rf"{re.escape(name)}: {NUMBER} beslut"] = (name, blocks[block])
    for pattern, (what, has) in stated.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if _number(match[1]) != has:
                yield f"Texten säger {_number(match[1])} ({what}), raderna säger {has}."


def _tables(lines: Sequence[str], this: Round) -> Iterator[str]:
    """Table 1 and table 2, row by row: how many of each kind."""
    klocka: str | None = None
    counted: dict[str, Counter[str]] = {}
    column = 0
    for line in lines:
        cells = line.split(" | ")
        if "Typ av beslut" in cells:
            klocka, column = "avbrott" if "Avbrott" in cells else "beslut", cells.index("Typ av beslut")
            counted[klocka] = Counter()
        elif "|" not in line:
            klocka = None
        elif klocka and len(cells) > column:
            counted[klocka][cells[column]] += 1
    for which, found in counted.items():
        has = Counter(kind(r) for r in this.shown_open(which))
        for name in sorted(found.keys() | has.keys()):
            if found[name] != has[name]:
                where = f"Tabellen ({_clock(which)})"
                yield f"{where} har {found[name]} rader om {name}, raderna säger {has[name]}."


def is_count_named_share(line: str) -> bool:
    """Whether a label says share beside a number that is none."""
    if not SHARE.search(line) or re.search(r"%|procent", line, re.IGNORECASE):
        return False
    numbers = re.findall(r"(?<![\d-])\d+(?:,\d+)?(?![\d-])", line)
    return any(float(n.replace(",", ".")) > 1 for n in numbers)


def _rows(this: Round, enhet: str, klocka: str) -> list[Row]:
    return [r for r in this.shown_open(klocka) if r["enhet_namn"] == enhet]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else WORDS[text.casefold()]


def _clock(klocka: str) -> str:
    return "från beslutet" if klocka == "beslut" else "efter avbrott"
