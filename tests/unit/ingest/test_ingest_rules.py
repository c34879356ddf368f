"""Each rule: registered, used by the code, and provoked by a delivery of its own."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from sender import Row, Sender, as_csv, person_number, rows, standard

from pipelines.ingest import DeliveryResult, Status, check
from pipelines.ingest.rules import rules

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


def older(sender: Sender) -> DeliveryResult:
    sender.send(standard(), SECOND)
    return sender.send(standard(placeringar=rows("placeringar", 9)), FIRST)


def shrunk(sender: Sender) -> DeliveryResult:
    sender.send(standard(), FIRST)
    return sender.send(standard(placeringar=rows("placeringar", 7)), SECOND)


def unreadable_key(sender: Sender) -> DeliveryResult:
    sender.send(standard(), FIRST)
    lines = as_csv(rows("placeringar")).splitlines()
    return sender.send(standard(placeringar="\n".join([*lines[:-1], "trasig"])), SECOND)


def ambiguous(sender: Sender) -> DeliveryResult:
    sources = sender.settings.home / "sources"
    sources.mkdir()
    every_file = 'namn: ett\nbeskrivning: prov\nkommuner: "*"\n'
    (sources / "ett.yaml").write_text(every_file)
    one_file = "filer: [{monster: 'plac*.csv', tabell: placeringar}]\n"
    (sources / "annat.yaml").write_text(every_file.replace("ett", "annat") + one_file)
    sender.settings.sources = sources
    return sender.send(standard())


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
    "LEVERANS_ORDNING": (older, Status.REFUSED),
    "LEVERANS_MINSKAD": (shrunk, Status.HELD),
    "FIL_SAKNAS": (with_file(utredningar=None), Status.REFUSED),
    "FIL_OKAND": (with_file(okand="a,b\n1,2\n"), Status.WITH_WARNINGS),
    "FIL_TVETYDIG": (ambiguous, Status.REFUSED),
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


@pytest.mark.parametrize("regel_id", [r for r, (_, status) in CASES.items() if status is Status.REFUSED])
def test_refused_delivery_archives_nothing(regel_id: str, sender: Sender) -> None:
    sender.settings.max_lost_share = 1
    sender.send(standard(), "2026-10-31")
    before = {p: p.read_bytes() for p in sender.settings.archive.rglob("*.parquet")}
    result = CASES[regel_id][0](sender)
    assert result.status is Status.REFUSED
    archived = [p for p in sender.settings.archive.rglob("*.parquet") if p not in before and FIRST in p.name]
    assert not archived
    assert all(p.read_bytes() == content for p, content in before.items())
    assert not list((sender.settings.landing / "9901").glob("*"))


def test_rules_in_code_are_those_registered_and_those_tested() -> None:
    named = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")
    in_code = {
        node.value
        for path in INGEST.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    } - {"KLAR", "VILANDE"}
    assert in_code == set(rules()) == set(CASES)


def test_finding_names_file_line_id_value_and_what_was_expected(sender: Sender) -> None:
    result = with_cell("utredningar", "inledd", "2025-02-29")(sender)
    assert result.error_list is not None
    (found,) = pl.read_parquet(result.error_list.with_suffix(".parquet")).to_dicts()
    assert found.pop("leveransdatum").isoformat() == FIRST
    assert found == {
        "kommun": "9901",
        "sekvens": 1,
        "tabell": "utredningar",
        "fil": "utredningar.csv",
        "rad": 5,
        "id": "ut3",
        "kolumn": "inledd",
        "varde": "2025-02-29",
        "regel_id": "DATUM_FORMAT",
        "allvar": "fel",
        "forvantat": "Datum som ÅÅÅÅ-MM-DD",
        "ansvarig": "Verksamheten",
    }


def test_duplicate_names_the_first_line(sender: Sender) -> None:
    result = CASES["NYCKEL_DUBBLETT"][0](sender)
    assert result.error_list is not None
    found = pl.read_parquet(result.error_list.with_suffix(".parquet"))
    assert found["rad"].to_list() == [5]
    assert found["forvantat"].item().endswith("placeringar.csv, rad 3")


ACCEPTED_TEXTS = [
    ("placeringar", "dygnspris", "-12.5"),
    ("placeringar", "ensamkommande", "TRUE"),
    ("placeringar", "ensamkommande", "0"),
    ("placeringar", "regi", "okand"),
    ("placeringar", "planerat_slut", "2030-01-01"),
    ("utredningar", "inledd", "2024-02-29"),
    ("utredningar", "inledd", FIRST),
    ("utredningar", "slutford", "2026-01-05"),
    ("utredningar", "personnummer", "19800105-T123"),
    ("utredningar", "personnummer", "19800105-TF10"),
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
