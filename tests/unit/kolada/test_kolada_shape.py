"""Kolada's shape: what is read from answers made by hand, what is refused and why, and that writing is its
inverse.
"""

import csv
import json
import math
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kolada_server import DATA
from pydantic import ValidationError

from pipelines import kolada
from pipelines.kolada.shape import KEY, SCHEMA
from pipelines.settings import SEEDS

PAGES = [DATA / f"sida_{n}.json" for n in (1, 2, 3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The three pages, the groups and the names, in folders of any depth."""
    for n, file in enumerate([*PAGES, DATA / "grupper.json", DATA / "kpi.json"]):
        (tmp_path / str(n)).mkdir()
        (tmp_path / str(n) / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_pages_become_one_frame(folder: Path) -> None:
    found = kolada.read(folder)
    assert dict(found.values.schema) == SCHEMA
    assert found.rejected.is_empty()
    assert found.values.equals(found.values.sort(KEY))
    assert found.values.height == sum(
        len(row["values"]) for page in PAGES for row in json.loads(page.read_bytes())["values"]
    )
    of = {tuple(row[column] for column in KEY): row for row in found.values.iter_rows(named=True)}
    country = of["U33401", "0000", "2024", "T"]
    assert (country["varde"], country["antal"]) == (96.4, 290)
    # A null is a figure that is not given, and a zero is a zero.
    assert (of["U33401", "0127", "2024", "T"]["varde"], of["U33401", "0127", "2024", "T"]["status"]) == (
        None,
        "Missing",
    )
    assert of["U33401", "0180", "2023", "T"]["varde"] == 0.0
    # A year as text, and version 2's letter for women.
    assert of["U33401", "0180", "2023", "K"]["varde"] == 101.0
    assert [group.id for group in found.groups] == ["G175045", "G175046"]
    assert [member.id for member in found.groups[0].members] == ["9901", "0180", "2280", "0127"]
    assert found.titles["U33401"].startswith("Utredningstid i antal dagar")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (1, "kommunkoden 127 är inte text med fyra siffror"),
        (2, "kommunkoden '127' är inte text med fyra siffror"),
        (3, "municipality saknas"),
        (4, "perioden 24 är inget år"),
        (5, "values.1.gender har fel form: X"),
        (6, "könet K står två gånger"),
        (7, "values.1.value har fel form: 103,0"),
        (8, "values.1.value saknas"),
        (9, "values har fel form: []"),
        (10, "siffran är struken i Kolada"),
        (11, "varken siffror, grupp eller namn"),
        (12, "varken siffror, grupp eller namn"),
        (13, "kommunkoden '180' är inte text med fyra siffror"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(row: int, why: str) -> None:
    refused = kolada.read(DATA / "fel_rader.json").rejected.filter(rad=row)
    assert refused["fil"].to_list() == ["fel_rader.json"]
    assert why in refused["skal"].item()


def test_every_row_is_read_or_refused() -> None:
    found = kolada.read(DATA / "fel_rader.json")
    rows = json.loads((DATA / "fel_rader.json").read_bytes())["values"]
    assert sorted(found.rejected["rad"]) == list(range(1, len(rows)))
    assert found.values["kpi"].to_list() == [rows[-1]["kpi"]]


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    """Python's JSON knows NaN, and 1e999 is no number either."""
    text = PAGES[2].read_text(encoding="utf-8")
    (tmp_path / "nan.json").write_text(text.replace("92.0", "NaN").replace("97.7", "1e999"), encoding="utf-8")
    found = kolada.read(tmp_path)
    assert found.rejected["rad"].to_list() == [1, 2]
    assert all(math.isfinite(value) for value in found.values["varde"])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ((DATA / "trasig.json").read_bytes(), "inte hel JSON: rad 3"),
        ('{"values": ["å"]}'.encode("latin-1"), "inte JSON i UTF-8"),
        (b'{"value": []}', "values saknas"),
        (b"[]", "inte ett svar i Koladas form"),
        (b"", "inte hel JSON"),
    ],
)
def test_a_bad_file_is_refused_and_the_others_read(folder: Path, content: bytes, why: str) -> None:
    (folder / "trasig.json").write_bytes(content)
    found = kolada.read(folder)
    assert found.rejected.select("fil", "rad").rows() == [("trasig.json", None)]
    assert why in found.rejected["skal"].item()
    assert found.values.equals(kolada.read(folder).values)
    assert found.values.height == 30


def test_a_figure_given_twice_is_one_and_a_contradiction_is_none(folder: Path) -> None:
    before = kolada.read(folder).values
    (folder / "igen.json").write_bytes(PAGES[2].read_bytes())
    assert kolada.read(folder).values.equals(before)
    text = PAGES[2].read_text(encoding="utf-8")
    (folder / "igen.json").write_text(text.replace("97.7", "97.8"), encoding="utf-8")
    found = kolada.read(folder)
    assert found.rejected.select("fil", "rad").rows() == [("2/sida_3.json", 2), ("igen.json", 2)]
    assert found.values.height == before.height - 1


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        kolada.read(tmp_path)


figures = st.lists(
    st.tuples(
        st.from_regex(r"[A-Z][A-Z0-9_]{1,6}", fullmatch=True),
        st.from_regex(r"[0-9]{4}|G[0-9]{1,6}", fullmatch=True),
        st.from_regex(r"20[0-9]{2}(-(0[1-9]|K[1-4]|T[1-3]|D[12]|H[12]|10-R12))?", fullmatch=True),
        st.sampled_from("TKM"),
        st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9).map(float),
        st.none() | st.integers(0, 290),
        st.sampled_from(["", "Missing", "rojandeskyddad", "för få"]),
    ),
    unique_by=lambda row: row[:4],
    max_size=12,
)


@settings(deadline=None, max_examples=50)
@given(figures)
def test_what_is_written_is_read(rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(KEY)
    with tempfile.TemporaryDirectory() as folder:
        files = kolada.write(frame, Path(folder))
        assert len(files) == frame["kpi"].n_unique()
        if files:
            found = kolada.read(Path(folder))
            assert found.rejected.is_empty()
            assert found.values.equals(frame)


def test_what_the_shape_cannot_hold_is_not_written(tmp_path: Path) -> None:
    row = {"kpi": "X", "kommun": "0180", "period": "2024", "kon": "T", "varde": 1.0, "antal": 1, "status": ""}
    for wrong in ({"kommun": "180"}, {"kon": "X"}, {"varde": math.inf}, {"period": "24"}, {"kpi": "a/b"}):
        with pytest.raises(ValidationError):
            kolada.write(pl.DataFrame([row | wrong], schema=SCHEMA), tmp_path)
    with pytest.raises(ValidationError):
        kolada.write(pl.DataFrame([row, row], schema=SCHEMA), tmp_path)


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_comparisons_name_what_exists() -> None:
    """Each indicator is ours, each key figure in Kolada's catalogue of the area (tests/data/kolada)."""
    with (DATA / "kpi_katalog.csv").open(encoding="utf-8", newline="") as file:
        catalogue = {row["id"] for row in csv.DictReader(file)}
    ours = {row["indikator_id"] for row in seed("indikatorer")}
    for row in seed("indikator_jamforelser"):
        assert row["indikator_id"] in ours
        assert row["kalla"] in {"kolada", "ivo", "skr_nuso"}
        assert row["likhet"] in {"samma", "nara", "annan"}
        assert row["skillnad"] or row["likhet"] == "samma", row
        if row["kalla"] == "kolada":
            assert row["extern_id"] in catalogue
            assert ("ÅÅÅÅ" in row["egen_period"]) == (row["likhet"] != "annan"), row
