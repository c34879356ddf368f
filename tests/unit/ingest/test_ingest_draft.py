"""``source new``: a draft that loads when the columns are there, says so when not, and shows nobody."""

import csv
import re
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from sender import person_number

from pipelines.contracts import codes, table, tables
from pipelines.ingest import adapter
from pipelines.ingest.adapter import Adapter, AdapterError
from pipelines.ingest.draft import _quoted, draft
from pipelines.ingest.guess import SYNONYMS
from pipelines.ingest.look import SKIPPED, LookError, look
from pipelines.settings import Settings

SAMPLES = Path(__file__).parents[2] / "data" / "kallor"
ENDINGS = ("csv", "txt", "xlsx", "jsonl", "parquet")
WITH_HEADERS = sorted(p for p in SAMPLES.glob("*/*") if p.suffix[1:] in ENDINGS)
FIXED = sorted(SAMPLES.glob("procapita_exempel/*.TXT"))
SAID = re.compile(r"\d{6}[-+ ]?\d{4}")


def loaded(text: str, folder: Path) -> Adapter:
    (folder / "prov.yaml").write_text(text, encoding="utf-8")
    (found,) = adapter.load(folder)
    return found


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def referrals(number: int = 20, **changed: str) -> list[dict[str, str]]:
    """Rows of an invented system; ``changed``: other headings, or other values for all rows."""
    return [
        {
            "Ärendenr": f"A{place}",
            "Personnr": person_number(place),
            "Ankomstdatum": f"2026-01-{place % 28 + 1:02}",
            "Ärendetyp": ("Orosanmälan", "Ansökan")[place % 2],
            "Grupp": "Mottagning",
            "Målgrupp": "Barn",
        }
        | changed
        for place in range(number)
    ]


def as_text(rows: list[dict[str, str]], delimiter: str = ";") -> str:
    return "".join(delimiter.join(line) + "\n" for line in [list(rows[0]), *(r.values() for r in rows)])


@pytest.mark.parametrize("path", WITH_HEADERS, ids=lambda p: p.name)
def test_draft_of_every_sample_loads_and_finds_what_the_example_says(path: Path, tmp_path: Path) -> None:
    made = loaded(draft([path], "9901", "prov"), tmp_path)
    (fil,) = made.matches(path.name)
    (example,) = [a for a in adapter.load(Settings().sources / "exempel") if a.namn == path.parent.name]
    (true,) = example.matches(path.name)
    assert (fil.tabell, fil.format, fil.blad, fil.rubrikrad, fil.avgransare) == (
        true.tabell,
        true.format,
        true.blad,
        true.rubrikrad,
        true.avgransare,
    )
    assert {fil.encodings[0]} <= set(true.encodings)
    assert set(fil.datumformat) == set(true.datumformat)
    assert (fil.decimaltecken, fil.minus_sist) == (true.decimaltecken, true.minus_sist)
    assert (fil.tusental, fil.kommun_kolumn) == (true.tusental, true.kommun_kolumn)
    routed = {target for s in true.styrning for target in s.targets}
    assert dict(fil.mapping.items() - true.mapping.items()) == {}
    missed = set(true.mapping) - set(fil.mapping) - routed
    assert missed <= {"malgrupp"}


@pytest.mark.parametrize("path", [*WITH_HEADERS, *FIXED], ids=lambda p: p.name)
def test_draft_shows_no_person_and_no_other_cell(path: Path) -> None:
    text = draft([path], "9901", "prov")
    assert not SAID.search(text)
    hidden = ("Mottagning", "BARN ÖST", "Barn, norr", "kap.", "V-1", "A0000", "C1", "Uttaget", "Rapport:")
    assert [word for word in hidden if word in text] == []


def test_fixed_width_finds_numbers_and_dates_and_says_what_is_lacking(tmp_path: Path) -> None:
    text = draft(FIXED, "9901", "prov")
    assert text.splitlines()[2:5] == [
        "# GÅR INTE ATT LADDA ÄN. Kolumner som måste ha ett värde hittades inte:",
        "#   PCAKT*.TXT: inkommen (aktualiseringar)",
        "#   PCUTR*.TXT: inledd (utredningar)",
    ]
    assert "kolumn_2: [11, 12], kolumn_3: [23, 8]" in text
    assert re.search(r"personnummer: kolumn_2  # 0\.60: 100% personnummer", text)
    with pytest.raises(AdapterError, match="inget sägs om inkommen"):
        loaded(text, tmp_path)


