"""From source rows to typed rows, as the adapter says: batch by batch, and nothing passes a float."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sender import person_number

from pipelines.contracts import municipalities, table
from pipelines.ingest import check, mapping
from pipelines.ingest.adapter import Adapter, Fil
from pipelines.ingest.rules import LINE, Findings

DELIVERED = date(2026, 11, 1)
LEDGER = {
    "period": "2026-01",
    "serie": "utfall",
    "konto": "5521",
    "kontotyp": "kostnad",
    "verksamhet": "571",
    "belopp_kr": "1.00",
}


def fil(tabell: str = "ekonomi", kommuner: Any = "*", **keys: Any) -> Fil:
    made = Adapter(
        namn="prov", beskrivning="", kommuner=kommuner, filer=[{"monster": "*", "tabell": tabell} | keys]
    )
    return made.filer[0]


def batch(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    return frame.with_columns(pl.Series(LINE, range(2, len(rows) + 2), dtype=pl.Int64))


def read(entry: Fil, rows: list[dict[str, str | None]]) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Typed rows, findings (line, rule, value), rows of other municipalities."""
    findings = Findings()
    mapped = mapping.apply(entry, batch(rows), "prov.csv", findings, kommun="9901")
    typed = check.check(mapped, entry, DELIVERED, findings)
    return typed, findings.frame().select("rad", "regel_id", "varde", "forvantat"), mapped.elsewhere


def one(column: str, text: str, **keys: Any) -> Any:
    """What one cell of a ledger row becomes; the rule's id when it is refused."""
    typed, found, _ = read(fil(**keys), [LEDGER | {column: text}])
    assert typed[check.REFUSED].to_list() == [found.height > 0]
    return found["regel_id"][0] if found.height else typed[column][0]


# --- dates


@pytest.mark.parametrize(
    ("text", "form", "becomes"),
    [
        ("20260105", "ÅÅÅÅMMDD", date(2026, 1, 5)),
        ("2026-01-05", "ÅÅÅÅMMDD", "DATUM_FORMAT"),
        ("20260230", "ÅÅÅÅMMDD", "DATUM_FORMAT"),
        ("2026-01-05 23:59:59", "ÅÅÅÅ-MM-DD tt:mm:ss", date(2026, 1, 5)),
        ("2026-01-05T00:00:00.000", "ÅÅÅÅ-MM-DDTtt:mm:ss.f", date(2026, 1, 5)),
        ("2026-01-05", "ÅÅÅÅ-MM-DD tt:mm:ss", "DATUM_FORMAT"),
        ("2026-01-05 24:00", "ÅÅÅÅ-MM-DD tt:mm", "DATUM_FORMAT"),
        ("2026-01-05 00:60", "ÅÅÅÅ-MM-DD tt:mm", "DATUM_FORMAT"),
        ("05/01/2026", "DD/MM/ÅÅÅÅ", date(2026, 1, 5)),
        ("01/05/2026", "MM/DD/ÅÅÅÅ", date(2026, 1, 5)),
        ("46027", "EXCEL", date(2026, 1, 5)),
        ("46027.99999", "EXCEL", date(2026, 1, 5)),
        ("46027,5", "EXCEL", date(2026, 1, 5)),
        ("1", "EXCEL", date(1900, 1, 1)),
        ("59", "EXCEL", date(1900, 2, 28)),
        ("60", "EXCEL", "DATUM_FORMAT"),  # 29 February 1900, which Excel believes in
        ("61", "EXCEL", date(1900, 3, 1)),
        ("0", "EXCEL", "DATUM_FORMAT"),
        ("-5", "EXCEL", "DATUM_FORMAT"),
        ("20260105", "EXCEL", "DATUM_FORMAT"),
        ("2958465", "EXCEL", "DATUM_FORMAT"),
    ],
)
def test_date_forms(text: str, form: str, becomes: date | str) -> None:
    assert one("avser_fran", text, datumformat=[form]) == becomes


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_every_excel_day_is_the_day_that_excel_shows(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    read_back = pl.select(check.read_date(pl.lit(str(serial)), "EXCEL")).item()
    assert read_back == day


def test_refused_date_says_the_forms_in_words() -> None:
    _, found, _ = read(fil(datumformat=["EXCEL", "ÅÅÅÅMMDD"]), [LEDGER | {"avser_fran": "x"}])
    assert found["forvantat"].to_list() == ["Datum som Excels dagnummer eller ÅÅÅÅMMDD"]


# --- numbers

COMMA: dict[str, Any] = {"decimaltecken": ",", "tusental": [" ", "\u00a0", "."], "minus_sist": True}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("1 234,50-", "-1234.50"),
        ("1\u00a0234\u00a0567,5", "1234567.50"),
        ("-1.234.567,00", "-1234567.00"),
        ("12,3 -", "-12.30"),
        ("0,00-", "0.00"),
        ("1234,5", "1234.50"),
        ("12 34,5", "TAL_FORMAT"),
        ("1 234 5", "TAL_FORMAT"),
        ("1,5 000", "TAL_FORMAT"),
        ("1.5", "TAL_FORMAT"),
        ("-5-", "TAL_FORMAT"),
        ("5--", "TAL_FORMAT"),
        ("-", "TAL_FORMAT"),
        ("1,234", "TAL_FORMAT"),
        ("1e5", "TAL_FORMAT"),
    ],
)
def test_numbers_as_ledgers_write_them(text: str, becomes: str) -> None:
    result = one("belopp_kr", text, **COMMA)
    assert result == (becomes if becomes == "TAL_FORMAT" else Decimal(becomes))


