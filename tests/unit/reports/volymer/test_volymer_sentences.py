"""The sentences say what the tables say; a test reads each of them back."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import underlag
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports.format import MINUS, NBSP
from pipelines.reports.volymer import Report, check
from pipelines.reports.volymer.claims import expected, expected_measure, stated, stated_measure
from pipelines.reports.volymer.layout import layout
from pipelines.reports.volymer.sentences import measure

N = NBSP
PSYCHIATRY = "Personer med psykisk funktionsnedsättning"


@pytest.fixture(scope="module")
def botkyrka() -> Report:
    return Report.of(underlag.botkyrka(), "2021-D2")


def texts(report: Report) -> dict[str, list[str]]:
    return dict(report.text)


def year(now: int, before: int, budget: int, **changed: Decimal | None) -> Report:
    """A whole year's report of one row: volumes, each at a million."""

    def cell(serie: str, period: str, places: int) -> underlag.Row:
        made = {"arsplatser": Decimal(places), "vard_dygn": Decimal(365 * places)}
        return underlag.row(
            "lvu", rad_volym="Placeringar enligt LVU, årsplatser", serie=serie, periodtyp="ar", period=period,
            ar_med_bokslut=True, **made | (changed if period == "2021" and serie == "utfall" else {})
        )  # fmt: skip

    rows = [cell("utfall", "2020", before), cell("utfall", "2021", now), cell("budget", "2021", budget)]
    return Report.of(underlag.source(rows), "2021")


def test_a_whole_year_against_last_year_and_budget() -> None:
    [(_, [text])] = year(17, 16, 6).text
    assert text == (
        "Placeringar enligt LVU redovisar 17 årsplaceringar jämfört med 16 föregående år, 11 fler än "
        f"budgeterat. Kostnaden per årsplacering är 1{N}000{N}tkr, oförändrad jämfört med föregående år och "
        "lika hög som budgeterat."
    )


@pytest.mark.parametrize(
    ("now", "before", "budget", "said"),
    [
        (1, 2, 3, "redovisar 1 årsplacering jämfört med 2 föregående år, 2 färre än budgeterat."),
        (3, 3, 3, "redovisar 3 årsplaceringar jämfört med 3 föregående år, lika många som budgeterat."),
        (0, 1, 1, "redovisar 0 årsplaceringar jämfört med 1 föregående år, 1 färre än budgeterat."),
    ],
)
def test_one_and_several_more_and_fewer(now: int, before: int, budget: int, said: str) -> None:
    [(_, [text])] = year(now, before, budget).text
    assert said in text


def test_dearer_and_cheaper() -> None:
    [(_, [text])] = year(17, 16, 6, kostnad_per_arsplacering_kr=Decimal("1234499.99")).text
    assert f"Kostnaden per årsplacering är 1{N}234{N}tkr, 234{N}tkr högre än föregående år och 234" in text
    [(_, [text])] = year(17, 16, 6, kostnad_per_arsplacering_kr=Decimal("899500")).text
    assert f"är 900{N}tkr, 100{N}tkr lägre än föregående år och 100{N}tkr lägre än budgeterat." in text


def test_botkyrkas_institutions_under_lvu(botkyrka: Report) -> None:
    """The printed report says 22 more than budget of another row, and of this one a deviation of −21,7; from
    its own printed numbers it is −19,9, volume −29,3 and price +9,4.
    """
    text = texts(botkyrka)["Barn och unga"][1]
    assert text == (
        "Institution LVU redovisar 18 årsplatser jämfört med 17 samma period föregående år. "
        "Helårsprognosen är 18 årsplatser, 12 fler än budgeterat. Kostnaden per årsplacering är "
        f"2{N}158{N}tkr, 85{N}tkr högre än samma period föregående år. I helårsprognosen är kostnaden per "
        f"årsplacering 1{N}923{N}tkr, 522{N}tkr lägre än budgeterat. Helårsprognosens avvikelse mot budget "
        f"är {MINUS}19,9{N}mkr, varav volym {MINUS}29,3 och pris +9,4."
    )


