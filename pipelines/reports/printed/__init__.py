"""Does a printed sentence follow from the printed table beside it? A linter for cost tables.

A printed number is rounded, so it stands for every number that would have been printed the same. A claim is
a sentence's number, or direction, beside an expression over cells of the table. The verdict says whether
the cells give just that number, whether they give it within rounding only, or whether no unrounded numbers
behind the table can. The same rule holds for anybody's table and for our own: :func:`check`.
"""

from pipelines.reports.printed import text
from pipelines.reports.printed.claims import Claim, Table, read_claims
from pipelines.reports.printed.verdict import Finding, Verdict, check

__all__ = ["Claim", "Finding", "Table", "Verdict", "check", "read_claims", "text"]
