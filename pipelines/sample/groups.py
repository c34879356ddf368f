"""The groups of placements: how many, how long, what they cost. Figures near those of a real municipality."""

from dataclasses import dataclass
from datetime import date

from pipelines.sample.world import FIRST, Steps


@dataclass(frozen=True)
class Group:
    """Placements that cost about the same; of children unless something else is said."""

    name: str
    kostnadsgrupp: str
    arsplatser: float
    """Beds that are filled on an ordinary day."""
    stay: int
    """Mean length in days."""
    price: float
    """Kronor a day in 2020, before fees and grants."""
    verksamhet: str
    """Account of the cost."""
    forms: tuple[tuple[str, str, int], ...]
    """(placeringsform, regi, weight)"""
    ages: tuple[int, int]
    malgrupp: str = "barn"
    enhet: str = "placering_barn"
    follows: str = "barn_skydd_stod"
    """Type of the investigations that the placements follow on."""
    invoiced: bool = True
    """One invoice row per placement and month; otherwise the month's cost is booked as one sum."""
    lagrumsgrupp: str | None = None
    """Where the plan tells one law from another."""
    yearly_price: bool = False
    """The price changes at the turn of each year, also of stays that go on."""
    sex: str | None = None


ADULTS = (21, 70)

FAMILJEHEM = Group(
    name="familjehem",
    kostnadsgrupp="familjehem",
    arsplatser=103,
    stay=620,
    price=1145,
    verksamhet="557100",
    forms=(("familjehem", "egen", 35), ("jourhem", "egen", 50), ("natverkshem", "egen", 15)),
    ages=(0, 16),
    invoiced=False,
    yearly_price=True,
)
INSTITUTION_SOL = Group(
    name="institution_sol",
    lagrumsgrupp="sol",
    kostnadsgrupp="institution",
    arsplatser=6.0,
    stay=150,
    price=3430,
    verksamhet="554100",
    forms=(("hvb", "privat", 85), ("hvb", "kommun", 15)),
    ages=(12, 17),
)
INSTITUTION_LVU = Group(
    name="institution_lvu",
    lagrumsgrupp="lvu",
    kostnadsgrupp="institution",
    arsplatser=15.4,
    stay=200,
    price=5150,
    verksamhet="554200",
    forms=(("hvb", "privat", 70), ("sis", "sis", 30)),
    ages=(13, 17),
)
VARDNADSOVERFLYTTAD = Group(
    name="vardnadsoverflyttad",
    kostnadsgrupp="vardnadsoverflyttad",
    arsplatser=33,
    stay=2000,
    price=541,
    verksamhet="557110",
    forms=(("vardnadsoverflyttad", "egen", 1),),
    ages=(5, 16),
    invoiced=False,
    yearly_price=True,
)
STODBOENDE = Group(
    name="stodboende",
    kostnadsgrupp="stodboende",
    arsplatser=6,
    stay=250,
    price=1240,
    verksamhet="554400",
    forms=(("stodboende", "privat", 6), ("stodboende", "egen", 4)),
    ages=(16, 19),
)
KONSULENTSTOTT = Group(
    name="konsulentstott_familjehem",
    kostnadsgrupp="konsulentstott_familjehem",
    arsplatser=8,
    stay=300,
    price=2150,
    verksamhet="557200",
    forms=(("konsulentstott_familjehem", "privat", 1),),
    ages=(3, 16),
)
GROUPS: tuple[Group, ...] = (
    FAMILJEHEM,
    INSTITUTION_SOL,
    INSTITUTION_LVU,
    VARDNADSOVERFLYTTAD,
    STODBOENDE,
    KONSULENTSTOTT,
    Group(
        name="boende_egen",
        enhet="socialpsykiatri",
        follows="socialpsykiatri",
        ages=ADULTS,
        kostnadsgrupp="boende",
        malgrupp="vuxen_psykisk_funktionsnedsattning",
        arsplatser=58.5,
        stay=1500,
        price=1810,
        verksamhet="556100",
        forms=(("bostad_sarskild_service", "egen", 7), ("traningslagenhet", "egen", 3)),
        invoiced=False,
        yearly_price=True,
    ),
    Group(
        name="boende_annan",
        enhet="socialpsykiatri",
        follows="socialpsykiatri",
        ages=ADULTS,
        kostnadsgrupp="boende",
        malgrupp="vuxen_psykisk_funktionsnedsattning",
        arsplatser=38.5,
        stay=900,
        price=1990,
        verksamhet="556200",
        forms=(("bostad_sarskild_service", "privat", 8), ("traningslagenhet", "privat", 2)),
        yearly_price=True,
    ),
    Group(
        name="skyddat_boende",
        enhet="relationsvald",
        follows="vald",
        ages=ADULTS,
        kostnadsgrupp="skyddat_boende",
        malgrupp="vuxen_vald",
        arsplatser=10,
        stay=60,
        price=1310,
        verksamhet="559100",
        forms=(("skyddat_boende", "privat", 9), ("skyddat_boende", "kommun", 1)),
        sex="kvinna",
    ),
    Group(
        name="institution_beroende",
        lagrumsgrupp="sol",
        enhet="vuxen_beroende",
        follows="missbruk",
        ages=ADULTS,
        kostnadsgrupp="institution",
        malgrupp="vuxen_beroende",
        arsplatser=50,
        stay=95,
        price=1240,
        verksamhet="552100",
        forms=(("hvb", "privat", 85), ("hvb", "egen", 15)),
    ),
    Group(
        name="institution_lvm",
        lagrumsgrupp="lvm",
        enhet="vuxen_beroende",
        follows="missbruk",
        ages=ADULTS,
        kostnadsgrupp="institution",
        malgrupp="vuxen_beroende",
        arsplatser=5.8,
        stay=125,
        price=3730,
        verksamhet="552200",
        forms=(("lvm_hem", "sis", 1),),
    ),
    Group(
        name="familjehem_vuxna",
        enhet="vuxen_beroende",
        follows="missbruk",
        ages=ADULTS,
        kostnadsgrupp="familjehem",
        malgrupp="vuxen_beroende",
        arsplatser=2,
        stay=250,
        price=1365,
        verksamhet="553100",
        forms=(("familjehem", "privat", 1),),
    ),
    Group(
        name="boende_utan_tillstand",
        enhet="vuxen_beroende",
        follows="missbruk",
        ages=ADULTS,
        kostnadsgrupp="boende_utan_tillstand",
        malgrupp="vuxen_beroende",
        arsplatser=18,
        stay=180,
        price=765,
        verksamhet="558100",
        forms=(("boende_utan_tillstand", "privat", 1),),
    ),
)
CUSTODY_FROM = date(2020, 1, 1)
"""Before this day children whose custody had been transferred were kept among the foster homes."""

NEWCOMERS = ((FIRST, 25), (date(2019, 1, 1), 9), (date(2021, 1, 1), 3))
"""Beds for unaccompanied children, from a day on."""

SIS_FEES = Steps(
    (date(2016, 1, 1), 6400),
    (date(2018, 1, 1), 6900),
    (date(2019, 1, 1), 7200),
    (date(2020, 1, 1), 7500),
    (date(2020, 7, 1), 3750),  # half price for half a year
    (date(2021, 1, 1), 8600),
    (date(2022, 1, 1), 9000),
    (date(2023, 1, 1), 9600),
    (date(2024, 1, 1), 10200),
    (date(2025, 1, 1), 10950),
    (date(2026, 1, 1), 11200),
)
