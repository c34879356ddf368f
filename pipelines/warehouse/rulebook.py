"""``docs/frister.md``, from the rule rows: ``python -m pipelines.warehouse.rulebook > docs/frister.md``."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import duckdb

from pipelines.settings import SEEDS
from pipelines.warehouse import wording
from pipelines.warehouse.frist import ADD

Row = dict[str, str]

GROUPS = {
    "lag": ("Frister i lag", "Något ska vara gjort senast den sista dagen."),
    "aterkommande": (
        "Återkommande",
        "Något ska göras om och om igen. Varje prövning avslutar ett tillfälle och börjar nästa, "
        "från sin egen dag. Den som är sen är sen en gång, tills den är gjord.",
    ),
    "maxtid": ("Längsta tid", "Något får inte pågå längre, eller gäller inte längre."),
    "rapportering": (
        "Rapportering",
        "När ett dröjsmål ska rapporteras. Det är inte en tid som är tillåten: beslutet ska verkställas "
        "genast. Klockorna är därför aldrig i tid eller för sena.",
    ),
    "lokal": (
        "Lokala frister och rekommendationer",
        "Följer inte av lagens ord utan av förarbeten, allmänna råd eller kommunens egna dokument.",
    ),
}
EARLY = {
    "omojlig": "uppgifterna motsäger varandra, och klockan kan inte bedömas (`ej_bedombar`).",
    "uppfylld": "det var redan gjort, och räknas som i tid.",
    "ignoreras": "det gäller något annat, och räknas inte.",
}
LEAP_DAY = date(2028, 2, 29)
HEAD = """# Frister

Skriven ur raderna i `seeds/fristregler.csv`, `fristregler_versioner.csv`, `fristregler_villkor.csv` och
`fristkonventioner.csv` av `python -m pipelines.warehouse.rulebook`; ett test jämför. Hur motorn räknar står i
[law.md](law.md). `socialstat frist ID` förklarar ett ärendes klockor steg för steg.

## Vad en klocka är

En klocka är en plikt i ett ärende: något startar den, den har en sista dag, och något stoppar den. Startdagen
är dag noll. Den som är klar på den sista dagen är klar i tid. En klocka kan också upphöra: plikten faller
bort, till exempel när vården slutar. Händer flera saker samma dag kommer starten först, sedan stoppet och
sist det som gör att plikten upphör. En klocka som pågår bedöms per den dag då kommunen senast levererade
(*läge per*).

En förlängning räknas bara om den är beslutad senast den sista dag som då gällde och har en ny, senare sista
dag. Det som blir klart inom en förlängning är *i tid efter förlängning* och räknas inte som i tid.

