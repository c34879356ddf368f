"""Every clock of a subject, its due day and its outcome: the semantics of the engine in plain Python."""

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from frist_orakel import giltig_forlangning, rulla
from frist_regelbok import REGLER, Regel

Handelse = tuple[str, date | None]
"""An event's code and its day; None when it happened on an unknown day."""

Forlangning = tuple[date, date | None]
"""The day an extension was decided, and the new due day."""

DAGAR_I_MANAD = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MANADER = {"manad": 1, "ar": 12}
DAGAR = {"dag": 1, "vecka": 7}


@dataclass(frozen=True, kw_only=True, slots=True)
class Subjekt:
    kommun: str
    subjekt_typ: str
    subjekt_nyckel: str
    typ: str = "okand"
    malgrupp: str = "okand"
    beslut: str = "inget"
    lagrum_id: str = "okand"
    lagrumsgrupp: str = "okand"
    ar_overvagande: str = "nej"
    gynnande: str = "nej"
    handelser: frozenset[str] = frozenset()
    fodelsedatum: date | None = None
    satt_frist: date | None = None
    lage_per: date

    @property
    def vuxen(self) -> str:
        """Is the target group any of the adult ones?"""
        return "ja" if self.malgrupp.startswith("vuxen") else "nej"


@dataclass(frozen=True, slots=True)
class Klocka:
    regel_id: str
    tillfalle: int
    konvention: str
    start: date
    frist: date
    forlangd_till: date | None
    stopp: date | None
    upphord: date | None
    utfall: str
    version: int


@dataclass(frozen=True, slots=True)
class Lopp:
    """A clock before any due day: from its start to its stop, to its lapse, or still running."""

    nummer: int
    start: date
    stopp: date | None
    upphord: date | None
    forsta: bool = True
    """The first of a run, with the first length."""
    bedombar: bool = True


def lagg_till(start: date, langd: int, enhet: str) -> date:
    """As ``frist_orakel.lagg_till``, without the cost of relativedelta; ``langd`` may be negative."""
    if enhet in DAGAR:
        return start + timedelta(days=langd * DAGAR[enhet])
    ar, manad = divmod(start.year * 12 + start.month - 1 + langd * MANADER[enhet], 12)
    sista = DAGAR_I_MANAD[manad] + (manad == 1 and isleap(ar))
    return date(ar, manad + 1, min(start.day, sista))


def galler(regel: Regel, subjekt: Subjekt) -> bool:
    """Does the rule concern the subject, whatever its age?"""
    return (regel.kraver is None or regel.kraver in subjekt.handelser) and all(
        getattr(subjekt, falt) in varden for falt, varden in regel.villkor
    )


Dagar = dict[str, set[date]]


def _dagar(koder: Iterable[str], dagar: Dagar) -> list[date]:
    return sorted({dag for kod in koder if kod in dagar for dag in dagar[kod]})


def _fran(dagar: Iterable[date], start: date) -> date | None:
    return next((dag for dag in dagar if dag >= start), None)


def _engangs(regel: Regel, dagar: Dagar, utan_dag: set[str]) -> Iterator[Lopp]:
    """A clock for every distinct start day; all stops of a rule compete, the first to happen wins.

    One that cannot be judged has neither stop nor lapse.
    """
    stopp = sorted((dag, nr) for nr, kod in enumerate(regel.stopp) for dag in dagar.get(kod, ()))
    okand = min((nr for nr, kod in enumerate(regel.stopp) if kod in utan_dag), default=None)
    upphor = _dagar(regel.upphor, dagar)
    for nummer, start in enumerate(_dagar(regel.start, dagar), 1):
        traff = next((s for s in stopp if s[0] >= start), None)
        tidigt = nummer == 1 and bool(stopp) and stopp[0][0] < start
        if tidigt and regel.tidig == "uppfylld":
            traff = stopp[0]
        upphord = _fran(upphor, start)
        if traff is not None and (upphord is None or traff[0] <= upphord):
            upphord = None
        elif upphord is not None:
            traff = None
        kand = okand is None or (traff is not None and traff[1] < okand)
        if not kand or (tidigt and regel.tidig == "omojlig"):
            yield Lopp(nummer, start, None, None, bedombar=False)
        else:
            yield Lopp(nummer, start, None if traff is None else traff[0], upphord)


def _aterkommande(regel: Regel, dagar: Dagar) -> Iterator[Lopp]:
    """The occurrences of all runs: each review stops one and starts the next."""
    stopp, upphor = _dagar(regel.stopp, dagar), _dagar(regel.upphor, dagar)
    nummer, slut = 0, date.min
    for start in _dagar(regel.start, dagar):
        if start <= slut:
            continue
        upphord = _fran(upphor, start)
        slut = upphord or date.max
        fran, forsta = start, True
        for dag in (d for d in stopp if start <= d <= slut):
            nummer += 1
            yield Lopp(nummer, fran, dag, None, forsta)
            fran, forsta = dag, False
        nummer += 1
        yield Lopp(nummer, fran, None, upphord, forsta)


