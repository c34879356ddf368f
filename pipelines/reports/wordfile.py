"""A Word document that everybody can read: real headings, header rows that repeat, alt texts, Swedish as
language.

With a template the municipality's own styles, header and footer are used; without one, a plain A4 page.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

INK = RGBColor(0x1D, 0x2A, 0x30)
SHADE = "F1EEE6"
TABLE_STYLES = ("Table Grid", "Tabellrutnät")


class WordFile:
    """One document in the making. Text is added in order; :meth:`save` puts it where the template wants
    it.
    """

    def __init__(
        self, title: str, lage_per: date, template: Path | None = None, *, report: str = "ej_verkstallda"
    ) -> None:
        """``report`` is the paragraph of the template, in double braces, where the text is put. Raises
        ValueError when the template is not a Word document.
        """
        try:
            self.doc: DocumentType = Document(str(template) if template else None)
        except (PackageNotFoundError, ValueError, KeyError) as error:
            raise ValueError(f"{template} finns inte, eller är inte ett Word-dokument (.docx)") from error
        self.has_template = template is not None
        self.place = f"{{{{{report}}}}}"
        self._before = list(self.doc.element.body)
        if not template:
            self._plain_page()
        properties = self.doc.core_properties
        properties.title, properties.language = title, "sv-SE"
        properties.created = properties.modified = datetime.combine(lage_per, datetime.min.time())
        properties.author = properties.last_modified_by = properties.comments = ""

    def heading(self, text: str, level: int = 1) -> None:
        """A real heading, of the template's own style."""
        style = self._style("Title" if level == 0 else f"Heading {level}")
        self.doc.add_paragraph(text, style=style)

    def paragraph(self, text: str, *, style: str | None = None) -> None:
        self.doc.add_paragraph(text, style=self._style(style) if style else None)

    def bullets(self, texts: Sequence[str]) -> None:
        for text in texts:
            style = self._style("List Bullet")
            self.doc.add_paragraph(text if style else f"• {text}", style=style)

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        title: str,
        widths: Sequence[float],
        right: Sequence[int] = (),
        sections: Sequence[int] = (),
    ) -> None:
        """A table with a header row that repeats on each page and ``title`` as its alt text.

        ``widths`` in cm; ``right`` are the columns with numbers; ``sections`` the rows whose only text is the
        heading of those below.
        """
        caption = self.doc.add_paragraph(title, style=self._style("Caption"))
        caption.paragraph_format.keep_with_next = True
        table = self.doc.add_table(rows=1, cols=len(headings))
        table.autofit = False
        known = {style.name for style in self.doc.styles}
        table.style = next((name for name in TABLE_STYLES if name in known), None)
        properties = table._tbl.tblPr
        for tag, text in (
            ("w:tblCaption", title),
            ("w:tblDescription", f"Tabell med {len(rows)} rader. {title}"),
        ):
            element = OxmlElement(tag)
            element.set(qn("w:val"), text)
            properties.append(element)
        if not self.has_template:
            properties.append(_thin_borders())
        _row(table.rows[0], headings, right, bold=True)
        _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        for nr, texts in enumerate(rows):
            _row(table.add_row(), texts, right, bold=nr in sections)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
        for nr in sections:
            cells = table.rows[nr + 1].cells
            cells[0].merge(cells[-1])
            cells[0].paragraphs[0].paragraph_format.keep_with_next = True
            for extra in cells[0].paragraphs[1:]:
                extra._p.getparent().remove(extra._p)
        self.doc.add_paragraph()

    def picture(self, png: bytes, alt: str, width: float = 16.0) -> None:
        """A picture with a text for those who do not see it; ``width`` in cm."""
        shape = self.doc.add_picture(BytesIO(png), width=Cm(width))
        shape._inline.docPr.set("descr", alt)
        shape._inline.docPr.set("title", "Diagram")

    def footer(self, text: str) -> None:
        """What stands on every page; a template keeps its own footer, and has the text last."""
        if self.has_template:
            self.paragraph(text)
        else:
            paragraph = self.doc.sections[0].footer.paragraphs[0]
            paragraph.add_run(text).font.size = Pt(8)

    def save(self, target: Path) -> Path:
        """Write the file in one step, for its owner only."""
        place = next((p for p in self.doc.paragraphs if p.text.strip() == self.place), None)
        if place is not None:
            known = {id(element) for element in self._before}
            made = [e for e in self.doc.element.body if id(e) not in known and not e.tag.endswith("}sectPr")]
            for element in made:
                place._p.addprevious(element)
            place._p.getparent().remove(place._p)
        draft = target.with_suffix(".part")
        draft.touch(mode=0o600)
        with draft.open("wb") as f:
            self.doc.save(f)
        return draft.replace(target)

    def _style(self, name: str) -> ParagraphStyle | None:
        """The style if the document has it: a template need not."""
        found = (style for style in self.doc.styles if style.name == name)
        return next((style for style in found if isinstance(style, ParagraphStyle)), None)

    def _plain_page(self) -> None:
        section = self.doc.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2.0)
        for style in ("Normal", "Title", "Heading 1", "Heading 2", "Caption", "List Bullet"):
            font = self.doc.styles[style].font
            font.name, font.color.rgb = "Calibri", INK
            fonts = self.doc.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{attribute}"), None)
            fonts.set(qn("w:hAnsi"), "Calibri")
        for style, size in (
            ("Normal", 10.5),
            ("Title", 22),
            ("Heading 1", 15),
            ("Heading 2", 12),
            ("Caption", 9.5),
        ):
            self.doc.styles[style].font.size = Pt(size)
        self.doc.styles["Normal"].element.get_or_add_rPr().append(_language())


def _row(row: Any, texts: Sequence[str], right: Sequence[int], *, bold: bool = False) -> None:
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(9), bold
        if place in right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if bold:
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
                shade.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(deepcopy(shade))


def _mark(properties: Any, tag: str) -> None:
    properties.append(OxmlElement(tag))


def _thin_borders() -> Any:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C9C5BB")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    return borders


def _language() -> Any:
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "sv-SE")
    return element
