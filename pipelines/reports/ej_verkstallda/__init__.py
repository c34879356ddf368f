"""The quarter's documents of unexecuted decisions: SoL 34:1–4 (16:6 f–i in the act of 2001), LSS 28 f–i.

From the restricted rows of a round: the report to IVO, the auditors' list and the board's document, in
``restricted/<kommun>/ej_verkstallda/<kvartal>/``. From the published statistics: the council's report. Text
and tables come from the same rows; :mod:`claims` checks a document that somebody has edited since.
"""

from pathlib import Path

from pipelines.reports.ej_verkstallda import board, council, lists
from pipelines.reports.ej_verkstallda.claims import Claim, Contradiction, check
from pipelines.reports.ej_verkstallda.round import Round

__all__ = ["SENT", "Claim", "Contradiction", "Round", "check", "council", "write", "write_early_list"]

SENT = "SKICKAD"
"""An empty file beside documents that were written after the round was frozen: no night writes them again."""

write_early_list = lists.write_early_list


def write(folder: Path, template: Path | None = None) -> list[Path]:
    """Write every document of the round in ``folder`` (see ``publish.write_round``); returns the files.

    ``template`` is the municipality's own .docx: its styles, header and footer are used, and the text stands
    where it has the paragraph ``{{ej_verkstallda}}``, else last.
    """
    this = Round.read(folder)
    written = [
        *lists.write_ivo(this, folder),
        lists.write_auditors(this, folder),
        board.write(this, folder / "namnd.docx", template),
        board.write(this, folder / "namnd_offentlig.docx", template, public=True),
    ]
    if this.meta["ar_fryst"]:
        (folder / SENT).touch(mode=0o600)
    else:
        (folder / SENT).unlink(missing_ok=True)
    return written
