"""Reading workbooks and Parquet: every cell as a person would write it, and no file ends the night."""

import base64
import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipelines.ingest import read
from pipelines.ingest.adapter import Fil
from pipelines.ingest.read import base, columnar, workbook
from pipelines.ingest.read.base import NUL, FileRefused
from pipelines.ingest.rules import LINE

Cells = list[list[Any]]
MAPPED: dict[str, Any] = {
    "kolumner": {"aktualisering_id": "a", "personnummer": "b"},
    "konstanter": {"inkommen": "2026-01-01", "typ": "anmalan", "enhet": "e", "malgrupp": "barn"},
}


def entry(form: str, **keys: Any) -> Fil:
    return Fil(monster="*", tabell="aktualiseringar", format=form, **keys)


def content(path: Path, fil: Fil) -> tuple[list[list[Any]], list[list[Any]]]:
    batches = list(read.open_file(path, fil).batches())
    rows = [list(row) for batch in batches for row in batch.rows.rows()]
    return rows, [list(row) for batch in batches for row in batch.broken.rows()]


def refusal(path: Path, fil: Fil) -> FileRefused:
    assert read.count_rows(path, fil) >= 0
    with pytest.raises(FileRefused) as refused:
        content(path, fil)
    return refused.value


def book(
    path: Path, cells: Cells, *, sheet: str = "Blad1", first_row: int = 0, first_column: int = 0
) -> Path:
    with xlsxwriter.Workbook(path) as made:
        formats = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", time: "hh:mm"}
        page = made.add_worksheet(sheet)
        for number, row in enumerate(cells, first_row):
            for place, value in enumerate(row, first_column):
                form = formats.get(type(value))
                page.write(number, place, value, made.add_format({"num_format": form}) if form else None)
    return path


# Workbooks


def test_cells_are_written_as_a_person_would(tmp_path: Path) -> None:
    written = [
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5), "2026-01-05"),  # noqa: DTZ001
        (datetime(2026, 1, 5, 13, 30), "2026-01-05 13:30:00"),  # noqa: DTZ001
        (time(13, 30), "13:30:00"),
        (198001019999, "198001019999"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (2e11, "200000000000"),
        (-12345.67, "-12345.67"),
        (True, "ja"),
        (False, "nej"),
        ("0123", "0123"),
        (" 1.0 ", " 1.0 "),
        (None, None),
        ("två\nrader", "två\nrader"),
    ]
    path = book(tmp_path / "a.xlsx", [["a", "b"], *([value, "x"] for value, _ in written)])
    rows, broken = content(path, entry("xlsx"))
    assert rows == [[line, text, "x"] for line, (_, text) in enumerate(written, 2)]
    assert broken == []


