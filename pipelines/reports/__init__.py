"""Documents and portal from the published layer, and lists of single cases from the restricted rows."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipelines.reports import arenden, bevakning, ej_verkstallda, placeringar, portal, volymer, workbook
from pipelines.reports.published import Published


def write_all(published: Path, progress: Callable[[str], None]) -> list[Path]:
    """Write every report of a release into its folder: a workbook and the documents of each municipality, and
    the portal.

    ``published`` is a release folder with ``indikatorer.duckdb``. ``progress`` is told each file, relative to
    it. Returns the written files, ``portal/index.html`` last.
    """
    with Published(published) as source:
        kommuner = list(source.kommuner)
    written = []
    for kommun in kommuner:
        target = published / "reports" / kommun / f"indikatorer_{kommun}.xlsx"
        written.append(workbook.write(published, kommun, target))
        progress(str(target.relative_to(published)))
        with suppress(KeyError):  # no round of unexecuted decisions is over, or none is delivered
            for file in ej_verkstallda.council.write_all(published, kommun):
                written.append(file)
                progress(str(file.relative_to(published)))
        with suppress(KeyError):  # no placements or costs are delivered
            for file in volymer.write_published(published, kommun):
                written.append(file)
                progress(str(file.relative_to(published)))
    # The portal comes last, since it links to the workbooks that exist.
    written.append(portal.write(published, published / "portal"))
    progress("portal/index.html")
    return written


def write_restricted(restricted: Path, progress: Callable[[str], None]) -> list[Path]:
    """Write the documents that name single cases or hold small counts: the early lists of every municipality
    that has rows in ``restricted``, the month's placements and cases, those of its newest round of
    unexecuted decisions, and the board's of volumes and costs.

    What was written of a round after it was frozen stays as it is. Returns the files.
    """
    written = []
    for rows in sorted(restricted.glob("*/bevakning.parquet")):
        written.append(bevakning.write(rows))
        written.append(ej_verkstallda.write_early_list(rows.with_name("ej_verkstallda_bevakning.parquet")))
        if (month := rows.parent / "placeringar" / "manad.json").exists():
            written.append(placeringar.write(month.parent))
        if (month := rows.parent / "arenden" / "manad.json").exists():
            written += arenden.write(month.parent)
        rounds = sorted(rows.parent.glob("ej_verkstallda/*/omgang.json"))
        if rounds and not (rounds[-1].parent / ej_verkstallda.SENT).exists():
            written += ej_verkstallda.write(rounds[-1].parent)
    for rows in sorted(restricted.glob("*/volymer/underlag.json")):
        for write in (volymer.write_restricted, volymer.write_development):
            with suppress(KeyError):  # no period is over, or the ledger has no year
                written += write(rows.parent)
    for file in written:
        progress(str(file.relative_to(restricted)))
    return written
