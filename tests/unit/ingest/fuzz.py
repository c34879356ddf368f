"""Deliveries as no sender means them: files of every format, mutated, and what must hold of each.

A case is a number: the same seed and number give the same file. Used by the tests and, with many more
cases, by ``benchmarks/fuzz.py``.
"""

import codecs
import csv
import io
import random
import re
import shutil
import signal
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import FrameType

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scenes import one_rule
from sender import as_csv, rows

from pipelines import ingest
from pipelines.ingest import adapter, archive, pseudonym
from pipelines.ingest.adapter import Adapter, Fil
from pipelines.ingest.history import History
from pipelines.settings import Settings

KOMMUN, FIRST, SECOND = "9901", date(2026, 11, 1), date(2026, 11, 2)
SAMPLES = Path(__file__).parents[2] / "data" / "kallor"
SECONDS = 60
"""More than this for one small file is a hang; a busy machine must not make it one."""
MEGABYTES = 1_500

CANARY = "Kanariefågeln Sjunger"
FORMULAS = [
    '=HYPERLINK("http://x";"y")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1+cmd|'x'!A0",
    "\t=1+1",
    "=1+1",
]


# --- What is delivered ---


@dataclass(frozen=True)
class Sample:
    """A file that an adapter can read."""

    name: str
    content: bytes
    fil: Fil


@cache
def adapters() -> list[Adapter]:
    """The example adapters and the standard one; none needs more than the one file of a case."""
    found = [*adapter.load(Settings().sources / "exempel"), *adapter.load(Settings().sources)]
    return [a.model_copy(update={"kraver": []}) for a in found]


