"""What placements come to: Volymer och nyckeltal in the printed layout, with why the cost deviates and what
to say of it; and Kostnadsutveckling placeringar.

For everybody from the published tables, for the board from ``restricted/<kommun>/volymer/``: one report, two
sources. In Excel, Word and HTML.
"""

from pathlib import Path

from pipelines.reports.volymer import excel, page, word
from pipelines.reports.volymer.claims import check
from pipelines.reports.volymer.development import Development
from pipelines.reports.volymer.document import Document
from pipelines.reports.volymer.figures import Source
from pipelines.reports.volymer.report import Report

__all__ = [
    "Development",
    "Report",
    "Source",
    "check",
    "write",
    "write_development",
    "write_published",
    "write_restricted",
]


def write(document: Document, folder: Path, template: Path | None = None) -> list[Path]:
    """Write the document in each form into ``folder``; returns the files.

    ``template`` is the municipality's own .docx; the text stands where it has ``{{volymer}}`` or
    ``{{kostnadsutveckling}}``, else last. Raises ValueError for a template that is no Word document.
    """
    return [
        word.write(document, folder / f"{document.name}.docx", template),
        excel.write(document, folder / f"{document.name}.xlsx"),
        page.write(document, folder / f"{document.name}.html"),
    ]


def write_published(
    published: Path, kommun: str, period: str | None = None, template: Path | None = None
) -> list[Path]:
    """Write Volymer och nyckeltal into ``reports/<kommun>/`` of a release: of ``period``, or of the newest
    year and delår. Raises KeyError when the municipality or the period has no figures.
    """
    folder = published / "reports" / kommun
    folder.mkdir(parents=True, exist_ok=True)
    files = _write(Source.published(published, kommun), folder, period, template)
    for file in files:
        file.chmod(0o644)  # for everybody, unlike the board's
    return files


def write_restricted(folder: Path, period: str | None = None, template: Path | None = None) -> list[Path]:
    """Write the same for the board beside its rows in ``folder`` (see ``publish.write_volumes``). Raises
    KeyError when the period has no figures, FileNotFoundError when there are no rows.
    """
    return _write(Source.restricted(folder), folder, period, template)


def write_development(folder: Path, year: str | None = None, template: Path | None = None) -> list[Path]:
    """Write Kostnadsutveckling placeringar of ``year``, or of the newest, beside its rows in ``folder``.
    Raises KeyError when the ledger has no such year, ValueError when it is no year.
    """
    if year and not (year.isdigit() and len(year) == 4):
        raise ValueError(f"{year} är inget år (2025)")
    of = Development.of(Source.restricted(folder), int(year) if year else None)
    return write(of.document, folder, template)


def _write(source: Source, folder: Path, period: str | None, template: Path | None) -> list[Path]:
    written = []
    for each in [period] if period else source.newest():
        written += write(Report.of(source, each).document, folder, template)
    return written
