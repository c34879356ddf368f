"""Volymer och nyckeltal in the printed layout, with why the cost deviates and what to say of it.

For everybody from the published tables, for the board from ``restricted/<kommun>/volymer/``: one report, two
sources. In Excel, Word and HTML.
"""

from pathlib import Path

from pipelines.reports.volymer import excel, page, word
from pipelines.reports.volymer.figures import Source
from pipelines.reports.volymer.report import Report

__all__ = ["Report", "Source", "write", "write_published", "write_restricted"]


def write(report: Report, folder: Path, template: Path | None = None) -> list[Path]:
    """Write ``volymer_<period>`` in each form into ``folder``; returns the files.

    ``template`` is the municipality's own .docx; the text stands where it has ``{{volymer}}``, else last.
    Raises ValueError for a template that is no Word document.
    """
    return [
        word.write(report, folder / f"{report.name}.docx", template),
        excel.write(report, folder / f"{report.name}.xlsx"),
        page.write(report, folder / f"{report.name}.html"),
    ]


def write_published(
    published: Path, kommun: str, period: str | None = None, template: Path | None = None
) -> list[Path]:
    """Write the report into ``reports/<kommun>/`` of a release: of ``period``, or of the newest year and
    delår. Raises KeyError when the municipality or the period has no figures.
    """
    folder = published / "reports" / kommun
    folder.mkdir(parents=True, exist_ok=True)
    return _write(Source.published(published, kommun), folder, period, template)


def write_restricted(folder: Path, period: str | None = None, template: Path | None = None) -> list[Path]:
    """Write the board's report beside its rows in ``folder`` (see ``publish.write_volumes``). Raises KeyError
    when the period has no figures, FileNotFoundError when there are no rows.
    """
    return _write(Source.restricted(folder), folder, period, template)


def _write(source: Source, folder: Path, period: str | None, template: Path | None) -> list[Path]:
    written = []
    for each in [period] if period else source.newest():
        written += write(Report.of(source, each), folder, template)
    return written
