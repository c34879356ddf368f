"""The report in Word: tables, pictures and sentences, in the municipality's own template if any."""

from pathlib import Path

from pipelines.reports.volymer import chart
from pipelines.reports.volymer.document import Document, Table
from pipelines.reports.wordfile import WordFile

WIDTH = 16.6
"""Of the text on an A4 page, in cm."""


def write(document: Document, target: Path, template: Path | None = None) -> Path:
    """Write the document. Raises ValueError for a template that is no Word document."""
    file = WordFile(document.title, document.lage_per, template, report=document.template_mark)
    file.heading(document.title, 1 if file.has_template else 0)
    file.paragraph(f"{document.kommun_namn}. Läge per {document.lage_per}.")
    for nr, (_, table) in enumerate(document.tables, 1):
        _table(file, table, nr)
    for note in document.notes:
        file.paragraph(note)
    for picture, words in document.pictures:
        file.picture(chart.png(picture), words)
    file.heading("Analys", 2)
    for name, texts in document.text:
        file.heading(name, 3)
        for text in texts:
            file.paragraph(text)
    if document.explaining:
        file.heading("Varför kostnaden avviker", 2)
    for nr, table in enumerate(document.explaining, 1 + len(document.tables)):
        _table(file, table, nr)
    file.heading("Förklaring", 2)
    file.bullets([f"{what}: {text}" for what, text in document.explanations])
    file.footer(document.footer)
    return file.save(target)


def _table(file: WordFile, table: Table, nr: int) -> None:
    rows: list[list[str]] = []
    sections = []
    for name, lines in table.sections:
        sections.append(len(rows))
        rows.append([name, *[""] * (len(table.headings) - 1)])
        rows += [table.texts(line) for line in lines]
    # As wide as the longest word of the heading, and as a number of six figures.
    widths = [0.45 + 0.175 * max(6, *map(len, heading.split())) for heading in table.headings[1:]]
    file.table(
        table.headings,
        rows,
        title=f"Tabell {nr}. {table.title} ({table.unit})",
        widths=[WIDTH - sum(widths), *widths],
        right=range(1, len(table.headings)),
        sections=sections,
    )
    for note in table.notes:
        file.paragraph(note)
