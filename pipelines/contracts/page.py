"""``docs/tables.md``, written from the contracts: ``python -m pipelines.contracts.page > docs/tables.md``."""

import csv
from collections.abc import Iterable
from itertools import groupby

from pipelines.contracts import UNKNOWN, Column, Table, tables
from pipelines.settings import SEEDS

KINDS = {
    "id": "id, as the source writes it",
    "text": "text",
    "code": "code",
    "day": "date",
    "period": "period",
    "kr": "kronor, at most two decimals",
    "number": "number, at most four decimals",
    "integer": "whole number",
    "flag": "yes or no: `ja`, `nej`",
    "person": "personal number; kept as a pseudonym",
    "secret": "id; kept as a pseudonym",
}
"""Each kind of column in plain words."""
PERIODS = {
    "ekonomi": ("2025-10", "2025-13"),
    "ekonomiskt_bistand": ("2025-10",),
    "volymplan": ("2025-10", "2025"),
    **dict.fromkeys(
        ("matt", "indikatorplan"),
        ("2025", "2025-10", "2025-K3", "2025-T2", "2025-D2", "2025-H1", "2025-10-R12"),
    ),
}
"""How each table's periods are written, by example."""
HEAD = f"""# The tables

Made from the contracts (`pipelines/contracts/tables.py`) and `seeds/koder.csv` by
`python -m pipelines.contracts.page`; a test compares them. Descriptions and the meaning of codes are in
Swedish, because those who deliver read them.

A case system's files may look as they like: an adapter maps them to these tables, see
[adapters.md](adapters.md). A file in the standard form has these columns as they stand, with dates as
ÅÅÅÅ-MM-DD and a decimal point.

- **Key**: what identifies a row. Of two rows of a delivery with the same key, the first is kept.
- **Required**: a row without a value there is rejected. A code, text or personal number that the source does
  not have at all can be declared so in the adapter (`saknas`).
- **Codes**: the link leads to the list. A word that is not in it, and that the adapter does not map, becomes
  `{UNKNOWN}`, with a warning.
- **Date**: not after the day of the delivery, unless the row says that it may lie ahead.
- **Kept as a pseudonym**: what could tell who somebody is, is replaced before anything is stored.
"""


def page() -> str:
    """The page as Markdown: an overview, then every table, then every code list that a table uses."""
    every = tables().values()
    overview = ["| Table | Required columns | What it holds |", "|---|---|---|"]
    overview += [f"| {_link(t.name)} | {len(_required(t))} | {_cell(t.description)} |" for t in every]
    used = {c.code_list for t in every for c in t.columns}
    lists = [
        _code_list(name, rows) for name, rows in groupby(_seed(), lambda r: r["kodlista"]) if name in used
    ]
    return "\n".join(
        [
            HEAD,
            "\n".join(overview) + "\n",
            *(_table(t) for t in every),
            "## Code lists\n",
            "From `seeds/koder.csv`.\n",
            *lists,
        ]
    )


def _table(contract: Table) -> str:
    delivered = "must be delivered" if contract.always_delivered else "may be left out"
    order = [f"`{first}` ≤ `{last}`" for first, last in contract.order]
    lines = [
        f"## {contract.name}\n",
        f"{contract.description}\n",
        f"- Key: {_names(contract.key)}",
        f"- Required: {_names(_required(contract))}",
        *([f"- Order of dates: {', '.join(order)}"] if order else []),
        f"- In the standard form: {delivered}\n",
        "| Column | Required | Kind | Codes | Description |",
        "|---|---|---|---|---|",
        *(_row(contract, column) for column in contract.columns),
    ]
    return "\n".join(lines) + "\n"


def _row(contract: Table, column: Column) -> str:
    cells = (
        f"`{column.name}`",
        "yes" if column.required else "",
        _kind(contract, column),
        _link(column.code_list) if column.code_list else "",
        _cell(column.description),
    )
    return f"| {' | '.join(cells)} |"


def _kind(contract: Table, column: Column) -> str:
    if column.kind == "period":
        return f"{KINDS['period']}: {_names(PERIODS[contract.name])}"
    return KINDS[column.kind] + (", may lie ahead" if column.may_be_future else "")


def _code_list(name: str, rows: Iterable[dict[str, str]]) -> str:
    lines = [f"### {name}\n", "| Code | Meaning |", "|---|---|"]
    lines += [f"| `{row['kod']}` | {_cell(row['namn'])} |" for row in rows]
    return "\n".join(lines) + "\n"


def _required(contract: Table) -> tuple[str, ...]:
    return tuple(c.name for c in contract.columns if c.required)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(heading: str) -> str:
    """To the section of a table or code list."""
    return f"[{heading}](#{heading})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _seed() -> list[dict[str, str]]:
    with (SEEDS / "koder.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


if __name__ == "__main__":
    print(page(), end="")
