"""Findings in Swedish: the one place where a verdict and an exact number become text."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.reports.format import MINUS, NO_VALUE, number
from pipelines.reports.printed.claims import DIRECTIONS, SPAN
from pipelines.reports.printed.interval import Interval, Number
from pipelines.reports.printed.verdict import Finding, Verdict

VERDICTS = {
    Verdict.FOLJER: "följer",
    Verdict.RYMS: "ryms inom avrundningen",
    Verdict.GRANSFALL: "gränsfall",
    Verdict.OMOJLIG: "omöjlig",
    Verdict.EJ_NAMND: "nämns inte",
    Verdict.EJ_PROVBAR: "kan inte prövas",
}
UNITS = {"procent": "%"}
DECIMALS = {"mkr": 3, "procent": 2}
"""Decimals of what is computed, by unit; one for the others. Always finer than what is printed."""


@dataclass(frozen=True)
class Line:
    """A finding as a line of text: what is printed, the sum in printed numbers, its value, everything that it
    can be within rounding, and the verdict.
    """

    tryckt: str
    berakning: str
    varde: str
    spann: str
    utfall: str


def line(finding: Finding) -> Line:
    claim = finding.claim
    return Line(
        tryckt=_printed(finding),
        berakning=claim.uttryck.shown({cell: _cell(text) for cell, text in finding.printed.items()}),
        varde=NO_VALUE if finding.varde is None else _with_unit(_number(finding.varde, finding), finding),
        spann=NO_VALUE if finding.spann is None else _with_unit(_span(finding.spann, finding), finding),
        utfall=_verdict(finding),
    )


def plain(finding: Finding) -> dict[str, str | int | None]:
    """A finding for a machine: numbers with decimal point, rounded outwards where they are bounds."""
    claim, words = finding.claim, line(finding)
    low, high = _bounds(finding.spann, finding) if finding.spann else (None, None)
    varde = None if finding.varde is None else _number(finding.varde, finding)
    return {
        "pastaende_id": claim.pastaende_id,
        "avsnitt": claim.avsnitt,
        "plats": claim.plats,
        "pastaende": claim.pastaende,
        "tryckt": words.tryckt,
        "enhet": claim.enhet,
        "berakning": words.berakning,
        "varde": _machine(varde),
        "spann_fran": _machine(low),
        "spann_till": _machine(high),
        "utrymme_procent": finding.utrymme,
        "utfall": finding.verdict.value,
        "utfall_text": words.utfall,
    }


def summary(findings: list[Finding]) -> str:
    """How many there are of each verdict: "följer: 3; omöjlig: 1"."""
    counts = {name: sum(f.verdict is v for f in findings) for v, name in VERDICTS.items()}
    return "; ".join(f"{name}: {n}" for name, n in counts.items() if n)


def _printed(finding: Finding) -> str:
    claim = finding.claim
    if not claim.tryckt:
        return NO_VALUE
    text = finding.printed[claim.tryckt] if claim.is_cell else claim.tryckt
    if text in DIRECTIONS:
        return text
    if SPAN in text:
        return _with_unit(" till ".join(_cell(end) for end in text.split(SPAN)), finding)
    sign = "+" if text.startswith("+") else ""
    return ("ca " if claim.ca else "") + _with_unit(sign + _cell(text), finding)


def _verdict(finding: Finding) -> str:
    name = VERDICTS[finding.verdict]
    if finding.skal:
        return f"{name}: {finding.skal}"
    if finding.verdict is Verdict.RYMS and not finding.utrymme:
        return "ryms inom ”ca”"  # the table's own rounding was not needed
    if finding.verdict in {Verdict.RYMS, Verdict.GRANSFALL}:
        return f"{name} ({finding.utrymme} %)"
    return name


def _cell(text: str) -> str:
    """A printed number in one form, whatever signs and spaces the table has; an empty cell is a dash."""
    if not text.strip():
        return NO_VALUE
    read = Number.read(text)
    return number(_decimal(read.value), read.decimals)


def _number(value: Fraction, finding: Finding) -> str:
    return number(_decimal(value), DECIMALS.get(finding.claim.enhet, 1))


def _bounds(span: Interval, finding: Finding) -> tuple[str, str]:
    """Rounded outwards: no number inside falls out."""
    scale = 10 ** DECIMALS.get(finding.claim.enhet, 1)
    low, high = Fraction(math.floor(span.low * scale), scale), Fraction(math.ceil(span.high * scale), scale)
    return _number(low, finding), _number(high, finding)


def _span(span: Interval, finding: Finding) -> str:
    return " till ".join(_bounds(span, finding))


def _with_unit(text: str, finding: Finding) -> str:
    unit = UNITS.get(finding.claim.enhet, finding.claim.enhet)
    return f"{text} {unit}" if unit else text


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _machine(text: str | None) -> str | None:
    return text and "".join(text.split()).replace(MINUS, "-").replace(",", ".")