def test_titles_encoding_sentinels_dates_and_sums(tmp_path: Path) -> None:
    rows = referrals(Beslutsdatum="9999-12-31") + referrals(3, Beslutsdatum="2026-02-01 08:30")
    rows[0]["Grupp"] = "NULL"
    body = "Utdrag;;;;;;\n\n" + as_text(rows) + "Totalt;23;;;;;\n"
    path = write(tmp_path, "arenden_202610.csv", body, "cp1252")
    text = draft([path], "0127", "prov")
    fil = loaded(text, tmp_path).filer[0]
    assert (fil.monster, fil.tabell, fil.encodings) == ("arenden_*.csv", "aktualiseringar", ["cp1252"])
    assert (fil.avgransare, fil.rubrikrad) == (";", 3)
    assert fil.datumformat == ["ÅÅÅÅ-MM-DD", "ÅÅÅÅ-MM-DD tt:mm"]
    assert fil.tomt == {"*": ["NULL"], "beslutsdatum": ["9999-12-31"]}
    assert re.search(fil.hoppa_over[0], "Totalt;23;;;;;")
    assert fil.kodmappning["typ"] == {"Ansökan": "ansokan", "Orosanmälan": "anmalan"}
    assert 'kommuner: ["0127"]' in text


def test_old_code_page_is_told_from_the_windows_one(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", as_text(referrals()), "cp850")
    assert look(path).shape["kodning"] == "cp850"


def test_plain_ascii_leaves_the_encoding_open(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "namn,enhet\nx,y\n")
    assert look(path).shape["kodning"] == ["utf-8", "cp1252"]


def test_file_without_header_shows_none_of_its_cells(tmp_path: Path) -> None:
    text = as_text(referrals()).split("\n", 1)[1]
    found = draft([write(tmp_path, "arenden.csv", text)], "9901", "prov")
    assert "rubriker: [kolumn_1, kolumn_2, kolumn_3, kolumn_4, kolumn_5, kolumn_6]" in found
    assert not SAID.search(found)
    assert "Mottagning" not in found


def test_first_line_without_a_known_heading_is_not_shown(tmp_path: Path) -> None:
    """Names of people in a file without header look like headings."""
    rows = [{"Kalle Nilsson": "Kalle Nilsson", "Barnflicksgatan": "Storgatan"} for _ in range(5)]
    found = draft([write(tmp_path, "x.csv", as_text(rows))], "9901", "prov")
    assert "Kalle" not in found
    assert "gatan" not in found
    assert "rubriker: [kolumn_1, kolumn_2]" in found


def test_free_text_in_a_code_column_is_not_shown(tmp_path: Path) -> None:
    rows = referrals(30)
    for place, row in enumerate(rows):
        row["Ärendetyp"] = f"Ringde Kalle Nilsson nr {place}" if place % 2 else "Anmälan"
    rows[0]["Ärendetyp"] = person_number(3)
    text = draft([write(tmp_path, "arenden.csv", as_text(rows))], "9901", "prov")
    assert "Kalle" not in text
    assert not SAID.search(text)
    assert "Anmälan: anmalan" in text
    assert "# TODO: 16 ord till, som förekommer en gång, visas inte här" in text


def test_too_many_words_are_no_code(tmp_path: Path) -> None:
    rows = [row | {"Ärendetyp": f"ord{place // 2}"} for place, row in enumerate(referrals(100))]
    text = draft([write(tmp_path, "arenden.csv", as_text(rows))], "9901", "prov")
    assert '"*": okand  # TODO: 50 olika ord' in text
    assert "ord1" not in text
    loaded(text, tmp_path)


def test_missing_columns_are_todo_and_a_missing_id_becomes_the_row(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k not in ("Ärendenr", "Grupp")} for row in referrals()]
    text = draft([write(tmp_path, "arenden.csv", as_text(rows))], "9901", "prov")
    fil = loaded(text, tmp_path).filer[0]
    assert (fil.nyckel, fil.saknas) == ("fil_och_rad", ["enhet"])
    assert "saknas: [enhet]  # TODO" in text


def decisions(number: int = 20, **changed: str) -> list[dict[str, str]]:
    """Rows of an invented system whose decisions have no column that is called an id."""
    return [
        {
            "Personnr": person_number(place),
            "Insats": "Kontaktfamilj",
            "Enhet": "Öst",
            "Målgrupp": "Barn",
            "Lagrum": "11 kap. 1 § SoL",
            "Beslutsdatum": "2026-01-02",
        }
        | changed
        for place in range(number)
    ]