Saknas en dag som behövs, eller är den omöjlig, är klockan *ej bedömbar*. Inget gissas. Den som ligger utanför
regelns åldrar eller omfattas av ett undantag är *undantagen*. Båda lämnas utanför andelarna.
"""


AFTER_CONVENTIONS = """LAG är huvudsättet och gäller alla regler. LAG_RULLAD räknas bredvid, för de regler där
det står nedan. Att 2 § lagen (1930:173) gäller dessa frister är inte belagt. Ingen längsta tid och ingen
rapportering rullas. En dag som rätten har satt är densamma enligt alla sätt.
"""


@dataclass(frozen=True)
class Rule:
    """A rule with its versions, oldest first, and its conditions."""

    row: Row
    versions: list[Row]
    conditions: list[Row]

    @property
    def id(self) -> str:
        return self.row["regel_id"]

    @property
    def group(self) -> str:
        return "lokal" if self.row["kommun"] else self.row["slag"]

    def says(self, column: str) -> bool:
        return self.row[column] == "ja"


@dataclass(frozen=True)
class Example:
    """A start, and the day that the length reaches from it."""

    label: str
    start: date
    nominal: date


def rules() -> list[Rule]:
    """Every rule, in the order of the seed."""
    versions, conditions = _seed("fristregler_versioner"), _seed("fristregler_villkor")
    return [
        Rule(
            row,
            sorted((v for v in versions if v["regel_id"] == row["regel_id"]), key=lambda v: v["giltig_fran"]),
            [c for c in conditions if c["regel_id"] == row["regel_id"]],
        )
        for row in _seed("fristregler")
    ]


def page() -> str:
    """The page as Markdown: what a clock is, a table of the rules, then every rule."""
    every = rules()
    parts = [HEAD, _conventions(), _evidence(), "## Alla regler\n"]
    for group, (heading, _) in GROUPS.items():
        parts.append(_overview(heading, [r for r in every if r.group == group]))
    for group, (heading, says) in GROUPS.items():
        parts.append(f"## {heading}\n\n{says}\n")
        parts += [_section(rule) for rule in every if rule.group == group]
    return "\n".join(parts)


def _conventions() -> str:
    lines = ["## Tre sätt att räkna\n", "Ingen siffra skrivs ut utan namnet på sitt sätt att räkna.\n"]
    for row in _seed("fristkonventioner"):
        only = f" Bara för `{row['regel_id']}`." if row["regel_id"] else ""
        lines.append(f"- **{row['konvention']}**: {row['namn']}. {row['beskrivning']}{only}")
    return "\n".join(lines) + f"\n\n{AFTER_CONVENTIONS}"


def _evidence() -> str:
    lines = ["## Evidensmärken\n", "Hur säker uppgiften om längd och lagrum är.\n"]
    marks = [mark for code_list, mark in _codes() if code_list == "evidens"]
    lines += [f"- **{mark}**: {wording.evidence(mark, _codes())}." for mark in marks]
    lines.append(
        "\nLagarna är lästa i kopior hos andra än Svensk författningssamling. Förbehållen står vid regeln."
    )
    return "\n".join(lines) + "\n"


def _overview(heading: str, chosen: list[Rule]) -> str:
    lines = [
        f"**{heading}**\n",
        "| Regel | Vad | Tid | Källa | Evidens |",
        "|---|---|---|---|---|",
    ]
    for rule in chosen:
        newest = rule.versions[-1]
        reserved = ", förbehåll" if newest["forbehall"] else ""
        cells = (f"[{rule.id}](#{rule.id.lower()})", rule.row["namn"], _length(rule, newest), newest["kalla"])
        lines.append(f"| {' | '.join(cells)} | {newest['evidens']}{reserved} |")
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> str:
    lines = [
        f"### {rule.id}\n",
        f"{rule.row['namn']}. **{rule.row['fraga']}**\n",
        "| Version | Gäller | Tid | Lagrum | Källa | Evidens |",
        "|---|---|---|---|---|---|",
        *(_version(rule, v) for v in rule.versions),
        "",
        *(
            f"**Förbehåll, version {v['version']}:** {v['forbehall']}\n"
            for v in rule.versions
            if v["forbehall"]
        ),
        *(f"- {line}" for line in _counted(rule)),
        "",
        *_examples(rule),
    ]
    return "\n".join(lines) + "\n"


def _version(rule: Rule, v: Row) -> str:
    valid = (
        f"{v['giltig_fran']}–{_day_before(v['giltig_till'])}"
        if v["giltig_till"]
        else f"från {v['giltig_fran']}"
    )
    mark = f"{v['evidens']}: {wording.evidence(v['evidens'], _codes())}"
    cells = (v["version"], valid, _length(rule, v), _lagrum(v) or "inget", v["kalla"], mark)
    return f"| {' | '.join(cells)} |"


def _counted(rule: Rule) -> Iterator[str]:
    """How it is counted, one line each."""
    row = rule.row
    yield f"Startar: {_events(rule, 'start_handelse')}."
    yield f"Stoppar: {_events(rule, 'stopp_handelse')}."
    if row["upphor_handelse"]:
        yield f"Upphör: {_events(rule, 'upphor_handelse')}."
    if row["raknas"]:
        yield row["raknas"]
    yield from _concerned(rule)
    if rule.says("forlangning_tillaten"):
        yield f"Får förlängas: {row['forlangning_skal']}."
        yield "En förlängning ska vara beslutad senast den sista dag som då gäller."
    else:
        yield "Får inte förlängas."
    if rule.says("frist_satt"):
        yield "En dag som rätten har satt gäller i stället för den räknade, och flyttas inte."
    if rule.says("rullas"):
        yield "LAG_RULLAD flyttar en sista dag på lördag, söndag, helgdag eller afton till nästa vardag."
    else:
        yield "Den sista dagen flyttas aldrig till nästa vardag."
    yield f"Ett stopp före starten: {EARLY[row['tidigt_stopp']]}"
    yield from _transitions(rule)


def _concerned(rule: Rule) -> Iterator[str]:
    row = rule.row
    if row["kommun"]:
        own = [f"{_municipalities()[kommun]} ({kommun})" for kommun in row["kommun"].split("|")]
        yield f"Egen regel i {' och '.join(own)}."
    included = [c["forklaring"] for c in rule.conditions if c["verkan"] == "ingen_klocka"]
    if included:
        yield f"Gäller: {' '.join(included)}"
    exempt = [c["forklaring"] for c in rule.conditions if c["verkan"] == "undantagen"]
    if exempt:
        yield f"Undantag: {' '.join(exempt)}"
    if row["alder_fran"] or row["alder_under"]:
        ages = wording.ages(
            int(row["alder_fran"] or 0), int(row["alder_under"]) if row["alder_under"] else None
        )
        yield f"Ålder: {ages}. Andra är undantagna; okänd ålder räknas med."


def _transitions(rule: Rule) -> Iterator[str]:
    """What each version does to the clocks that are pending when it enters into force."""
    for number, v in enumerate(rule.versions):
        pending, version = f"Det som pågick {v['giltig_fran']}", f"version {v['version']}"
        if v["overgang"] == "ny":
            got = f" och inte hade förfallit fick {version}:s tid" if number else " fick plikten då"
            yield f"{pending}{got}. Inget förföll före den dagen."
        elif number:
            section = " Lagrummet är det som gäller på den sista dagen." if v["lagrum_id"] else ""
            yield f"{pending} behöll tiden från sin start.{section}"
        else:
            yield f"Det som startade före {v['giltig_fran']} har ingen klocka."


def _examples(rule: Rule) -> Iterator[str]:
    """Days worked out under the newest version, and what it means to be done that day or the day after."""
    yield "| Exempel | Start | Räknat enligt | Sista dag | Klart den dagen | Klart dagen efter |"
    yield "|---|---|---|---|---|---|"
    for example in _starts(rule):
        for convention, last_day in _last_days(rule, example):
            after = last_day + timedelta(days=1)
            cells = (
                example.label,
                f"{example.start}",
                convention,
                f"{last_day}, {wording.free_day(last_day, _holidays().get(last_day))}",
                _outcome(rule, last_day, last_day),
                f"{after}: {_outcome(rule, after, last_day)}",
            )
            yield f"| {' | '.join(cells)} |"


def _starts(rule: Rule) -> Iterator[Example]:
    """A plain start, a month's end or the leap day, one that ends on Christmas Eve; and the next time."""
    newest = rule.versions[-1]
    enhet, again = newest["enhet"], int(newest["langd"])
    first = int(newest["langd_forsta"] or again)
    reached = _reached(max(date.fromisoformat(newest["giltig_fran"]), date(2026, 1, 1)), first, enhet)
    in_months = enhet in ("manad", "ar")
    clamped = [start for start, end in reached.items() if in_months and end.day < start.day]
    # The month's end that loses most days.
    last = max(clamped, key=lambda start: start.day - reached[start].day) if clamped else LEAP_DAY
    chosen = {
        "Vanlig dag": next(s for s, end in reached.items() if s.day > 1 and _is_weekday(end)),
        "Skottdagen" if last == LEAP_DAY else "Månadens slut": last,
        "Slutar på julafton": next(s for s, end in reached.items() if _holidays().get(end) == "Julafton"),
    }
    for label, start in chosen.items():
        yield Example(label, start, reached[start])
    if first != again:
        start = chosen["Vanlig dag"]
        yield Example("Nästa gång", start, _reached(start, again, enhet)[start])


