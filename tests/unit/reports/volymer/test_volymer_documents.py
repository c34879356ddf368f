"""The files: the same printed numbers in each form, and everybody can read them."""

import re
import stat
import zipfile
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
import underlag
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from pipelines.reports.volymer import Report, write

NUMBER = re.compile(r"[+\u2212]?\d[\d\u00a0]*")


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.of(underlag.botkyrka(), "2021-D2")


@pytest.fixture(scope="module")
def folder(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("volymer")
    write(report.document, made)
    return made


def expected(report: Report) -> list[list[list[str]]]:
    """Every table's rows as printed, headings of sections left out."""
    tables = [report.volumes, report.costs, *report.deviations]
    return [[table.texts(line) for line in table.lines] for table in tables]


def test_three_forms_for_the_owner_only(folder: Path) -> None:
    files = sorted(folder.iterdir())
    assert [f.name for f in files] == [f"volymer_2021-D2.{kind}" for kind in ("docx", "html", "xlsx")]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}


def test_word_has_the_tables_the_sentences_and_the_footer(folder: Path, report: Report) -> None:
    document = Document(str(folder / "volymer_2021-D2.docx"))
    found = [
        [[cell.text for cell in row.cells] for row in table.rows if len({c._tc for c in row.cells}) > 1][1:]
        for table in document.tables
    ]
    assert found == expected(report)
    texts = [p.text for p in document.paragraphs]
    for name, sentences in report.text:
        assert [name, *sentences] == texts[texts.index(name) :][: 1 + len(sentences)]
    assert "Nämndens underlag" in document.sections[0].footer.paragraphs[0].text
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in document.tables)
    pictures = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(pictures) == 3
    assert all(p.startswith("Stapeldiagram") and "Värdena står i tabellen" in p for p in pictures)


def test_word_stands_where_the_template_wants_it(report: Report, tmp_path: Path) -> None:
    template = Document()
    for text in ("Före", "{{volymer}}", "Efter"):
        template.add_paragraph(text)
    template.save(str(tmp_path / "mall.docx"))
    write(report.document, tmp_path, tmp_path / "mall.docx")
    texts = [p.text for p in Document(str(tmp_path / "volymer_2021-D2.docx")).paragraphs]
    assert (texts[0], texts[1], texts[-1]) == ("Före", report.title, "Efter")
    assert report.source.footer in texts


def test_excel_has_numbers_that_round_to_the_printed_ones(folder: Path, report: Report) -> None:
    book = load_workbook(folder / "volymer_2021-D2.xlsx")
    assert book.sheetnames == ["Volymer", "Nyckeltal", "Avvikelse", "Analys", "Förklaring", "Data"]
    for name, table in (("Volymer", report.volumes), ("Nyckeltal", report.costs)):
        rows = {r[0]: r[1:] for r in book[name].iter_rows(min_row=5, values_only=True) if r[0]}
        for line in table.lines:
            for figure, value in zip(line.figures, rows[line.heading], strict=True):
                if figure.printed is None:
                    assert value == figure.words
                else:
                    assert value == float(figure.exact or 0)
                    assert (
                        f"{figure.printed:f}"
                        == f"{Decimal(str(value)).quantize(Decimal(1), 'ROUND_HALF_UP'):f}"
                    )


def test_excel_has_a_native_chart_for_each_target_group(folder: Path, report: Report) -> None:
    with zipfile.ZipFile(folder / "volymer_2021-D2.xlsx") as file:
        charts = [n for n in file.namelist() if n.startswith("xl/charts/chart")]
        sheets = [n for n in file.namelist() if n.startswith("xl/worksheets/sheet")]
        # Insatser and aid are in units of their own.
        assert [name for name, _ in report.volumes.sections][4:] == ["Ekonomiskt bistånd"]
        assert len(charts) == 2 * 4
        for sheet in sheets:
            text = file.read(sheet).decode()
            assert 'orientation="landscape"' in text
            assert 'paperSize="9"' in text
        drawing = file.read("xl/drawings/drawing1.xml").decode()
        assert drawing.count('descr="Diagram: Volymer, ') == 4


def test_excel_has_every_cell_unrounded(folder: Path) -> None:
    head, *rows = load_workbook(folder / "volymer_2021-D2.xlsx")["Data"].iter_rows(values_only=True)
    values = [r["varde"] for r in underlag.botkyrka().indicators]
    assert len(rows) == 5 * len(underlag.PLACEMENTS) + len(values)
    told = [row[head.index("Värde")] for row in rows if row[head.index("Indikator")]]
    assert sorted(told) == sorted(map(float, values))
    at = {name: n for n, name in enumerate(head)}
    first = rows[0]
    assert (first[at["Serie"]], first[at["Period"]], first[at["Årsplatser"]]) == ("utfall", "2020-D2", 7.49)


class _Page(HTMLParser):
    """Tables as they are read, and what the page asks of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("td", "th"):
            self.tables[-1][-1][-1] += data


def test_the_page_says_the_same_and_asks_for_nothing(folder: Path, report: Report) -> None:
    text = (folder / "volymer_2021-D2.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert [[row for row in table[1:] if len(row) > 1] for table in page.tables] == expected(report)
    addresses = [
        v for _, attrs in page.tags for k, v in attrs.items() if k in ("href", "src", "xlink:href") and v
    ]
    assert set(addresses) <= {"data:,"}
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert dict(page.tags)["html"] == {"lang": "sv"}
    heads = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert set(heads) == {"col", "row", "rowgroup"}
    assert sum(tag == "caption" for tag, _ in page.tags) == len(page.tables)
    labels = [attrs["aria-label"] for tag, attrs in page.tags if tag == "figure"]
    assert len(labels) == 3
    for _, sentences in report.text:
        assert all(sentence in text for sentence in sentences)


def test_names_with_signs_are_written_as_they_are(tmp_path: Path) -> None:
    row = underlag.row("a", rad_volym="HVB <&> hem, årsplatser", rad_kostnad="HVB <&> hem")
    report = Report.of(underlag.source([row]), "2021-D2")
    write(report.document, tmp_path)
    text = (tmp_path / "volymer_2021-D2.html").read_text(encoding="utf-8")
    assert "HVB &lt;&amp;&gt; hem, årsplatser" in text
    assert "HVB <&>" not in text


def test_the_same_rows_give_the_same_workbook(report: Report, folder: Path, tmp_path: Path) -> None:
    write(report.document, tmp_path)
    name = "volymer_2021-D2.xlsx"
    assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_protected_report_has_no_hidden_number_anywhere(tmp_path: Path) -> None:
    """The picture and the data sheet too."""
    hidden = {"vard_dygn": None, "arsplatser": None, "arsplaceringar": None, "nettokostnad_kr": None,
              "nettokostnad_exkl_statsbidrag_kr": None, "kostnad_per_arsplacering_kr": None,
              "kostnad_per_arsplacering_exkl_statsbidrag_kr": None, "dygnskostnad_kr": None}  # fmt: skip
    rows = [underlag.row("a", status="rojandeskyddad", **hidden), underlag.row("b")]
    report = Report.of(underlag.source(rows, troskel=5), "2021-D2")
    write(report.document, tmp_path)
    _, *data = load_workbook(tmp_path / "volymer_2021-D2.xlsx")["Data"].iter_rows(values_only=True)
    [mine] = [r for r in data if "a, årsplatser" in r]
    assert not [value for value in mine if isinstance(value, int | float)]
    assert "Antal 1–4 visas inte" in report.source.footer
