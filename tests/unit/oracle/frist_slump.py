"""Random cases for the deadline rules, with a taste for the days and the orders of events that are awkward.

Each case is made for one rule of the rule book; whatever other rules concern the subject have it too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from frist_klockor import REGLER_FOR, Forlangning, Handelse, Subjekt, lagg_till
from frist_orakel import rulla
from frist_regelbok import REGLER, Regel, Version

Fall = tuple[Subjekt, list[Handelse], list[Forlangning]]

FORSTA, SISTA = date(2010, 1, 1), date(2030, 12, 31)
EN_DAG = timedelta(days=1)
KOMMUNER = ("9901", "0127", "2280")
BRYTDAGAR = [date(2022, 7, 1), date(2024, 4, 1), date(2025, 7, 1), date(2026, 1, 1)]
MALGRUPPER = (
    "barn",
    "vuxen",
    "vuxen_beroende",
    "vuxen_psykisk_funktionsnedsattning",
    "vuxen_vald",
    "vuxen_annat",
    "okand",
)
FALTVARDEN: dict[str, tuple[str, ...]] = {
    "kommun": KOMMUNER,
    "typ": ("anmalan", "ansokan", "barn_skydd_stod", "faderskap", "jourhem", "familjehem", "hvb", "okand"),
    "malgrupp": MALGRUPPER,
    "lagrum_id": ("LVU-2", "LVU-3", "LVU-6", "LVM-4", "LVM-13", "SOL2025-11-1", "LSB-3-1", "okand"),
    "lagrumsgrupp": ("sol", "lvu", "lvm", "lsb", "lss", "annat", "okand"),
    "ar_overvagande": ("ja", "nej"),
    "gynnande": ("ja", "nej"),
}
BESLUT = ("inleds", "inleds_ej", "tillfors_utredning", "tillfors_insats", "inget")
NARA = (-1, 0, 0, 1)


def _chans(rng: Random, andel: float) -> bool:
    return rng.random() < andel


def _dagar(rng: Random, minst: int, mest: int) -> timedelta:
    return timedelta(days=rng.randint(minst, mest))


def _nara(rng: Random, dagar: Sequence[date]) -> date:
    """The day before, on or after one of ``dagar``."""
    return rng.choice(dagar) + timedelta(days=rng.choice(NARA))


def _tillbaka(dag: date, version: Version) -> date:
    """A start whose time ends on ``dag``, or near it in months of unequal length."""
    langd, enhet = version.forsta
    return lagg_till(dag, -langd, enhet)


def _fodd_skottdag(rng: Random, under: int) -> tuple[date, date]:
    """A birth on 29 February, and a start just by the birthday that is the age limit."""
    fodd = date(rng.choice([ar for ar in range(1988, 2012, 4) if FORSTA.year <= ar + under]), 2, 29)
    return fodd, _nara(rng, [lagg_till(fodd, under, "ar")])


def _start(rng: Random, regel: Regel, helgdagar: Sequence[date]) -> date:
    """A start day; before the rule is in force only now and then."""
    version = rng.choice(regel.versioner)
    forsta = max(FORSTA, regel.versioner[0].fran)
    tar_aldre = regel.versioner[0].tar_pagaende
    brytdagar = [v.fran for v in regel.versioner if v.fran > FORSTA] + BRYTDAGAR
    if tar_aldre and _chans(rng, 0.4):
        return forsta - _dagar(rng, 1, 500)
    valen = (
        lambda: forsta + _dagar(rng, 0, (SISTA - forsta).days),
        lambda: date(rng.randint(2010, 2030), rng.randint(1, 12), 1) - EN_DAG,
        lambda: date(rng.randint(2010, 2030), 3, 1) - _dagar(rng, 0, 2),
        lambda: rng.choice(brytdagar) + _dagar(rng, -2, 2),
        lambda: _nara(rng, [_tillbaka(rng.choice(brytdagar), version)]),
        lambda: _tillbaka(rng.choice(helgdagar), version),
        lambda: forsta - _dagar(rng, 1, 60),
    )
    for _ in range(5):
        dag = rng.choices(valen, (8, 2, 1, 2, 3, 4, 0.3))[0]()
        if FORSTA <= dag <= SISTA and (dag >= forsta or _chans(rng, 0.1)):
            return dag
    return valen[0]()


def _fodelsedag(rng: Random, regel: Regel, start: date) -> date | None:
    if _chans(rng, 0.08):
        return None
    under = regel.under or 18
    if _chans(rng, 0.15):
        return _nara(rng, [lagg_till(start, -under, "ar")])
    ar = rng.randint(under, under + 5) if _chans(rng, 0.07) else rng.randint(0, under - 4)
    return lagg_till(start, -ar, "ar") - _dagar(rng, 0, 300)


def _subjekt(rng: Random, regel: Regel, nyckel: str, fodelsedatum: date | None) -> Subjekt:
    """A subject that the rule concerns; one in twelve just does not, by one field."""
    villkor = {falt: sorted(varden) for falt, varden in regel.villkor}
    falt: dict[str, Any] = {n: rng.choice(villkor.get(n, varden)) for n, varden in FALTVARDEN.items()}
    if "vuxen" in villkor:
        falt["malgrupp"] = rng.choice([m for m in MALGRUPPER if m.startswith("vuxen")])
    egna = {kod for kod in (*regel.start, *regel.stopp, *regel.upphor) if "." not in kod and _chans(rng, 0.7)}
    if regel.kraver:
        egna.add(regel.kraver)
    if _chans(rng, 1 / 12):
        mojliga = [namn for namn in FALTVARDEN if namn in villkor] + ["handelser"] * bool(regel.kraver)
        fel = rng.choice(mojliga or ["typ"])
        if fel == "handelser":
            egna.discard(regel.kraver or "")
        else:
            falt[fel] = rng.choice(FALTVARDEN[fel])
    return Subjekt(
        **falt,
        subjekt_typ=regel.subjekt_typ,
        subjekt_nyckel=nyckel,
        beslut=rng.choices(BESLUT, (4, 4, 1, 1, 2))[0] if regel.subjekt_typ == "aktualisering" else "inget",
        handelser=frozenset(egna),
        fodelsedatum=fodelsedatum,
        lage_per=SISTA,
    )


def _forlangningar(rng: Random, frist: date) -> list[Forlangning]:
    """Extensions of a clock that is due on ``frist``."""
    ny = frist + _dagar(rng, 1, 90)
    i_tid: Forlangning = (frist - _dagar(rng, 0, 40), ny)
    valen: tuple[list[Forlangning], ...] = (
        [i_tid],
        [(frist, ny)],  # decided on the due day
        [(frist + _dagar(rng, 1, 5), ny)],  # late
        [(ny + _dagar(rng, -3, 0), ny + _dagar(rng, 1, 60)), i_tid],  # once more, on what the first gave
        [i_tid, (ny + _dagar(rng, 1, 3), ny + _dagar(rng, 5, 60))],  # once more, too late
        [i_tid, i_tid],
        [i_tid, (frist - _dagar(rng, 0, 40), frist + _dagar(rng, 1, 90))],
        [(frist - _dagar(rng, 0, 20), frist - _dagar(rng, 0, 20))],  # shortens
        [(frist - _dagar(rng, 0, 20), None)],
        [i_tid, (ny, None)],
    )
    return rng.choices(valen, (5, 3, 2, 2, 1, 0.5, 1, 1, 1, 1))[0]


def _marken(regel: Regel, start: date, satt: date | None, helgdagar: set[date]) -> list[date]:
    """The days on which the clock may be due, under all conventions and versions."""
    nominella = [lagg_till(start, *v.forsta) for v in regel.versioner]
    nominella += [v.fran for v in regel.versioner if v.tar_pagaende and v.fran >= start]
    rullade = [rulla(dag, helgdagar) for dag in nominella]
    kort = [start + timedelta(days=120)] if "DAGAR_120" in regel.konventioner else []
    return [*nominella, *rullade, *kort] + ([satt] if satt else [])


def _stopp(rng: Random, regel: Regel, start: date, marken: Sequence[date]) -> list[Handelse]:
    kod = rng.choice(regel.stopp)
    valen: tuple[Callable[[], list[Handelse]], ...] = (
        lambda: [],
        lambda: [(kod, _nara(rng, marken))],
        lambda: [(kod, start + _dagar(rng, 0, max(1, (marken[0] - start).days)))],
        lambda: [(kod, max(marken) + _dagar(rng, 2, 400))],
        lambda: [(kod, start)],
        lambda: [(kod, start - _dagar(rng, 1, 40))],
        lambda: [(kod, None)],
        lambda: [(k, _nara(rng, marken) if _chans(rng, 0.7) else None) for k in regel.stopp],
    )
    funna = rng.choices(valen, (6, 10, 3, 3, 1, 1.5, 0.7, 1.5))[0]()
    return funna + (_stopp(rng, regel, start, marken) if _chans(rng, 0.15) else [])


def _upphor(
    rng: Random, regel: Regel, start: date, marken: Sequence[date], stopp: Sequence[Handelse]
) -> list[Handelse]:
    if not regel.upphor or _chans(rng, 0.55):
        return []
    kod = rng.choice(regel.upphor)
    vid = [dag for _, dag in stopp if dag is not None]
    valen: tuple[Callable[[], date | None], ...] = (
        lambda: _nara(rng, marken),
        lambda: _nara(rng, vid or marken),
        lambda: rng.choice(vid or marken),  # the same day as the stop
        lambda: start - _dagar(rng, 0, 20),
        lambda: start,
        lambda: max(marken) + _dagar(rng, 2, 300),
        lambda: None,
    )
    return [(kod, rng.choices(valen, (5, 3, 2, 0.7, 0.5, 1, 0.5))[0]())]


def _engangs(rng: Random, regel: Regel, start: date, marken: Sequence[date]) -> list[Handelse]:
    """One clock, and sometimes more of them."""
    stopp = _stopp(rng, regel, start, marken)
    funna = [(rng.choice(regel.start), start), *stopp, *_upphor(rng, regel, start, marken, stopp)]
    if _chans(rng, 0.15):
        senare = rng.choice([start, start + EN_DAG, _nara(rng, marken), start + _dagar(rng, 1, 300)])
        flyttade = [dag + (senare - start) for dag in marken]
        funna += [(rng.choice(regel.start), senare)]
        funna += _stopp(rng, regel, senare, flyttade) if _chans(rng, 0.6) else []
    return funna


def _aterkommande(rng: Random, regel: Regel, start: date, marken: Sequence[date]) -> list[Handelse]:
    """A run of reviews, some of them outside it, and sometimes another run."""
    version = rng.choice(regel.versioner)
    funna: list[Handelse] = [(rng.choice(regel.start), start)]
    dag, vid = start, list(marken)
    for _ in range(rng.choices(range(6), (6, 4, 4, 2, 1, 1))[0]):
        langt = _dagar(rng, -40, 40) if _chans(rng, 0.4) else timedelta(days=rng.choice(NARA))
        dag = max(start, rng.choice([max(vid[-2:]), vid[-1]]) + langt) if _chans(rng, 0.95) else dag
        funna.append((rng.choice(regel.stopp), dag))
        vid = [dag, lagg_till(dag, *version.darefter)]
    if _chans(rng, 0.1):  # a review before care, or on a day that nobody knows
        funna.append((rng.choice(regel.stopp), rng.choice([start - _dagar(rng, 1, 100), None])))
    if _chans(rng, 0.1):  # a start that is no start, while the run lasts
        funna.append((rng.choice(regel.start), start + _dagar(rng, 0, 200)))
    if _chans(rng, 0.6):
        slut = max(start, rng.choice([_nara(rng, vid), rng.choice(vid), vid[-1] + _dagar(rng, -90, 90)]))
        funna.append((rng.choice(regel.upphor), slut if _chans(rng, 0.96) else None))
        if _chans(rng, 0.2):  # a review after it
            funna.append((rng.choice(regel.stopp), slut + _dagar(rng, 1, 60)))
        if _chans(rng, 0.25):
            funna += _aterkommande(rng, regel, slut + _dagar(rng, 0, 60), [lagg_till(slut, *version.forsta)])
    return funna


def _lage_per(rng: Random, start: date, dagar: Sequence[date]) -> date:
    """Late, near a day that matters, or anywhere."""
    valen = (
        lambda: SISTA,
        lambda: max(dagar) + _dagar(rng, 0, 60),
        lambda: _nara(rng, dagar),
        lambda: start + _dagar(rng, 0, max(1, (SISTA - start).days)),
    )
    return min(SISTA, max(start, rng.choices(valen, (2, 3, 4, 1))[0]()))


def _brus(rng: Random, regel: Regel, start: date) -> list[Handelse]:
    """An event of another rule for such subjects, or a start on a day that nobody knows."""
    if _chans(rng, 0.02):
        return [(rng.choice(regel.start), None)]
    annan = rng.choice(REGLER_FOR[regel.subjekt_typ])
    kod = rng.choice((*annan.start, *annan.stopp, *annan.upphor))
    return [(kod, start + _dagar(rng, -10, 120))] if _chans(rng, 0.1) else []


def _ett_fall(rng: Random, regel: Regel, nyckel: str, helgdagar: set[date], roda: Sequence[date]) -> Fall:
    start = _start(rng, regel, roda)
    fodelsedatum = _fodelsedag(rng, regel, start)
    if regel.under and _chans(rng, 0.05):
        fodelsedatum, start = _fodd_skottdag(rng, regel.under)
    if "person.fodelse" in regel.start and _chans(rng, 0.9):
        fodelsedatum = start
    subjekt = _subjekt(rng, regel, nyckel, fodelsedatum)
    satt = start + _dagar(rng, 20, 200) if _chans(rng, 0.5 if regel.satts else 0.02) else None
    marken = _marken(regel, start, satt, helgdagar)
    forlangningar: list[Forlangning] = []
    if _chans(rng, 0.5 if regel.forlangs else 0.05):
        forlangningar = _forlangningar(rng, satt or rng.choice(marken))
        marken += 3 * [ny for _, ny in forlangningar if ny is not None]
    if regel.slag == "aterkommande":
        handelser = _aterkommande(rng, regel, start, marken)
    else:
        handelser = _engangs(rng, regel, start, marken)
    if "person.fyller_18" in regel.upphor and fodelsedatum and _chans(rng, 0.5):
        handelser.append(("person.fyller_18", lagg_till(fodelsedatum, 18, "ar")))
    handelser += _brus(rng, regel, start)
    lage_per = _lage_per(rng, start, [*marken, *(dag for _, dag in handelser if dag is not None)])
    kanda = [(kod, dag) for kod, dag in handelser if dag is None or FORSTA <= dag <= lage_per]
    rng.shuffle(kanda)
    return (
        replace(subjekt, satt_frist=satt, lage_per=lage_per),
        kanda,
        [(beslutad, ny) for beslutad, ny in forlangningar if FORSTA <= beslutad <= lage_per],
    )


def fall(rng: Random, antal: int, helgdagar: set[date]) -> Iterator[Fall]:
    """``antal`` cases within 2010–2030, the rules in turn: subject, events, extensions."""
    roda = sorted(dag for dag in helgdagar if FORSTA < dag <= SISTA)
    for nummer in range(antal):
        yield _ett_fall(rng, REGLER[nummer % len(REGLER)], f"S{nummer:07d}", helgdagar, roda)
