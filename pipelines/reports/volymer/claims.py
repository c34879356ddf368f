"""Does what a document says of the rows agree with the tables? Text is edited by hand after it is generated.

A claim is a number that a sentence states of a row: a volume, a unit cost, a difference, a deviation or one
of its parts. What a sentence leaves out is no fault; what it says otherwise is.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from pipelines.reports.ej_verkstallda.claims import Contradiction, read
from pipelines.reports.format import MINUS, NBSP, number
from pipelines.reports.volymer.figures import PARTS, Figure, plus
from pipelines.reports.volymer.layout import Layout
from pipelines.reports.volymer.report import Report
from pipelines.reports.volymer.sentences import Facts, Measure

N = rf"(\d[\d{NBSP} ]*)"
VALUE = rf"(\d[\d{NBSP} ]*(?:,\d+)?)(?:{NBSP}%)?"
"""A value in any unit: ``1 068``, ``43 %``."""
SIGNED = rf"([+{MINUS}-]?\d[\d{NBSP} ]*(?:,\d)?)"
MORE = {"fler": 1, "färre": -1, "högre": 1, "lägre": -1}
Claims = dict[str, Decimal]


def check(document: Path, report: Report) -> list[Contradiction]:
    """Read a .docx or a text file and set it against the report's tables. Raises ValueError for another kind
    of file.
    """
    sections = {row["avsnitt"] for row in (*report.groups, *report.indicators)}
    rows = [(row["avsnitt"], report.facts(row)) for row in report.groups]
    measures = [(row["avsnitt"], report.measure(row)) for row in report.indicators]
    section, found, said = None, [], False
    for line in read(document):
        text = line.strip()
        section = text if text in sections else section
        for place, facts in rows:
            if place != section or not re.match(rf"{re.escape(facts.name)}(?: redovisar|:)", text):
                continue
            said = True
            claims = stated(text, report.form), expected(facts, report.form)
            found += [f"{section}, {facts.name}: {fault}" for fault in _against(*claims)]
        for place, told in measures:
            if place != section or not re.match(rf"{re.escape(told.name)}(?: är |:)", text):
                continue
            said = True
            claims = stated_measure(text, report.form), expected_measure(told, report.form)
            found += [f"{section}, {told.name}: {fault}" for fault in _against(*claims)]
    if not said:
        found.append("Hittar inga meningar om raderna att jämföra med tabellerna.")
    return [Contradiction(text) for text in found]


def _against(says: Claims, has: Claims) -> Iterator[str]:
    """What the text says otherwise than the tables."""
    for what, value in says.items():
        if has.get(what) != value:
            shown = "inget" if what not in has else _shown(what, has[what])
            yield f"texten säger {_shown(what, value)} ({what}), tabellen säger {shown}."


def stated_measure(text: str, form: Layout) -> Claims:
    """The numbers that the sentences of a row that is no placement state."""
    found: Claims = {}
    own, rest = text, ""
    if form.plan_name:
        own, _, rest = re.sub(form.plan_name, form.plan_name, text, flags=re.IGNORECASE).partition(
            f"{form.plan_name} är "
        )
    for what, part, where in (
        ("värde", own, rf" är {VALUE}"),
        ("värde förra gången", own, rf"jämfört med {VALUE} {form.before}"),
        ("värde i prognosen", rest, rf"^{VALUE}"),
        ("värde i budget", rest or own, rf"(?:jämfört med|och) {VALUE} i budget"),
    ):
        if match := re.search(where, part):
            found[what] = _number(match[1])
    return found


def expected_measure(told: Measure, form: Layout) -> Claims:
    """What the tables say of the same."""
    now, before, budget, plan = (told.cells[c] for c in ("nu", "fore", "budget", form.plan))
    with_budget = plan if form.plan_name else now
    pairs = {
        "värde": (now, now),
        "värde förra gången": (before, now),
        "värde i budget": (budget, with_budget),
    } | ({"värde i prognosen": (plan, plan)} if form.plan_name else {})
    return {
        what: figure.printed
        for what, (figure, beside) in pairs.items()
        if figure.printed is not None and beside.printed is not None
    }


def stated(text: str, form: Layout) -> Claims:
    """The numbers that the sentences of a row state, by what they are said to be."""
    return _volumes(text, form) | _costs(text, form) | _deviations(text, form)


def _volumes(text: str, form: Layout) -> Claims:
    found: Claims = {}
    units = "|".join(form.unit[::-1])
    own, _, rest = text.partition(f" {form.plan_name} är ") if form.plan_name else (text, "", "")
    for key, part in (("volym", own), ("volym i prognosen", f"redovisar {rest}" if rest else "")):
        if match := re.search(rf"redovisar {N} (?:{units})", part):
            found[key] = _number(match[1])
        if match := re.search(rf"(?:{units}) jämfört med {N} {form.before}", part):
            found["volym förra gången"] = _number(match[1])
        if match := re.search(rf"(?:(lika många) som|{N} (fler|färre) än) budgeterat", part):
            found[f"{key} mot budget"] = _difference(match[1], match[2], match[3])
    return found


def _costs(text: str, form: Layout) -> Claims:
    found: Claims = {}
    for key, start in (
        ("kostnad", "Kostnaden per årsplacering är"),
        ("kostnad i prognosen", "I helårsprognosen är kostnaden per årsplacering"),
    ):
        match = re.search(rf"{start} {N}\stkr([^.]*)\.", text)
        if not match:
            continue
        found[key] = _number(match[1])
        for than, name in (("budgeterat", "mot budget"), (form.before, "mot förra gången")):
            same = "lika hög som" if than == "budgeterat" else "oförändrad jämfört med"
            if other := re.search(rf"(?:({same})|{N}\stkr (högre|lägre) än) {than}", match[2]):
                found[f"{key} {name}"] = _difference(other[1], other[2], other[3])
    return found


def _deviations(text: str, form: Layout) -> Claims:
    found: Claims = {}
    for words in (c.sentence for c in form.comparisons if c.sentence):
        match = re.search(rf"{words} är {SIGNED}\s(mkr|tkr)(?:, varav ([^.]*))?\.", text)
        if not match:
            continue
        found[f"{words}, {match[2]}"] = _number(match[1])
        for part in PARTS:
            if other := re.search(rf"\b{part} {SIGNED}", match[3] or ""):
                found[f"{words}, {part}"] = _number(other[1])
    return found


def expected(facts: Facts, form: Layout) -> Claims:
    """What the tables say of the same. A part that is 0 in print is not told."""
    found: Claims = {}

    def put(what: str, figure: Figure, other: Figure | None = None) -> None:
        if figure.printed is not None and (other is None or other.printed is not None):
            found[what] = figure.printed - (other.printed if other and other.printed is not None else 0)

    for key, cells in (("volym", facts.volume), ("kostnad", facts.cost)):
        now, before, budget, plan = (cells[c] for c in ("nu", "fore", "budget", form.plan))
        put(key, now)
        if key == "volym" and now.printed is not None:
            put("volym förra gången", before)
        if key == "kostnad":
            put("kostnad mot förra gången", now, before)
        if form.plan_name:
            put(f"{key} i prognosen", plan)
            put(f"{key} i prognosen mot budget", plan, budget)
        else:
            put(f"{key} mot budget", now, budget)
    for words, deviation in facts.deviations:
        if deviation:
            found[f"{words}, {deviation.unit}"] = deviation.total
            found |= {f"{words}, {name}": value for name, value in deviation.parts.items() if value}
    return found


def _number(text: str) -> Decimal:
    plain = re.sub(rf"[{NBSP} +]", "", text).replace(MINUS, "-").replace(",", ".")
    return Decimal(plain)


def _difference(same: str | None, amount: str | None, word: str | None) -> Decimal:
    return Decimal(0) if same or not amount or not word else _number(amount) * MORE[word]


def _shown(what: str, value: Decimal) -> str:
    decimals = 1 if value != value.to_integral_value() else 0
    return plus(value, decimals) if "mot" in what.casefold() else number(value, decimals)
