import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.reports import portal, write_all
from pipelines.reports.portal import sparkline


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return portal.write(published, tmp_path_factory.mktemp("portal")).parent


def data(page: str) -> dict[str, object]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return dict(json.loads(found[1]))


def pages(site: Path) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in site.rglob("*.html")}


def test_every_indicator_has_page_and_csv(site: Path) -> None:
    for name in ("UTR_BARN_I_TID", "UTR_BARN_ANTAL", "UTR_BARN_MEDIAN", "PLAC_KOSTNAD", "PLAC_UTAN_UNDERLAG"):
        assert (site / "indikator" / f"{name}.html").exists()
        assert (site / "indikator" / f"{name}.csv").exists()


def test_pages_ask_for_nothing_outside_the_folder(site: Path) -> None:
    for name, page in pages(site).items():
        folder = site if name in ("index", "kalender") else site / "indikator"
        for address in re.findall(r'(?:src|href)="([^"#]+)', page):
            assert address.startswith("data:") or (folder / address).exists(), (name, address)


def test_pages_never_say_nan_or_none(site: Path) -> None:
    for page in pages(site).values():
        assert not re.search(r"\b(NaN|None|nan|undefined)\b", page)


def test_texts_are_escaped(site: Path) -> None:
    page = pages(site)["PLAC_KOSTNAD"]
    assert "<och" not in page
    assert "&lt;och jourhem&gt;" in page
    assert data(page)["namn"] == "Kostnad per årsplacering, familjehem <och jourhem>"


def test_page_without_script_has_definition_and_yearly_totals(site: Path) -> None:
    page = re.sub(r"<script.*?</script>", "", pages(site)["UTR_BARN_I_TID"], flags=re.S)
    for text in (
        "Utredningar av barn under 18 år med beslut under perioden",
        "fristen räknad kalendariskt enligt 1 § lagen (1930:173)",
        "version 2, gäller från 2023-01-01",
        "Tidigare definition, version 1",
        "Ängsholm, totalt. Konvention: LAG. Läge per 2025-10-31.",
        "2025 hittills",
        "85,0\u00a0%",
    ):
        assert text in page


def test_protected_numbers_are_null_in_the_page(site: Path) -> None:
    series = data(pages(site)["UTR_BARN_ANTAL"])["serier"]
    assert isinstance(series, list)
    hidden = [
        (s["t"][at], s["n"][at], s["v"][at])
        for s in series
        for at, status in enumerate(s["s"])
        if status == "rojandeskyddad"
    ]
    assert hidden
    assert set(hidden) == {(None, None, None)}


def test_csv_opens_in_swedish_excel(site: Path) -> None:
    file = site / "indikator" / "UTR_BARN_I_TID.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f, delimiter=";"))
    assert {row["Kommun"] for row in rows} == {"Åsby", "Ängsholm"}
    for row in rows:
        if row["Status"] == "Röjandeskyddad":
            assert (row["Täljare"], row["Nämnare"], row["Värde"]) == ("..", "..", "..")
        elif row["Status"] == "Värde":
            share = Decimal(row["Täljare"]) / Decimal(row["Nämnare"])
            assert abs(Decimal(row["Värde"].replace(",", ".")) - share) < Decimal("0.000001")
            assert row["Konvention"] in {"LAG", "LAG_RULLAD"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "Barnutredningar slutförda i tid",
            ["Delvis uppfyllt enligt bedömning: minst 85\u00a0%", "Konvention: LAG", "kvartal 3 2025"],
        ),
        ("Övervägda placeringar", ["Ej producerbar", "–"]),
        ("Utredningstid för barn, median", ["\u00a0dagar"]),
    ],
)
def test_start_page_shows_value_period_and_status(site: Path, name: str, shown: list[str]) -> None:
    section = pages(site)["index"].split('data-kommun="9901"')[1]
    row = next(row for row in section.split("<tr") if f">{name}</a>" in row)
    for text in shown:
        assert text in row


def test_a_figure_has_its_target_grading_and_comment_beside_it(site: Path) -> None:
    page = pages(site)["UTR_BARN_I_TID"]
    mine = page.split('data-kommun="9901"')[1]
    row = next(row for row in mine.split("<tr") if '<th scope="row">2024</th>' in row)
    assert (
        "Delvis uppfyllt enligt bedömning av Eva Ek, enhetschef: Tre sena &lt;var&gt; felregistrerade." in row
    )
    assert "Enligt regeln: ej uppfyllt. Mål: minst 85\u00a0%" in row
    assert "Två tjänster var vakanta. (Bo Al, socialchef, 2025-11-01)" in row
    assert ">Kommentar</th>" not in pages(site)["PLAC_KOSTNAD"]


def test_the_script_gets_what_is_said_of_each_group(site: Path) -> None:
    series = data(pages(site)["UTR_BARN_ANTAL"])["serier"]
    assert isinstance(series, list)
    said = [(s["grupp"], s["periodtyp"], text) for s in series for text in s.get("k", []) if text]
    assert said == [("Öst", "kvartal", "Öst tog över Alms ärenden. (Bo Al, socialchef, 2025-11-02)")]


def test_start_page_says_what_is_said_of_the_newest_period(site: Path) -> None:
    assert (
        "Oktober 2025: Ny organisation från oktober. (Bo Al, socialchef, 2025-11-03)" in pages(site)["index"]
    )


def test_start_page_never_takes_an_unfinished_year_as_latest(site: Path) -> None:
    assert '<span class="period">2025</span>' not in pages(site)["index"]


def test_sparkline_has_a_gap_where_a_value_is_missing() -> None:
    values = [Decimal(1), Decimal(2), None, Decimal(2)]
    assert sparkline(values, width=36, height=26) == ["M3.0,13.0 L13.0,3.0", "M33.0,3.0 L33.0,3.0"]
    assert sparkline([None, None]) == []


def test_sparkline_of_zeros_lies_on_the_ground() -> None:
    assert sparkline([Decimal(0), Decimal(0)], width=26, height=26) == ["M3.0,23.0 L23.0,23.0"]


def test_write_all_fills_the_release(published: Path) -> None:
    said: list[str] = []
    written = write_all(published, said.append)
    assert said == [str(path.relative_to(published)) for path in written]
    assert all(path.exists() for path in written)
    index = (published / "portal/index.html").read_text(encoding="utf-8")
    assert 'href="../reports/9901/indikatorer_9901.xlsx"' in index
