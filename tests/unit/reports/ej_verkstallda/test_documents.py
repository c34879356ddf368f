"""The documents of a round: what stands in them, what must not, and that everybody can read them."""

import csv
from pathlib import Path

import omgang
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from pipelines.reports import ej_verkstallda
from pipelines.reports.ej_verkstallda import SENT
from pipelines.reports.ej_verkstallda.lists import BLOCKS, IVO


@pytest.fixture
def written(folder: Path) -> Path:
    ej_verkstallda.write(folder)
    return folder


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(load_workbook(path)[sheet].iter_rows(values_only=True))


def words(path: Path) -> str:
    document = Document(str(path))
    texts = [p.text for p in document.paragraphs]
    texts += [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join(texts)


def test_ivo_has_each_reportable_decision_and_an_empty_column_for_the_person(written: Path) -> None:
    head, *rows = cells(written / "ivo.xlsx", "Individrapport")
    assert list(head) == [c.heading for c in IVO]
    assert {r[0] for r in rows} == {f"B{n}" for n in range(1, 10)}
    assert {r[1] for r in rows} == {None}
    by_id = {r[0]: dict(zip(head, r, strict=True)) for r in rows}
    assert str(by_id["B6"]["Datum för avbrott"])[:10] == "2025-06-18"
    assert by_id["B5"]["Omfattning som inte är verkställd"] == 3
    assert str(by_id["B7"]["Verkställt"])[:10] == "2025-08-02"
    assert (str(by_id["B8"]["Avslutat"])[:10], by_id["B8"]["Skäl till avslut"]) == (
        "2025-08-02",
        "Ansökan återtagen",
    )


def test_ivo_csv_says_the_same(written: Path) -> None:
    with (written / "ivo.csv").open(encoding="utf-8-sig", newline="") as f:
        head, *rows = csv.reader(f, delimiter=";")
    assert head == [c.heading for c in IVO]
    assert [r[0] for r in rows] == [r[0] for r in cells(written / "ivo.xlsx", "Individrapport")[1:]]
    assert next(r for r in rows if r[0] == "B5")[head.index("Omfattning som inte är verkställd")] == "3,0000"


def test_ivo_says_what_must_be_done_by_hand(written: Path) -> None:
    said = " ".join(str(v) for row in cells(written / "ivo.xlsx", "Läs mig") for v in row if v)
    assert "1 beslut rör personer med skyddade personuppgifter" in said
    assert "2025-10-01–2025-10-31" in said
    assert "1 rader rättar vad som har rapporterats förut" in said
    assert cells(written / "ivo.xlsx", "Kontroller")[1][0] == "B3"


def test_the_auditors_get_no_id(written: Path) -> None:
    rows = cells(written / "revisorer.xlsx", "Beslut")
    assert len(rows) == 10
    assert not {"B1", "B7"} & {str(v) for row in rows for v in row}


def test_no_protected_person_has_a_line_anywhere(written: Path) -> None:
    for path in written.iterdir():
        assert b"HEMLIG" not in path.read_bytes(), path
    for book in ("ivo.xlsx", "revisorer.xlsx"):
        values = {
            str(v)
            for sheet in load_workbook(written / book)
            for row in sheet.iter_rows(values_only=True)
            for v in row
        }
        assert "HEMLIG" not in values
    assert "HEMLIG" not in words(written / "namnd.docx")


def test_protected_persons_are_in_the_sums_and_in_nothing_finer(written: Path) -> None:
    """What a sentence, a table or a block says beside another must not leave one over."""
    text = words(written / "namnd.docx")
    assert "sju beslut inte verkställda" in text
    assert "Funktionsstöd rapporterar tre beslut" in text
    first = Document(str(written / "namnd.docx")).tables[0]
    assert [row.cells[0].text for row in first.rows[1:]].count("Funktionsstöd") == 3
    said = " ".join(str(v) for row in cells(written / "revisorer.xlsx", "Läs mig") for v in row if v)
    assert "1 beslut rör personer med skyddade personuppgifter och står inte på bladet Beslut" in said


def test_the_tables_and_blocks_of_the_board(written: Path) -> None:
    document = Document(str(written / "namnd.docx"))
    one, two, elapsed, quarters = document.tables
    assert [c.text for c in one.rows[0].cells] == [
        "Enhet",
        "Typ av beslut",
        "Lagrum",
        "Beslut",
        "Orsak",
        "Dagar",
    ]
    assert [c.text for c in two.rows[0].cells] == [
        *("Enhet", "Typ av beslut", "Lagrum", "Beslut", "Avbrott", "Orsak", "Dagar")
    ]
    assert [c.text for c in two.rows[1].cells][3:5] == ["2025-05-25", "2025-06-18"]
    assert [c.text for c in elapsed.rows[1].cells][1:3] == ["5", "5"]
    assert [c.text for c in quarters.rows[2].cells] == ["2025-K3", "6", "1", "7", "5"]
    text = words(written / "namnd.docx")
    assert f"{BLOCKS['aterrapport', 'verkstalld']}: ett beslut." in text
    assert f"{BLOCKS['ny', 'ej_verkstalld']}: fem beslut." in text
    assert (
        "stryks ur rapporten. Väntetid 20 dagar. Rättelse: verkställt eller avslutat inom tre månader" in text
    )
    assert "skäl saknas (3 av 8 återstår)" in text.casefold()


def test_the_public_version_has_months_and_no_way_back_to_the_day(written: Path) -> None:
    text = words(written / "namnd_offentlig.docx")
    assert "maj 2025" in text
    assert "2025-05-25" not in text
    assert "2025-06-18" not in text
    assert "i median 4 månader och som längst 4 månader" in text
    assert "128" not in text
    table = Document(str(written / "namnd_offentlig.docx")).tables[0]
    assert {row.cells[-1].text for row in table.rows} == {"Mån", "4"}


def test_everybody_can_read_the_document(written: Path) -> None:
    """Headings in order, header rows that repeat, alt texts, a title and a language."""
    document = Document(str(written / "namnd.docx"))
    styles = [p.style.name for p in document.paragraphs if p.style and p.style.name]
    assert styles[0] == "Title"
    assert styles.count("Heading 2") == 6
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Tabell ")
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("Stapeldiagram över antal ej verkställda beslut")
    assert "tredje kvartalet 2025 7" in picture._inline.docPr.get("descr")
    assert document.core_properties.title == "Ej verkställda beslut, tredje kvartalet 2025"
    assert document.core_properties.language == "sv-SE"


def test_the_municipalitys_template_is_used(folder: Path, tmp_path: Path) -> None:
    template = Document()
    template.sections[0].header.paragraphs[0].text = "Socialnämnden i Provköping"
    template.add_paragraph("Tjänsteskrivelse")
    template.add_paragraph("{{ej_verkstallda}}")
    template.add_paragraph("Förslag till beslut")
    template.save(str(tmp_path / "mall.docx"))
    ej_verkstallda.write(folder, tmp_path / "mall.docx")
    document = Document(str(folder / "namnd.docx"))
    texts = [p.text for p in document.paragraphs]
    assert document.sections[0].header.paragraphs[0].text == "Socialnämnden i Provköping"
    assert texts[0] == "Tjänsteskrivelse"
    assert texts[-1] == "Förslag till beslut"
    assert "{{ej_verkstallda}}" not in texts
    assert "Ej verkställda beslut, tredje kvartalet 2025" in texts
    assert len(document.tables) == 4


def test_what_is_no_template_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mall.docx").write_text("inte Word", encoding="utf-8")
    with pytest.raises(ValueError, match="inte ett Word-dokument"):
        ej_verkstallda.write(folder, tmp_path / "mall.docx")


def test_documents_of_a_frozen_round_are_marked(tmp_path: Path) -> None:
    folder = omgang.write(tmp_path / "o", ar_fryst=True, fryst_tid="2025-10-20 09:00:00", fryst_av="Åsa")
    ej_verkstallda.write(folder)
    assert (folder / SENT).exists()
    assert "Som skickad: fryst 2025-10-20 av Åsa" in words(folder / "namnd.docx")


def test_an_empty_round_is_told_too(tmp_path: Path) -> None:
    folder = omgang.write(tmp_path / "tom", [])
    ej_verkstallda.write(folder)
    assert "Inget ska skickas till IVO" in " ".join(
        str(v) for row in cells(folder / "ivo.xlsx", "Läs mig") for v in row if v
    )
    assert "Ingen enhet har något att rapportera." in words(folder / "namnd.docx")


def test_only_the_owner_reads_them(written: Path) -> None:
    files = [p for p in written.iterdir() if p.suffix in {".xlsx", ".docx", ".csv"}]
    assert len(files) == 5
    assert {p.stat().st_mode & 0o077 for p in files} == {0}
