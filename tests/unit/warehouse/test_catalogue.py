"""The catalogue keeps its own rules, and each rule finds the error it is there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipelines.warehouse.catalogue import Catalogue, Row, faults

CATALOGUE = Catalogue.read()
SHARE = "FORHAND_I_TID"
COUNT = "UTR_INLEDDA"
MEAN = "UTR_TID_MEDEL"
STOCK = "UTR_OPPNA"


def changed(of: str, **values: str) -> Catalogue:
    """The catalogue with one definition changed."""
    rows = [row | values if row["indikator_id"] == of else row for row in CATALOGUE.indikatorer]
    return replace(CATALOGUE, indikatorer=rows)


def added(name: str, row: Row) -> Catalogue:
    """The catalogue with one more row in a seed."""
    rows: list[Row] = getattr(CATALOGUE, name)
    return replace(CATALOGUE, **{name: [*rows, {column: row.get(column, "") for column in rows[0]}]})


def copied(of: str, **values: str) -> Catalogue:
    """The catalogue with one definition written twice, the second time changed."""
    [row] = [row for row in CATALOGUE.indikatorer if row["indikator_id"] == of]
    return added("indikatorer", row | values)


def test_the_catalogue_keeps_its_rules() -> None:
    assert [str(fault) for fault in faults(CATALOGUE)] == []


PLANTED: dict[str, tuple[Callable[[], Catalogue], str, str]] = {
    "a count that is named a share": (
        lambda: changed(COUNT, namn="Andel inledda utredningar"),
        "namn",
        "statistiken är antal",
    ),
    "a mean that is named a median": (
        lambda: changed(MEAN, namn="Utredningstid barn, median"),
        "namn",
        "statistiken är medel",
    ),
    "a share that is named a number": (
        lambda: changed(SHARE, namn="Antal förhandsbedömningar i tid"),
        "namn",
        "statistiken är andel",
    ),
    "a share in days": (lambda: changed(SHARE, mattenhet="dagar"), "mattenhet", "passar inte"),
    "a share of what it is no part of": (
        lambda: changed(SHARE, taljare_kolumn="ar_provbar"),
        "taljare_kolumn",
        "ingen delmängd",
    ),
    "a share without a whole": (lambda: changed(SHARE, namnare_kolumn=""), "namnare_kolumn", "kräver"),
    "a share that does not say of what": (lambda: changed(SHARE, namnare_text=""), "namnare_text", "kräver"),
    "a count that divides": (lambda: changed(COUNT, namnare_kolumn="antal"), "namnare_kolumn", "delar inte"),
    "two denominators": (lambda: changed(MEAN, namnare_fast="365"), "namnare_fast", "inte båda"),
    "a denominator that is no number": (
        lambda: changed(MEAN, namnare_kolumn="", namnare_fast="veckor"),
        "namnare_fast",
        "väntade ett tal",
    ),
    "a column that the family has not": (
        lambda: changed(COUNT, taljare_kolumn="antall"),
        "taljare_kolumn",
        "ingen kolumn 'antall'",
    ),
    "a sum of dates": (lambda: changed(COUNT, taljare_kolumn="inledd_datum"), "taljare_kolumn", "är datum"),
    "a clock that is no day": (lambda: changed(COUNT, datum_kolumn="typ"), "datum_kolumn", "är grupp"),
    "a stock without an end": (lambda: changed(STOCK, till_kolumn=""), "till_kolumn", "slutdag"),
    "a mean of persons": (lambda: changed(MEAN, unik_kolumn="bas_id"), "unik_kolumn", "unika"),
    "a statistic that does not exist": (
        lambda: changed(COUNT, statistik="snitt"),
        "statistik",
        "väntade 'antal'",
    ),
    "an id that is no id": (lambda: changed(COUNT, indikator_id="utr inledda"), "indikator_id", "fel form"),
    "a card without a motive": (lambda: changed(COUNT, motiv=""), "motiv", "tomt"),
    "a card that nobody gets": (lambda: changed(COUNT, redovisning=""), "redovisning", "tomt"),
    "a rule that does not exist": (
        lambda: changed(SHARE, regel_id="FORHANDS"),
        "regel_id",
        "ingen fristregel",
    ),
    "a clock without a convention": (lambda: changed(SHARE, konvention=""), "konvention", "väntade en av"),
    "a family that does not exist": (lambda: changed(COUNT, familj="arende"), "familj", "arende"),
    "a duplicate code": (lambda: copied(COUNT), "definitionsversion", "dubbel"),
    "two versions at a time": (lambda: copied(COUNT, definitionsversion="2"), "giltig_fran", "samtidigt"),
    "two indicators of one name": (lambda: copied(COUNT, indikator_id="UTR_NYA"), "namn", "samma namn"),
    "a successor of nobody": (lambda: changed(COUNT, ersatter="UTR_GAMLA"), "ersatter", "okänd"),
    "a successor of one that still holds": (lambda: changed(COUNT, ersatter=STOCK), "ersatter", "gäller"),
    "a survey with a breakdown that it cannot have": (
        lambda: changed(COUNT, insamling="enkat", taljare_kolumn="taljare", till_kolumn=""),
        "kolumn",
        "kön och enhet",
    ),
    "a period that does not exist": (
        lambda: added("perioder", {"indikator_id": COUNT, "periodtyp": "vecka"}),
        "periodtyp",
        "vecka",
    ),
    "an indicator without a period": (
        lambda: replace(
            CATALOGUE, perioder=[row for row in CATALOGUE.perioder if row["indikator_id"] != COUNT]
        ),
        "periodtyp",
        "ingen period",
    ),
    "a breakdown by a number": (
        lambda: added("uppdelningar", {"indikator_id": COUNT, "uppdelning": "volymgrupp"}),
        "kolumn",
        "ingen kolumn",
    ),
    "a breakdown without a name": (
        lambda: added("uppdelningar", {"indikator_id": COUNT, "uppdelning": "antal"}),
        "uppdelning",
        "uppdelningar.csv",
    ),
    "a condition on a number": (
        lambda: added("villkor", {"indikator_id": COUNT, "kolumn": "antal", "operator": "in"}),
        "kolumn",
        "väntade grupp",
    ),
    "a condition that compares": (
        lambda: added("villkor", {"indikator_id": COUNT, "kolumn": "typ", "operator": ">"}),
        "operator",
        "not_in",
    ),
    "a day that does not say so": (
        lambda: added("kolumner", {"familj": "utredning", "kolumn": "beslutsdatum", "slag": "datum"}),
        "beslutsdatum",
        "_datum",
    ),
    "a target in per cent": (
        lambda: added("mal", {"indikator_id": SHARE, "kommun": "9901", "ar": "2026", "mal": "95"}),
        "mal",
        "0–1",
    ),
    "a target of nobody": (
        lambda: added("mal", {"indikator_id": "OKAND", "ar": "2026"}),
        "indikator_id",
        "finns inte",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found(name: str) -> None:
    catalogue, column, text = PLANTED[name]
    found = [fault for fault in faults(catalogue()) if fault.kolumn == column and text in fault.text]
    assert found, [str(fault) for fault in faults(catalogue())]
