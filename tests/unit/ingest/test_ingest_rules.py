"""Each rule: registered, used by the code, provoked by a delivery of its own, and documented.

The rules over several rows (``samband``) have their cases in test_ingest_samband.py.
"""

import ast
import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import Formatter

import polars as pl
import pytest
from sender import Row, Sender, as_csv, person_number, rows, standard

from pipelines.contracts import table, tables
from pipelines.ingest import DeliveryResult, Status, check, ingest, rules_page, samband
from pipelines.ingest.hits import hit_rates
from pipelines.ingest.rules import FILE, FINDING_SCHEMA, ID, LINE, Findings, Rule, rules
from pipelines.settings import ROOT, SEEDS

INGEST = Path(check.__file__).parent
Case = Callable[[Sender], DeliveryResult]

FIRST, SECOND = "2026-11-01", "2026-11-02"


def with_cell(table: str, column: str, value: str, place: int = 3) -> Case:
    """A canonical delivery where one cell (line place + 2) is ``value``."""

    def send(sender: Sender) -> DeliveryResult:
        lines = [{**line, column: line.get(column, "")} for line in rows(table)]
        lines[place][column] = value
        return sender.send(standard(**{table: lines}))

    return send


def with_file(**changed: list[Row] | str | bytes | None) -> Case:
    return lambda sender: sender.send(standard(**changed))


def shrunk(sender: Sender) -> DeliveryResult:
    sender.send(standard(), FIRST)
    return sender.send(standard(placeringar=rows("placeringar", 7)), SECOND)


def unreadable_key(sender: Sender) -> DeliveryResult:
    sender.send(standard(), FIRST)
    lines = as_csv(rows("placeringar")).splitlines()
    return sender.send(standard(placeringar="\n".join([*lines[:-1], "trasig"])), SECOND)


def adapters(sender: Sender, **files: str) -> None:
    """Adapters of the test's own, each with one entry; without entry it takes the canonical files."""
    sources = sender.settings.home / "sources"
    sources.mkdir()
    for name, entry in files.items():
        text = f'namn: {name}\nbeskrivning: prov\nkommuner: ["9901", "0127"]\n'
        text += f"kraver: [placeringar]\nfiler: [{entry}]\n" if entry else ""
        (sources / f"{name}.yaml").write_text(text, encoding="utf-8")
    sender.settings.sources = sources


def ambiguous(sender: Sender) -> DeliveryResult:
    adapters(sender, ett="", annat="{monster: 'plac*.csv', tabell: placeringar}")
    return sender.send(standard())


def workbook(content: bytes) -> Case:
    def send(sender: Sender) -> DeliveryResult:
        adapters(sender, kalkyl="{monster: '*.xlsx', tabell: placeringar, format: xlsx}")
        return sender.send({"placeringar.xlsx": content})

    return send


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60 * 1024**2))
    return packed.getvalue()


def of_many_municipalities(sender: Sender) -> DeliveryResult:
    adapters(sender, flera="{monster: '*.csv', tabell: placeringar, kommun_kolumn: kommun}")
    homes = ["9901"] * 8 + ["0127", "1480"]
    lines = [line | {"kommun": home} for line, home in zip(rows("placeringar"), homes, strict=True)]
    return sender.send({"placeringar.csv": as_csv(lines)})


def taken(sender: Sender) -> DeliveryResult:
    sender.send(standard())
    other = sender.put(standard(placeringar=rows("placeringar", 9)))
    return ingest(sender.settings, replace(other, sekvens=1))


def botkyrka_with(old: str, new: str) -> Case:
    header = (
        "rad,block,beslutskvartal_tryckt,insats,beslutsdatum_tryckt,beslutsdatum_rattat,"
        "status,handelsedatum,orsak"
    )
    line = "{},ny,2021-K2,kontaktperson,2021-05-06,2021-05-06,ej_verkstallt,,"
    text = "\n".join([header, *(line.format(n) for n in range(10))])
    text = text.replace(f"3,{line[3:]}", f"3,{line[3:].replace(old, new, 1)}")
    return lambda sender: sender.send({"ej_verkstallda_x_tryckt.csv": text}, "2021-09-09", "0127")