@pytest.mark.parametrize(
    ("section", "place", "deviation"),
    [
        (PSYCHIATRY, 1, f"{MINUS}15,9{N}mkr, varav volym {MINUS}15,7 och pris {MINUS}0,2"),
        ("Vuxna med beroendeproblem", 0, f"+13,4{N}mkr, varav volym +14,1 och pris {MINUS}0,7"),
        ("Vuxna med beroendeproblem", 1, f"{MINUS}9,9{N}mkr, varav volym {MINUS}13,8 och pris +3,9"),
        ("Vuxna med beroendeproblem", 2, f"+1,0{N}mkr, varav volym +1,0"),
        ("Barn och unga", 2, f"{MINUS}8,5{N}mkr, varav volym +1,6 och pris {MINUS}10,1"),
    ],
)  # fmt: skip
def test_deviations_that_reproduce(botkyrka: Report, section: str, place: int, deviation: str) -> None:
    assert f"Helårsprognosens avvikelse mot budget är {deviation}." in texts(botkyrka)[section][place]


def test_every_sentence_states_what_the_tables_print(botkyrka: Report) -> None:
    counted = 0
    for row in botkyrka.groups:
        facts = botkyrka.facts(row)
        text = next(t for t in texts(botkyrka)[row["avsnitt"]] if re.match(re.escape(facts.name) + "[ :]", t))
        assert stated(text, botkyrka.form) == expected(facts, botkyrka.form)
        counted += len(stated(text, botkyrka.form))
    assert counted > 90
    for row in botkyrka.indicators:
        told = botkyrka.measure(row)
        said = [t for t in texts(botkyrka)[row["avsnitt"]] if re.match(re.escape(told.name) + "(?: är|:)", t)]
        claims = [stated_measure(text, botkyrka.form) for text in said]
        assert claims == ([expected_measure(told, botkyrka.form)] if said else [])
        counted += len(claims)
    assert counted > 97


def test_botkyrkas_households(botkyrka: Report) -> None:
    households, *_ = texts(botkyrka)["Ekonomiskt bistånd"]
    assert households == (
        f"Genomsnittligt antal biståndshushåll per månad är 1{N}068 jämfört med 1{N}088 samma period "
        f"föregående år. Helårsprognosen är 1{N}070 jämfört med 1{N}053 i budget."
    )


@pytest.mark.parametrize(
    ("values", "period", "said"),
    [
        (
            ("0.43", "0.41", "0.4", None), "2021",
            f"a är 43{N}% jämfört med 41{N}% föregående år och 40{N}% i budget.",
        ),
        (("0.43", None, "0.4", None), "2021", f"a är 43{N}% jämfört med 40{N}% i budget."),
        (("0.43", None, None, None), "2021", f"a är 43{N}%."),
        ((None, "0.41", "0.4", None), "2021-D2", ""),
        ((None, None, "0.4", "0.5"), "2021-D2", f"a: helårsprognosen är 50{N}% jämfört med 40{N}% i budget."),
        (("0.43", None, None, "0.5"), "2021-D2", f"a är 43{N}%. Helårsprognosen är 50{N}%."),
    ],
)  # fmt: skip
def test_a_measure_is_told_with_what_is_known(values: tuple[str | None, ...], period: str, said: str) -> None:
    form = layout(period)
    columns = [form.column(c) for c in ("nu", "fore", "budget", form.plan)][: 4 if form.plan_name else 3]
    rows = [
        underlag.indicator(
            "a", mening="a", mattenhet="andel", varde=Decimal(value), serie=c.serie, periodtyp=c.periodtyp,
            period=c.period,
        )
        for c, value in zip(columns, values, strict=False)
        if value
    ]  # fmt: skip
    report = Report.of(underlag.source([underlag.row("b", period=period)], indicators=rows), period)
    [row] = report.indicators
    told = report.measure(row)
    assert measure(told, form) == said
    assert stated_measure(said, form) == (expected_measure(told, form) if said else {})


places = st.none() | st.integers(0, 400)
costs = st.none() | st.integers(1, 9_000_000)
amounts = st.integers(-40_000_000, 40_000_000)
columns = st.tuples(places, costs, st.sampled_from(["ok", "ok", "ok", "rojandeskyddad"]))


