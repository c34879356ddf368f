"""Swedish words for what the deadline rules say in codes: shared by the explanation and by the rule page."""

from collections.abc import Mapping
from datetime import date

Codes = Mapping[tuple[str, str], str]
"""(code list, code) → Swedish name: the rows of seeds/koder.csv."""

KINDS = {
    "lag": "frist i lag",
    "aterkommande": "återkommande",
    "maxtid": "längsta tid",
    "rapportering": "rapportering",
    "lokal": "lokal eller rekommendation",
}
SUBJECTS = {
    "aktualisering": "Aktualisering",
    "utredning": "Utredning",
    "vard": "Vård",
    "vardtid": "Vårdtid",
    "hem": "Vistelse i familjehem eller jourhem",
    "placering": "Placering",
    "beslut": "Beslut",
}
WEEKDAYS = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]
NUMBERS = ["", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
ORDINALS = {3: "tredje", 4: "fjärde", 5: "femte", 6: "sjätte"}
UNITS = {
    "dag": ("en dag", "dagar"),
    "vecka": ("en vecka", "veckor"),
    "manad": ("en månad", "månader"),
    "ar": ("ett år", "år"),
}
EVENTS = {
    ("aktualisering", "inkommen"): "anmälan eller ansökan kom in",
    ("aktualisering", "skyddsbedomning"): "skyddsbedömning gjord",
    ("aktualisering", "beslut"): "beslut att inleda eller inte inleda utredning",
    ("utredning", "inledd"): "utredningen inledd",
    ("utredning", "slutford"): "utredningen slutförd",
    ("placering", "start"): "placeringen började",
    ("placering", "slut"): "placeringen slutade",
    ("vard", "start"): "vården började",
    ("vard", "slut"): "vården slutade",
    ("vardtid", "start"): "vården började",
    ("vardtid", "slut"): "vården slutade",
    ("hem", "start"): "vistelsen i hemmet började",
    ("hem", "slut"): "vistelsen i hemmet slutade",
    ("beslut", "beslut"): "beslutet fattat",
}
"""An event by what it happens to, where its code means different things or stands in no code list."""
OTHER_EVENTS = {
    "avslutad": "avslutad",
    "overvagande_forebyggande": "omprövning av förebyggande insats",
    "person.fodelse": "barnet föddes",
    "person.fyller_18": "den unge fyller 18 år",
    "person.utredning_inledd": "en ny utredning av barnet inledd",
    "utredning.slutford": "utredningen bakom placeringen slutförd",
}


def length(langd: int, enhet: str) -> str:
    """``(14, "dag")`` is "14 dagar", ``(1, "ar")`` "ett år"."""
    one, many = UNITS[enhet]
    return one if langd == 1 else f"{NUMBERS[langd] if langd < len(NUMBERS) else langd} {many}"


def every(langd: int, enhet: str) -> str:
    """``(6, "manad")`` is "var sjätte månad", ``(1, "ar")`` "varje år"."""
    unit = UNITS[enhet][0].split()[1]
    if langd == 1:
        return f"varje {unit}"
    return f"{'vart' if enhet == 'ar' else 'var'} {ORDINALS[langd]} {unit}"


def lengths(slag: str, langd_forsta: int | None, langd: int, enhet: str) -> str:
    """The length of a rule: "fyra månader", "var sjätte månad", "första gången två år, sedan varje år"."""
    if slag != "aterkommande":
        return length(langd, enhet)
    again = every(langd, enhet)
    return again if langd_forsta is None else f"första gången {length(langd_forsta, enhet)}, sedan {again}"


def days(number: int) -> str:
    return f"{number} {'dag' if number == 1 else 'dagar'}"


def event(subjekt_typ: str, code: str, codes: Codes) -> str:
    """An event in words, in lower case; the code itself where there are none."""
    found = EVENTS.get((subjekt_typ, code)) or OTHER_EVENTS.get(code) or codes.get(("handelse", code))
    review = codes.get(("overvagande_typ", code.removeprefix("overvagande_")), code)
    return small(found or review)


def evidence(mark: str, codes: Codes) -> str:
    """How sure a version is: "lagtexten är läst"."""
    return small(codes.get(("evidens", mark), mark))


def small(text: str) -> str:
    """Begin with a small letter, but not a name."""
    return text if text.startswith(("Kristi ", "Lex ")) else text[:1].lower() + text[1:]


def large(text: str) -> str:
    return text[:1].upper() + text[1:]


def section(lag_namn: str, sfs: str, kapitel: str | None, paragraf: str, punkt: str | None) -> str:
    """``Socialtjänstlagen (2025:400) 20 kap. 3 §``."""
    chapter = f"{kapitel} kap. " if kapitel else ""
    return f"{lag_namn} ({sfs}) {chapter}{paragraf} §{f' p. {punkt}' if punkt else ''}"


def free_day(day: date, holiday: str | None) -> str:
    """Why a day is no weekday: the name of the holiday or eve, else lördag or söndag."""
    return small(holiday) if holiday else WEEKDAYS[day.weekday()]


def clamp(start: date, reached: date) -> str:
    """Why a length ended on the last day of its month."""
    return f"{reached:%Y-%m} har ingen dag {start.day}: månadens sista dag gäller"


def ages(fran: int | None, under: int | None) -> str:
    """Whom the ages of a rule let in: "under 18 år vid starten"."""
    lowest = f"från {fran} år" if fran else ""
    highest = f"under {under} år" if under is not None else ""
    return f"{' och '.join(filter(None, (lowest, highest)))} vid starten"
