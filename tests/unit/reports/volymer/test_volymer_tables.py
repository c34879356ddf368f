"""The printed layout: Botkyrka's delår 2 2021 as it was printed, and each kind of cell."""

from decimal import Decimal

import pytest
import underlag
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports.format import NBSP
from pipelines.reports.volymer import Report, chart, figures
from pipelines.reports.volymer.layout import layout

NO_VOLUME = "kostnad utan volym"


def cells(table: str) -> list[list[str]]:
    """The rows of the printed table, as numbers are written here."""

    def text(number: str) -> str:
        share = number.endswith("%")
        return f"{int(number.rstrip('%')):,}".replace(",", NBSP) + (f"{NBSP}%" if share else "")

    return [
        [r["rad"], *(text(r[c]) if r[c] else "–" for c in underlag.COLUMNS)]
        for r in underlag.printed()[table]
    ]


def test_botkyrkas_volumes_come_out_as_printed() -> None:
    report = Report.of(underlag.botkyrka(), "2021-D2")
    assert list(report.volumes.headings) == [
        *("", "Jan–aug 2020", "Jan–aug 2021", "Utfall 2020", "Budget 2021", "Prognos 2021")
    ]
    assert [report.volumes.texts(line) for line in report.volumes.lines] == cells("Volymer")
    assert [name for name, _ in report.volumes.sections] == [
        "Barn och unga",
        "Personer med psykisk funktionsnedsättning",
        "Vuxna - Våld i nära relation",
        "Vuxna med beroendeproblem",
        "Ekonomiskt bistånd",
    ]


def test_botkyrkas_unit_costs_come_out_as_printed_except_the_zeros_that_are_none() -> None:
    report = Report.of(underlag.botkyrka(), "2021-D2")
    expected = [["–" if text == "0" else text for text in row] for row in cells("Nyckeltal")]
    assert [report.costs.texts(line) for line in report.costs.lines] == expected


def test_a_whole_year_has_three_years_before_it_and_the_budget() -> None:
    assert [(c.heading, c.serie, c.period) for c in layout("2025").columns] == [
        ("Utfall 2022", "utfall", "2022"),
        ("Utfall 2023", "utfall", "2023"),
        ("Utfall 2024", "utfall", "2024"),
        ("Budget 2025", "budget", "2025"),
        ("Utfall 2025", "utfall", "2025"),
    ]


@pytest.mark.parametrize("period", ["2025-K1", "2025-D3", "2025-10", "igår", "", "2025-H1"])
def test_other_periods_have_no_layout(period: str) -> None:
    with pytest.raises(ValueError, match="varken ett helår"):
        layout(period)


def test_a_period_that_is_not_over_is_no_report() -> None:
    rows = [underlag.row("a", ar_fullstandig=False)]
    with pytest.raises(KeyError, match="ingen avslutad period 2021-D2"):
        Report.of(underlag.source(rows), "2021-D2")


def test_a_cost_without_volume_is_told_and_never_0() -> None:
    row = underlag.row(
        "a", vard_dygn=Decimal(0), arsplatser=Decimal(0), nettokostnad_kr=Decimal("200000.00"),
        kostnad_per_arsplacering_kr=None, saknas_orsak="kostnad utan vårddygn",
    )  # fmt: skip
    report = Report.of(underlag.source([row]), "2021-D2")
    [volume], [cost] = report.volumes.lines, report.costs.lines
    assert report.volumes.texts(volume)[2] == "0"
    assert report.costs.texts(cost)[2] == NO_VOLUME
    assert report.costs.notes == (f"Kostnad utan volym: a, årskostnad, Jan–aug 2021: 0,2{NBSP}mkr.",)
    [(_, [text])] = report.text
    assert text == f"a redovisar 0 årsplatser. Det finns en kostnad utan volym (0,2{NBSP}mkr)."


def test_a_row_that_is_no_placement_has_its_own_unit_and_no_bar() -> None:
    report = Report.of(underlag.botkyrka(), "2021-D2")
    own = [line.heading for line in report.volumes.lines if not line.charted]
    assert own == list(underlag.INDICATORS)[:7]
    assert report.volumes.notes == ("En rad som nämner antal, andel, månader eller kronor är i den enheten.",)
    bars = [p["title"]["text"] for p in chart.columns(report.volumes)["concat"]]
    assert bars == [name for name, _ in report.volumes.sections if name != "Ekonomiskt bistånd"]
    assert (
        chart.columns(Report.of(underlag.source(indicators=[underlag.indicator("a")]), "2021-D2").volumes)
        is None
    )