@given(
    st.sampled_from(["2021", "2021-D2"]), st.lists(columns, min_size=5, max_size=5), amounts, amounts, amounts
)
def test_any_row_is_read_back(
    period: str, drawn: list[tuple[int | None, int | None, str]], volume: int, price: int, left: int
) -> None:
    """Whatever the row: what its sentences state is what the tables print, and nothing else."""
    anything = underlag.row("ny", period=period, periodtyp="ar" if len(period) == 4 else "delar")
    form = Report.of(underlag.source([anything]), period).form
    rows = []
    for column, (count, cost, status) in zip(form.columns, drawn, strict=True):
        ok = status == "ok"
        rows.append(
            underlag.row(
                "a", serie=column.serie, periodtyp=column.periodtyp, period=column.period, status=status,
                arsplatser=None if count is None or not ok else Decimal(count) + Decimal("0.3"),
                kostnad_per_arsplacering_kr=None if cost is None or not ok else Decimal(cost),
            )
        )  # fmt: skip
    deviations = [
        underlag.deviation(
            "a", serie=c.serie, jamforelse=c.jamforelse, periodtyp=c.periodtyp, period=c.period,
            volym_kr=Decimal(volume), mix_kr=Decimal(left), pris_kr=Decimal(price),
            ej_uppdelad_kr=Decimal(left), avvikelse_kr=Decimal(volume + price + 2 * left),
        )
        for c in form.comparisons
    ]  # fmt: skip
    report = Report.of(underlag.source([*rows, anything], deviations), period)
    group = next(r for r in report.groups if r["volymgrupp"] == "a")
    facts = report.facts(group)
    text = next(t for t in texts(report)["Barn och unga"] if t.startswith(("a redovisar", "a:")))
    assert stated(text, form) == expected(facts, form)
    # The cells of the tables, read as they are printed.
    for table, cells in ((report.volumes, facts.volume), (report.costs, facts.cost)):
        line = next(line for line in table.lines if line.heading.startswith("a,"))
        assert table.texts(line)[1:] == [cells[c.id].text for c in form.columns]


def test_a_text_that_has_drifted_is_found(botkyrka: Report, tmp_path: Path) -> None:
    lines = [line for name, paragraphs in botkyrka.text for line in (name, *paragraphs)]
    document = tmp_path / "text.txt"
    document.write_text("\n".join(lines), encoding="utf-8")
    assert check(document, botkyrka) == []

    changed = "\n".join(lines)
    for was, now in (
        ("Institution LVU redovisar 18", "Institution LVU redovisar 19"),
        ("18 årsplatser, 12 fler än", "18 årsplatser, 12 färre än"),
        (f"85{N}tkr högre", "150 tkr högre"),
        (f"1{N}070 jämfört med 1{N}053 i budget", f"1{N}070 jämfört med 1{N}088 i budget"),
        (f"varav volym {MINUS}29,3", f"varav volym {MINUS}21,7"),
    ):
        assert changed.count(was) == 1
        changed = changed.replace(was, now)
    document.write_text(changed, encoding="utf-8")
    row = "Barn och unga, Institution LVU: texten säger"
    assert {c.text for c in check(document, botkyrka)} == {
        f"{row} 19 (volym), tabellen säger 18.",
        f"{row} {MINUS}12 (volym i prognosen mot budget), tabellen säger +12.",
        f"Ekonomiskt bistånd, Genomsnittligt antal biståndshushåll per månad: texten säger 1{N}088 (värde i "
        f"budget), tabellen säger 1{N}053.",
        f"{row} +150 (kostnad mot förra gången), tabellen säger +85.",
        f"{row} {MINUS}21,7 (Helårsprognosens avvikelse mot budget, volym), tabellen säger {MINUS}29,3.",
    }


def test_a_text_about_something_else_is_not_agreement(botkyrka: Report, tmp_path: Path) -> None:
    document = tmp_path / "text.txt"
    document.write_text("Nämnden sammanträder i september.", encoding="utf-8")
    assert [c.text for c in check(document, botkyrka)] == [
        "Hittar inga meningar om raderna att jämföra med tabellerna."
    ]
