"""``docs/tryckta_avvikelser.md``, from the claims about two printed documents in ``tests/data/``:
``python -m pipelines.reports.printed.page > docs/tryckta_avvikelser.md``.
"""

from collections.abc import Iterator
from itertools import groupby

from pipelines.reports.printed import text
from pipelines.reports.printed.claims import Table, read_claims, rule
from pipelines.reports.printed.verdict import Finding, Verdict, check
from pipelines.settings import ROOT

DATA = ROOT / "tests" / "data"
DOCUMENTS = {
    "volymer_nyckeltal_botkyrka_2021_delar2": "Botkyrka, delårsrapport 2 2021",
    "placeringskostnader_harnosand_2025": "Härnösand, placeringskostnader januari–oktober 2025",
}
MEANING = {
    Verdict.FOLJER: "The printed cells, taken as exact, give what is printed: the number when rounded as "
    "it is, the direction, the span.",
    Verdict.RYMS: "They do not, but unrounded numbers that print as the table does can.",
    Verdict.GRANSFALL: "They can, but only when more than {limit} % of the table's rounding is used up.",
    Verdict.OMOJLIG: "No numbers that print as the table does give what is printed: the text, the table or "
    "the formula is wrong.",
    Verdict.EJ_NAMND: "It follows from the table and cannot be zero, and the text does not say it.",
    Verdict.EJ_PROVBAR: "A cell is empty, or a denominator or what the text leaves out can be zero.",
}
HEAD = """# Printed deviations

Made from the claims in `tests/data/tryckta_pastaenden.csv` and the printed tables beside them by
`python -m pipelines.reports.printed.page`; a test compares them. The claims are in Swedish, as the documents
are.

A delårsrapport prints placement-years and cost per placement-year in whole numbers, and beside them
millions that were computed from what lies behind. To ask for equality would call every second sentence
wrong. The linter asks whether *any* numbers that would be printed as the table is can give what the text
says:

```sh
.venv/bin/socialstat lint tabell.csv --pastaenden pastaenden.csv    # --json; exit 1: something is impossible
```

## How a verdict is made

- **A printed number is an interval.** −21,7 mkr is everything from −21,75 to −21,65, and 18 placement-years
  are everything from 17,5 to 18,5. The last printed digit is the rounding step, unless the claim gives
  another (`steg`). Both ends belong: a number halfway may have been rounded either way. The arithmetic is
  exact.
- **"Ca"** allows {ca} step each way, instead of half a step. Only the printed number gets it, never the
  table.
- **The formula** is written over cells of the table. The cells as printed give its value; all that they can
  stand for gives an interval.
- **A cell that stands twice** is one number. In 59 / (59 + 42) the two 59 move together: the share lies
  between 57,9 and 58,9 %, where plain interval arithmetic would answer 57,4 to 59,5. Such a cell is held at
  either end of its interval, in every combination of ends. That is exact where the formula rises or falls
  all the way in each such cell, as it does when it is a ratio of straight lines in it. Any other formula,
  with a cell times itself, is refused. Different cells are taken as free of each other, also a total and
  its parts.
- **The room** is how many per cent of the table's rounding must be used up before formula and print can
  meet, every cell moving alike: 0 % is the table as printed, 100 % every cell at an end of its interval. It
  is shown in parentheses, rounded up.

| Verdict | Word | Meaning |
|---|---|---|
"""
READING = """
The two limits, for "ca" and for what is borderline, are rows in `seeds/tryckregler.csv`.

A row of claims has the place in the document, the sentence, the rows of the table under short names, the
formula over `name.column`, and what is printed: a number, `högre` or `lägre` for a direction, `-25..25` for
a span, a cell (`t.utfall_2022_tkr`) for a printed sum, or nothing for what the text does not say.

*Place* below is a line of the source (`L2459`, `1680–1723`), or `B28` and `4.1` where only the notes taken
when it was read say so. A row without a place is not in the document: a deviation that it leaves out, or a
check of ours. *Resten av året* holds such checks: what a forecast takes for granted about the months that
are left. For 2020 they speak against "Augusti 2020" and "Utfall 2020" being computed in the same way.

## Printed, and impossible
"""


def page() -> str:
    """The page as Markdown: how a verdict is made, what is printed and cannot be, each document's claims."""
    claims = read_claims(DATA / "tryckta_pastaenden.csv")
    found = {
        name: check(Table.read(DATA / f"{name}.csv"), [c for c in claims if c.tabell == name])
        for name in DOCUMENTS
    }
    lines = [HEAD.format(ca=rule("ca_steg")).rstrip("\n")]
    limit = rule("gransfall_procent")
    for verdict, meaning in MEANING.items():
        lines.append(f"| `{verdict}` | {text.VERDICTS[verdict]} | {meaning.format(limit=limit)} |")
    lines.append(READING)
    lines += [_fault(f) for findings in found.values() for f in findings if _is_fault(f)]
    for name, findings in found.items():
        lines += ["", f"## {DOCUMENTS[name]}", "", f"`{name}.csv`. {text.summary(findings).capitalize()}."]
        for section, those in groupby(findings, key=lambda f: f.claim.avsnitt):
            lines += ["", f"### {section}", "", *_table(those)]
    return "\n".join(lines) + "\n"


def _is_fault(finding: Finding) -> bool:
    return finding.verdict is Verdict.OMOJLIG and bool(finding.claim.plats)


def _fault(finding: Finding) -> str:
    claim, words = finding.claim, text.line(finding)
    reckoning = f"{words.berakning} = {words.varde}, inom avrundningen {words.spann}"
    return f"- {claim.plats}: {claim.pastaende}. {reckoning}."


def _table(findings: Iterator[Finding]) -> Iterator[str]:
    yield "| Place | Claim | Printed | Formula | Value | Within rounding | Verdict |"
    yield "|---|---|---|---|---|---|---|"
    for finding in findings:
        words = text.line(finding)
        verdict = f"**{words.utfall}**" if finding.verdict is Verdict.OMOJLIG else words.utfall
        cells = (finding.claim.plats or "–", finding.claim.pastaende, words.tryckt, words.berakning)
        yield f"| {' | '.join((*cells, words.varde, words.spann, verdict))} |"


if __name__ == "__main__":
    print(page(), end="")