def drafted(rows: list[dict[str, str]], folder: Path, name: str = "beslut.csv") -> str:
    return draft([write(folder, name, as_text(rows))], "9901", "prov")


def test_words_to_map_stand_below_the_codes_that_they_may_have(tmp_path: Path) -> None:
    rows = referrals()
    for row in rows[:2]:
        row["Ärendetyp"] = "Zzz"
    text = drafted(rows, tmp_path, "arenden.csv")
    lines = [line.strip() for line in text.splitlines()]
    place = lines.index("typ:")
    listed = " ".join(line.removeprefix("#   ") for line in lines[place + 1 : place + 3])
    assert listed.startswith(f"# TODO: välj bland koderna {', '.join(codes('aktualisering_typ'))}, okand")
    assert "Zzz: okand  # TODO: välj bland koderna ovan" in lines
    assert max(map(len, text.splitlines())) <= 120
    assert "välj bland" not in drafted(referrals(), tmp_path, "arenden.csv"), "nothing is left to choose"


def test_word_that_stands_once_is_asked_about_unless_it_is_a_code_s_name(tmp_path: Path) -> None:
    rows = referrals()
    rows[0]["Ärendetyp"], rows[1]["Ärendetyp"] = "Ansökann", "Begäran om yttrande"
    text = drafted(rows, tmp_path, "arenden.csv")
    assert "Ansökann: ansokan  # TODO: osäkert, förekommer en gång" in text
    assert re.search(r"Begäran om yttrande: yttrande$", text, re.MULTILINE)
    rows[2]["Ärendetyp"] = "Ansökann"
    assert re.search(r"Ansökann: ansokan$", drafted(rows, tmp_path, "arenden.csv"), re.MULTILINE)


def test_column_of_distinct_ids_is_preferred_to_the_place_of_the_row(tmp_path: Path) -> None:
    rows = [
        {"Belopp": str(1000 + p), "Kod": f"X-{p}", "Löpnr": str(500 + p)} | row
        for p, row in enumerate(decisions())
    ]
    text = drafted(rows, tmp_path)
    assert (
        "beslut_id: Löpnr  # 0.60: alla värden är olika; TODO: är det ett id som alltid är detsamma?" in text
    )
    assert loaded(text, tmp_path).filer[0].nyckel is None
    unnamed = [{k: v for k, v in row.items() if k != "Löpnr"} for row in rows]
    assert "beslut_id: Kod" in drafted(unnamed, tmp_path)


@pytest.mark.parametrize(
    "cells",
    [
        [str(1000 + p) for p in range(20)],  # amounts, as far as anybody can see
        [f"X-{p // 2}" for p in range(20)],  # twice each
        ["", *(f"X-{p}" for p in range(19))],
        [f"Skäl nr {p}" for p in range(20)],
        [f"V{person_number(p)}" for p in range(20)],
        [f"2026-02-{p + 1:02}" for p in range(20)],
    ],
)
def test_what_is_no_id_is_not_proposed_as_one(cells: list[str], tmp_path: Path) -> None:
    rows = [row | {"Övrigt": cell} for row, cell in zip(decisions(), cells, strict=True)]
    assert loaded(drafted(rows, tmp_path), tmp_path).filer[0].nyckel == "fil_och_rad"


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        ("beslut_20261015.csv", True),
        ("beslut_2026-10.csv", True),
        ("beslut 15.10.2026.csv", True),
        ("beslut_261015.csv", True),
        ("beslut_20261015T0300.csv", True),
        ("beslut.csv", False),
        ("beslut_12.csv", False),
        ("beslut_9901.csv", False),
    ],
)
def test_date_in_the_file_name_would_change_every_id(name: str, warned: bool, tmp_path: Path) -> None:
    assert ("byter alla rader id varje natt" in drafted(decisions(), tmp_path, name)) == warned


def test_words_of_a_code_list_tell_a_column_that_no_heading_names(tmp_path: Path) -> None:
    words = ("Resursbrist", "Tackat nej", "Något annat")
    rows = [row | {"Not": words[place % 3]} for place, row in enumerate(decisions())]
    text = drafted(rows, tmp_path)
    assert re.search(r"      orsak: Not  # 0\.40: 67% av orden liknar koder; TODO: ", text)
    fil = loaded(text, tmp_path).filer[0]
    assert fil.kodmappning["orsak"]["Resursbrist"] == "resursbrist"
    assert fil.kodmappning["orsak"]["Tackat nej"] == "tackat_nej"
    prose = [row | {"Not": f"Ord {place % 3}"} for place, row in enumerate(decisions())]
    assert loaded(drafted(prose, tmp_path), tmp_path).filer[0].ignoreras == ["Not"]