def test_error_values_are_empty(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.write_formula(1, 0, "=NA()", None, "#N/A")
        page.write(1, 1, "x")
    assert content(tmp_path / "a.xlsx", entry("xlsx"))[0] == [[2, None, "x"]]


def test_time_without_day_is_no_date(tmp_path: Path) -> None:
    """An empty cell that is fetched as a date is Excel's day 0, and must not pass for 1899."""
    path = book(tmp_path / "a.xlsx", [["a"], [time(0, 0)]])
    assert content(path, entry("xlsx"))[0] == [[2, "00:00:00"]]


def test_title_empty_rows_and_columns(tmp_path: Path) -> None:
    cells: Cells = [
        ["Uttag", None, None, "långt bort"],
        [],
        [" a ", None, "c", None],
        [1, 2, 3, None],
        [],
        ["Summa", None, 6],
        [" ", None],
        [4, None, 5],
        [" "],
    ]
    path = book(tmp_path / "a.xlsx", cells, first_row=1, first_column=1)
    fil = entry("xlsx", rubrikrad=3, hoppa_over=["^Summa"])
    assert read.open_file(path, fil).header == ["a", "(kolumn 2)", "c"]
    assert content(path, fil)[0] == [[5, "1", "2", "3"], [9, "4", None, "5"]]
    assert read.count_rows(path, fil) == 2


def test_declared_headings_count_from_column_a(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [[None, "x"], [None, "y", None, "för bred"]])
    rows, broken = content(path, entry("xlsx", rubriker=["a", "b", "c"], **MAPPED))
    assert rows == [[1, None, "x", None]]
    assert [(line, what) for line, _, what in broken] == [(2, "4")]


def test_sheet_by_name(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"], ["1"]], sheet="Data")
    assert content(path, entry("xlsx", blad="Data"))[0] == [[2, "1"]]
    refused = refusal(path, entry("xlsx", blad="Annat"))
    assert (refused.rule, refused.words) == ("FIL_FORMAT", {"format": "xlsx med bladet Annat"})


def test_workbook_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "BATCH_ROWS", 3)
    path = book(tmp_path / "a.xlsx", [["a"], *([n] for n in range(8))])
    batches = list(read.open_file(path, entry("xlsx")).batches())
    assert [b.rows.height for b in batches] == [3, 3, 2]


@pytest.mark.parametrize("data", [b"", b"a;b\n1;2\n", b"PK\x03\x04" + b"\0" * 100, b"\xd0\xcf\x11\xe0" * 50])
def test_file_that_is_no_workbook(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refusal(path, entry("xlsx")).rule == ("FIL_FORMAT" if data else "FIL_TOM")


def test_empty_workbook(tmp_path: Path) -> None:
    assert refusal(book(tmp_path / "a.xlsx", []), entry("xlsx")).rule == "FIL_TOM"
    path = book(tmp_path / "b.xlsx", [["a", "b"]])
    assert content(path, entry("xlsx")) == ([], [])


def test_panic_in_the_library_refuses_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def panic(_: bytes) -> None:
        raise Panic("19800101-1234")

    monkeypatch.setattr(fastexcel, "read_excel", panic)
    path = book(tmp_path / "a.xlsx", [["a"], ["1"]])
    refused = refusal(path, entry("xlsx"))
    assert refused.rule == "FIL_FORMAT"
    assert "1234" not in repr(refused) + str(refused)
    assert refused.__suppress_context__


def test_interrupt_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fastexcel, "read_excel", interrupt)
    path = book(tmp_path / "a.xlsx", [["a"]])
    with pytest.raises(KeyboardInterrupt):
        read.open_file(path, entry("xlsx"))


# Zip bombs


def bomb(path: Path, size: int) -> Path:
    """A workbook with so many bytes of nothing beside its sheet."""
    book(path, [["a"], ["1"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/tom.xml", b"\0" * size)
    return path


def test_workbook_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, fil = bomb(tmp_path / "a.xlsx", 2_000_000), entry("xlsx")
    assert content(path, fil)[0] == [[2, "1"]]
    monkeypatch.setattr(workbook, "LARGEST", 1024**2)
    refused = refusal(path, fil)
    assert (refused.rule, refused.words) == ("FIL_FOR_STOR", {"grans": 1})
    monkeypatch.undo()
    monkeypatch.setattr(workbook, "UNSUSPECTED", 1024**2)
    assert refusal(path, fil).rule == "FIL_FOR_STOR"


def test_workbook_that_lies_of_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "a.xlsx", 2_000_000)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 2_000_000), struct.pack("<I", 10)))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/media/tom.xml").file_size == 10
    monkeypatch.setattr(workbook, "LARGEST", 1024**2)
    assert refusal(path, entry("xlsx")).rule == "FIL_FOR_STOR"