@pytest.mark.parametrize("text", ["1 234.00", "1234.00-", "1,00"])
def test_what_the_adapter_does_not_allow_is_refused(text: str) -> None:
    assert one("belopp_kr", text) == "TAL_FORMAT"


@given(
    st.decimals(min_value="-99999999999999.99", max_value="99999999999999.99", places=2, allow_nan=False),
    st.sampled_from(COMMA["tusental"]),
    st.booleans(),
)
def test_every_amount_comes_back_exact(amount: Decimal, between: str, last: bool) -> None:
    text = f"{abs(amount):,.2f}".replace(",", "x").replace(".", ",").replace("x", between)
    if amount < 0:
        text = f"{text}-" if last else f"-{text}"
    assert one("belopp_kr", text, **COMMA) == amount


def test_refused_number_says_what_may_part_the_thousands() -> None:
    _, found, _ = read(fil(**COMMA), [LEDGER | {"belopp_kr": "x"}])
    assert found["forvantat"].to_list() == [
        "Kronor med siffror, högst två decimaler och decimalkomma, "
        "tusental skilda av mellanslag eller hårt mellanslag eller ."
    ]


@pytest.mark.parametrize(
    ("text", "factor", "becomes"),
    [
        ("-15962", -1000, "15962000"),
        ("15962", -1000, "-15962000"),
        ("0", -1000, "0"),
        ("12.34567", 1000, "12345.67"),
        ("1.23456789", 1_000_000, "1234567.89"),
        ("12.345678", 1000, "TAL_FORMAT"),  # less than an öre
        ("9999999999999.99999", 1000, "9999999999999999.99"),
        ("99999999999999", 1000, "TAL_FORMAT"),  # more than the column holds
        ("5.25", -1, "-5.25"),
    ],
)
def test_an_amount_in_another_unit_is_exact(text: str, factor: int, becomes: str) -> None:
    result = one("belopp_kr", text, faktor={"belopp_kr": factor})
    assert result == (becomes if becomes == "TAL_FORMAT" else Decimal(becomes))


def test_refused_number_says_how_many_decimals_the_unit_has() -> None:
    _, found, _ = read(fil(faktor={"belopp_kr": 1000}), [LEDGER | {"belopp_kr": "x"}])
    assert found["forvantat"].to_list() == [
        "Kronor med siffror, högst fem decimaler och decimalpunkt, utan mellanrum"
    ]


# --- wide tables

WIDE: dict[str, Any] = {
    "kolumner": {"konto": "Konto", "verksamhet": "Vht"},
    "konstanter": {"kontotyp": "kostnad"},
    "nyckel": "fil_och_rad",
    "tomt": {"*": ["-"]},
    "bred": {
        "varde": "belopp_kr",
        "kolumner": {
            "Budget": {"period": "2026-01", "serie": "budget"},
            "Januari": {"period": "2026-01", "serie": "utfall"},
            "Februari": {"period": "2026-02", "serie": "utfall"},
        },
    },
}
WIDE_ROW = {"Konto": "5521", "Vht": "571", "Budget": "9", "Januari": "1", "Februari": "2"}


def test_each_column_of_a_wide_table_is_a_row() -> None:
    typed, found, _ = read(fil(**WIDE), [WIDE_ROW, WIDE_ROW | {"Konto": "4531", "Januari": "0"}])
    assert found.is_empty()
    assert typed.select("rad_id", "konto", "serie", "period", "belopp_kr").rows() == [
        ("prov:2:Budget", "5521", "budget", "2026-01", Decimal(9)),
        ("prov:2:Januari", "5521", "utfall", "2026-01", Decimal(1)),
        ("prov:2:Februari", "5521", "utfall", "2026-02", Decimal(2)),
        ("prov:3:Budget", "4531", "budget", "2026-01", Decimal(9)),
        ("prov:3:Januari", "4531", "utfall", "2026-01", Decimal(0)),
        ("prov:3:Februari", "4531", "utfall", "2026-02", Decimal(2)),
    ]