def _frist(regel: Regel, lopp: Lopp) -> tuple[int, date] | None:
    """The number of the version that governs the clock, and its nominal due day.

    None when the clock is older than the rule, and the rule did not come for older clocks too.
    """
    forsta = regel.versioner[0]
    if lopp.start < forsta.fran and not forsta.tar_pagaende:
        return None
    nummer, frist = 0, None
    for nr, version in enumerate(regel.versioner, 1):
        ny = lagg_till(lopp.start, *(version.forsta if lopp.forsta else version.darefter))
        if version.fran <= lopp.start:
            nummer, frist = nr, ny
        elif (
            version.tar_pagaende
            and (frist is None or frist >= version.fran)
            and (lopp.stopp or date.max) >= version.fran
            and (lopp.upphord or date.max) >= version.fran
        ):
            nummer, frist = nr, max(ny, version.fran)
    return None if frist is None else (nummer, frist)


def undantagen(regel: Regel, subjekt: Subjekt, start: date) -> bool:
    """Exempt by decision, or too old on the start day.

    Born on 29 February, one is a year older on the 28th in a year without that day.
    """
    if subjekt.beslut in regel.undantar:
        return True
    if regel.under is None or subjekt.fodelsedatum is None:
        return False
    return start >= lagg_till(subjekt.fodelsedatum, regel.under, "ar")


def _utfall(regel: Regel, lopp: Lopp, frist: date, forlangd_till: date | None, lage_per: date) -> str:
    if not lopp.bedombar:
        return "ej_bedombar"
    if regel.slag == "rapportering":
        if (lopp.stopp or lage_per) > frist:
            return "rapporteringspliktig"
        return "ej_rapporteringspliktig" if lopp.stopp else "vantar"
    yttersta = forlangd_till or frist
    if lopp.stopp is None and lopp.upphord is not None:
        return "upphord" if lopp.upphord <= yttersta else "for_sent"
    i_tid, forlangd, over = (
        ("i_tid", "i_tid_efter_forlangning", "for_sent")
        if lopp.stopp
        else ("pagaende", "pagaende_inom_forlangning", "pagaende_over_frist")
    )
    dag = lopp.stopp or lage_per
    return i_tid if dag <= frist else forlangd if dag <= yttersta else over


REGLER_FOR: dict[str, list[Regel]] = defaultdict(list)
for _r in REGLER:
    REGLER_FOR[_r.subjekt_typ].append(_r)


def _regelns_klockor(
    regel: Regel,
    subjekt: Subjekt,
    lopp: Iterable[Lopp],
    forlangningar: Sequence[tuple[date, date]],
    helgdagar: set[date],
) -> Iterator[Klocka]:
    for ett in lopp:
        styrande = _frist(regel, ett)
        if styrande is None:
            continue
        version, nominell = styrande
        satt = subjekt.satt_frist if regel.satts else None
        for konvention in regel.konventioner:
            if satt is not None:
                frist = satt
            elif konvention == "LAG_RULLAD":
                frist = rulla(nominell, helgdagar)
            elif konvention == "DAGAR_120":
                frist = ett.start + timedelta(days=120)
            else:
                frist = nominell
            forlangd_till = giltig_forlangning(frist, forlangningar) if regel.forlangs else None
            yield Klocka(
                regel.id,
                ett.nummer,
                konvention,
                ett.start,
                frist,
                forlangd_till,
                ett.stopp,
                ett.upphord,
                "undantagen"
                if undantagen(regel, subjekt, ett.start)
                else _utfall(regel, ett, frist, forlangd_till, subjekt.lage_per),
                version,
            )


def klockor(
    subjekt: Subjekt,
    handelser: Iterable[Handelse],
    forlangningar: Iterable[Forlangning],
    helgdagar: set[date],
) -> list[Klocka]:
    """All clocks of the subject, of all rules and under all conventions.

    ``handelser`` and ``forlangningar`` hold only what is known on ``subjekt.lage_per``.
    """
    dagar: Dagar = defaultdict(set)
    utan_dag: set[str] = set()
    for kod, dag in handelser:
        if dag is None:
            utan_dag.add(kod)
        else:
            dagar[kod].add(dag)
    nya = [(beslutad, ny) for beslutad, ny in forlangningar if ny is not None]
    funna: list[Klocka] = []
    for regel in REGLER_FOR.get(subjekt.subjekt_typ, ()):
        if not galler(regel, subjekt):
            continue
        aterkommer = regel.slag == "aterkommande"
        lopp = _aterkommande(regel, dagar) if aterkommer else _engangs(regel, dagar, utan_dag)
        funna.extend(_regelns_klockor(regel, subjekt, lopp, nya, helgdagar))
    return funna
