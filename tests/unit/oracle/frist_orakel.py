"""A second opinion on legal deadlines, read from the law text and not from our SQL.

Plain Python on dates: nothing from ``pipelines``, no database. The SQL engine must agree with it. Every date
given is known at ``lage_per``: what a delivery could not yet know must be left out by the caller.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

Forlangning = tuple[date, date]
"""An extension: the day it was decided and the new due date."""

Tillfalle = tuple[int, date, date | None, str]
"""One occurrence of a recurring duty: number, due date, stop date if any, utfall."""

ENHET = {
    "dag": relativedelta(days=1),
    "vecka": relativedelta(weeks=1),
    "manad": relativedelta(months=1),
    "ar": relativedelta(years=1),
}


def lagg_till(start: date, langd: int, enhet: str) -> date:
    """The last day of a period that starts at ``start`` (lag 1930:173 1 §).

    ``enhet`` is dag, vecka, manad or ar. The day of receipt is day 0. Weeks, months and years end on the day
    of the same name or number; a month without such a day ends the period on its own last day.
    Raises KeyError for another unit.
    """
    return start + langd * ENHET[enhet]


def rulla(d: date, helgdagar: set[date]) -> date:
    """``d``, or the next weekday when it is a Saturday, a Sunday or in ``helgdagar`` (1930:173 2 §).

    ``helgdagar`` holds the public holidays and the three eves (midsommarafton, julafton, nyårsafton).
    """
    while d.weekday() >= 5 or d in helgdagar:
        d += timedelta(days=1)
    return d


def giltig_forlangning(frist: date, forlangningar: Iterable[Forlangning]) -> date | None:
    """The due date after all valid extensions; None when there is none.

    An extension is valid if it was decided on or before the due date then in force and moves it later.
    """
    gallande = frist
    for beslutsdatum, ny_frist in sorted(forlangningar):
        if beslutsdatum <= gallande < ny_frist:
            gallande = ny_frist
    return gallande if gallande > frist else None


def _ej_bedombar(start: date | None, stopp: date | None) -> bool:
    return start is None or (stopp is not None and stopp < start)


def utfall_lag(
    start: date | None,
    frist: date | None,
    forlangningar: Iterable[Forlangning],
    stopp: date | None,
    lage_per: date,
) -> tuple[str, date | None]:
    """Outcome of one clock of kind lag, and the due date after valid extensions (None without any).

    ``frist`` may be None only when ``start`` is. A clock without start, or stopped before it started, is
    ej_bedombar.
    """
    if _ej_bedombar(start, stopp) or frist is None:
        return "ej_bedombar", None
    forlangd_till = giltig_forlangning(frist, forlangningar)
    dag = lage_per if stopp is None else stopp
    i_tid, efter_forlangning, over = (
        ("pagaende", "pagaende_inom_forlangning", "pagaende_over_frist")
        if stopp is None
        else ("i_tid", "i_tid_efter_forlangning", "for_sent")
    )
    if dag <= frist:
        return i_tid, forlangd_till
    if forlangd_till is not None and dag <= forlangd_till:
        return efter_forlangning, forlangd_till
    return over, forlangd_till


def utfall_rapportering(start: date | None, frist: date | None, stopp: date | None, lage_per: date) -> str:
    """Outcome of one clock of kind rapportering: has the decision been unexecuted past ``frist``?

    Three months is when delay must be reported, not a time allowed; hence no i_tid here.
    """
    if _ej_bedombar(start, stopp) or frist is None:
        return "ej_bedombar"
    if stopp is not None and stopp <= frist:
        return "ej_rapporteringspliktig"
    if stopp is None and lage_per <= frist:
        return "vantar"
    return "rapporteringspliktig"


def aterkommande(
    start: date, slut: date | None, overvaganden: Iterable[date], manader: int, lage_per: date
) -> list[Tillfalle]:
    """The occurrences of a duty that returns every ``manader`` months while care lasts.

    Each review stops the open occurrence and starts the next one on its own day, so an early review moves the
    following due date and an overdue one is late once. Reviews outside [start, slut] are ignored; two reviews
    on one day are one. The last occurrence has no stop: upphord if care ended by its due date, for_sent if
    care ended after it, else pagaende or pagaende_over_frist. Care that ends before it starts gives one
    occurrence, ej_bedombar.
    """
    frist = lagg_till(start, manader, "manad")
    if _ej_bedombar(start, slut):
        return [(1, frist, None, "ej_bedombar")]
    tillfallen: list[Tillfalle] = []
    gjorda = sorted({d for d in overvaganden if start <= d and (slut is None or d <= slut)})
    for d in gjorda:
        tillfallen.append((len(tillfallen) + 1, frist, d, "i_tid" if d <= frist else "for_sent"))
        frist = lagg_till(d, manader, "manad")
    if slut is not None:
        utfall = "upphord" if slut <= frist else "for_sent"
    else:
        utfall = "pagaende" if lage_per <= frist else "pagaende_over_frist"
    return [*tillfallen, (len(tillfallen) + 1, frist, None, utfall)]