def test_a_report_may_have_no_placements() -> None:
    report = Report.of(underlag.source(indicators=[underlag.indicator("hushåll")]), "2021-D2")
    assert [(name, len(lines)) for name, lines in report.volumes.sections] == [("Ekonomiskt bistånd", 1)]
    assert (report.costs.sections, report.groups, report.outside) == ((), [], None)


def test_an_indicator_that_is_protected_or_not_known_has_a_sign_and_no_number() -> None:
    empty = {"varde": None, "taljare": None, "namnare": None}
    rows = [
        underlag.indicator("dold", status="rojandeskyddad", **empty),
        underlag.indicator("saknad", status="saknas", **empty),
        underlag.indicator("planerad", serie="budget", periodtyp="ar", period="2021"),
    ]
    report = Report.of(underlag.source([underlag.row("a")], indicators=rows, troskel=5), "2021-D2")
    texts = [report.volumes.texts(line) for line in report.volumes.lines][1:]
    assert texts == [["dold", "–", "..", "–", "–", "–"], ["planerad", "–", "–", "–", "10", "–"]]
    assert dict(report.text)["Ekonomiskt bistånd"] == ["Antalet dold: värdet är skyddat och visas inte."]


def test_what_is_protected_or_not_known_has_a_sign_and_no_number() -> None:
    hidden = underlag.row(
        "a", status="rojandeskyddad", vard_dygn=None, arsplatser=None, nettokostnad_kr=None,
        kostnad_per_arsplacering_kr=None,
    )  # fmt: skip
    report = Report.of(underlag.source([hidden], troskel=5), "2021-D2")
    assert report.volumes.texts(next(report.volumes.lines)) == ["a, årsplatser", "–", "..", "–", "–", "–"]
    assert report.costs.texts(next(report.costs.lines)) == ["a, årskostnad", "–", "..", "–", "–", "–"]
    assert report.text == [("Barn och unga", ["a: volymen är skyddad och visas inte."])]
    assert "färre än 5 personer" in dict(report.explanations)["Små tal"]


def test_rows_with_nothing_in_any_column_are_left_out() -> None:
    nothing = {"vard_dygn": Decimal(0), "arsplatser": Decimal(0), "nettokostnad_kr": None}
    rows = [underlag.row("a"), underlag.row("b", **nothing), underlag.row("c", avsnitt=None)]
    assert [r["volymgrupp"] for r in Report.of(underlag.source(rows), "2021-D2").groups] == ["a"]


def test_what_the_rows_leave_out_of_the_ledger_is_told() -> None:
    rows = [
        underlag.row("a", nettokostnad_kr=Decimal(6000000)),
        underlag.row("ofordelad", avsnitt=None, nettokostnad_kr=Decimal(3000000)),
        underlag.row("ensamkommande", avsnitt=None, nettokostnad_kr=Decimal(1000000)),
    ]
    assert Report.of(underlag.source(rows), "2021-D2").outside == (
        f"Nettokostnaden i huvudboken är 10,0{NBSP}mkr, varav raderna 6,0{NBSP}mkr, "
        f"ofördelad kostnad 3,0{NBSP}mkr, ensamkommande 1,0{NBSP}mkr."
    )


kr = st.decimals(min_value=-(10**8), max_value=10**8, places=2)


@given(kr, kr, kr, kr, st.sampled_from([figures.THOUSAND, figures.MILLION]))
def test_printed_parts_sum_to_the_printed_deviation(
    volym: Decimal, mix: Decimal, pris: Decimal, left: Decimal, unit: Decimal
) -> None:
    row = underlag.deviation(
        "a", volym_kr=volym, mix_kr=mix, pris_kr=pris, ej_uppdelad_kr=left,
        avvikelse_kr=volym + mix + pris + left,
    )  # fmt: skip
    split = figures.deviation(row, unit)
    assert split is not None
    assert split.target_group is not None
    assert split.mix is not None
    assert (
        sum(split.parts.values())
        == split.total
        == figures.rounded(-row["avvikelse_kr"] / unit, split.decimals)
    )
    assert split.target_group + split.mix == split.parts["volym"]
    step = Decimal(1).scaleb(-split.decimals)
    exact = {"volym": volym + mix, "pris": pris, "ej uppdelad": left}
    largest = max(exact, key=lambda name: abs(exact[name]))
    for name, value in exact.items():
        off = abs(split.parts[name] + value / unit)
        assert off <= (2 * step if name == largest else step / 2)