def test_first_line_names_the_schema_from_where_the_draft_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, "arenden.csv", as_text(referrals()))
    schema = Path(adapter.__file__).with_name("adapter.schema.json")

    def named(folder: Path | None) -> str:
        return draft([path], "9901", "prov", folder).splitlines()[0].partition("$schema=")[2]

    assert named(None) == named(schema.parent / "sources") == "../adapter.schema.json"
    assert named(schema.parent / "sources/exempel") == "../../adapter.schema.json"
    assert (tmp_path / named(tmp_path)).resolve() == schema


def test_proposed_expressions_can_be_joined() -> None:
    joined = re.compile("|".join(SKIPPED))
    assert all(joined.search(line) for line in ("TOTALT;23", "Sida 3", "*** slut"))
    assert not joined.search("Totaltid")


def test_largest_sheet_is_chosen_and_days_may_be_numbers(tmp_path: Path) -> None:
    path = tmp_path / "utredningar.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Information").write(0, 0, "Urval")
        sheet = book.add_worksheet("Data")
        heading = ["Utredningsnr", "Personnr", "Utredningstyp", "Lagrum", "Enhet", "Målgrupp", "Startdatum"]
        sheet.write_row(2, 0, heading)
        for place in range(10):
            sheet.write_row(
                3 + place, 0, [place, person_number(place), "Missbruk", "x", "y", "Vuxen", 46000 + place]
            )
    fil = loaded(draft([path], "9901", "prov"), tmp_path).filer[0]
    assert (fil.tabell, fil.blad, fil.rubrikrad, fil.datumformat) == ("utredningar", "Data", 3, ["EXCEL"])
    assert fil.kodmappning["typ"] == {"Missbruk": "missbruk"}


def test_two_files_of_one_pattern_and_two_tables_keep_their_names(tmp_path: Path) -> None:
    inquiries = [
        {
            "Utredningsnr": str(p),
            "Personnr": person_number(p),
            "Utredningstyp": "Missbruk",
            "Lagrum": "x",
            "Enhet": "y",
            "Målgrupp": "Vuxen",
            "Inledd": "2026-01-01",
        }
        for p in range(5)
    ]
    files = [
        write(tmp_path, "uttag1.csv", as_text(referrals())),
        write(tmp_path, "uttag2.csv", as_text(inquiries)),
    ]
    made = loaded(draft(files, "9901", "prov"), tmp_path)
    assert [(f.monster, f.tabell) for f in made.filer] == [
        ("uttag1.csv", "aktualiseringar"),
        ("uttag2.csv", "utredningar"),
    ]
    months = [write(tmp_path, f"uttag_2026{m}.csv", as_text(referrals())) for m in (10, 11)]
    assert [f.monster for f in loaded(draft(months, "9901", "prov"), tmp_path).filer] == ["uttag_*.csv"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"  \n", "filen är tom"),
        ("a.xlsx", b"PK\x03\x04 no zip", "skadad"),
        ("a.parquet", b"PAR1 none", "kan inte läsas"),
        ("a.jsonl", b"{broken", "kan inte läsas"),
    ],
)
def test_files_that_cannot_be_looked_at(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LookError, match=says):
        draft([tmp_path / name], "9901", "prov")


@pytest.mark.parametrize(("kommun", "namn"), [("9901", "Mitt System"), ("9901", "../x"), ("0000", "prov")])
def test_names_that_cannot_be(kommun: str, namn: str) -> None:
    with pytest.raises(ValueError, match=r"namn ska|finns inte"):
        draft([WITH_HEADERS[0]], kommun, namn)


@example("Null")
@example("ÅÄÖ\u00a0")
@example("2026-01-01")
@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])))
def test_headings_and_words_of_any_kind_come_back_from_the_yaml(text: str) -> None:
    assert yaml.safe_load(f"{_quoted(text)}: [{_quoted(text)}]") == {text: [text]}


def test_every_synonym_names_a_table_a_column_and_a_code_that_exist() -> None:
    with SYNONYMS.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        named = [table(row["tabell"])] if row["tabell"] != "*" else list(tables().values())
        columns = [t.column[row["kolumn"]] for t in named if row["kolumn"] in t.column]
        assert columns or not row["kolumn"], row
        if row["kod"]:
            assert any(row["kod"] in codes(str(c.code_list)) for c in columns), row
    seen = [tuple(row.values()) for row in rows]
    assert len(set(seen)) == len(seen)
