"""The deadline rules as Python rows, written from the statutes and not from our seeds.

A rule says what starts, stops and ends a clock and whom it concerns; a version says which section holds from
which day, and how long the time is. A version with ``tar_pagaende`` also takes the clocks that are running on
its first day. A row begins with "id slag subjekt_typ start stopp [upphor]"; "a|b" is one of a and b, for
events as for the fields that a condition looks at.
"""

from dataclasses import dataclass
from datetime import date

Tid = tuple[int, str]
"""A length and its unit: dag, vecka, manad or ar."""


@dataclass(frozen=True)
class Version:
    lag: str
    fran: date
    forsta: Tid
    darefter: Tid
    """The length after the first occurrence of a recurring rule; else the same."""
    tar_pagaende: bool = False


@dataclass(frozen=True)
class Regel:
    id: str
    slag: str
    subjekt_typ: str
    start: tuple[str, ...]
    stopp: tuple[str, ...]
    """In the order in which they happen."""
    upphor: tuple[str, ...]
    tidig: str
    """What a stop before the first start means: omojlig, uppfylld or ignoreras."""
    villkor: tuple[tuple[str, frozenset[str]], ...]
    kraver: str | None
    """An event that the subject must have in its extract."""
    under: int | None
    """Concerns those who are younger than this on the start day."""
    undantar: frozenset[str]
    """Decisions that exempt the subject."""
    forlangs: bool
    satts: bool
    """A court may set the due day."""
    versioner: tuple[Version, ...]
    konventioner: tuple[str, ...]


SOL2001, SOL2025 = date(2002, 1, 1), date(2025, 7, 1)
FORHANDSBEDOMNING = date(2013, 1, 1)  # lag 2012:776, also follow-up without consent and emergency homes
ADOPTION = date(2018, 9, 1)  # lag 2018:1281
BARNETS_BASTA = date(2022, 7, 1)  # lag 2022:664 and 2022:665
LVU, LVM, LSS, FB, FL = (
    date(1990, 7, 1),
    date(1989, 1, 1),
    date(1994, 1, 1),
    date(1950, 1, 1),
    date(2018, 7, 1),
)
UTRESE, LSB, ANMALARE = date(2020, 7, 1), date(2024, 4, 1), date(2026, 1, 1)
BOTKYRKA_2014, BOTKYRKA_2021, HARNOSAND = date(2014, 1, 1), date(2021, 1, 1), date(2025, 10, 20)
OCH_SAMPELSTAD = "0127|9901"
"""Botkyrka, and the invented municipality."""

EN_VECKA, TVA_VECKOR, FYRA_VECKOR = (1, "vecka"), (2, "vecka"), (4, "vecka")
TVA_MANADER, TRE_MANADER, FYRA_MANADER, SEX_MANADER = (2, "manad"), (3, "manad"), (4, "manad"), (6, "manad")
ETT_AR, TVA_AR, TRE_AR = (1, "ar"), (2, "ar"), (3, "ar")

EJ_RULLADE = {"LVM_UNDERST", "LVM_RATT"}  # LVM 15 and 17 §§: the very next day, the fourth day
EJ_LSS = "sol|lvu|lvm|lsb|annat|okand"