def contract_alone(sender: Sender) -> DeliveryResult:
    """With the text check for missing values out of the way, the contract stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "_must_have_value", lambda rows, *_: pl.repeat(False, rows.height, eager=True))
        return with_cell("placeringar", "enhet", "")(sender)


AKT = as_csv(rows("aktualiseringar"))
CASES: dict[str, tuple[Case, Status]] = {
    "KOMMUN_OKAND": (lambda sender: sender.send(standard(), "2026-11-01", "9999"), Status.REFUSED),
    "LEVERANS_SEKVENS": (taken, Status.REFUSED),
    "LEVERANS_MINSKAD": (shrunk, Status.HELD),
    "FIL_SAKNAS": (with_file(utredningar=None), Status.REFUSED),
    "FIL_OKAND": (with_file(okand="a,b\n1,2\n"), Status.WITH_WARNINGS),
    "FIL_TVETYDIG": (ambiguous, Status.REFUSED),
    "FIL_FORMAT": (workbook(b"PK inte en arbetsbok"), Status.REFUSED),
    "FIL_FOR_STOR": (workbook(zip_bomb()), Status.REFUSED),
    "KOMMUN_RAD": (of_many_municipalities, Status.PARTLY),
    "FIL_TOM": (with_file(aktualiseringar=" \n\n"), Status.REFUSED),
    "FIL_KODNING": (with_file(aktualiseringar=AKT.encode() + b"A\xe5,\n"), Status.REFUSED),
    "FIL_AVGRANSARE": (with_file(aktualiseringar=AKT.replace(",", ";")), Status.REFUSED),
    "KOLUMN_SAKNAS": (with_file(aktualiseringar=AKT.replace("enhet", "avdelning", 1)), Status.REFUSED),
    "KOLUMN_OKAND": (with_cell("utredningar", "ny_kolumn", "x"), Status.WITH_WARNINGS),
    "KOLUMN_DUBBEL": (
        with_file(aktualiseringar=AKT.replace("\n", ",kanal,kanal\n", 1)),
        Status.REFUSED,
    ),
    "RAD_FALT": (with_file(aktualiseringar=AKT + "A99,for,fa\n"), Status.PARTLY),
    "VARDE_SAKNAS": (with_cell("utredningar", "enhet", "  "), Status.PARTLY),
    "DATUM_FORMAT": (with_cell("utredningar", "inledd", "2025-02-29"), Status.PARTLY),
    "DATUM_FRAMTID": (with_cell("utredningar", "inledd", "2026-11-02"), Status.PARTLY),
    "DATUM_ORDNING": (with_cell("utredningar", "slutford", "2026-01-04"), Status.PARTLY),
    "DATUM_KVARTAL": (botkyrka_with("2021-05-06", "2020-05-06"), Status.WITH_WARNINGS),
    "TAL_FORMAT": (with_cell("placeringar", "dygnspris", "10.123"), Status.PARTLY),
    "PERIOD_FORMAT": (with_cell("ekonomi", "period", "2026-14"), Status.PARTLY),
    "FLAGGA": (with_cell("placeringar", "ensamkommande", "kanske"), Status.PARTLY),
    "KOD_OKAND": (with_cell("placeringar", "regi", "okänd regi"), Status.WITH_WARNINGS),
    "STYRNING_OKAND": (botkyrka_with("ej_verkstallt", "vet_ej"), Status.PARTLY),
    "PERSONNUMMER": (with_cell("utredningar", "personnummer", "8001010019"), Status.PARTLY),
    "PERSONNUMMER_I_TEXT": (
        with_cell("aktualiseringar", "kanal", f"om {person_number(1)} i brev"),
        Status.WITH_WARNINGS,
    ),
    "NYCKEL_DUBBLETT": (with_cell("placeringar", "placering_id", "pl1"), Status.PARTLY),
    "KONTRAKT": (contract_alone, Status.PARTLY),
    "BORTTAG_VANTAR": (unreadable_key, Status.PARTLY),
}


@pytest.mark.parametrize("regel_id", CASES)
def test_rule_finds_what_it_should_and_nothing_else(regel_id: str, sender: Sender) -> None:
    case, status = CASES[regel_id]
    result = case(sender)
    assert result.status is status
    expected = {regel_id} | ({"RAD_FALT"} if regel_id == "BORTTAG_VANTAR" else set())
    assert set(result.rules) == expected
    assert result.rules[regel_id] == 1


# Of the two deliveries with one sequence, the first is in.
REFUSED = [r for r, (_, status) in CASES.items() if status is Status.REFUSED and r != "LEVERANS_SEKVENS"]


@pytest.mark.parametrize("regel_id", REFUSED)
def test_refused_delivery_archives_nothing_but_its_findings(regel_id: str, sender: Sender) -> None:
    sender.settings.max_lost_share = 1
    sender.send(standard(), "2026-10-31")
    before = {p: p.read_bytes() for p in sender.settings.archive.rglob("*.parquet")}
    result = CASES[regel_id][0](sender)
    assert result.status is Status.REFUSED
    archived = {p.relative_to(sender.settings.archive) for p in sender.settings.archive.rglob("*.parquet")}
    assert {p.parts[0] for p in archived - {p.relative_to(sender.settings.archive) for p in before}} == {
        "fynd"
    }
    assert all(p.read_bytes() == content for p, content in before.items())
    assert not list((sender.settings.landing / "9901").glob("*"))


WORDS = {"EXCEL", "KLAR", "NFKD", "PERSONAKT", "SOCIALSTAT_KEY", "VILANDE"}
"""Words of the code in capitals that are no rules."""


def test_rules_in_code_are_those_registered_and_those_tested() -> None:
    """A rule over several rows has its SQL file instead (test_ingest_samband.py); none is in both."""
    named = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")
    statements = (s for p in INGEST.rglob("*.py") for s in ast.parse(p.read_text(encoding="utf-8")).body)
    in_code = {
        node.value
        for statement in statements
        if not (isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__")
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    }
    as_sql = {path.stem for path in samband.FOLDER.glob("*.sql") if not path.stem.startswith("_")}
    together = {rule.regel_id for rule in rules().values() if rule.omfattning == "samband"}
    assert as_sql == together
    assert in_code - WORDS == set(rules()) - together == set(CASES)


def test_rules_are_documented() -> None:
    committed = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert committed == rules_page.page(), "python -m pipelines.ingest.rules_page > docs/errors.md"
    assert all(f"\n### {regel_id}\n" in committed for regel_id in rules())


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.regel_id)
def test_rule_is_whole(rule: Rule) -> None:
    assert rule.allvar in ("fel", "varning")
    assert rule.lage in ("skarp", "skugga")
    assert rule.omfattning in ("leverans", "tabell", "rad", "varde", "samband")
    assert rule.ansvarig in ("Verksamheten", "Systemförvaltaren", "Socialstats förvaltare")
    assert set(rule.tables) <= set(tables())
    assert rule.beskrivning.endswith(".")
    assert rule.atgard.endswith(".")
    assert all(name != "" for _, name, _, _ in Formatter().parse(rule.forvantat))


def test_seed_and_rule_have_the_same_columns() -> None:
    with (SEEDS / "valideringsregler.csv").open(encoding="utf-8", newline="") as f:
        header, *lines = csv.reader(f)
    assert header == list(Rule.__dataclass_fields__)
    assert len({line[0] for line in lines}) == len(lines)


def a_rule(**changed: str) -> Rule:
    return Rule(**dict.fromkeys(Rule.__dataclass_fields__, "") | {"lage": "skarp", "tabeller": "*"} | changed)


def test_a_rule_in_shadow_rejects_and_holds_nothing() -> None:
    assert a_rule(allvar="fel").rejects
    assert not a_rule(allvar="varning").rejects
    assert not a_rule(allvar="fel", lage="skugga").rejects
    assert a_rule(regel_id="LEVERANS_MINSKAD").holds
    assert not a_rule(regel_id="LEVERANS_MINSKAD", lage="skugga").holds
    assert not a_rule(regel_id="FIL_SAKNAS", allvar="fel").holds


def test_tables_of_a_rule() -> None:
    assert a_rule().tables == ()
    assert a_rule(tabeller="placeringar utredningar").tables == ("placeringar", "utredningar")


# --- findings ---------------------------------------------------------------------------------------------


def row_finding(**cells: str | None) -> dict[str, object]:
    """What is stored of one row with an unknown code in ``regi``."""
    line = {FILE: "p.csv", LINE: 3, ID: "P1", "regi": "x"} | cells
    findings = Findings()
    contract = table("placeringar")
    findings.add_rows(
        "KOD_OKAND",
        pl.DataFrame([line]),
        contract,
        contract.column["regi"],
        value="regi",
        kodlista="r",
        koder="k",
    )
    frame = findings.frame()
    assert frame.schema == pl.Schema(FINDING_SCHEMA)
    (found,) = frame.to_dicts()
    return found


def test_no_findings_have_the_stored_columns() -> None:
    frame = Findings().frame()
    assert frame.schema == pl.Schema(FINDING_SCHEMA)
    assert frame.is_empty()


def test_finding_takes_the_unit_of_the_row() -> None:
    assert row_finding()["enhet"] is None
    assert row_finding(enhet=None)["enhet"] is None
    assert row_finding(enhet="placering_barn")["enhet"] == "placering_barn"


@pytest.mark.parametrize(
    "cell", ["hos 19850101-1234", "850101-1234", "8501011234", "19850101T123", "1234567890", "x" * 41]
)
def test_unit_and_value_that_may_tell_who_are_masked(cell: str) -> None:
    found = row_finding(enhet=cell, regi=cell)
    assert (found["enhet"], found["varde"]) == ("***", "***")


def test_unit_and_value_of_forty_characters_are_shown() -> None:
    found = row_finding(enhet="x" * 40, regi="y" * 40)
    assert (found["enhet"], found["varde"]) == ("x" * 40, "y" * 40)


# --- hit rates --------------------------------------------------------------------------------------------


def counted(kommun: str, day: str, tabell: str, **numbers: int) -> dict[str, object]:
    return {"kommun": kommun, "leveransdatum": day, "sekvens": 1, "tabell": tabell, "borttagna": 0} | numbers


def hits(kommun: str, day: str, regel_id: str, number: int) -> list[dict[str, object]]:
    return [{"kommun": kommun, "leveransdatum": day, "sekvens": 1, "regel_id": regel_id}] * number


def test_hit_rates_count_newest_and_all_deliveries() -> None:
    rows = pl.DataFrame(
        [
            counted("9901", FIRST, "utredningar", rader_in=100, nya=100),
            counted("9901", FIRST, "aktualiseringar", rader_in=900, nya=900),
            counted("9901", SECOND, "utredningar", rader_in=10, nya=5, borttagna=25),
            counted("0127", FIRST, "utredningar", rader_in=40, nya=40),
        ]
    )
    findings = pl.DataFrame(
        [
            *hits("9901", FIRST, "UTREDNING_OPPEN_LANGE", 7),
            *hits("9901", SECOND, "UTREDNING_OPPEN_LANGE", 4),
            *hits("0127", FIRST, "UTREDNING_OPPEN_LANGE", 2),
            *hits("9901", SECOND, "DATUM_FORMAT", 5),
            *hits("9901", FIRST, "FIL_TOM", 1),
            *hits("9901", SECOND, "DATUM_FORE_FODELSE", 3),
        ]
    )
    found = hit_rates(findings, rows)
    assert found["regel_id"].to_list() == list(rules())
    by_rule = {row.pop("regel_id"): row for row in found.to_dicts()}
    assert by_rule["UTREDNING_OPPEN_LANGE"] == {
        "allvar": "varning",
        "lage": "skarp",
        "omfattning": "samband",
        "traffar_senaste": 6,
        "andel_senaste": 6 / 120,  # the living: 100 + 5 - 25 and 40
        "traffar": 13,
        "leveranser": 3,
        "ansvarig": "Verksamheten",
    }
    assert by_rule["DATUM_FORMAT"]["andel_senaste"] == 5 / 50  # the delivered: 10 and 40
    assert by_rule["DATUM_FORE_FODELSE"]["andel_senaste"] == 3 / 1020
    assert by_rule["PLACERING_OVERLAPPAR"]["andel_senaste"] is None  # nothing to judge
    tom = by_rule["FIL_TOM"]
    assert (tom["traffar_senaste"], tom["andel_senaste"], tom["traffar"]) == (0, None, 1)


def test_hit_rates_of_nothing() -> None:
    rows = pl.DataFrame([counted("9901", FIRST, "utredningar", rader_in=10, nya=10)])
    found = hit_rates(pl.DataFrame(hits("9901", FIRST, "FIL_TOM", 1)).clear(), rows)
    assert found["traffar"].sum() == 0
    assert found["andel_senaste"].dtype == pl.Float64


# --- what a finding says ----------------------------------------------------------------------------------


def test_finding_names_file_line_id_value_and_what_was_expected(sender: Sender) -> None:
    result = with_cell("utredningar", "inledd", "2025-02-29")(sender)
    (found,) = result.findings.filter(lage="skarp").select(list(FINDING_SCHEMA)).to_dicts()
    assert found == {
        "tabell": "utredningar",
        "fil": "utredningar.csv",
        "rad": 5,
        "id": "ut3",
        "kolumn": "inledd",
        "varde": "2025-02-29",
        "enhet": "text",
        "regel_id": "DATUM_FORMAT",
        "allvar": "fel",
        "lage": "skarp",
        "forvantat": "Datum som ÅÅÅÅ-MM-DD",
        "ansvarig": "Verksamheten",
    }


def test_duplicate_names_the_first_line(sender: Sender) -> None:
    found = CASES["NYCKEL_DUBBLETT"][0](sender).findings.filter(regel_id="NYCKEL_DUBBLETT")
    assert found["rad"].to_list() == [5]
    assert found["forvantat"].item().endswith("placeringar.csv, rad 3")


ACCEPTED_TEXTS = [
    ("placeringar", "dygnspris", "-12.5"),
    ("placeringar", "ensamkommande", "TRUE"),
    ("placeringar", "ensamkommande", "0"),
    ("placeringar", "regi", "okand"),
    ("placeringar", "planerat_slut", "2030-01-01"),
    ("placeringar", "start", "2024-02-29"),
    ("utredningar", "inledd", FIRST),
    ("utredningar", "slutford", "2026-10-05"),
    ("utredningar", "personnummer", "20150105-T123"),
    ("utredningar", "personnummer", "20150105-TF10"),
    ("ekonomi", "period", "2026-13"),
    ("utredningar", "enhet", " blanksteg runt "),
]
REFUSED_TEXTS = [
    ("placeringar", "dygnspris", "1 200", "TAL_FORMAT"),
    ("placeringar", "dygnspris", "12,50", "TAL_FORMAT"),
    ("placeringar", "dygnspris", "1e3", "TAL_FORMAT"),
    ("ekonomi", "belopp_kr", "NaN", "TAL_FORMAT"),
    ("befolkning", "alder", "3.0", "TAL_FORMAT"),
    ("utredningar", "slutford", "20260105", "DATUM_FORMAT"),
    ("utredningar", "slutford", "9999-12-31", "DATUM_FORMAT"),
    ("utredningar", "slutford", "2026-1-5", "DATUM_FORMAT"),
    ("ekonomiskt_bistand", "manad", "2026-13", "PERIOD_FORMAT"),
    ("volymplan", "period", "2026-K1", "PERIOD_FORMAT"),
    ("utredningar", "personnummer", "198001010010", "PERSONNUMMER"),
    ("insatser", "personnummer", "", "VARDE_SAKNAS"),
]


@pytest.mark.parametrize(("table", "column", "value"), ACCEPTED_TEXTS)
def test_accepted_texts(table: str, column: str, value: str, sender: Sender) -> None:
    assert with_cell(table, column, value)(sender).status is Status.ACCEPTED


@pytest.mark.parametrize(("table", "column", "value", "regel_id"), REFUSED_TEXTS)
def test_refused_texts(table: str, column: str, value: str, regel_id: str, sender: Sender) -> None:
    lines = rows(table)
    for place, line in enumerate(lines):  # a table whose key is not an id needs distinct keys
        for key in ("alder", "konto"):
            if key in line:
                line[key] = str(place)
    if table == "volymplan":
        lines = [{**line, "version": str(place)} for place, line in enumerate(lines)]
    lines[3][column] = value
    result = sender.send(standard(**{table: lines}))
    assert result.rules == {regel_id: 1}
    assert result.tables[table].rejected == 1


def test_insats_without_assessment_needs_no_person(sender: Sender) -> None:
    lines = [{**line, "behovsprovad": "nej", "personnummer": ""} for line in rows("insatser")]
    result = sender.send(standard(insatser=lines))
    assert result.status is Status.ACCEPTED