def test_an_empty_cell_of_a_wide_table_is_no_row_and_a_bad_one_costs_its_own() -> None:
    rows = [WIDE_ROW | {"Budget": "-", "Januari": " "}, WIDE_ROW | {"Januari": "x"}]
    typed, found, _ = read(fil(**WIDE), rows)
    assert typed.select(LINE, "period", "serie", check.REFUSED).rows() == [
        (2, "2026-02", "utfall", False),
        (3, "2026-01", "budget", False),
        (3, "2026-01", "utfall", True),
        (3, "2026-02", "utfall", False),
    ]
    assert found.select("rad", "regel_id", "varde").rows() == [(3, "TAL_FORMAT", "x")]


def test_a_wide_table_needs_all_its_columns() -> None:
    assert fil(**WIDE).required_sources == set(WIDE_ROW)


# --- words for nothing, lost zeros, codes


def test_words_that_mean_nothing_by_column_and_everywhere() -> None:
    entry = fil(tomt={"*": ["NULL"], "avser_till": ["9999-12-31"]})
    typed, found, _ = read(
        entry,
        [
            LEDGER | {"avser_till": "9999-12-31", "projekt": " null "},
            LEDGER | {"avser_till": "", "projekt": "  "},
            LEDGER | {"verksamhet": "NULL"},
        ],
    )
    assert typed["avser_till"].null_count() == typed["projekt"].null_count() == 3
    assert found.select("rad", "regel_id").rows() == [(4, "VARDE_SAKNAS")]


def test_a_sentinel_of_one_column_is_a_value_in_another() -> None:
    typed, _, _ = read(fil(tomt={"projekt": ["0"]}), [LEDGER | {"projekt": "0", "ansvar": "0"}])
    assert typed.select("projekt", "ansvar").rows() == [(None, "0")]


def test_lost_zeros_are_put_back_in_digits_only() -> None:
    texts = ["42", "00042", "123456", "A1", None]
    typed, _, _ = read(fil(nollfyll={"ansvar": 5}), [LEDGER | {"ansvar": text} for text in texts])
    assert typed["ansvar"].to_list() == ["00042", "00042", "123456", "A1", None]


def test_default_code_takes_words_that_are_neither_mapped_nor_codes() -> None:
    entry = fil(kodmappning={"kontotyp": {"Int": "intakt", "*": "kostnad"}})
    typed, found, _ = read(entry, [LEDGER | {"kontotyp": text} for text in ("INT", "x", "statsbidrag", " ")])
    assert typed["kontotyp"].to_list() == ["intakt", "kostnad", "statsbidrag", None]
    assert found.select("rad", "regel_id").rows() == [(5, "VARDE_SAKNAS")]


def test_without_default_an_unmapped_word_is_kept_as_unknown_with_a_warning() -> None:
    typed, found, _ = read(fil(kodmappning={"kontotyp": {"I": "intakt"}}), [LEDGER | {"kontotyp": "x"}])
    assert typed.select("kontotyp", check.REFUSED).rows() == [("okand", False)]
    assert found.select("regel_id", "varde").rows() == [("KOD_OKAND", "x")]


def test_flags_may_be_mapped() -> None:
    row = {"enhet": "a", "giltig_fran": "2026-01-01"}
    entry = fil("placeringar", kodmappning={"medplacerad": {"J": "ja", "*": "nej"}})
    rows = [{"medplacerad": text} | row for text in ("j", "N", "ja", None)]
    typed, _, _ = read(entry, rows)
    assert typed["medplacerad"].to_list() == [True, False, True, None]


def test_sentinel_date_in_a_routed_case_counts_as_no_date() -> None:
    entry = fil(
        "ej_verkstallda_beslut",
        kolumner={n: n for n in ("beslut_id", "insats", "enhet", "malgrupp", "beslutsdatum", "lagrum")},
        saknas=["personnummer"],
        tomt={"avslutad": ["9999-12-31"]},
        styrning=[
            {"kolumn": "s", "fall": {"Slut": {"avslutad": "dag", "saknat_datum": "avslutad_datum_okant"}}}
        ],
    )
    row = {"beslut_id": "1", "insats": "hvb", "enhet": "a", "malgrupp": "barn", "lagrum": "x", "s": "Slut"}
    dates = [{"beslutsdatum": "2026-01-01", "dag": day} for day in ("2026-02-01", "9999-12-31")]
    typed, _, _ = read(entry, [row | day for day in dates])
    assert typed.select("avslutad", "avslutad_datum_okant").rows() == [(date(2026, 2, 1), None), (None, True)]


