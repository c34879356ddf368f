"""Documents and portal from the published layer, and lists of single cases from the restricted rows."""

from collections.abc import Callable
from pathlib import Path

from pipelines.reports import bevakning, portal, workbook
from pipelines.reports.published import Published


def write_all(published: Path, progress: Callable[[str], None]) -> list[Path]:
    """Write every report of a release into its folder: a workbook per municipality, and the portal.

    ``published`` is a release folder with ``indikatorer.duckdb``. ``progress`` is told each file, relative to
    it. Returns the written workbooks and ``portal/index.html``.
    """
    with Published(published) as source:
        kommuner = list(source.kommuner)
    written = []
    for kommun in kommuner:
        target = published / "reports" / kommun / f"indikatorer_{kommun}.xlsx"
        written.append(workbook.write(published, kommun, target))
        progress(str(target.relative_to(published)))
    # The portal comes last, since it links to the workbooks that exist.
    written.append(portal.write(published, published / "portal"))
    progress("portal/index.html")
    return written


def write_restricted(restricted: Path, progress: Callable[[str], None]) -> list[Path]:
    """Write the early list of every municipality that has rows in ``restricted``; returns the workbooks."""
    written = []
    for rows in sorted(restricted.glob("*/bevakning.parquet")):
        written.append(bevakning.write(rows))
        progress(str(written[-1].relative_to(restricted)))
    return written