@cache
def samples() -> list[Sample]:
    """The example files, and files of the standard adapter."""
    files = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*/*")) if path.suffix != ".py"}
    files |= {
        f"{name}.csv": as_csv(rows(name, 8)).encode() for name in ("placeringar", "ekonomi", "insatser")
    }
    found = []
    for name, content in files.items():
        ((_, fil),) = adapter.match(adapters(), KOMMUN, name)
        found.append(Sample(name, content, fil))
    assert {sample.fil.format for sample in found} == {"csv", "fast_bredd", "xlsx", "parquet", "jsonl"}
    return found


# --- Mutations of any file ---

Mutation = Callable[[random.Random, bytes], bytes]


def flip(chance: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def truncate(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def cut(chance: random.Random, content: bytes) -> bytes:
    a, b = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:a] + content[b:]


def repeat(chance: random.Random, content: bytes) -> bytes:
    a, b = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:b] + content[a:b] * chance.randint(1, 3) + content[b:]


def insert(chance: random.Random, content: bytes) -> bytes:
    place = chance.randrange(len(content))
    return content[:place] + chance.randbytes(chance.randint(1, 40)) + content[place:]


def nul(chance: random.Random, content: bytes) -> bytes:
    place = chance.randrange(len(content))
    return content[:place] + b"\0" * chance.choice([1, 1, 500]) + content[place:]


def nothing(chance: random.Random, content: bytes) -> bytes:
    return chance.choice([b"", b"\n", b"\r\n \r\n", b"\0" * 100, b"\xef\xbb\xbf", b"\xff\xfe"])


def another_file(chance: random.Random, content: bytes) -> bytes:
    return chance.choice(samples()).content


BYTES: list[Mutation] = [flip, flip, truncate, cut, repeat, insert, nul, nothing, another_file]


# --- Mutations of lines ---


def on_lines(change: Callable[[random.Random, list[str]], list[str]]) -> Mutation:
    """Lines as ``\\n`` parts them; each byte is a character, so that no encoding stands in the way."""

    def mutation(chance: random.Random, content: bytes) -> bytes:
        return "\n".join(change(chance, content.decode("latin-1").split("\n"))).encode("latin-1", "replace")

    mutation.__name__ = change.__name__
    return mutation


def some_line(chance: random.Random, lines: list[str]) -> int:
    return chance.randrange(len(lines))


@on_lines
def shuffled(chance: random.Random, lines: list[str]) -> list[str]:
    return chance.sample(lines, len(lines))


@on_lines
def without_a_line(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    return lines[:place] + lines[place + 1 :]


@on_lines
def repeated_lines(chance: random.Random, lines: list[str]) -> list[str]:
    return [line for line in lines for _ in range(chance.choice([1, 1, 2, 3]))]


@on_lines
def header_again(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    return lines[:place] + lines[: chance.randint(1, 3)] + lines[place:]


@on_lines
def blank_lines(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    return lines[:place] + chance.choices(["", " ", "\r", "\t ", "\xa0"], k=4) + lines[place:]


@on_lines
def only_delimiters(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    return lines[:place] + [chance.choice(DELIMITERS) * chance.randint(1, 30)] * 3 + lines[place:]


@on_lines
def huge_line(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    long = chance.choice(["x", ";", ",", '"', '"x";', "å", "{"]) * chance.choice([5_000, 200_000, 1_100_000])
    return [
        *lines[:place],
        lines[place][: chance.randrange(30)] + long + lines[place][-10:],
        *lines[place + 1 :],
    ]


@on_lines
def quotes(chance: random.Random, lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(['"', '"', '""', '"""', "'"]) + text[place:]
    return text.split("\n")


@on_lines
def other_line_ends(chance: random.Random, lines: list[str]) -> list[str]:
    end = chance.choice(["\r", "\r\r", "\r\n\r", "\x0b", "\x0c", "\x85", "\u2028".encode().decode("latin-1")])
    if chance.random() < 0.3:
        return ["\r".join(line.rstrip("\r") for line in lines)]
    return [line.rstrip("\r") + (end if chance.random() < 0.3 else "") for line in lines]


@on_lines
def mixed_encodings(chance: random.Random, lines: list[str]) -> list[str]:
    place = some_line(chance, lines)
    word = "åäöÅÄÖé€".encode(
        chance.choice(
            ["utf-8", "cp1252", "utf-16", "cp850"],
        ),
        "replace",
    ).decode("latin-1")
    return [*lines[:place], lines[place][:3] + word + lines[place][3:], *lines[place + 1 :]]


DELIMITERS = ";,\t|"


@on_lines
def other_delimiter(chance: random.Random, lines: list[str]) -> list[str]:
    old, new = chance.choice(DELIMITERS), chance.choice(DELIMITERS)
    return [line.replace(old, new) for line in lines]


@on_lines
def more_delimiters(chance: random.Random, lines: list[str]) -> list[str]:
    return [line + chance.choice(["", "", ";", ",", "\t;"]) for line in lines]


@on_lines
def swapped_columns(chance: random.Random, lines: list[str]) -> list[str]:
    """In all lines or only in some: then dates stand among the codes and persons among the texts."""
    delimiter = max(DELIMITERS, key="\n".join(lines).count)
    some = chance.choice([1.0, 0.5])
    a, b = chance.randrange(8), chance.randrange(8)

    def swapped(line: str) -> str:
        cells = line.split(delimiter)
        if max(a, b) < len(cells) and chance.random() < some:
            cells[a], cells[b] = cells[b], cells[a]
        return delimiter.join(cells)

    return [swapped(line) for line in lines]


@on_lines
def planted(chance: random.Random, lines: list[str]) -> list[str]:
    """Formulas and words that nobody should read in a cell, in the place of some."""
    delimiter = max(DELIMITERS, key="\n".join(lines).count)

    def with_plant(line: str) -> str:
        cells = line.split(delimiter)
        word = chance.choice([*FORMULAS, CANARY]).replace(delimiter, "")
        cells[chance.randrange(len(cells))] = word if chance.random() < 0.7 else f'"{word}"'
        return delimiter.join(cells)

    return [with_plant(line) if chance.random() < 0.5 else line for line in lines]


@on_lines
def no_header(chance: random.Random, lines: list[str]) -> list[str]:
    return lines[chance.randint(1, 3) :]


def whole_encoding(chance: random.Random, content: bytes) -> bytes:
    text = content.decode(chance.choice(["cp1252", "utf-8"]), "replace")
    return text.encode(
        chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp500"]), "replace"
    )


LINES: list[Mutation] = [
    shuffled,
    without_a_line,
    repeated_lines,
    header_again,
    blank_lines,
    only_delimiters,
    huge_line,
    quotes,
    quotes,
    other_line_ends,
    mixed_encodings,
    other_delimiter,
    more_delimiters,
    swapped_columns,
    planted,
    planted,
    no_header,
    whole_encoding,
]


# --- Mutations of objects, workbooks and columns ---


ODD_VALUES = [
    *("[1]", '{"a": 1}', "NaN", "1e999", "-0", "12345678901234567890123", "01", "true", "null", '""'),
    *('"\\u0000"', '"\\ud800"', '"\\x"', "[" * 3_000, '"' + "x" * 50_000 + '"', f'"{CANARY}"', '"=1+1"'),
]


@on_lines
def odd_json(chance: random.Random, lines: list[str]) -> list[str]:
    value = chance.choice(ODD_VALUES)
    return [
        re.sub(r'": ("[^"]*"|\w+)', lambda _: f'": {value}', line, count=chance.randint(0, 2))
        for line in lines
    ]


@on_lines
def odd_keys(chance: random.Random, lines: list[str]) -> list[str]:
    extra = chance.choice(
        ['"ny": 1, ', '"typ": 1, ', '"": 1, ', '" typ ": "x", ', f'"{CANARY}": 2, ', '"\\n": 1, ']
    )
    return [line.replace("{", "{" + extra, 1) if chance.random() < 0.5 else line for line in lines]


def on_members(change: Callable[[random.Random, dict[str, bytes]], None]) -> Mutation:
    """The files inside a workbook. What is no zip (any more) is left as it is."""

    def mutation(chance: random.Random, content: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
            RuntimeError,
        ):
            return content
        change(chance, members)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # without the time of day
        return out.getvalue()

    mutation.__name__ = change.__name__
    return mutation


def last_sheet(members: dict[str, bytes]) -> str:
    return max((name for name in members if "worksheets/sheet" in name), default=next(iter(members), ""))


@on_members
def flipped_member(chance: random.Random, members: dict[str, bytes]) -> None:
    if filled := [name for name, data in members.items() if data]:
        name = chance.choice(filled)
        members[name] = chance.choice([flip, cut, truncate, repeat])(chance, members[name])


@on_members
def lost_member(chance: random.Random, members: dict[str, bytes]) -> None:
    if members:
        members.pop(chance.choice(list(members)))


@on_members
def bomb(chance: random.Random, members: dict[str, bytes]) -> None:
    """Sixty megabytes of nothing, in a sheet or beside it."""
    name = chance.choice([last_sheet(members), "xl/media/bild.png", "xl/sharedStrings.xml"])
    members[name] = members.get(name, b"") + b" " * 60 * 1024**2


@on_members
def far_cells(chance: random.Random, members: dict[str, bytes]) -> None:
    place = chance.choice([b"XFD1048576", b"ZZZ9", b"A1048576", b"AMJ60000", b"A0", b"1", b"A99999999999"])
    cell = b'<row r="9"><c r="' + place + b'"><v>1</v></c></row></sheetData>'
    name = last_sheet(members)
    members[name] = members.get(name, b"").replace(b"</sheetData>", cell)


@on_members
def entities(chance: random.Random, members: dict[str, bytes]) -> None:
    """A billion laughs."""
    inner = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE x [<!ENTITY a0 "{CANARY}">{inner}]>'.encode()
    name = last_sheet(members)
    members[name] = members.get(name, b"").replace(b"<worksheet", document + b"<worksheet", 1)
    members[name] = members[name].replace(b"<v>", b"<v>&a9;", 1)


@on_members
def odd_cells(chance: random.Random, members: dict[str, bytes]) -> None:
    name = last_sheet(members)
    text = members.get(name, b"").decode("utf-8", "replace")
    cell = chance.choice(
        [
            '<c r="A6" t="str"><f>HYPERLINK("http://x")</f><v>=1+1</v></c>',
            f'<c r="A6" t="inlineStr"><is><t>{CANARY}</t></is></c>',
            '<c r="A6" t="e"><v>#REF!</v></c>',
            '<c r="A6" t="s"><v>999999</v></c>',
            '<c r="A6" t="d"><v>2026-13-45</v></c>',
            '<c r="A6"><v>1e308</v></c>',
            '<c r="A6" t="b"><v>7</v></c>',
            '<c r="A6" t="inlineStr"><is><t>=cmd|x!A0</t></is></c>',
        ]
    )
    members[name] = re.sub(
        r'<c r="\w+"[^>]*>.*?</c>', lambda _: cell, text, count=chance.randint(1, 3)
    ).encode()


XLSX: list[Mutation] = [
    flipped_member,
    flipped_member,
    lost_member,
    bomb,
    far_cells,
    entities,
    odd_cells,
    odd_cells,
]


def frame_of(content: bytes) -> pl.DataFrame | None:
    """The rows of a Parquet file; None when they cannot be read. Of some damaged files polars' own reader
    panics, and at some the process is aborted: pyarrow's does neither."""
    try:
        table = pq.read_table(io.BytesIO(content))
        table.validate(full=True)
        frame = pl.from_arrow(table)
    except (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return None
    assert isinstance(frame, pl.DataFrame)
    return frame


def on_frame(change: Callable[[random.Random, pl.DataFrame], pl.DataFrame]) -> Mutation:
    """The rows of a Parquet file. What cannot be read (any more) is left as it is."""

    def mutation(chance: random.Random, content: bytes) -> bytes:
        frame = frame_of(content)
        if frame is None:
            return content
        out = io.BytesIO()
        change(chance, frame).write_parquet(out)
        return out.getvalue()

    mutation.__name__ = change.__name__
    return mutation


@on_frame
def odd_column(chance: random.Random, frame: pl.DataFrame) -> pl.DataFrame:
    n = frame.height
    odd = chance.choice(
        [
            pl.Series([float("nan")] * n),
            pl.Series([float("inf")] * n),
            pl.Series([1e300] * n),
            pl.Series([2**63 - 1] * n),
            pl.Series([[1]] * n, dtype=pl.List(pl.Int64)),
            pl.Series([{"a": 1}] * n, dtype=pl.Struct({"a": pl.Int64})),
            pl.Series([b"\xff\x00"] * n, dtype=pl.Binary),
            pl.Series([CANARY] * n, dtype=pl.Categorical),
            pl.Series(["=1+1\0"] * n, dtype=pl.String),
            pl.Series([None] * n, dtype=pl.Null),
            pl.Series([date(9999, 12, 31)] * n),
            pl.Series([True] * n, dtype=pl.Boolean),
            pl.Series([10**17] * n, dtype=pl.Datetime("us", "UTC")),
            pl.Series([-1] * n, dtype=pl.Duration("us")),
        ]
    )
    name = chance.choice(frame.columns) if frame.columns else "x"
    return frame.with_columns(odd.alias(name))


@on_frame
def odd_shape(chance: random.Random, frame: pl.DataFrame) -> pl.DataFrame:
    changes: list[Callable[[], pl.DataFrame]] = [
        frame.clear,
        lambda: pl.concat([frame] * 5),
        lambda: frame.drop(chance.choice(frame.columns)) if frame.columns else frame,
        lambda: frame.select(sorted(frame.columns)),
        lambda: frame.with_columns(
            pl.lit(1).alias(chance.choice(["ny", "", " ", "rad", "_text", "antal", " rad"]))
        ),
        pl.DataFrame,
    ]
    return chance.choice(changes)()


OF_FORMAT: dict[str, list[Mutation]] = {
    "csv": LINES,
    "fast_bredd": LINES,
    "jsonl": [*LINES, *[odd_json, odd_keys] * 4],
    "xlsx": XLSX,
    "parquet": [odd_column, odd_column, odd_shape],
}


# --- One case ---


@dataclass(frozen=True)
class Case:
    """A mutated file. ``of``: what was done to it."""

    number: int
    sample: Sample
    content: bytes
    of: list[str]
    is_second: bool

    def __str__(self) -> str:
        return f"case {self.number}: {self.sample.name}, {', '.join(self.of)}"


def case(seed: int, number: int) -> Case:
    chance = random.Random(f"{seed}:{number}")
    formats = sorted(OF_FORMAT)
    form = formats[number % len(formats)]
    sample = chance.choice([s for s in samples() if s.fil.format == form])
    content, of = sample.content, []
    for _ in range(chance.choice([1, 1, 2, 3])):
        mutation = chance.choice(BYTES if chance.random() < 0.25 else OF_FORMAT[form])
        if content:
            content = mutation(chance, content)
            of.append(mutation.__name__)
    return Case(number, sample, content, of, is_second=chance.random() < 0.3)


@dataclass
class Outcome:
    """What became of a case."""

    case: Case
    seconds: float = 0.0
    rows_in: int = 0
    rejected: int = 0
    file_refused: bool = False
    counted: bool = False
    faults: list[str] = field(default_factory=list)


class Fuzz:
    """One warm installation that every case begins anew in; ``folder`` is for its files."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "data", key_file=folder / "nyckel", max_lost_share=1)
        pseudonym.chain(self.settings, create=True)

    def run(self, case: Case) -> Outcome:
        """Read the case in; never raises, what went wrong is in ``faults``."""
        outcome, told = Outcome(case), []
        shutil.rmtree(self.settings.home, ignore_errors=True)
        if case.is_second:
            ingest.ingest(self.settings, self._put(FIRST, case.sample.name, case.sample.content))
        delivered = self._put(SECOND, case.sample.name, case.content)
        begun = time.monotonic()
        try:
            with time_limit():
                result = ingest.ingest(self.settings, delivered, told.append)
        except Exception as error:
            outcome.faults.append(f"{type(error).__name__}: {error}")
            return outcome
        finally:
            outcome.seconds = time.monotonic() - begun
        if outcome.seconds > SECONDS:  # a reader may take the alarm for a fault of the file
            outcome.faults.append("too slow")
        (count,) = result.tables.values()
        outcome.rows_in, outcome.rejected = count.rows_in, count.rejected
        entry = archive.load(self.settings, KOMMUN).at((SECOND, 1))
        if entry is None:
            outcome.faults.append(f"not in the manifest: {result.status}")
            return outcome
        refusals = {r for r in result.rules if r in FILE_RULES}
        outcome.file_refused = bool(refusals)
        outcome.faults += self._rows_are_kept(outcome, entry, count)
        outcome.faults += self._nothing_is_told(case, told, result)
        outcome.faults += self._lists_are_safe()
        if any(self.settings.work.iterdir()) or delivered.folder.exists():
            outcome.faults.append("something is left in work or landing")
        return outcome

    def _put(self, delivered: date, name: str, content: bytes) -> ingest.Delivery:
        folder = self.settings.landing / KOMMUN / str(delivered)
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        (folder / "KLAR").touch()
        return ingest.Delivery(delivered, KOMMUN, folder)

    def _rows_are_kept(
        self, outcome: Outcome, entry: archive.Entry, count: ingest.TableCount
    ) -> Iterator[str]:
        """Rows in are what the file has, the accepted are in the archive, the rejected in quarantine."""
        sample, content = outcome.case.sample, outcome.case.content
        if count.rows_in != count.accepted + count.rejected:
            yield f"{count.rows_in} in, {count.accepted} accepted, {count.rejected} rejected"
        expected = rows_of(content, sample.fil)
        outcome.counted = expected is not None
        untold = outcome.file_refused and count.rows_in == 0 and sample.fil.format in ("xlsx", "parquet")
        if expected is not None and not untold and expected != count.rows_in + count.elsewhere:
            yield f"{expected} rows in the file, {count.rows_in} in and {count.elsewhere} elsewhere"
        kept = self.settings.quarantine / KOMMUN / str(SECOND)
        if outcome.file_refused:
            if count.accepted or (kept / sample.name).read_bytes() != content:
                yield "the refused file is not in quarantine"
            return
        raw = kept / f"{sample.name}.avvisade.csv"
        in_quarantine = (
            len(list(csv.reader(raw.open(newline="", encoding="utf-8")))) - 1 if raw.exists() else 0
        )
        if in_quarantine != count.rejected:
            yield f"{count.rejected} rejected, {in_quarantine} in quarantine"
        (part,) = entry.tabeller.values()
        if not outcome.case.is_second:
            archived = pl.read_parquet(self.settings.archive / part.andring.fil).height if part.andring else 0
            if archived != count.accepted:
                yield f"{count.accepted} accepted, {archived} in the archive"

    def _nothing_is_told(self, case: Case, told: list[str], result: ingest.DeliveryResult) -> Iterator[str]:
        manifest = archive.manifest_path(self.settings, KOMMUN).read_text(encoding="utf-8")
        said = "\n".join([*told, repr(result), manifest])
        if CANARY in said:
            yield "a cell is told in the log, the result or the manifest"
        numbers = set(re.findall(rb"(?<!\d)20\d{6}-?\d{4}(?!\d)", case.sample.content))
        found = [n.decode() for n in numbers]
        places = {"log": said} | {p.name: text for p, text in self._lists()}
        for place, text in places.items():
            for number in found:
                digits = number.replace("-", "")
                forms = (digits, f"{digits[:8]}-{digits[8:]}", f"{digits[2:8]}-{digits[8:]}", digits[2:])
                if any(form in text for form in forms):
                    yield f"a personal number is told in {place}"
                    return

    def _lists(self) -> Iterator[tuple[Path, str]]:
        """The text of every error list."""
        for path in sorted((self.settings.rejected / KOMMUN / str(SECOND)).rglob("*.*")):
            if path.suffix == ".csv":
                yield path, path.read_text(encoding="utf-8-sig")
            else:
                with zipfile.ZipFile(path) as book:
                    yield (
                        path,
                        "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()),
                    )

    def _lists_are_safe(self) -> Iterator[str]:
        for path, text in self._lists():
            if path.suffix == ".xlsx" and re.search("<f[ >]|<hyperlink", text):
                yield f"a formula or a link in {path.name}"
            if path.suffix == ".csv":
                cells = {cell for line in csv.reader(io.StringIO(text), delimiter=";") for cell in line}
                if any(re.match(r"[=+@\t\r\n-]", c) and not re.fullmatch(r"-?[\d\s.,]+", c) for c in cells):
                    yield f"a formula in {path.name}"


FILE_RULES = {
    "FIL_TOM",
    "FIL_FORMAT",
    "FIL_FOR_STOR",
    "FIL_KODNING",
    "FIL_AVGRANSARE",
    "KOLUMN_SAKNAS",
    "KOLUMN_DUBBEL",
}


class TooSlow(Exception):  # noqa: N818 (a TimeoutError would pass for a fault of the disk)
    """A case takes too long."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Raises TooSlow as soon as Python gets a word in."""

    def too_long(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def warm() -> Iterator[None]:
    """The adapters are read once, and one rule stands for the forty that compare what is read in."""
    found = adapters()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapter, "load", lambda _: found)
        patch.setattr(History, "compared_findings", one_rule)
        yield


# --- Another count of the rows ---

QUOTED = '"[^"]*(?:""[^"]*)*"'


def rows_of(content: bytes, fil: Fil) -> int | None:
    """How many rows a file has, counted in another way than the readers do; None when it is not obvious."""
    if fil.format == "parquet":
        frame = frame_of(content)
        return None if frame is None else frame.height
    if fil.format == "xlsx":
        return _rows_of_workbook(content, fil)
    return _rows_of_text(content, fil)


def _rows_of_workbook(content: bytes, fil: Fil) -> int | None:
    """openpyxl's opinion, of workbooks that are not odd in themselves."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if len(content) > 40_000 or not _is_in_order(book.read("xl/worksheets/sheet2.xml")):
                return None
        sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[fil.blad or "Utdrag"]
        lines = [[str(c).strip() for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
    except BaseException:
        return None
    return _below_header([" ".join(cells) for cells in lines], fil)


def _is_in_order(sheet: bytes) -> bool:
    """Whether every cell stands in its row."""
    rows = re.findall(rb'<row r="(\d+)"[^>]*>(.*?)</row>', sheet, re.DOTALL)
    places = [(row, place) for row, cells in rows for place in re.findall(rb'<c r="[A-Z]+(\d+)"', cells)]
    return len(places) == sheet.count(b"<c ") and all(row == place for row, place in places)


def _rows_of_text(content: bytes, fil: Fil) -> int | None:
    """Filled lines below the header, where a line is certainly a row."""
    for encoding in fil.encodings:
        if content.startswith(codecs.BOM_UTF8) and encoding != "utf-8":
            continue  # it says itself that it is something else
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
            break
        except UnicodeError:
            continue
    else:
        return None
    text = text.replace("\r\n", "\n")
    if (
        re.search(r"[\r\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ufeff]", text)
        or max(map(len, text.split("\n"))) > 900_000
    ):
        return None
    lines = text.split("\n")
    if fil.format == "csv":
        field = f'(?:{QUOTED}|[^"{re.escape(fil.avgransare)}]*)'
        record = re.compile(f"{field}(?:{re.escape(fil.avgransare)}{field})*")
        if not all(record.fullmatch(line) for line in lines):
            return None
    return _below_header(lines, fil)


def _below_header(lines: list[str], fil: Fil) -> int | None:
    has_header = fil.format in ("csv", "xlsx") and fil.header_line is not None
    below = lines[(fil.header_line or 1) - 1 if has_header else (fil.header_line or 0) :]
    filled = [line for line in below if line.strip()]
    if has_header:
        if not filled:
            return 0
        filled = filled[1:]
    return sum(not any(re.search(pattern, line) for pattern in fil.hoppa_over) for line in filled)


def summary(outcomes: list[Outcome]) -> str:
    """A table for people."""
    slowest = max(outcomes, key=lambda o: o.seconds)
    rows = [
        ("cases", len(outcomes)),
        ("files refused", sum(o.file_refused for o in outcomes)),
        ("rows in", sum(o.rows_in for o in outcomes)),
        ("rows rejected", sum(o.rejected for o in outcomes)),
        ("cases whose rows were counted twice", sum(o.counted for o in outcomes)),
        ("faults", sum(bool(o.faults) for o in outcomes)),
        ("slowest case, seconds", round(slowest.seconds, 2)),
    ]
    lines = [f"{name:<38}{value:>12}" for name, value in rows]
    return "\n".join(
        [*lines, f"slowest: {slowest.case}", *(f"{o.case}: {o.faults}" for o in outcomes if o.faults)]
    )
