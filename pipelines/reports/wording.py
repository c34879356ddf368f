"""Swedish words for the codes of the published layer. A code without a word is shown as it is."""

import re

PERIOD_TYPES = {
    "ar": "År",
    "halvar": "Halvår",
    "delar": "Delår",
    "tertial": "Tertial",
    "kvartal": "Kvartal",
    "rullande_12": "Rullande tolv månader",
    "manad": "Månad",
}
"""From the longest period to the shortest: the order in which they are shown."""

BREAKDOWNS = {
    "total": "Totalt",
    "kon": "Kön",
    "aldersgrupp": "Åldersgrupp",
    "enhet": "Enhet",
    "enhet_nu": "Enhet i dagens organisation",
    "insatstyp": "Insatstyp",
    "insats": "Insats",
    "vantetidsband": "Väntetid",
    "volymgrupp": "Volymgrupp",
    "typ": "Typ",
    "placeringsform": "Placeringsform",
    "kostnadsgrupp": "Kostnadsgrupp",
    "malgrupp": "Målgrupp",
    "regi": "Regi",
    "lagrum": "Lagrum",
    "orsak": "Orsak",
}

STATUSES = {
    "ok": "Värde",
    "rojandeskyddad": "Röjandeskyddad",
    "ej_producerbar": "Ej producerbar",
    "saknas": "Underlag saknas",
    "for_tidigt": "För tidigt att mäta",
}

STATUS_EXPLANATIONS = {
    "rojandeskyddad": "Röjandeskyddad: värdet bygger på så få att någon kan kännas igen, "
    "eller kan användas för att räkna fram ett sådant värde. Det är inte noll.",
    "ej_producerbar": "Ej producerbar: underlaget levereras inte.",
    "saknas": "Underlag saknas för perioden, eller så finns inget att dela med.",
    "for_tidigt": "För tidigt att mäta: utfallet kan ännu inte iakttas.",
}

CONVENTIONS = {
    "LAG": "LAG: fristen räknad kalendariskt enligt 1 § lagen (1930:173) om beräkning av lagstadgad tid",
    "LAG_RULLAD": "LAG_RULLAD: som LAG, men en frist som slutar på en helgdag, lördag eller afton "
    "flyttas till nästa vardag (2 § samma lag)",
    "DAGAR_120": "DAGAR_120: fristen räknad som 120 dagar, inte fyra månader",
}

NO_CONVENTION = "Ingen (ingen frist räknas)"

DIRECTIONS = {
    "upp": "Högre värde är bättre",
    "ned": "Lägre värde är bättre",
    "ingen": "Ingen riktning är bättre",
}

STATISTICS = {
    "antal": "Antal",
    "andel": "Andel",
    "summa": "Summa",
    "medel": "Medelvärde",
    "median": "Median",
    "p90": "90:e percentilen",
    "kvot": "Kvot",
    "index": "Index",
}

COLLECTED = {
    "system": "Verksamhetssystemets uttag",
    "manuell": "Räknat för hand",
    "enkat": "Enkät",
    "extern": "Annan källa",
}
"""How a figure is collected (insamling)."""

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]


def convention(code: str | None) -> str:
    """What a convention code means, in words."""
    return NO_CONVENTION if code is None else CONVENTIONS.get(code, code)


def convention_note(code: str | None) -> str:
    """The short form that stands by every figure."""
    return "Ingen frist räknas" if code is None else f"Konvention: {code}"


def breakdown(code: str) -> str:
    return BREAKDOWNS.get(code, code.replace("_", " ").capitalize())


def period(code: str) -> str:
    """``2025-10`` is "oktober 2025", ``2025-K3`` "kvartal 3 2025", ``2025-10-R12`` "tolv månader t.o.m. ...".

    Raises ValueError for text that is no period of design.md section 4.
    """
    year, kind, figures, rolling = _parts(code)
    if kind:
        name = {"K": "kvartal", "T": "tertial", "D": "delår", "H": "halvår"}[kind]
        return f"{name} {figures} {year}"
    if not figures:
        return year
    month = f"{MONTHS[int(figures) - 1]} {year}"
    return f"tolv månader t.o.m. {month}" if rolling else month


def short_period(code: str) -> str:
    """The form for a chart axis: "okt 25", "K3 25", "2025"."""
    year, kind, figures, _ = _parts(code)
    if not figures:
        return year
    return f"{kind + figures if kind else MONTHS[int(figures) - 1][:3]} {year[2:]}"


def _parts(code: str) -> tuple[str, str, str, str]:
    found = re.fullmatch(r"(\d{4})(?:-([KTDH])?(\d{1,2})(-R12)?)?", code)
    if not found:
        raise ValueError(f"not a period: {code!r}")
    year, kind, figures, rolling = found.groups(default="")
    return year, kind, figures, rolling


def suppression(threshold: int) -> str:
    """The sentence about the threshold: counts from 1 up to ``threshold`` less one are not shown."""
    if threshold < 2:
        return "Inga antal är för små för att visas."
    shown = "Antalet 1 visas inte" if threshold == 2 else f"Antal 1–{threshold - 1} visas inte"
    return f"{shown}, och inte heller andelar och medelvärden som bygger på dem."
