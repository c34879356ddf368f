"""The rule book and its clocks against days worked by hand from the statutes.

An expected clock is written "number due[/extended] outcome", for the convention that the test names.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import frist_orakel
import pytest
from frist_klockor import Forlangning, Handelse, Klocka, Subjekt, galler, klockor, lagg_till
from frist_regelbok import REGLER, Regel
from frist_slump import fall

from pipelines.settings import SEEDS

with (SEEDS / "helgdagar.csv").open(encoding="utf-8", newline="") as f:
    HELGDAGAR = {date.fromisoformat(row["datum"]) for row in csv.DictReader(f)}
REGEL = {regel.id: regel for regel in REGLER}
SENT = "2030-12-31"

# Every rule of the contract, and the day its time runs out when it starts on Friday 2026-01-30.
FRISTER_FRAN_2026_01_30 = {
    **dict.fromkeys(("SKYDD", "LVM_UNDERST"), "2026-01-31"),  # one day
    "LVM_RATT": "2026-02-03",  # four days
    **dict.fromkeys(("ANM_SVAR", "LVU_UNDERST", "LVU_TFF_UNDERST", "LVU_TUF_UNDERST"), "2026-02-06"),
    **dict.fromkeys(("LSB_UNDERST", "LVM_ANS"), "2026-02-06"),  # one week
    **dict.fromkeys(("LOK_BEHANDLING_10", "LOK_SYNPUNKT_10"), "2026-02-09"),
    **dict.fromkeys(("FORHAND", "SAMTAL", "ADOPT_SAMT", "LVU_TFF_ANS"), "2026-02-13"),  # 14 days, two weeks
    **dict.fromkeys(("FL12_SVAR", "LVU_ANS", "LVU_START", "LVU_TUF_ANS"), "2026-02-27"),
    **dict.fromkeys(("LSB_START", "LVM_START", "LOK_BUDGET_4V"), "2026-02-27"),  # four weeks
    "OVERFLYTT": "2026-02-28",  # one month, to the last day of February
    "LOK_EKB_30": "2026-03-01",
    "LSB_ANS": "2026-03-13",  # six weeks
    **dict.fromkeys(("JOURHEM", "UNGTJ", "LEXS_UTR", "LOK_DEL_VUXEN"), "2026-03-30"),  # two months
    **dict.fromkeys(("LOK_BEROENDE_60", "LOK_SOCPSYK_60"), "2026-03-31"),
    **dict.fromkeys(("OV_FLYTT", "OV_UMG", "EV_RAPP", "EV_RAPP_LSS"), "2026-04-30"),
    **dict.fromkeys(("EV_RAPP_AVBROTT", "EV_RAPP_LSS_AVBROTT"), "2026-04-30"),  # three months
    **dict.fromkeys(("UTR_BARN", "FAMRATT_VBU", "LOK_DEL_BARN", "LOK_OV_JOURHEM"), "2026-05-30"),
    "LOK_UTR_BARN_120": "2026-05-30",  # the 120th day and the end of the fourth month meet
    **dict.fromkeys(("OV_SOL", "OV_LVU2", "OMPR_LVU3", "OV_LSB", "OV_22", "OV_LSB_UMG"), "2026-07-30"),
    **dict.fromkeys(("OV_UTRESE", "LVU_UPPF", "UPPF_BARN", "UPPF_PLAC", "LVM_MAX"), "2026-07-30"),
    **dict.fromkeys(("FADERSKAP", "LSS_PLAN"), "2027-01-30"),
    **dict.fromkeys(("OV_VARDNAD", "VARDPLAN", "ADOPT_KONTROLL", "EV_PRESK", "EV_PRESK_LSS"), "2028-01-30"),
    "ADOPT_MED": "2029-01-30",
}
EJ_RULLADE = {
    *("SKYDD", "SAMTAL", "LOK_BUDGET_4V", "LOK_SYNPUNKT_10", "LOK_UTR_BARN_120", "LOK_BEROENDE_60"),
    *("LOK_SOCPSYK_60", "LOK_EKB_30", "LOK_OV_JOURHEM", "LOK_DEL_VUXEN", "LOK_DEL_BARN", "LEXS_UTR"),
    *("LOK_BEHANDLING_10", "EV_RAPP", "EV_RAPP_LSS", "EV_RAPP_AVBROTT", "EV_RAPP_LSS_AVBROTT", "EV_PRESK"),
    "EV_PRESK_LSS",
    *("ADOPT_MED", "LVU_START", "LVU_UPPF", "UPPF_BARN", "UPPF_PLAC", "JOURHEM", "LSB_START", "LVM_START"),
    *("LVM_MAX", "LVM_UNDERST", "LVM_RATT"),
}


def d(text: str) -> date:
    return date.fromisoformat(text)


def dag(text: str) -> date | None:
    return None if text == "?" else d(text)


def inom(regel: Regel, **falt: Any) -> Subjekt:
    """A subject that the rule concerns."""
    krav = {namn: sorted(varden)[0] for namn, varden in regel.villkor}
    if krav.pop("vuxen", None):
        krav["malgrupp"] = "vuxen_beroende"
    grund = {
        "kommun": "9901",
        "subjekt_typ": regel.subjekt_typ,
        "subjekt_nyckel": "S1",
        "handelser": frozenset({regel.kraver} if regel.kraver else ()),
        "fodelsedatum": None,
        "lage_per": d(SENT),
    }
    return Subjekt(**{**grund, **krav, **falt})


def klockor_av(
    regel_id: str, hant: str, forlangningar: str = "", lage_per: str = SENT, **falt: Any
) -> list[Klocka]:
    """The clocks of one rule. Events "code day, code ?", extensions "decided>new, decided>?"."""
    par = [ett.split() for ett in hant.split(",")]
    kanda: list[Handelse] = [(kod, dag(nar)) for kod, nar in par]
    rader = [ett.strip().split(">") for ett in forlangningar.split(",") if ett]
    nya: list[Forlangning] = [(d(beslutad), dag(ny)) for beslutad, ny in rader]
    subjekt = inom(REGEL[regel_id], lage_per=d(lage_per), **falt)
    return [k for k in klockor(subjekt, kanda, nya, HELGDAGAR) if k.regel_id == regel_id]


def rader(funna: list[Klocka], konvention: str = "LAG") -> list[str]:
    return [
        f"{k.tillfalle} {k.frist}{f'/{k.forlangd_till}' if k.forlangd_till else ''} {k.utfall}"
        for k in funna
        if k.konvention == konvention
    ]


def test_the_book_has_every_rule_of_the_contract() -> None:
    assert len(REGLER) == len(REGEL) == 61
    assert set(REGEL) == set(FRISTER_FRAN_2026_01_30)


def test_rolled_conventions() -> None:
    assert {r.id for r in REGLER if "LAG_RULLAD" not in r.konventioner} == EJ_RULLADE
    assert {r.id for r in REGLER if "DAGAR_120" in r.konventioner} == {"UTR_BARN"}
    assert all("LAG" in r.konventioner for r in REGLER)


def test_versions_follow_one_another() -> None:
    for regel in REGLER:
        fran = [v.fran for v in regel.versioner]
        assert fran == sorted(set(fran))


@pytest.mark.parametrize(("regel_id", "frist"), FRISTER_FRAN_2026_01_30.items())
def test_length_of_every_rule(regel_id: str, frist: str) -> None:
    assert rader(klockor_av(regel_id, f"{REGEL[regel_id].start[0]} 2026-01-30"))[0].split()[1] == frist


def test_month_arithmetic_is_that_of_the_other_oracle() -> None:
    langder = {v.forsta for r in REGLER for v in r.versioner} | {
        v.darefter for r in REGLER for v in r.versioner
    }
    for i in range(0, 7_700, 3):
        start = d("2010-01-01") + timedelta(days=i)
        for langd, enhet in langder:
            assert lagg_till(start, langd, enhet) == frist_orakel.lagg_till(start, langd, enhet)
    assert lagg_till(d("2024-03-31"), -1, "manad") == d("2024-02-29")


@pytest.mark.parametrize(
    ("regel_id", "handelser", "lag", "rullad"),
    [
        # 2025-05-15 is a Thursday.
        ("UTR_BARN", "inledd 2025-01-15, slutford 2025-05-15", "2025-05-15 i_tid", "2025-05-15 i_tid"),
        ("UTR_BARN", "inledd 2025-01-15, slutford 2025-05-16", "2025-05-15 for_sent", "2025-05-15 for_sent"),
        # No 31 February: the last of the month, a Saturday.
        ("UTR_BARN", "inledd 2025-10-31, slutford 2026-03-02", "2026-02-28 for_sent", "2026-03-02 i_tid"),
        ("UTR_BARN", "inledd 2023-10-31, slutford 2024-02-29", "2024-02-29 i_tid", "2024-02-29 i_tid"),
        # Christmas Eve, two holidays and a weekend.
        ("UTR_BARN", "inledd 2025-08-24, slutford 2025-12-29", "2025-12-24 for_sent", "2025-12-29 i_tid"),
        ("UTR_BARN", "inledd 2025-08-24, slutford 2025-12-30", "2025-12-24 for_sent", "2025-12-29 for_sent"),
        ("FORHAND", "inkommen 2025-12-10, beslut 2025-12-29", "2025-12-24 for_sent", "2025-12-29 i_tid"),
        ("FADERSKAP", "person.fodelse 2024-02-29", *2 * ("2025-02-28 pagaende_over_frist",)),
        # New Year's Eve, then a holiday; 2026-01-02 is a Friday.
        (
            "LVU_UNDERST",
            "omhandertagen 2025-12-24, understalld 2026-01-02",
            "2025-12-31 for_sent",
            "2026-01-02 i_tid",
        ),
        # Midsummer Eve 2025 is 20 June, a Friday.
        (
            "LVU_ANS",
            "verkstalld 2025-05-23, ansokan_vard 2025-06-21",
            "2025-06-20 for_sent",
            "2025-06-23 i_tid",
        ),
        ("LSB_ANS", "verkstalld 2025-05-09, ansokan 2025-06-20", "2025-06-20 i_tid", "2025-06-23 i_tid"),
        # Easter Monday.
        ("LVM_ANS", "dom 2025-04-14, ansokan_vard 2025-04-22", "2025-04-21 for_sent", "2025-04-22 i_tid"),
    ],
)
def test_due_day_with_and_without_the_roll(regel_id: str, handelser: str, lag: str, rullad: str) -> None:
    funna = klockor_av(regel_id, handelser)
    assert (rader(funna), rader(funna, "LAG_RULLAD")) == ([f"1 {lag}"], [f"1 {rullad}"])


@pytest.mark.parametrize(
    ("inledd", "dag_120"),
    [("2025-01-15", "2025-05-15"), ("2025-08-24", "2025-12-22"), ("2023-10-31", "2024-02-28")],
)
def test_120_days(inledd: str, dag_120: str) -> None:
    """Exact days, never rolled."""
    funna = klockor_av("UTR_BARN", f"inledd {inledd}, slutford {dag_120}")
    assert rader(funna, "DAGAR_120") == [f"1 {dag_120} i_tid"]


@pytest.mark.parametrize(
    ("regel_id", "handelser", "lag"),
    [
        # The day after is a Saturday; LVM 15 § does not wait for Monday.
        ("LVM_UNDERST", "omhandertagen 2025-06-06, understalld 2025-06-09", "2025-06-07 for_sent"),
        ("LVM_RATT", "understalld 2025-04-16, dom 2025-04-20", "2025-04-20 i_tid"),  # Easter Day
        ("LVM_MAX", "start 2025-08-31, slut 2026-02-28", "2026-02-28 i_tid"),
        ("LVM_MAX", "start 2025-08-31, slut 2026-03-01", "2026-02-28 for_sent"),
        ("LVU_START", "laga_kraft 2025-05-23, verkstalld 2025-06-23", "2025-06-20 for_sent"),
        ("SKYDD", "inkommen 2025-12-23, skyddsbedomning 2025-12-24", "2025-12-24 i_tid"),
        ("JOURHEM", "utredning.slutford 2025-12-31, slut 2026-02-28", "2026-02-28 i_tid"),
        ("JOURHEM", "utredning.slutford 2025-12-31, slut 2025-11-30", "2026-02-28 i_tid"),  # left before
        ("LOK_UTR_BARN_120", "inledd 2025-08-24, slutford 2025-12-23", "2025-12-22 for_sent"),
        ("LOK_DEL_VUXEN", "start 2025-10-19, slut 2025-11-18", "2025-11-18 i_tid"),  # thirty days
        ("LOK_DEL_VUXEN", "start 2025-10-20, slut 2025-12-20", "2025-12-20 i_tid"),  # two months
    ],
)
def test_due_day_that_is_never_rolled(regel_id: str, handelser: str, lag: str) -> None:
    funna = klockor_av(regel_id, handelser)
    assert [k.konvention for k in funna] == ["LAG"]
    assert rader(funna) == [f"1 {lag}"]


@pytest.mark.parametrize(
    ("forlangningar", "slutford", "lage_per", "vantat"),
    [
        ("2025-05-01>2025-07-15", "2025-07-15", SENT, "2025-05-15/2025-07-15 i_tid_efter_forlangning"),
        ("2025-05-01>2025-07-15", "2025-05-15", SENT, "2025-05-15/2025-07-15 i_tid"),
        ("2025-05-15>2025-07-15", "2025-07-16", SENT, "2025-05-15/2025-07-15 for_sent"),  # on the due day
        ("2025-05-16>2025-07-15", "2025-06-01", SENT, "2025-05-15 for_sent"),  # decided too late
        (  # repeated, in whatever order the rows come
            *("2025-07-15>2025-09-01, 2025-05-01>2025-07-15", "2025-09-01", SENT),
            "2025-05-15/2025-09-01 i_tid_efter_forlangning",
        ),
        (  # the second too late for what the first gave
            *("2025-05-01>2025-07-15, 2025-07-16>2025-09-01", "2025-09-01", SENT),
            "2025-05-15/2025-07-15 for_sent",
        ),
        ("2025-05-01>2025-05-10", "2025-05-16", SENT, "2025-05-15 for_sent"),  # cannot shorten
        ("2025-05-01>?", "2025-05-16", SENT, "2025-05-15 for_sent"),  # for how long?
        ("2025-05-01>2025-07-15", "", "2025-05-15", "2025-05-15/2025-07-15 pagaende"),
        ("2025-05-01>2025-07-15", "", "2025-07-15", "2025-05-15/2025-07-15 pagaende_inom_forlangning"),
        ("2025-05-01>2025-07-15", "", "2025-07-16", "2025-05-15/2025-07-15 pagaende_over_frist"),
    ],
)
def test_extensions(forlangningar: str, slutford: str, lage_per: str, vantat: str) -> None:
    handelser = "inledd 2025-01-15" + (f", slutford {slutford}" if slutford else "")
    assert rader(klockor_av("UTR_BARN", handelser, forlangningar, lage_per)) == [f"1 {vantat}"]


def test_an_extension_may_be_valid_for_the_rolled_day_only() -> None:
    funna = klockor_av("LVU_ANS", "verkstalld 2025-05-23, ansokan_vard 2025-07-04", "2025-06-22>2025-07-04")
    assert rader(funna) == ["1 2025-06-20 for_sent"]
    assert rader(funna, "LAG_RULLAD") == ["1 2025-06-23/2025-07-04 i_tid_efter_forlangning"]


def test_rules_without_extension_take_no_notice_of_one() -> None:
    funna = klockor_av(
        "LVU_UNDERST", "omhandertagen 2025-03-10, understalld 2025-03-18", "2025-03-11>2025-04-01"
    )
    assert rader(funna) == ["1 2025-03-17 for_sent"]


@pytest.mark.parametrize(
    ("handelser", "forlangningar", "vantat", "stopp", "upphord"),
    [
        ("upphord 2025-04-07", "", "2025-04-07 upphord", None, "2025-04-07"),
        ("upphord 2025-04-08", "", "2025-04-07 for_sent", None, "2025-04-08"),
        ("upphord 2025-04-02, ansokan_vard 2025-04-03", "", "2025-04-07 upphord", None, "2025-04-02"),
        ("upphord 2025-04-03, ansokan_vard 2025-04-03", "", "2025-04-07 i_tid", "2025-04-03", None),
        ("upphord 2025-04-04, ansokan_vard 2025-04-03", "", "2025-04-07 i_tid", "2025-04-03", None),
        ("upphord 2025-03-01", "", "2025-04-07 pagaende_over_frist", None, None),  # of something else
        ("upphord ?", "", "2025-04-07 pagaende_over_frist", None, None),
        *(
            (f"upphord {slut}", "2025-04-07>2025-05-05", f"2025-04-07/2025-05-05 {utfall}", None, slut)
            for slut, utfall in (("2025-05-05", "upphord"), ("2025-05-06", "for_sent"))
        ),
    ],
)
def test_lapse(
    handelser: str, forlangningar: str, vantat: str, stopp: str | None, upphord: str | None
) -> None:
    funna = klockor_av("LVU_ANS", f"verkstalld 2025-03-10, {handelser}", forlangningar)
    assert rader(funna) == [f"1 {vantat}"]
    assert (funna[0].stopp, funna[0].upphord) == (stopp and d(stopp), upphord and d(upphord))


@pytest.mark.parametrize(
    ("regel_id", "handelser", "vantat", "stopp"),
    [
        # omojlig: cannot be submitted before it was decided; the second time is judged by itself
        (
            "LVU_UNDERST",
            "understalld 2025-03-09, omhandertagen 2025-03-10, understalld 2025-03-12",
            ["1 2025-03-17 ej_bedombar"],
            [None],
        ),
        (
            "LVU_UNDERST",
            "understalld 2025-03-09, omhandertagen 2025-03-10,"
            " omhandertagen 2025-05-05, understalld 2025-05-12",
            ["1 2025-03-17 ej_bedombar", "2 2025-05-12 i_tid"],
            [None, "2025-05-12"],
        ),
        # uppfylld: done already, the first time counts
        (
            "ADOPT_SAMT",
            "adoption_samtycke 2025-03-05, adoption_samtycke 2025-03-01, adoption_foreslagen 2025-03-10",
            ["1 2025-03-24 i_tid"],
            ["2025-03-01"],
        ),
        # ignoreras: it was about something else
        (
            "FL12_SVAR",
            "slutford 2025-03-01, avgorande_begart 2025-03-10, avgorande_provat 2025-04-07",
            ["1 2025-04-07 i_tid"],
            ["2025-04-07"],
        ),
        (
            "UPPF_BARN",
            "person.utredning_inledd 2025-08-01, slutford 2025-08-29",
            ["1 2026-02-28 pagaende_over_frist"],
            [None],
        ),
    ],
)
def test_stop_before_the_start(
    regel_id: str, handelser: str, vantat: list[str], stopp: list[str | None]
) -> None:
    funna = klockor_av(regel_id, handelser)
    assert rader(funna) == vantat
    assert [k.stopp for k in funna if k.konvention == "LAG"] == [s and d(s) for s in stopp]


@pytest.mark.parametrize(
    ("handelser", "vantat"),
    [
        ("avgorande_provat 2025-03-20, slutford ?", "i_tid"),  # what came after does not matter
        ("avgorande_provat ?, slutford 2025-03-20", "ej_bedombar"),
        ("avgorande_provat ?, avgorande_provat 2025-03-20", "ej_bedombar"),
        ("avgorande_provat ?", "ej_bedombar"),
        ("slutford ?", "ej_bedombar"),
        ("slutford 2025-04-08", "for_sent"),
    ],
)
def test_stop_on_an_unknown_day(handelser: str, vantat: str) -> None:
    assert rader(klockor_av("FL12_SVAR", f"avgorande_begart 2025-03-10, {handelser}")) == [
        f"1 2025-04-07 {vantat}"
    ]


def test_a_start_on_an_unknown_day_is_none() -> None:
    assert klockor_av("FL12_SVAR", "avgorande_begart ?, slutford 2025-03-10") == []


def test_every_start_day_is_a_clock() -> None:
    """The time for the fee runs from the decision, and anew from each interruption."""
    handelser = "beslut 2024-01-15, avbruten 2024-05-02, avbruten 2024-05-02, avgift_delgiven 2026-02-01"
    assert rader(klockor_av("EV_PRESK", handelser)) == ["1 2026-01-15 for_sent", "2 2026-05-02 i_tid"]


@pytest.mark.parametrize(
    ("satt_frist", "vantat"),
    [("2025-04-20", "2025-04-20"), ("2025-06-08", "2025-06-08")],  # Easter Day; Whit Sunday, past four months
)
def test_the_day_that_the_court_set(satt_frist: str, vantat: str) -> None:
    handelser = "inledd 2025-01-15, slutford 2025-06-01"
    utfall = "for_sent" if vantat < "2025-06-01" else "i_tid"
    funna = klockor_av("FAMRATT_VBU", handelser, satt_frist=d(satt_frist))
    assert rader(funna) == rader(funna, "LAG_RULLAD") == [f"1 {vantat} {utfall}"]
    funna = klockor_av("FAMRATT_VBU", handelser, f"{satt_frist}>2025-07-01", satt_frist=d(satt_frist))
    assert rader(funna)[0].startswith(f"1 {vantat}/2025-07-01 i_tid")
    assert rader(klockor_av("UTR_BARN", handelser, satt_frist=d(satt_frist))) == ["1 2025-05-15 for_sent"]


@pytest.mark.parametrize(
    ("verkstalld", "lage_per", "utfall"),
    [
        ("2026-02-28", SENT, "ej_rapporteringspliktig"),
        ("2026-03-01", SENT, "rapporteringspliktig"),
        ("", "2026-02-28", "vantar"),
        ("", "2026-03-01", "rapporteringspliktig"),  # the threshold is a Saturday; it is no time allowed
        ("2025-11-29", SENT, "ej_bedombar"),
        ("?", SENT, "ej_bedombar"),
    ],
)
def test_reporting_threshold(verkstalld: str, lage_per: str, utfall: str) -> None:
    handelser = "beslut 2025-11-30" + (f", verkstalld {verkstalld}" if verkstalld else "")
    funna = klockor_av("EV_RAPP", handelser, lage_per=lage_per)
    assert rader(funna) == [f"1 2026-02-28 {utfall}"]
    assert len(funna) == 1


@pytest.mark.parametrize(
    ("handelser", "vantat"),
    [
        # An early review moves the next due day; the last review is on the day that care ends.
        (
            "start 2024-01-31, overvagande 2024-06-15, overvagande 2024-12-20, slut 2024-12-20",
            ["1 2024-07-31 i_tid", "2 2024-12-15 for_sent", "3 2025-06-20 upphord"],
        ),
        # On the first day, on an unknown day, before care, after care.
        (
            "start 2024-01-31, overvagande 2024-01-31, overvagande ?, overvagande 2024-01-30,"
            " overvagande 2024-08-02, slut 2024-08-01",
            ["1 2024-07-31 i_tid", "2 2024-07-31 for_sent"],
        ),
        # A start within the run, a start on its last day, a start after it.
        (
            "start 2024-01-15, start 2024-02-01, slut 2024-03-01, start 2024-03-01, start 2024-03-02",
            ["1 2024-07-15 upphord", "2 2024-09-02 pagaende_over_frist"],
        ),
        ("start 2024-01-15, slut ?", ["1 2024-07-15 pagaende_over_frist"]),
        ("start 2024-08-31, slut 2024-08-31", ["1 2025-02-28 upphord"]),
        ("start ?, overvagande 2024-01-15", []),
    ],
)
def test_recurring(handelser: str, vantat: list[str]) -> None:
    assert rader(klockor_av("OV_SOL", handelser)) == vantat


def versioner(funna: list[Klocka]) -> list[int]:
    return [k.version for k in funna if k.konvention == "LAG"]


@pytest.mark.parametrize(
    ("start", "reviews", "vantat", "version"),
    [
        # Three years until 2022-06-30, then two; never due before the first day of the two years.
        ("2020-01-10", "", ["1 2022-07-01 pagaende"], [2]),
        ("2020-09-15", "", ["1 2022-09-15 pagaende"], [2]),
        ("2019-07-01", "", ["1 2022-07-01 pagaende"], [2]),
        ("2019-06-30", "", ["1 2022-06-30 pagaende_over_frist"], [1]),  # over before, and still
        # The first, then every year; the yearly one is the same in both.
        ("2019-01-10", "2022-01-05", ["1 2022-01-10 i_tid", "2 2023-01-05 pagaende"], [1, 2]),
        ("2019-01-10", "2021-03-01", ["1 2022-01-10 i_tid", "2 2022-03-01 pagaende_over_frist"], [1, 1]),
        # Reviewed on the day that the two years came: they held that day.
        ("2020-01-10", "2022-07-01", ["1 2022-07-01 i_tid", "2 2023-07-01 pagaende"], [2, 2]),
        ("2020-01-10", "2022-06-30", ["1 2023-01-10 i_tid", "2 2023-06-30 pagaende"], [1, 2]),
    ],
)
def test_custody_at_2022_07_01(start: str, reviews: str, vantat: list[str], version: list[int]) -> None:
    mer = f", overvagande_vardnadsoverflyttning {reviews}" if reviews else ""
    funna = klockor_av("OV_VARDNAD", f"start {start}{mer}", lage_per="2022-07-01")
    assert (rader(funna), versioner(funna)) == (vantat, version)


def test_custody_under_the_new_act_and_in_a_new_home() -> None:
    """2025-03-01 and 2026-02-28 are Saturdays. Another home is another subject: two years again."""
    ov = "overvagande_vardnadsoverflyttning"
    forsta = klockor_av("OV_VARDNAD", f"start 2023-03-01, {ov} 2025-02-28, slut 2025-09-01")
    assert rader(forsta, "LAG_RULLAD") == ["1 2025-03-03 i_tid", "2 2026-03-02 upphord"]
    andra = klockor_av(
        "OV_VARDNAD", f"start 2025-09-01, {ov} 2027-09-01, {ov} 2028-09-01", lage_per="2029-09-01"
    )
    assert rader(andra) == ["1 2027-09-01 i_tid", "2 2028-09-01 i_tid", "3 2029-09-01 pagaende"]
    assert versioner(andra) == [3, 3, 3]


@pytest.mark.parametrize(
    ("slutford", "avslutad", "vantat", "version"),
    [
        ("2025-04-30", "", "2025-06-30 pagaende_over_frist", 1),  # already over: stays over
        ("2025-04-30", "2025-10-30", "2025-06-30 for_sent", 1),
        ("2025-05-01", "", "2025-11-01 pagaende_over_frist", 2),  # due on the very day: six months, no roll
        ("2025-06-15", "2025-12-15", "2025-12-15 i_tid", 2),
        ("2025-06-15", "2025-06-30", "2025-08-15 i_tid", 1),  # over before the new act
        ("2025-06-15", "2025-07-01", "2025-12-15 i_tid", 2),
        ("2025-07-01", "", "2026-01-01 pagaende_over_frist", 2),
        ("2012-12-31", "", "", 0),  # no such follow-up yet
    ],
)
@pytest.mark.parametrize("regel_id", ["UPPF_BARN", "UPPF_PLAC"])
def test_follow_up_at_2025_07_01(
    regel_id: str, slutford: str, avslutad: str, vantat: str, version: int
) -> None:
    mer = f", uppfoljning_avslutad {avslutad}" if avslutad else ""
    funna = klockor_av(regel_id, f"{REGEL[regel_id].start[0]} {slutford}{mer}")
    assert rader(funna) == ([f"1 {vantat}"] if vantat else [])
    assert versioner(funna) == ([version] if version else [])


@pytest.mark.parametrize(
    ("handelser", "lag", "rullad"),
    [
        # The first day of the act is Easter Monday.
        ("start 2023-01-10", ["1 2024-04-01 pagaende"], ["1 2024-04-02 pagaende"]),
        ("start 2023-11-15", ["1 2024-05-15 pagaende"], ["1 2024-05-15 pagaende"]),
        ("start 2023-01-10, slut 2024-03-31", [], []),
        ("start 2023-01-10, slut 2024-04-01", ["1 2024-04-01 upphord"], ["1 2024-04-02 upphord"]),
        # Reviewed before the act: only what followed it is judged by the act. 2024-08-01 is a Thursday.
        ("start 2023-11-15, overvagande 2024-02-01", ["2 2024-08-01 pagaende"], ["2 2024-08-01 pagaende"]),
        ("start 2024-04-01", ["1 2024-10-01 pagaende"], ["1 2024-10-01 pagaende"]),
    ],
)
def test_sheltered_housing_before_the_act(handelser: str, lag: list[str], rullad: list[str]) -> None:
    funna = klockor_av("OV_LSB", handelser, lage_per="2024-04-01")
    assert (rader(funna), rader(funna, "LAG_RULLAD")) == (lag, rullad)


@pytest.mark.parametrize(
    ("regel_id", "handelser", "antal"),
    [
        ("OV_LSB_UMG", "umgangesbegransning 2024-03-31", 0),
        ("OV_LSB_UMG", "umgangesbegransning 2024-04-01", 1),
        ("ANM_SVAR", "beslut 2025-12-31", 0),
        ("ANM_SVAR", "beslut 2026-01-01", 1),
        ("FORHAND", "inkommen 2012-12-31", 0),
        ("LVU_UPPF", "uppfoljning_inledd 2022-06-30", 0),
        ("OV_UTRESE", "utreseforbud 2020-06-30", 0),
        ("LOK_DEL_BARN", "start 2025-10-19", 0),
        ("LOK_OV_JOURHEM", "start 2020-12-31", 0),
    ],
)
def test_no_clock_before_the_rule(regel_id: str, handelser: str, antal: int) -> None:
    assert len(rader(klockor_av(regel_id, handelser))) == antal


def test_same_length_under_a_new_section_is_a_new_version() -> None:
    assert versioner(klockor_av("UTR_BARN", "inledd 2025-06-30, inledd 2025-07-01")) == [1, 2]


@pytest.mark.parametrize(
    ("regel_id", "handelse", "fodd", "start", "undantagen"),
    [
        ("UTR_BARN", "inledd", "2007-06-10", "2025-06-09", False),
        ("UTR_BARN", "inledd", "2007-06-10", "2025-06-10", True),
        ("UTR_BARN", "inledd", "2008-02-29", "2026-02-27", False),
        ("UTR_BARN", "inledd", "2008-02-29", "2026-02-28", True),  # 18 on the 28th
        ("OV_LVU2", "start", "2004-02-29", "2025-02-27", False),
        ("OV_LVU2", "start", "2004-02-29", "2025-02-28", True),  # so is 21
        ("OMPR_LVU3", "start", "2005-05-05", "2025-05-05", False),  # 20: still in
        ("LVU_UNDERST", "omhandertagen", "2004-05-05", "2025-05-05", True),
        ("FADERSKAP", "person.fodelse", "1990-01-01", "2025-05-05", False),  # no age in FB 2:8
    ],
)
def test_ages(regel_id: str, handelse: str, fodd: str, start: str, undantagen: bool) -> None:
    funna = klockor_av(regel_id, f"{handelse} {start}", fodelsedatum=d(fodd))
    assert [k.utfall == "undantagen" for k in funna] == [undantagen] * len(funna)
    assert all(k.utfall != "undantagen" for k in klockor_av(regel_id, f"{handelse} {start}"))


def test_each_review_asks_for_the_age_anew() -> None:
    handelser = "start 2024-03-01, overvagande 2024-08-31, overvagande 2024-09-01, slut 2024-12-01"
    assert rader(klockor_av("OV_SOL", handelser, fodelsedatum=d("2006-09-01"))) == [
        "1 2024-09-01 i_tid",
        "2 2025-02-28 i_tid",
        "3 2025-03-01 undantagen",
    ]


@pytest.mark.parametrize(
    ("beslut", "utfall"), [("tillfors_utredning", "undantagen"), ("inleds_ej", "for_sent")]
)
def test_exempt_by_decision(beslut: str, utfall: str) -> None:
    funna = klockor_av("FORHAND", "inkommen 2025-03-03, beslut 2025-03-18", beslut=beslut)
    assert rader(funna) == [f"1 2025-03-17 {utfall}"]


@pytest.mark.parametrize(
    ("regel_id", "falt"),
    [
        ("FORHAND", {"typ": "ansokan"}),
        ("FORHAND", {"malgrupp": "vuxen"}),
        ("ANM_SVAR", {"handelser": frozenset()}),
        ("OV_SOL", {"lagrumsgrupp": "lvu"}),
        ("OV_SOL", {"ar_overvagande": "nej"}),
        ("LVU_UNDERST", {"lagrum_id": "LVU-2"}),
        ("EV_RAPP", {"lagrumsgrupp": "lss"}),
        ("EV_RAPP_LSS", {"lagrumsgrupp": "okand"}),
        ("EV_RAPP", {"gynnande": "nej"}),
        ("LOK_DEL_VUXEN", {"malgrupp": "barn"}),
        ("LOK_DEL_VUXEN", {"kommun": "9901"}),
        ("UTR_BARN", {"subjekt_typ": "beslut"}),
    ],
)
def test_whom_a_rule_does_not_concern(regel_id: str, falt: dict[str, Any]) -> None:
    handelser = f"{REGEL[regel_id].start[0]} 2026-01-30"
    assert klockor_av(regel_id, handelser)
    assert not klockor_av(regel_id, handelser, **falt)


def mojliga(regel: Regel) -> Iterator[str]:
    """The outcomes that a clock of the rule can have."""
    if regel.slag == "rapportering":
        yield from ("ej_rapporteringspliktig", "vantar", "rapporteringspliktig")
    else:
        yield from ("i_tid", "for_sent", "pagaende", "pagaende_over_frist")
    if regel.slag != "aterkommande":
        yield "ej_bedombar"
    if regel.under or regel.undantar:
        yield "undantagen"
    if regel.upphor:
        yield "upphord"
    if regel.forlangs:
        yield from ("i_tid_efter_forlangning", "pagaende_inom_forlangning")


def test_random_cases_reach_every_outcome_under_every_convention() -> None:
    vantade = {(r.id, k, u) for r in REGLER for k in r.konventioner for u in mojliga(r)}
    funna: set[tuple[str, str, str]] = set()
    versioner: set[tuple[str, int]] = set()
    utanfor = 0
    for nummer, (subjekt, handelser, forlangningar) in enumerate(fall(Random(20260130), 20_000, HELGDAGAR)):
        dagar = [nar for _, nar in handelser if nar is not None]
        dagar += [beslutad for beslutad, _ in forlangningar]
        assert all(d("2010-01-01") <= nar <= subjekt.lage_per for nar in dagar)
        assert subjekt.lage_per <= d(SENT)
        utanfor += not galler(REGLER[nummer % len(REGLER)], subjekt)
        for klocka in klockor(subjekt, handelser, forlangningar, HELGDAGAR):
            funna.add((klocka.regel_id, klocka.konvention, klocka.utfall))
            versioner.add((klocka.regel_id, klocka.version))
    assert funna == vantade
    assert versioner == {(r.id, nr) for r in REGLER for nr in range(1, len(r.versioner) + 1)}
    assert 500 < utanfor < 2_000


def test_random_cases_are_the_same_for_the_same_seed() -> None:
    assert list(fall(Random(7), 200, HELGDAGAR)) == list(fall(Random(7), 200, HELGDAGAR))
