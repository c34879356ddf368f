"""Reading text files: no row disappears, whatever the quotes, encodings, line ends and chunk borders do."""

import csv
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import settings as trial
from hypothesis import strategies as st

from pipelines.ingest import read
from pipelines.ingest.adapter import Fil
from pipelines.ingest.read import base, delimited, text
from pipelines.ingest.read.base import NUL, FileRefused
from pipelines.ingest.read.delimited import STRAY_QUOTE, Delimited
from pipelines.ingest.read.fixed_width import TOO_SHORT, FixedWidth
from pipelines.ingest.read.json_lines import NESTED, NO_OBJECT, JsonLines
from pipelines.ingest.read.text import TOO_LONG
from pipelines.ingest.rules import LINE

CELLS = list[str | None]
Read = tuple[list[tuple[int, CELLS]], list[tuple[int, str, str]]]
"""Rows as line and cells; broken rows as line, text and what they have."""


def entry(**keys: Any) -> Fil:
    return Fil(monster="*", tabell="aktualiseringar", **keys)


def content(source: read.Source) -> Read:
    batches = list(source.batches())
    rows = [(row[0], list(row[1:])) for batch in batches for row in batch.rows.rows()]
    for batch in batches:
        assert batch.rows.columns == [LINE, *source.header]
        assert set(batch.rows.dtypes[1:]) <= {pl.String}
        assert batch.rows.schema[LINE] == pl.Int64
    return rows, [row for batch in batches for row in batch.broken.rows()]


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Any]:
    def written(data: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "fil.csv"
        path.write_bytes(data.encode(encoding) if isinstance(data, str) else data)
        return path

    return written


def opened(path: Path, **keys: Any) -> read.Source:
    return read.open_file(path, entry(**keys))


def refusal(path: Path, **keys: Any) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        content(opened(path, **keys))
    return refused.value


# CSV


def test_plain_and_quoted_files_give_the_same_rows(put: Any) -> None:
    plain = "\na,b\n1,2\n\n3,4\n5\n6,7,8\n9,\n"
    expected = (
        [(3, ["1", "2"]), (5, ["3", "4"]), (8, ["9", ""])],
        [(6, "5", "1"), (7, "6,7,8", "3")],
    )
    assert content(opened(put(plain))) == expected
    assert content(opened(put(plain.replace("2", '"2"')))) == expected


def test_quoted_line_ends_keep_the_line_numbers(put: Any) -> None:
    rows, broken = content(opened(put('a,b\n1,"två\nrader, en ""cell"""\n3,4\n')))
    assert rows == [(2, ["1", 'två\nrader, en "cell"']), (4, ["3", "4"])]
    assert broken == []


@pytest.mark.parametrize("third", ["2,y\n3,z", '2,"y"\n3,z'])
def test_stray_quote_costs_one_row(put: Any, third: str) -> None:
    rows, broken = content(opened(put(f'a,b\n1,"x\n{third}\n')))
    assert [line for line, _ in rows] == [3, 4]
    assert broken == [(2, '1,"x', STRAY_QUOTE)]


def test_record_that_spans_too_many_lines_has_a_stray_quote(put: Any) -> None:
    lines = delimited.MOST_LINES
    fits = 'a,b\n1,"' + "2,3\n" * (lines - 1) + '"\n4,5\n'
    rows, broken = content(opened(put(fits)))
    assert [line for line, _ in rows] == [2, lines + 2]
    assert broken == []
    rows, broken = content(opened(put('a,b\n1,"' + "2,3\n" * lines + '"\n4,5\n')))
    assert len(rows) == lines  # all but the quote's own line, which reads '1,"2,3'
    assert [line for line, _, _ in broken] == [2, lines + 2]


def test_cells_are_as_delivered_and_headings_are_stripped(put: Any) -> None:
    source = opened(put(' a ,,"c\nd"\n x ,, y\n'))
    assert source.header == ["a", "(kolumn 2)", "c d"]
    assert content(source) == ([(3, [" x ", "", " y"])], [])


def test_byte_order_mark_and_line_ends(put: Any) -> None:
    expected = [(2, ["1", "2"]), (3, ["3", "4"])]
    for line_end in ("\n", "\r\n", "\r"):
        for end in (line_end, ""):
            data = "\ufeff" + line_end.join(["a,b", "1,2", "3,4"]) + end
            assert content(opened(put(data))) == (expected, [])
    assert content(opened(put("a,b\r\n1,x\ry\r\n"))) == ([(2, ["1", "x y"])], [])


def test_title_above_and_lines_to_skip(put: Any) -> None:
    data = 'Uttag "A\n\n\na,b\n1,2\nSida 1 av 2\na,b\n3,4\nSumma,2\n'
    source = opened(put(data), rubrikrad=3, hoppa_over=["^Sida", "^a,b", "^Summa"])
    assert content(source) == ([(5, ["1", "2"]), (8, ["3", "4"])], [])
    assert read.count_rows(put(data), entry(rubrikrad=3, hoppa_over=["^Sida", "^a,b", "^Summa"])) == 2


def test_skipped_line_may_have_a_quote(put: Any) -> None:
    source = opened(put('a,b\n1,"2"\n# "kommentar\n3,4\n'), hoppa_over=["^#"])
    assert content(source) == ([(2, ["1", "2"]), (4, ["3", "4"])], [])


def test_file_without_header_line(put: Any) -> None:
    source = opened(put("1,2\n3\n"), rubriker=["a", "b"], **UNNEEDED)
    assert content(source) == ([(1, ["1", "2"])], [(2, "3", "1")])
    assert read.count_rows(put("1,2\n3\n"), entry(rubriker=["a", "b"], **UNNEEDED)) == 2


UNNEEDED: dict[str, Any] = {
    "kolumner": {"aktualisering_id": "a", "personnummer": "b"},
    "konstanter": {"inkommen": "2026-01-01", "typ": "anmalan", "enhet": "e", "malgrupp": "barn"},
}


@pytest.mark.parametrize("data", ["", "\n\n", " \r\n", "\ufeff"])
def test_empty_file(put: Any, data: str) -> None:
    assert refusal(put(data)).rule == "FIL_TOM"
    assert read.count_rows(put(data), entry()) == 0


def test_header_alone_is_a_file_without_rows(put: Any) -> None:
    assert list(opened(put("a,b\n")).batches()) == []


@pytest.mark.parametrize("number", [2_000, 2_001, 900_000])
def test_header_of_too_many_columns(put: Any, number: int) -> None:
    """They would take a time that grows with the square of their number."""
    path = put(",".join(["a"] * number) + "\n1\n")
    if number <= read.MOST_COLUMNS:
        assert len(opened(path).header) == number
        return
    refused = refusal(path)
    assert (refused.rule, refused.words) == ("FIL_FORMAT", {"format": "csv med högst 2000 kolumner"})
    assert read.count_rows(path, entry()) == 1


def test_other_delimiter_that_would_have_fit(put: Any) -> None:
    source = opened(put("a;b\n1;2\n"))
    assert source.other_delimiter({"a", "b"}) == ";"
    assert source.other_delimiter({"c"}) is None
    assert opened(put("a,b\n1,2\n")).other_delimiter({"a"}) is None


def test_nul_and_huge_fields_break_their_row_only(put: Any) -> None:
    huge = "x" * (text.LONGEST + 1)
    for quote in ("", '"'):
        data = f'a,b\n1,{quote}2{quote}\n\0,4\n5,{quote}{huge}{quote}\n6,"7\n8"\n9,\0"\n'
        if not quote:
            data = data.replace('"', "").replace("7\n8", "7")
        rows, broken = content(opened(put(data)))
        assert [cells[0] for _, cells in rows] == ["1", "6"]
        assert [what for _, _, what in broken] == [NUL, TOO_LONG, NUL]
        assert max(len(t) for _, t, _ in broken) == text.LONGEST


def test_line_without_end_is_not_kept_whole(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST", 50)
    monkeypatch.setattr(delimited, "LONGEST", 50)
    path = put("a,b\n" + "x" * 10_000 + "\n1,2\n")
    source = Delimited(path, entry(), chunk=16)
    assert max(map(len, source._text.blocks(16))) < 100
    assert content(source) == ([(3, ["1", "2"])], [(2, "x" * 50, TOO_LONG)])


def test_batches_have_bounded_size(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BATCH_ROWS", 7)
    lines = [f"{n},x" if n % 5 else f"{n}" for n in range(2, 102)]
    batches = list(opened(put("\n".join(["a,b", *lines]))).batches())
    assert max(b.rows.height + b.broken.height for b in batches) <= 7
    together = [line for b in batches for line in sorted([*b.rows[LINE], *b.broken[LINE]])]
    assert together == list(range(2, 102))


def test_unusual_delimiter_and_quote(put: Any) -> None:
    data = "a¤b\n1¤§två¤tre§\n3¤4\n5¤fem§sex\n"
    rows, broken = content(opened(put(data), avgransare="¤", citat="§"))
    assert rows == [(2, ["1", "två¤tre"]), (3, ["3", "4"]), (4, ["5", "fem§sex"])]
    assert broken == []
    assert content(opened(put('a\tb\n"1\t"\t2\n'), avgransare="\t")) == ([(2, ["1\t", "2"])], [])


def test_hard_quotes_take_time_in_proportion(put: Any) -> None:
    """Every line opens a quote that the next one closes and opens again: nothing is tried to the end."""
    data = "a,b\n" + 'a","\n' * 20_000
    rows, broken = content(opened(put(data)))
    assert rows == []
    assert len(broken) == 20_000


# The three ways through a block give what Python's csv module gives of the whole file

PIECES = [
    '"',
    '"',
    '""',
    '"a"',
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "x",
    " ",
    "å",
    "\ufeff",
    "\0",
    "\x1c",
    "\u2028",
]


@trial(max_examples=300, deadline=None, derandomize=True)
@given(
    header=st.sampled_from(["a\n", "a,b\n", "a,b,c\n", '"a","b"\n']),
    pieces=st.lists(st.sampled_from(PIECES), max_size=25),
    chunk=st.integers(1, 12),
)
@example(header="a,b\n", pieces=['"', "\n", "\ufeff", ",", '"a"', "\n"], chunk=1)
@example(header="a\n", pieces=['""', "\n", '"', "\n", '"', "\n"], chunk=3)
def test_same_rows_as_pythons_csv_wherever_chunks_end(header: str, pieces: list[str], chunk: int) -> None:
    data = header + "".join(pieces)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fil.csv"
        path.write_bytes(data.encode())
        small = content(Delimited(path, entry(), chunk))
        assert small == content(Delimited(path, entry())) == by_csv_module(data)


def by_csv_module(data: str) -> Read:
    """The whole file, read with Python's csv module alone."""
    unified = data.replace("\r\n", "\n")
    lines = unified.replace("\r", " ").split("\n")
    width = len(next(csv.reader(lines[:1])))
    rows: list[tuple[int, CELLS]] = []
    broken: list[tuple[int, str, str]] = []
    start = 1
    while start < len(lines):
        reader = csv.reader((line + "\n" for line in lines[start:]), strict=True)
        try:
            fields: list[str] | None = next(reader, [])
        except csv.Error:
            fields = None
        spans = reader.line_num
        record = "\n".join(lines[start : start + spans])
        if fields is None or (spans > 1 and len(fields) != width):
            spans = 1
            if lines[start].strip(text.WHITE):
                broken.append((start + 1, lines[start], STRAY_QUOTE))
        elif len(fields) > 1 or any(field.strip(text.WHITE) for field in fields):
            if "\0" in record:
                broken.append((start + 1, record, NUL))
            elif len(fields) == width:
                rows.append((start + 1, [*fields]))
            else:
                broken.append((start + 1, record, str(len(fields))))
        start += max(spans, 1)
    return rows, broken


# Encodings


def test_undecodable_byte_is_told_with_its_line(put: Any) -> None:
    refused = refusal(put(b"a,b\n1,2\n3,\xe5\n"))
    assert (refused.rule, refused.line, refused.words) == ("FIL_KODNING", 3, {"kodning": "utf-8"})
    assert read.count_rows(put(b"a,b\n1,2\n3,\xe5\n"), entry()) == 2
    assert refusal(put(b"a,b\r1,2\r3,\xe5\r")).line == 3


def test_undefined_bytes_of_a_code_page(put: Any) -> None:
    assert refusal(put(b"a,b\n1,\xe5\n2,\x81\n"), kodning="cp1252").line == 3
    dash = b"a,b\n1,\xe5\n2,\x96\n"
    assert refusal(put(dash), kodning="iso-8859-1").line == 3
    assert content(opened(put(dash), kodning="cp1252"))[0] == [(2, ["1", "å"]), (3, ["2", "–"])]


@pytest.mark.parametrize("chunk", [1, 2, 5, 1000])
def test_utf8_is_never_read_as_a_code_page(put: Any, chunk: int) -> None:
    path = put("a,b\n1,x\n2,å\n3,y\n")
    with pytest.raises(FileRefused) as refused:
        content(Delimited(path, entry(kodning="cp1252"), chunk))
    assert (refused.value.rule, refused.value.line) == ("FIL_KODNING", 3)
    rows, _ = content(Delimited(put(b"a,b\n1,\xc3\xa5\n2,\xe5\n"), entry(kodning="cp1252"), chunk))
    assert rows == [(2, ["1", "Ã¥"]), (3, ["2", "å"])]


def test_utf8_mark_refuses_a_code_page(put: Any) -> None:
    assert refusal(put(b"\xef\xbb\xbfa,b\n1,\xe5\n"), kodning="cp1252").line == 1


def test_first_encoding_that_the_whole_file_is_in(put: Any) -> None:
    allowed = ["utf-8", "cp1252"]
    for data, expected in (("a,b\n1,å\n".encode(), "utf-8"), (b"a,b\n1,\xe5\n", "cp1252")):
        for order in (allowed, allowed[::-1]):
            source = opened(put(data), kodning=order)
            assert source.encoding == expected
            assert content(source)[0] == [(2, ["1", "å"])]
    refused = refusal(put(b"a,b\n1,\xe5\n2,\x81\n"), kodning=allowed)
    assert (refused.line, refused.words) == (3, {"kodning": "utf-8 eller cp1252"})


def test_refused_file_is_counted_in_the_encoding_that_it_is_in(put: Any) -> None:
    """A no-break space of cp1252 alone on its line is blank, and nothing at all in UTF-8."""
    data = b"\xa0\nwrong,header\n1,2\n\xa0\n3,4\n"
    assert read.count_rows(put(data), entry(kodning=["utf-8", "cp1252"])) == 2
    assert read.count_rows(put(data), entry(kodning=["utf-8"])) == 4


def test_utf16_says_its_byte_order(put: Any) -> None:
    data = "a,b\r\n1,å\r\n"
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        path = put(mark + data.encode(encoding))
        assert content(opened(path, kodning="utf-16"))[0] == [(2, ["1", "å"])]
        assert content(opened(path, kodning=encoding))[0] == [(2, ["1", "å"])]
        assert read.count_rows(path, entry(kodning="utf-16")) == 1
    assert refusal(put(data.encode("utf-16-le")), kodning="utf-16").rule == "FIL_KODNING"


# Fixed width

PLACES: dict[str, Any] = {
    "format": "fast_bredd",
    "positioner": {"b": [4, 3], "a": [1, 2]},
    **UNNEEDED,
}


def test_fixed_width_counts_characters(put: Any) -> None:
    source = opened(put("åä-öxz\r\n\n12-\n12\n1234567\n"), **PLACES)
    rows, broken = content(source)
    assert rows == [(1, ["öxz", "åä"]), (3, ["", "12"]), (5, ["456", "12"])]
    assert broken == [(4, "12", TOO_SHORT)]


def test_fixed_width_has_a_header_line_only_where_it_is_declared(put: Any) -> None:
    data = "AA BBB\n12 345\nSLUT  \0\n"
    source = opened(put(data), rubrikrad=1, hoppa_over=["^SLUT"], **PLACES)
    assert content(source) == ([(2, ["345", "12"])], [])
    assert read.count_rows(put(data), entry(rubrikrad=1, **PLACES)) == 2
    assert content(opened(put(data), **PLACES))[1] == [(3, "SLUT  \0", NUL)]
    assert refusal(put("\n \n"), **PLACES).rule == "FIL_TOM"


def test_fixed_width_in_small_chunks(put: Any) -> None:
    data = "\n".join(f"{n:02} {n:03}" for n in range(40))
    path = put(data)
    assert content(FixedWidth(path, entry(**PLACES), 5)) == content(FixedWidth(path, entry(**PLACES)))


# JSON lines


def test_json_lines_keep_the_text_of_numbers(put: Any) -> None:
    data = '{"a": 1.50, "b": true}\n\n{"c": null, "a": 12345678901234567890, "b": false}\n'
    data += '{"a": "x", "c": "y\\n"}\n'
    source = opened(put(data), format="jsonl")
    assert source.header == ["a", "b", "c"]
    assert content(source)[0] == [
        (1, ["1.50", "ja", None]),
        (3, ["12345678901234567890", "nej", None]),
        (4, ["x", None, "y\n"]),
    ]
    small = JsonLines(put(data), entry(format="jsonl"), 3)
    assert content(small) == content(source)


def test_json_lines_that_are_no_rows(put: Any) -> None:
    lines = {
        '{"a": {"b": 1}}': NESTED,
        '{"a": [1]}': NESTED,
        "[1]": NO_OBJECT,
        "1": NO_OBJECT,
        '{"a": 1, "a": 2}': NO_OBJECT,
        '{"a": NaN}': NO_OBJECT,
        '{"a": 1': NO_OBJECT,
        '{"a": "\\ud800"}': NO_OBJECT,
        '{"a": "\\u0000"}': NUL,
        "[" * 100_000: NO_OBJECT,
        '{"a": "' + "x" * text.LONGEST + '"}': TOO_LONG,
    }
    rows, broken = content(opened(put("\n".join(['{"a": "1"}', *lines])), format="jsonl"))
    assert rows == [(1, ["1"])]
    assert [what for _, _, what in broken] == list(lines.values())


def test_file_that_is_not_json_lines(put: Any) -> None:
    assert refusal(put("a,b\n1,2\n"), format="jsonl").words == {"format": "jsonl"}
    assert refusal(put("\n"), format="jsonl").rule == "FIL_TOM"


# Damaged files

WHOLE = {
    "csv": ('"a","b"\r\n' + '1,"två\r\nrader"\r\n3,4\r\n' * 20, {"kodning": ["utf-8", "cp1252"]}),
    "fast_bredd": ("åä 123\r\n" * 40, {k: v for k, v in PLACES.items() if k != "format"}),
    "jsonl": ('{"a": 1, "b": "å"}\n{"b": null, "c": 2.50}\n' * 20, {}),
}


@pytest.mark.parametrize("form", WHOLE)
@trial(max_examples=60, deadline=None, derandomize=True)
@given(
    faults=st.lists(st.tuples(st.integers(0, 399), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 400),
    chunk=st.sampled_from([3, 64, 8192]),
)
def test_damaged_text_is_read_or_refused(
    form: str, faults: list[tuple[int, int]], length: int, chunk: int
) -> None:
    whole, keys = WHOLE[form]
    data = bytearray(whole.encode())
    for place, value in faults:
        data[place % len(data)] = value
    fil = entry(format=form, **keys)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fil"
        path.write_bytes(data[:length])
        assert read.count_rows(path, fil) >= 0
        try:
            source = {"csv": Delimited, "fast_bredd": FixedWidth, "jsonl": JsonLines}[form](path, fil, chunk)
            if len(set(source.header)) < len(source.header):
                return
            rows, broken = content(source)
        except FileRefused as refused:
            assert refused.rule in ("FIL_TOM", "FIL_KODNING", "FIL_FORMAT")
            return
    for part in ([line for line, _ in rows], [line for line, _, _ in broken]):
        assert all(before < after for before, after in pairwise(part))
