"""``docs/indikatorer_tackning.md``, from ``seeds/tryckta_indikatorer.csv``:
``python -m pipelines.reports.printed.coverage > docs/indikatorer_tackning.md``.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from pipelines.settings import SEEDS

Row = dict[str, str]

DOCUMENTS = {
    "botkyrka_2014": "Botkyrka, uppföljningsplan för god kvalitet 2014",
    "botkyrka_2021": "Botkyrka, delårsrapport 2 2021 och ej verkställda beslut kvartal 3",
    "harnosand_2025": "Härnösand, socialnämnden november 2025",
    "norrtalje_2024": "Norrtälje, socialtjänstrapport april 2024",
}
COVERAGE = {
    "system": ("In the catalogue", "an indicator counts it from the extracts"),
    "matt": (
        "Delivered as `matt`",
        "a survey, an audit of files or a count by hand, delivered under the indicator's id",
    ),
    "annan_mart": (
        "In a mart",
        "a mart has it as it is printed",
    ),
    "ej_producerbar": ("Ej producerbar", "no extract has the column, or the column lacks the code after `=`"),
    "utanfor": ("Outside", "not a measure of the social services' work; the remark says what it is"),
}
HEAD = """# Coverage of the printed indicators

Made from `seeds/tryckta_indikatorer.csv` by `python -m pipelines.reports.printed.coverage`; a test compares
them.

Everything that the documents of three municipalities name as an indicator, and what they ought to have had
(*saknas* among the places), with the indicator that gives it or the reason why nothing does. What is printed
stands in Swedish, and so do the remarks: they say how our definition differs from the printed one. Values are
in `mart.indikatorvarde`, definitions in `mart.dim_indikator`.

| | Meaning |
|---|---|
"""
SUMS = """
## Sums

| Document | Rows | {headings} |
|---|---|{rule}|
"""
MISSING = """
## What no extract has

What would have to be added to the extracts ([tables.md](tables.md)), and what it would give.

| Table and column | Would give |
|---|---|
"""


@cache
def printed() -> list[Row]:
    """Every row of the seed, in its order."""
    with (SEEDS / "tryckta_indikatorer.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def page() -> str:
    """The page as Markdown: sums, then a table per document, then what the extracts lack."""
    lines = [HEAD.rstrip("\n")]
    lines += [f"| {heading} | {meaning} |" for heading, meaning in COVERAGE.values()]
    lines += _sums()
    for document, title in DOCUMENTS.items():
        lines += ["", f"## {title}", "", "| Nr | Code | Place | Printed | Covered by | Remark |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_line(row) for row in printed() if row["dokument"] == document]
    return "\n".join([*lines, *_missing()]) + "\n"


def _sums() -> Iterator[str]:
    count = Counter((row["dokument"], row["tackning"]) for row in printed())
    headings = " | ".join(heading for heading, _ in COVERAGE.values())
    yield SUMS.format(headings=headings, rule="|".join("---" for _ in COVERAGE)).rstrip("\n")
    for document, title in DOCUMENTS.items():
        cells = [count[document, kind] for kind in COVERAGE]
        yield f"| {title} | {sum(cells)} | {' | '.join(map(str, cells))} |"
    cells = [sum(count[document, kind] for document in DOCUMENTS) for kind in COVERAGE]
    yield f"| **All** | {sum(cells)} | {' | '.join(map(str, cells))} |"


def _line(row: Row) -> str:
    place = "saknas" if row["form"] == "saknas" else row["plats"].replace("|", ", ")
    cells = (row["nr"], row["kod"], place, row["namn"], _covered(row), row["anmarkning"])
    return f"| {' | '.join(cells)} |"


def _covered(row: Row) -> str:
    heading = COVERAGE[row["tackning"]][0]
    found = _codes(row, "indikator_id")
    if row["uppdelning"]:
        found[-1] += f" by {', '.join(_codes(row, 'uppdelning'))}"
    marts = _codes(row, "mart", "mart.")
    lacks = [f"`{row['saknar']}`"] if row["saknar"] else []
    match row["tackning"]:
        case "ej_producerbar":
            near = f"; in part {', '.join(found + marts)}" if found + marts else ""
            return f"**{heading}**: {lacks[0]}{near}"
        case "annan_mart":
            return ", ".join(marts + found)
        case "utanfor":
            return heading
        case "matt":
            return ", ".join([f"{', '.join(found)} (`matt`)", *marts])
        case _:
            return ", ".join(found + marts)


def _codes(row: Row, column: str, before: str = "") -> list[str]:
    return [f"`{before}{code}`" for code in row[column].split("|") if code]


def _missing() -> Iterator[str]:
    yield MISSING.rstrip("\n")
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in printed():
        if row["saknar"]:
            wanted[row["saknar"]].append(f"{row['namn']} ({row['dokument']} {row['nr']})")
    for column, names in sorted(wanted.items()):
        yield f"| `{column}` | {'; '.join(names)} |"


if __name__ == "__main__":
    print(page(), end="")
