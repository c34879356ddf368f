"""The report in Word: tables, pictures and sentences, in the municipality's own template if any."""

from pathlib import Path

from pipelines.reports.volymer import chart
from pipelines.reports.volymer.report import Report, Table
from pipelines.reports.wordfile import WordFile

WIDTH = 16.6
"""Of the text on an A4 page, in cm."""


def write(report: Report, target: Path, template: Path | None = None) -> Path:
    """Write the document. Raises ValueError for a template that is no Word document."""
    source = report.source
    file = WordFile(report.title, source.lage_per, template, report="volymer")
    file.heading(report.title, 1 if file.has_template else 0)
    file.paragraph(f"{source.kommun_namn}. Läge per {source.lage_per}.")
    tables = [report.volumes, report.costs]
    for nr, table in enumerate(tables, 1):
        _table(file, table, nr)
    if report.outside:
        file.paragraph(report.outside)
    for picture, words in chart.pictures(report):
        file.picture(chart.png(picture), words)
    file.heading("Analys", 2)
    for name, texts in report.text:
        file.heading(name, 3)
        for text in texts:
            file.paragraph(text)
    if report.deviations:
        file.heading("Varför kostnaden avviker", 2)
    for nr, table in enumerate(report.deviations, 1 + len(tables)):
        _table(file, table, nr)
    file.heading("Förklaring", 2)
    file.bullets([f"{what}: {text}" for what, text in report.explanations])
    file.footer(report.footer)
    return file.save(target)


def _table(file: WordFile, table: Table, nr: int) -> None:
    rows: list[list[str]] = []
    sections = []
    for name, lines in table.sections:
        sections.append(len(rows))
        rows.append([name, *[""] * (len(table.headings) - 1)])
        rows += [table.texts(line) for line in lines]
    # As wide as the longest word of the heading, and as a number of six figures.
    widths = [0.45 + 0.16 * max(7, *map(len, heading.split())) for heading in table.headings[1:]]
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