def _delad(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _v(lag: str, fran: date, forsta: Tid, darefter: Tid | None = None, tar_pagaende: bool = False) -> Version:
    return Version(lag, fran, forsta, darefter or forsta, tar_pagaende)


def _sol(gamla: str, nya: str, tid: Tid, fran: date = SOL2001) -> tuple[Version, Version]:
    """The same time under SoL 2001:453 and, from 2025-07-01, under SoL 2025:400."""
    return _v(f"SoL 2001 {gamla}", fran, tid), _v(f"SoL 2025 {nya}", SOL2025, tid)


def _regel(
    rad: str,
    *versioner: Version,
    tidig: str = "omojlig",
    kraver: str | None = None,
    under: int | None = None,
    undantar: str = "",
    forlangs: bool = False,
    satts: bool = False,
    **villkor: str,
) -> Regel:
    id_, slag, subjekt_typ, start, stopp, *upphor = rad.split()
    lokal = slag == "lokal" or "kommun" in villkor
    rullad = slag in {"lag", "aterkommande"} and not lokal and id_ not in EJ_RULLADE
    return Regel(
        id=id_,
        slag=slag,
        subjekt_typ=subjekt_typ,
        start=_delad(start),
        stopp=_delad(stopp),
        upphor=_delad("".join(upphor)),
        tidig=tidig,
        villkor=tuple((falt, frozenset(_delad(varden))) for falt, varden in villkor.items()),
        kraver=kraver,
        under=under,
        undantar=frozenset(_delad(undantar)),
        forlangs=forlangs,
        satts=satts,
        versioner=versioner,
        konventioner=("LAG", *["LAG_RULLAD"] * rullad, *["DAGAR_120"] * (id_ == "UTR_BARN")),
    )


UPPF_SLUT = "uppfoljning_avslutad|person.utredning_inledd"
UPPF = (
    _v("SoL 2001 11:4 c", FORHANDSBEDOMNING, TVA_MANADER),
    _v("SoL 2025 23:5", SOL2025, SEX_MANADER, tar_pagaende=True),
)
EV_SOL = _sol("16:6 f", "34:1", TRE_MANADER, date(2006, 7, 1))
EV_LSS = _v("LSS 28 f §", date(2008, 7, 1), TRE_MANADER)

REGLER: tuple[Regel, ...] = (
    # Reports of concern, and other first contacts
    _regel(
        "FORHAND lag aktualisering inkommen beslut",
        *_sol("11:1 a", "20:2", (14, "dag"), FORHANDSBEDOMNING),
        undantar="tillfors_utredning|tillfors_insats",
        forlangs=True,
        typ="anmalan",
        malgrupp="barn|okand",
    ),
    _regel(
        "ANM_SVAR lag aktualisering beslut aterkopplad",
        _v("SoL 2025 19:6, lag 2025:1501", ANMALARE, EN_VECKA),
        tidig="uppfylld",
        kraver="aterkoppling_begard",
        typ="anmalan",
        malgrupp="barn|okand",
    ),
    _regel(  # "genast": the same day, or the day after a late report (prop. 2012/13:10 s. 60)
        "SKYDD lokal aktualisering inkommen skyddsbedomning beslut",
        *_sol("11:1 a", "20:1", (1, "dag"), FORHANDSBEDOMNING),
        typ="anmalan",
        malgrupp="barn|okand",
    ),
    _regel(
        "SAMTAL lokal aktualisering samarbetssamtal_begart samarbetssamtal_hallet",
        _v("HSLF-FS 2017:51", date(2017, 12, 1), (14, "dag")),
    ),
    _regel(
        "LOK_BUDGET_4V lokal aktualisering radgivning_begard forsta_besok",
        _v("Botkyrka", BOTKYRKA_2014, FYRA_VECKOR),
        kommun="0127",
    ),
    _regel(
        "LOK_SYNPUNKT_10 lokal aktualisering synpunkt_inkommen synpunkt_besvarad",
        _v("Botkyrka", BOTKYRKA_2021, (10, "dag")),
        kommun="0127",
    ),
    # Investigations
    _regel(
        "UTR_BARN lag utredning inledd slutford",
        *_sol("11:2", "20:3", FYRA_MANADER),
        under=18,
        forlangs=True,
        typ="barn_skydd_stod",
    ),
    _regel(
        "FAMRATT_VBU lag utredning inledd slutford",
        _v("FB 6:19", FB, FYRA_MANADER),
        forlangs=True,
        satts=True,
        typ="vardnad_boende_umgange",
    ),
    _regel(
        "FADERSKAP lag utredning person.fodelse slutford",
        _v("FB 2:8", FB, ETT_AR),
        tidig="uppfylld",
        forlangs=True,
        typ="faderskap",
    ),
    _regel(
        "FL12_SVAR lag utredning avgorande_begart avgorande_provat|slutford",
        _v("FL 12 §", FL, FYRA_VECKOR),
        tidig="ignoreras",
    ),
    _regel(
        f"UPPF_BARN maxtid utredning slutford {UPPF_SLUT}",
        *UPPF,
        tidig="ignoreras",
        kraver="uppfoljning_inledd",
        under=18,
        typ="barn_skydd_stod",
    ),
    *(
        _regel(
            f"{id_} lokal utredning {start} slutford",
            _v("Botkyrka", fran, (dagar, "dag")),
            kommun=kommun,
            typ=typ,
        )
        for id_, start, fran, dagar, kommun, typ in (
            ("LOK_UTR_BARN_120", "inledd", BOTKYRKA_2021, 120, "0127", "barn_skydd_stod"),
            ("LOK_BEROENDE_60", "inledd", BOTKYRKA_2014, 60, OCH_SAMPELSTAD, "missbruk"),
            ("LOK_SOCPSYK_60", "inledd", BOTKYRKA_2014, 60, OCH_SAMPELSTAD, "socialpsykiatri"),
            ("LOK_EKB_30", "forsta_besok", BOTKYRKA_2014, 30, "0127", "ekonomi"),
        )
    ),
    # Care: unbroken, under one legal basis
    _regel(
        "OV_SOL aterkommande vard start overvagande slut",
        *_sol("6:8", "22:13", SEX_MANADER),
        under=18,
        lagrumsgrupp="sol|okand",
        malgrupp="barn",
        ar_overvagande="ja",
    ),
    _regel(
        "OV_LVU2 aterkommande vard start overvagande slut",
        _v("LVU 13 § 1 st.", LVU, SEX_MANADER),
        under=21,
        lagrum_id="LVU-2",
    ),
    _regel(
        "OMPR_LVU3 aterkommande vard start omprovning slut",
        _v("LVU 13 § 2 st.", LVU, SEX_MANADER),
        under=21,
        lagrum_id="LVU-3",
    ),
    _regel(
        "OV_LSB aterkommande vard start overvagande slut",
        _v("LSB 5:3", LSB, SEX_MANADER, tar_pagaende=True),
        under=18,
        lagrumsgrupp="lsb",
    ),
    _regel(
        "VARDPLAN lag vardtid start vardplan_reviderad slut",
        *_sol("11:3", "9:12", TVA_AR),
        tidig="ignoreras",
        under=18,
        malgrupp="barn",
        ar_overvagande="ja",
    ),
    _regel(
        f"LVU_UPPF maxtid vard uppfoljning_inledd {UPPF_SLUT}",
        _v("LVU 21 c §", BARNETS_BASTA, SEX_MANADER),
        tidig="ignoreras",
        under=18,
        lagrumsgrupp="lvu",
    ),
    _regel(
        f"UPPF_PLAC maxtid vardtid slut {UPPF_SLUT}",
        *UPPF,
        tidig="ignoreras",
        kraver="uppfoljning_inledd",
        under=18,
        lagrumsgrupp="sol|lsb",
        malgrupp="barn",
    ),
    _regel("LVM_MAX maxtid vard start slut", _v("LVM 20 §", LVM, SEX_MANADER), lagrumsgrupp="lvm"),
    # One and the same family home
    _regel(
        "OV_VARDNAD aterkommande hem start overvagande_vardnadsoverflyttning slut",
        _v("SoL 2001 6:8", SOL2001, TRE_AR, ETT_AR),
        _v("SoL 2001 6:8 b, LVU 13 c §", BARNETS_BASTA, TVA_AR, ETT_AR, tar_pagaende=True),
        _v("SoL 2025 22:14, LVU 13 c §", SOL2025, TVA_AR, ETT_AR),
        under=18,
        lagrumsgrupp="sol|lvu|okand",
        malgrupp="barn",
        typ="familjehem|natverkshem|konsulentstott_familjehem",
    ),
    # Placements
    _regel(
        "JOURHEM maxtid hem utredning.slutford slut",
        *_sol("6:6 3 st.", "22:4", TVA_MANADER, FORHANDSBEDOMNING),
        tidig="uppfylld",
        under=18,
        forlangs=True,
        typ="jourhem",
        malgrupp="barn",
    ),
    _regel(
        "LOK_OV_JOURHEM aterkommande hem start overvagande slut",
        _v("Botkyrka", BOTKYRKA_2021, FYRA_MANADER),
        under=18,
        kommun=OCH_SAMPELSTAD,
        typ="jourhem",
        malgrupp="barn",
    ),
    _regel(
        "LOK_DEL_VUXEN lokal placering start slut",
        _v("Härnösand, delegation", SOL2001, (30, "dag")),
        _v("Härnösand, delegation 2025-10-20", HARNOSAND, TVA_MANADER),
        kommun="2280",
        typ="hvb|familjehem",
        vuxen="ja",
    ),
    _regel(
        "LOK_DEL_BARN lokal placering start slut",
        _v("Härnösand, delegation 2025-10-20", HARNOSAND, FYRA_MANADER),
        kommun="2280",
        typ="hvb|familjehem",
        malgrupp="barn",
    ),
    # Adoption
    _regel(
        "ADOPT_SAMT lag beslut adoption_foreslagen adoption_samtycke upphord",
        *_sol("6:14", "24:5", TVA_VECKOR),
        tidig="uppfylld",
        forlangs=True,
    ),
    _regel(
        "ADOPT_KONTROLL lag beslut adoption_medgivande"
        " adoption_foreslagen|adoption_kontroll|barn_mottaget upphord",
        *_sol("6:13", "24:4", TVA_AR, ADOPTION),
        tidig="ignoreras",
    ),
    _regel(
        "ADOPT_MED maxtid beslut adoption_medgivande barn_mottaget upphord",
        *_sol("6:12 a", "24:3", TRE_AR, ADOPTION),
        tidig="ignoreras",
    ),
    # Decisions that must be considered again
    _regel(
        "OV_22 aterkommande beslut forebyggande_insats overvagande_forebyggande upphord|avslutad",
        _v("LVU 22 §", LVU, SEX_MANADER),
        under=21,
    ),
    _regel(
        "OV_FLYTT aterkommande beslut flyttningsforbud overvagande_flyttningsforbud upphord|avslutad",
        _v("LVU 26 §", LVU, TRE_MANADER),
        under=18,
    ),
    _regel(
        "OV_UMG aterkommande beslut umgangesbegransning overvagande_umgange upphord|avslutad",
        _v("LVU 14 § 3 st.", LVU, TRE_MANADER),
        under=21,
        lagrumsgrupp="lvu|okand",
    ),
    _regel(
        "OV_LSB_UMG aterkommande beslut umgangesbegransning overvagande_umgange upphord|avslutad",
        _v("LSB 5:6", LSB, SEX_MANADER),
        under=18,
        lagrumsgrupp="lsb",
    ),
    _regel(
        "OV_UTRESE aterkommande beslut utreseforbud overvagande_utreseforbud"
        " upphord|avslutad|person.fyller_18",
        _v("LVU 31 c §", UTRESE, SEX_MANADER),
        under=18,
    ),
    _regel(
        "LSS_PLAN aterkommande beslut individuell_plan plan_omprovad upphord|avslutad",
        _v("LSS 10 §", LSS, ETT_AR),
        lagrumsgrupp="lss",
    ),
    # LVU: taken into care, submitted to the court, applied for, begun
    _regel(
        "LVU_UNDERST lag beslut omhandertagen understalld upphord",
        _v("LVU 7 §", LVU, EN_VECKA),
        under=20,
        lagrum_id="LVU-6",
    ),
    _regel(
        "LVU_ANS lag beslut verkstalld ansokan_vard upphord",
        _v("LVU 8 §", LVU, FYRA_VECKOR),
        tidig="uppfylld",
        under=20,
        forlangs=True,
        lagrum_id="LVU-6",
    ),
    _regel(
        "LVU_START maxtid beslut laga_kraft verkstalld upphord",
        _v("LVU 5 §", LVU, FYRA_VECKOR),
        tidig="uppfylld",
        under=21,
        lagrum_id="LVU-2|LVU-3",
    ),
    _regel(
        "LVU_TFF_UNDERST lag beslut tillfalligt_flyttningsforbud understalld upphord",
        _v("LVU 28 §, 7 §", LVU, EN_VECKA),
        under=18,
    ),
    _regel(
        "LVU_TFF_ANS lag beslut dom ansokan upphord",
        _v("LVU 29 §", LVU, TVA_VECKOR),
        tidig="uppfylld",
        kraver="tillfalligt_flyttningsforbud",
        under=18,
    ),
    _regel(
        "LVU_TUF_UNDERST lag beslut tillfalligt_utreseforbud understalld upphord",
        _v("LVU 31 e §", UTRESE, EN_VECKA),
        under=18,
    ),
    _regel(
        "LVU_TUF_ANS lag beslut dom ansokan upphord",
        _v("LVU 31 f §", UTRESE, FYRA_VECKOR),
        tidig="uppfylld",
        kraver="tillfalligt_utreseforbud",
        under=18,
        forlangs=True,
    ),
    # LSB: sheltered housing without the consent of one guardian
    _regel(
        "LSB_UNDERST lag beslut omedelbar_insats understalld upphord",
        _v("LSB 4:3", LSB, EN_VECKA),
        under=18,
    ),
    _regel(
        "LSB_ANS lag beslut verkstalld ansokan|ansokan_vard upphord",
        _v("LSB 4:6", LSB, (6, "vecka")),
        tidig="uppfylld",
        kraver="omedelbar_insats",
        under=18,
        forlangs=True,
    ),
    _regel(
        "LSB_START maxtid beslut laga_kraft verkstalld upphord",
        _v("LSB 3:4", LSB, FYRA_VECKOR),
        tidig="uppfylld",
        under=18,
        lagrum_id="LSB-3-1",
    ),
    # LVM
    _regel(
        "LVM_UNDERST lag beslut omhandertagen understalld upphord",
        _v("LVM 15 §", LVM, (1, "dag")),
        lagrum_id="LVM-13",
    ),
    _regel(
        "LVM_RATT lag beslut understalld dom upphord",
        _v("LVM 17 §", LVM, (4, "dag")),
        forlangs=True,
        lagrum_id="LVM-13",
    ),
    _regel(
        "LVM_ANS lag beslut dom ansokan_vard upphord",
        _v("LVM 18 §", LVM, EN_VECKA),
        tidig="uppfylld",
        lagrum_id="LVM-13",
    ),
    _regel(
        "LVM_START maxtid beslut laga_kraft verkstalld upphord",
        _v("LVM 12 §", LVM, FYRA_VECKOR),
        tidig="uppfylld",
        lagrum_id="LVM-4",
    ),
    # Other decisions
    _regel(
        "UNGTJ lag beslut laga_kraft verkstalld upphord",
        *_sol("5:1 b", "18:8", TVA_MANADER, date(2007, 1, 1)),
        tidig="uppfylld",
        forlangs=True,
        lagrum_id="SOL2001-5-1b|SOL2025-18-8",
    ),
    _regel(
        "OVERFLYTT lag beslut overflyttning_begard overflyttning_svar",
        *_sol("2 a:11", "29:11", (1, "manad"), date(2011, 5, 1)),
    ),
    _regel(
        "LEXS_UTR lokal beslut lexsarah_rapport lexsarah_beslut",
        _v("Botkyrka", BOTKYRKA_2021, TVA_MANADER),
        kommun="0127",
    ),
    _regel(
        "LOK_BEHANDLING_10 lokal beslut behandling_begard verkstalld avslutad",
        _v("Botkyrka", BOTKYRKA_2014, (10, "dag")),
        kommun="0127",
    ),
    # Decisions not executed: when it must be reported, and when the fee is time-barred
    *(
        _regel(rad, *versioner, gynnande="ja", lagrumsgrupp=grupper)
        for rad, versioner, grupper in (
            ("EV_RAPP rapportering beslut beslut verkstalld|avslutad", EV_SOL, EJ_LSS),
            ("EV_RAPP_LSS rapportering beslut beslut verkstalld|avslutad", (EV_LSS,), "lss"),
            ("EV_RAPP_AVBROTT rapportering beslut avbruten aterupptagen|avslutad", EV_SOL, EJ_LSS),
            ("EV_RAPP_LSS_AVBROTT rapportering beslut avbruten aterupptagen|avslutad", (EV_LSS,), "lss"),
        )
    ),
    _regel(
        "EV_PRESK maxtid beslut beslut|avbruten avgift_delgiven",
        *_sol("16:6 e", "34:10", TVA_AR, date(2006, 7, 1)),
        tidig="ignoreras",
        kraver="avgift_delgiven",
        gynnande="ja",
        lagrumsgrupp=EJ_LSS,
    ),
    _regel(
        "EV_PRESK_LSS maxtid beslut beslut|avbruten avgift_delgiven",
        _v("LSS 28 e §", date(2008, 7, 1), TVA_AR),
        tidig="ignoreras",
        kraver="avgift_delgiven",
        gynnande="ja",
        lagrumsgrupp="lss",
    ),
)
