"""The sentences of a row: made of the printed cells of the tables, so that text and table cannot disagree."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pipelines.reports.ej_verkstallda.sentences import listed
from pipelines.reports.format import NBSP, number
from pipelines.reports.volymer import figures
from pipelines.reports.volymer.figures import Deviation, Figure, Row
from pipelines.reports.volymer.layout import Layout

Read = Callable[[Row | None], Figure]


@dataclass(frozen=True)
class Facts:
    """The cells of one row by column, and its deviations with the words that begin their sentences."""

    name: str
    volume: dict[str, Figure]
    cost: dict[str, Figure]
    deviations: list[tuple[str, Deviation | None]]


@dataclass(frozen=True)
class Measure:
    """The cells by column of a row that is no placement, and its name as the subject of a sentence."""

    name: str
    cells: dict[str, Figure]


def measure(told: Measure, form: Layout) -> str:
    """Outcome and plan of such a row, as printed; empty when neither is known."""
    now, before, budget = (told.cells[key] for key in ("nu", "fore", "budget"))
    plan = told.cells[form.plan]
    own_plan = form.plan_name is not None
    planned = f"{budget.text} i budget" if budget.printed is not None else ""
    text = ""
    if now == figures.HIDDEN:
        text = f"{told.name}: värdet är skyddat och visas inte."
    elif now.printed is not None:
        compared = [f"{before.text} {form.before}"] if before.printed is not None else []
        compared += [planned] if planned and not own_plan else []
        text = f"{told.name} är {now.text}"
        text += f" jämfört med {listed(compared)}." if compared else "."
    if own_plan and plan.printed is not None:
        name = str(form.plan_name)
        text += f" {name}" if text else f"{told.name}: {name[0].lower()}{name[1:]}"
        text += f" är {plan.text} jämfört med {planned}." if planned else f" är {plan.text}."
    return text


def row(facts: Facts, form: Layout) -> list[str]:
    """Volume, unit cost and deviations of one row. What is not known, or is protected, is not compared."""
    found = [_volume(facts, form), _cost(facts, form)]
    found += [_deviation(words, deviation) for words, deviation in facts.deviations if deviation]
    return [text for text in found if text]


def _volume(facts: Facts, form: Layout) -> str:
    now, before, budget = (facts.volume[key] for key in ("nu", "fore", "budget"))
    plan = facts.volume[form.plan]
    own_plan = form.plan_name is not None
    if now.printed is None:
        why = "är skyddad och visas inte" if now == figures.HIDDEN else "är inte känd"
        text = f"{facts.name}: volymen {why}"
    else:
        text = f"{facts.name} redovisar {_count(now.printed, form)}"
        if before.printed is not None:
            text += f" jämfört med {number(before.printed)} {form.before}"
        if not own_plan and budget.printed is not None:
            text += f", {_more(now.printed - budget.printed)} budgeterat"
    text += "."
    if own_plan and plan.printed is not None:
        text += f" {form.plan_name} är {_count(plan.printed, form)}"
        if budget.printed is not None:
            text += f", {_more(plan.printed - budget.printed)} budgeterat"
        text += "."
    return text


def _cost(facts: Facts, form: Layout) -> str:
    now, before, budget = (facts.cost[key] for key in ("nu", "fore", "budget"))
    plan = facts.cost[form.plan]
    own_plan = form.plan_name is not None
    text = ""
    if now.words == figures.WITHOUT_VOLUME:
        amount = "beloppet visas inte" if now.kr is None else figures.money(now.kr)
        text = f"Det finns en kostnad utan volym ({amount})."
    elif now.printed is not None:
        compared = []
        if before.printed is not None:
            compared.append(_dearer(now.printed - before.printed, form.before))
        if not own_plan and budget.printed is not None:
            compared.append(_dearer(now.printed - budget.printed, "budgeterat"))
        text = f"Kostnaden per årsplacering är {_tkr(now.printed)}"
        text += f", {listed(compared)}." if compared else "."
    if own_plan and plan.printed is not None:
        text += f" I helårsprognosen är kostnaden per årsplacering {_tkr(plan.printed)}"
        if budget.printed is not None:
            text += f", {_dearer(plan.printed - budget.printed, 'budgeterat')}"
        text += "."
    return text.strip()


def _deviation(words: str, deviation: Deviation) -> str:
    total = figures.plus(deviation.total, deviation.decimals)
    parts = [
        f"{name} {figures.plus(value, deviation.decimals)}"
        for name, value in deviation.parts.items()
        if value
    ]
    text = f"{words} är {total}{NBSP}{deviation.unit}"
    return f"{text}, varav {listed(parts)}." if parts else f"{text}."


def _count(value: Decimal, form: Layout) -> str:
    return f"{number(value)} {form.unit[0] if value == 1 else form.unit[1]}"


def _more(difference: Decimal) -> str:
    if not difference:
        return "lika många som"
    return f"{number(abs(difference))} {'fler' if difference > 0 else 'färre'} än"


def _dearer(difference: Decimal, than: str) -> str:
    if not difference:
        return f"oförändrad jämfört med {than}" if than != "budgeterat" else "lika hög som budgeterat"
    return f"{_tkr(abs(difference))} {'högre' if difference > 0 else 'lägre'} än {than}"


def _tkr(value: Decimal) -> str:
    return f"{number(value)}{NBSP}tkr"