@pytest.mark.parametrize(("place", "refused"), [("XFD1048576", True), ("A1048576", False), ("XFD20", False)])
def test_cell_too_far_away(tmp_path: Path, place: str, refused: bool) -> None:
    """Every cell between takes memory, and the library that lacks it ends the process."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet()
        page.write("A1", "a")
        page.write(place, "långt bort")
    if refused:
        assert refusal(path, entry("xlsx")).rule == "FIL_FOR_STOR"
    else:
        workbook.refuse_too_large(path)


# Parquet

VALUES: list[tuple[Any, Any, Any]] = [
    (pa.int64(), 12345678901234567, "12345678901234567"),
    (pa.uint8(), 7, "7"),
    (pa.float64(), 2.0, "2"),
    (pa.float64(), 0.1 + 0.2, "0.3"),
    (pa.float64(), 2e20, "200000000000000000000"),
    (pa.float64(), float("nan"), None),
    (pa.float32(), 0.1, "0.1"),
    (pa.decimal128(10, 2), Decimal("1234.50"), "1234.50"),
    (pa.decimal256(50, 2), Decimal("-0.50"), "-0.50"),
    (pa.date32(), date(2026, 1, 5), "2026-01-05"),
    (pa.date64(), date(2026, 1, 5), "2026-01-05"),
    (pa.timestamp("us"), datetime(2026, 1, 5), "2026-01-05"),  # noqa: DTZ001
    (pa.timestamp("ns"), datetime(2026, 1, 5, 13, 30), "2026-01-05 13:30:00"),  # noqa: DTZ001
    (pa.timestamp("ms", "UTC"), datetime(2026, 1, 4, 23, tzinfo=UTC), "2026-01-05"),
    (pa.time64("us"), time(13, 30), "13:30:00"),
    (pa.time32("s"), time(13, 30), "13:30:00"),
    (pa.bool_(), True, "ja"),
    (pa.string(), " x ", " x "),
    (pa.large_string(), "x", "x"),
    (pa.binary(), b"x", "x"),
    (pa.null(), None, None),
    (pa.dictionary(pa.int8(), pa.string()), "x", "x"),
    (pa.dictionary(pa.int8(), pa.int64()), 5, "5"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES)
def test_parquet_values_as_text(tmp_path: Path, kind: pa.DataType, value: Any, expected: str | None) -> None:
    array = pa.array([value, None], kind.value_type if pa.types.is_dictionary(kind) else kind)
    array = array.dictionary_encode() if pa.types.is_dictionary(kind) else array
    pq.write_table(pa.table({" a ": array}), tmp_path / "a.parquet")
    source = read.open_file(tmp_path / "a.parquet", entry("parquet"))
    assert source.header == ["a"]
    (batch,) = source.batches()
    assert batch.rows.schema == {LINE: pl.Int64, "a": pl.String}
    assert batch.rows.rows() == [(1, expected), (2, None)]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[1]]),
        pa.array([{"a": 1}]),
        pa.array([1], pa.duration("s")),
        pa.array([b"\xff"]),
    ],
)
def test_parquet_column_that_has_no_text(tmp_path: Path, array: pa.Array) -> None:
    pq.write_table(pa.table({"a": array}), tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet", entry("parquet")).words == {"format": "parquet"}


def test_parquet_in_batches_with_a_broken_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "BATCH_ROWS", 2)
    table = pa.table({"a": ["1", "2", "\0", "4"], "b": [1, None, 3, 4]})
    pq.write_table(table, tmp_path / "a.parquet")
    rows, broken = content(tmp_path / "a.parquet", entry("parquet"))
    assert rows == [[1, "1", "1"], [2, "2", None], [4, "4", "4"]]
    assert broken == [[3, "\0,3", NUL]]
    assert read.count_rows(tmp_path / "a.parquet", entry("parquet")) == 4


def test_damage_is_the_files_and_permission_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 inget PAR1")
    assert refusal(tmp_path / "a.parquet", entry("parquet")).rule == "FIL_FORMAT"
    (tmp_path / "b.parquet").touch()
    assert refusal(tmp_path / "b.parquet", entry("parquet")).rule == "FIL_TOM"
    with pytest.raises(FileNotFoundError):
        read.open_file(tmp_path / "c.parquet", entry("parquet"))
    assert read.count_rows(tmp_path / "c.parquet", entry("parquet")) == 0


# Damaged files


def whole_book(path: Path) -> None:
    book(path, [["a", "b"], *([n, date(2026, 1, 5)] for n in range(30))])


def whole_parquet(path: Path) -> None:
    pq.write_table(pa.table({"a": [f"å{n}" for n in range(50)], "b": range(50)}), path, row_group_size=20)


@pytest.mark.parametrize(("form", "write"), [("xlsx", whole_book), ("parquet", whole_parquet)])
def test_damaged_table_is_read_or_refused(tmp_path: Path, form: str, write: Callable[[Path], None]) -> None:
    path, fil, dice = tmp_path / "hel", entry(form), random.Random(20261101)
    write(path)
    whole = path.read_bytes()
    refused = 0
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.randint(0, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        cut = dice.choice([len(data), len(data), dice.randrange(len(data))])
        path.write_bytes(data[:cut])
        assert read.count_rows(path, fil) >= 0
        try:
            rows, broken = content(path, fil)
        except FileRefused as error:
            assert error.rule in ("FIL_TOM", "FIL_FORMAT", "FIL_FOR_STOR")
            refused += 1
            continue
        assert all(before[0] < after[0] for part in (rows, broken) for before, after in pairwise(part))
    assert 0 < refused < 60


SMALL_PARQUET = base64.b64decode(
    "UEFSMRUEFRQVFEwVBBUAEgAAAQAAAHgBAAAAeRUAFRIVEiwVCBUQFQYVBhwAAAACAAAAAw0BAwQVBBksNQAYBnNjaGVtYRUC"
    "ABUMJQIYAWElAEwcAAAAFggZHBkcJgAcFQwZNQAGEBkYAWEVABYIFmgWaCY4JggpLBUEFQAVAgAVABUQFQIAPBYGGQYZJgIG"
    "AAAAFmgWCCYIFmgAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAIwAAABQQVIx"
)
PANICS = (48, 85, 144, 317, 337)
"""Seeds of two flipped bits in it at which the reader of Polars 2.1 panics."""


def with_flipped_bits(content: bytes, seed: int) -> bytes:
    dice, data = random.Random(seed), bytearray(content)
    for _ in range(2):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


@pytest.mark.parametrize("seed", PANICS)
def test_parquet_at_which_polars_panics(tmp_path: Path, seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    """It is refused; and when a Rust library does panic, that is a refusal too, and its words, which may
    quote a row, are not heard."""
    data = with_flipped_bits(SMALL_PARQUET, seed)
    (tmp_path / "a.parquet").write_bytes(data)
    assert refusal(tmp_path / "a.parquet", entry("parquet")).rule == "FIL_FORMAT"
    assert read.count_rows(tmp_path / "a.parquet", entry("parquet")) in (0, 4)
    with pytest.raises(FileRefused), base.only_refusals("parquet"):
        pl.read_parquet(io.BytesIO(data))
    assert capfd.readouterr() == ("", "")
    os.write(2, b"efter")
    assert capfd.readouterr().err == "efter"


def test_panic_is_heard_where_nothing_is_read(capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the test above: Polars does panic, and says so."""
    with pytest.raises(pl.exceptions.PanicException):
        pl.read_parquet(io.BytesIO(with_flipped_bits(SMALL_PARQUET, PANICS[0])))
    assert "panicked" in capfd.readouterr().err


def test_undamaged_small_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(SMALL_PARQUET)
    assert content(tmp_path / "a.parquet", entry("parquet"))[0] == [[1, "x"], [2, None], [3, "x"], [4, "y"]]


def test_batches_are_worked_on_aloud(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Only the library is silenced, and only its faults are the file's."""
    (tmp_path / "a.parquet").write_bytes(SMALL_PARQUET)
    for _ in read.open_file(tmp_path / "a.parquet", entry("parquet")).batches():
        os.write(2, b"under")
    assert capfd.readouterr().err == "under"


def test_refusal_says_no_cell_value() -> None:
    with pytest.raises(FileRefused) as refused, base.only_refusals("parquet"):
        raise ValueError("19800101-1234")
    assert "1234" not in str(refused.value)
    assert refused.value.__suppress_context__
