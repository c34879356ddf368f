"""``docs/errors.md``, written from the rules: ``python -m pipelines.ingest.rules_page > docs/errors.md``."""

from pipelines.ingest.rules import Rule, rules

SCOPES = {
    "leverans": ("Deliveries", "A `fel` here stops the whole delivery."),
    "tabell": ("Files and tables", "A `fel` here refuses the file: none of its table's rows are read in."),
    "rad": ("Rows", "A `fel` here rejects the row."),
    "varde": ("Values", "A `fel` here rejects the row that has the value."),
    "samband": (
        "Rows together",
        "Judged by SQL (`pipelines/ingest/samband/<rule>.sql`) over what is known after the delivery: the "
        "same finding comes back until somebody corrects it.",
    ),
}
HEAD = """# What can be wrong in a delivery

Made from `seeds/valideringsregler.csv` by `python -m pipelines.ingest.rules_page`; a test compares them.
Words in braces are filled in on the error list, which is in Swedish because those who act on it are.

- **fel**: what the rule judges is not read in.
- **varning**: everything is read in, and somebody should look.
- **skugga** (shadow mode): the rule is new or unsure. What it finds is counted (`socialstat rules`) and not
  put in the error lists; it refuses nothing. Change `lage` to `skarp` in the seed to enforce it.

The error lists are in `rejected/<kommun>/<leveransdatum>/`: file, line, id, column, value, unit, rule, what
was expected, how to correct it and who acts. Values that could tell who somebody is are masked. In the
warehouse the same rows are `mart.fct_avvisning`.
"""


def page() -> str:
    """The page as Markdown: an overview, then every rule by what it judges."""
    every = rules().values()
    overview = ["| Rule | Severity | Mode | What is wrong |", "|---|---|---|---|"]
    overview += [
        f"| [{r.regel_id}](#{r.regel_id.lower()}) | {r.allvar} | {r.lage} | {r.beskrivning} |" for r in every
    ]
    parts = [HEAD, "\n".join(overview) + "\n"]
    for scope, (heading, says) in SCOPES.items():
        parts.append(f"## {heading}\n\n{says}\n")
        parts += [_section(rule) for rule in every if rule.omfattning == scope]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    tables = ", ".join(f"`{name}`" for name in rule.tables) or "all"
    lines = [
        f"### {rule.regel_id}\n",
        f"{rule.beskrivning}\n",
        f"- Severity: {rule.allvar}, {rule.lage}",
        f"- Expected: {rule.forvantat}",
        f"- To correct it: {rule.atgard}",
        f"- Who acts: {rule.ansvarig}",
        f"- Limit: {rule.grans or 'none'}",
        f"- Tables: {tables}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