# --- many municipalities in one file


def test_rows_of_other_municipalities_are_left_out_and_unnamed_ones_refused() -> None:
    entry = fil(kommuner=["9901", "0127"], kommun_kolumn="k")
    typed, found, elsewhere = read(
        entry, [LEDGER | {"k": text} for text in ("9901", "127", "0127", "0188", "x", "")]
    )
    assert elsewhere == 2
    assert typed.select(LINE, check.REFUSED).rows() == [(2, False), (5, True), (6, True), (7, True)]
    assert found.rows() == [
        (line, "KOMMUN_RAD", value, "En av kommunerna 0127, 9901")
        for line, value in ((5, "0188"), (6, "x"), (7, None))
    ]


def test_an_adapter_for_all_names_every_municipality() -> None:
    typed, found, elsewhere = read(
        fil(kommun_kolumn="k"), [LEDGER | {"k": text} for text in [*sorted(municipalities()), "0000"]]
    )
    assert (typed.height, elsewhere) == (2, len(municipalities()) - 1)
    assert found["forvantat"].to_list() == ["En av kommunerna i seeds/kommuner.csv"]


# --- batches and headers


def test_batches_give_what_the_whole_file_gives() -> None:
    entry = fil(kommun_kolumn="k", **COMMA)
    rows: list[dict[str, str | None]] = [
        LEDGER | {"k": ("9901", "0127", "0")[n % 3], "belopp_kr": ("1,5", "x", "2 000")[n % 5 % 3]}
        for n in range(30)
    ]
    whole, found, elsewhere = read(entry, rows)
    findings, parts, left_out = Findings(), [], 0
    for start in range(0, 30, 7):
        mapped = mapping.apply(entry, batch(rows)[start : start + 7], "prov.csv", findings, kommun="9901")
        parts.append(check.check(mapped, entry, DELIVERED, findings))
        left_out += mapped.elsewhere
    assert pl.concat(parts).equals(whole)
    assert left_out == elsewhere > 0
    assert sorted(findings.frame().select("rad", "regel_id").rows()) == sorted(
        found.select("rad", "regel_id").rows()
    )


def test_an_empty_batch_has_the_same_columns() -> None:
    findings = Findings()
    nothing = batch([LEDGER]).clear()
    typed = check.check(
        mapping.apply(fil(), nothing, "a", findings, kommun="9901"), fil(), DELIVERED, findings
    )
    full, _, _ = read(fil(), [LEDGER])
    assert typed.schema == full.schema
    assert findings.frame().is_empty()


def test_second_person_of_a_row_is_checked_too() -> None:
    right = person_number(0)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    rows: list[dict[str, str | None]] = [
        {"personnummer": right, "tidigare_personnummer": number, "datum": "2026-01-01"}
        for number in (right, f"{right[:8]}-{right[8:]}", wrong, None)
    ]
    typed, found, _ = read(fil("personbyten"), rows)
    assert typed["tidigare_personnummer"].to_list() == [right, right, None, None]
    assert found.select("rad", "regel_id").rows() == [(4, "PERSONNUMMER"), (5, "VARDE_SAKNAS")]
    assert typed["fodelsedatum"].to_list() == [date(2015, 1, 1)] * 4


def header(names: list[str], other: str | None = None, **keys: Any) -> tuple[bool, list[tuple[Any, ...]]]:
    findings = Findings()
    fits = mapping.header_fits(names, other, fil(**keys), "a.csv", findings)
    return fits, findings.frame().select("regel_id", "rad", "kolumn").rows()


def test_headers_say_all_that_is_wrong_on_their_own_line() -> None:
    required = [c.name for c in table("ekonomi").columns if c.required]
    assert header(required) == (True, [])
    assert header([*required, "x"], rubrikrad=4) == (True, [("KOLUMN_OKAND", 4, "x")])
    missing, *rest = required
    assert header([*rest, rest[0], "19800101-0002", "19800101-0002"]) == (
        False,
        [("KOLUMN_SAKNAS", 1, missing), ("KOLUMN_DUBBEL", 1, None), ("KOLUMN_DUBBEL", 1, rest[0])],
    )
    assert header([], None) == (False, [("FIL_TOM", 1, None)])
    assert header(["a;b"], ";") == (False, [("FIL_AVGRANSARE", 1, None)])
    assert header(required, format="parquet") == (True, [])