def _last_days(rule: Rule, example: Example) -> Iterator[tuple[str, date]]:
    """The last day under each convention that applies to the rule."""
    for row in _seed("fristkonventioner"):
        if row["regel_id"] not in ("", rule.id) or (row["rullas"] == "ja" and not rule.says("rullas")):
            continue
        last_day = example.nominal
        if row["langd"]:
            last_day = _reached(example.start, int(row["langd"]), row["enhet"])[example.start]
        while row["rullas"] == "ja" and not _is_weekday(last_day):
            last_day += timedelta(days=1)
        yield row["konvention"], last_day


def _outcome(rule: Rule, done: date, last_day: date) -> str:
    if rule.row["slag"] == "rapportering":
        return "rapporteras inte" if done <= last_day else "rapporteras"
    return "i tid" if done <= last_day else "för sent"


@cache
def _reached(begins: date, langd: int, enhet: str) -> dict[date, date]:
    """Each start from a day on, and the day that the length reaches from it, worked out by DuckDB."""
    sql = f"""
        select cast(dag as date), cast(cast(dag as date) + {ADD[enhet]}(cast(? as integer)) as date)
        from generate_series(cast(? as date), date '2028-12-31', interval 1 day) as dagar (dag)
        order by dag
    """
    with duckdb.connect() as db:
        return dict(db.execute(sql, [langd, begins]).fetchall())


def _is_weekday(day: date) -> bool:
    return day.isoweekday() < 6 and day not in _holidays()


def _length(rule: Rule, v: Row) -> str:
    first = int(v["langd_forsta"]) if v["langd_forsta"] else None
    return wording.lengths(rule.row["slag"], first, int(v["langd"]), v["enhet"])


def _lagrum(v: Row) -> str:
    return _sections()[v["lagrum_id"]] if v["lagrum_id"] else ""


def _events(rule: Rule, column: str) -> str:
    typ, codes = rule.row["subjekt_typ"], rule.row[column].split("|")
    return " eller ".join(f"{wording.event(typ, code, _codes())} (`{code}`)" for code in codes)


def _day_before(day: str) -> date:
    return date.fromisoformat(day) - timedelta(days=1)


@cache
def _holidays() -> dict[date, str]:
    return {date.fromisoformat(row["datum"]): row["namn"] for row in _seed("helgdagar")}


@cache
def _codes() -> wording.Codes:
    return {(row["kodlista"], row["kod"]): row["namn"] for row in _seed("koder")}


@cache
def _municipalities() -> dict[str, str]:
    return {row["kommun"]: row["namn"] for row in _seed("kommuner")}


@cache
def _sections() -> dict[str, str]:
    laws: dict[str, Any] = {row["lag_kod"]: row for row in _seed("lagar")}
    return {
        row["lagrum_id"]: wording.section(
            laws[row["lag_kod"]]["namn"],
            laws[row["lag_kod"]]["sfs"],
            row["kapitel"],
            row["paragraf"],
            row["punkt"],
        )
        for row in _seed("lagrum")
    }


@cache
def _seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


if __name__ == "__main__":
    print(page(), end="")
