"""How fast a file goes from landing to archive, and how much memory it takes.

    python benchmarks/ingest.py [--rows 1 10 30] [--xlsx 0.1]

For each size (millions of rows) an invented cp1252 file with semicolons, twelve columns and one wrong row in
a thousand is read in as a whole delivery, in a process of its own, so that the peak of memory is its own.
Beside it, in the same run: the bare work that any loader must do, a chunked transcode to UTF-8 and
``scan_csv → sink_parquet``. Each step of ingest is timed where it is called. Reading, judging and writing
run side by side, so their steps may add up to more than the whole.
"""
# ruff: noqa: PLC0415

import argparse
import functools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

KOMMUN, DAY = "9901", "2026-11-01"
HEADINGS = (
    "Insatsnr;Personnr;Beslutsnr;Prövad;Insats;Enhet;Målgrupp;Beslutad;Startdag;Slutdag;Avslutsorsak;Kön"
)
ADAPTER = f"""
namn: matning
beskrivning: Det påhittade systemet som mätningen läser.
kommuner: ["{KOMMUN}"]
filer:
  - monster: "insatser.*"
    tabell: insatser
    format: %s
    kodning: cp1252
    avgransare: ";"
    datumformat: [ÅÅÅÅMMDD, ÅÅÅÅ-MM-DD]
    kolumner:
      insats_id: Insatsnr
      personnummer: Personnr
      beslut_id: Beslutsnr
      behovsprovad: Prövad
      insatstyp: Insats
      enhet: Enhet
      malgrupp: Målgrupp
      beslutsdatum: Beslutad
      start: Startdag
      slut: Slutdag
      slutorsak: Avslutsorsak
      kon: Kön
    kodmappning:
      insatstyp: {{Öppenvård: oppenvard, Kontaktperson: kontaktperson, Boendestöd: boendestod}}
      malgrupp: {{Barn: barn, Vuxen: vuxen}}
      kon: {{Kvinna: kvinna, Man: man}}
"""
CSV_KEYS = ("kodning", "avgransare")
WORDS = ("Öppenvård", "Kontaktperson", "Boendestöd")
STEPS = {
    "läsa": ("pipelines.ingest.read", "batches"),
    "mappa": ("pipelines.ingest.mapping", "apply"),
    "kontrollera text": ("pipelines.ingest.check", "check"),
    "kontrakt": ("pipelines.ingest.contract", "refuse"),
    "pseudonymisera": ("pipelines.ingest.evaluate", "archive_rows"),
    "nyckla": ("pipelines.ingest.keys", "keyed"),
    "skriva": ("pipelines.ingest.evaluate", "Stream.add"),
    "dubbletter": ("pipelines.ingest.evaluate", "TableJudge._set_repeated_aside"),
    "jämföra": ("pipelines.ingest.history", "History.fold"),
    "sambandsregler": ("pipelines.ingest.history", "History.compared_findings"),
}


def person_numbers(number: int) -> list[str]:
    """Numbers with a right check digit; nobody's."""
    from stdnum import luhn

    nine = (f"80{n // 84 % 12 + 1:02}{n % 28 + 1:02}{n % 1000:03}" for n in range(number))
    return [f"19{digits}{luhn.calc_check_digit(digits)}" for digits in nine]


def lines(rows: int) -> Iterator[str]:
    people = person_numbers(20_000)
    yield HEADINGS
    for n in range(rows):
        start = f"20{n % 20 + 5:02}{n % 12 + 1:02}{n % 28 + 1:02}"
        end = "" if n % 3 else f"2026{n % 10 + 1:02}{n % 28 + 1:02}"
        day = "20261399" if n % 1000 == 7 else start
        sex = "Man" if n % 2 else "Kvinna"
        yield (
            f"I{n};{people[n * 7 % 20_000]};B{n // 2};ja;{WORDS[n % 3]};Enhet {n % 40} Västerås;"
            f"Vuxen;{start};{day};{end};Enligt överenskommelse {n % 9};{sex}"
        )


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="cp1252", newline="\r\n") as f:
        for line in lines(rows):
            f.write(line + "\n")


def write_xlsx(path: Path, rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate(lines(rows)):
        sheet.write_row(number, 0, line.split(";"))
    book.close()


def installation(home: Path, form: str) -> Any:
    from pipelines.settings import Settings

    sources = home / "kallor"
    sources.mkdir(parents=True)
    text = ADAPTER % form
    if form != "csv":
        text = "\n".join(li for li in text.splitlines() if li.strip().partition(":")[0] not in CSV_KEYS)
    (sources / "matning.yaml").write_text(text, encoding="utf-8")
    settings = Settings(home=home / "hem", sources=sources, key_file=home / "nyckel")
    settings.make_folders()
    return settings


def timed(seconds: dict[str, float]) -> None:
    """Wrap every step so that the time spent in it is added up."""
    import importlib

    from pipelines.ingest import read

    def wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def around(*args: Any, **kwargs: Any) -> Any:
            begins = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[name] = seconds.get(name, 0) + time.perf_counter() - begins

        return around

    for name, (module_name, path) in STEPS.items():
        if name == "läsa":
            continue
        place: Any = importlib.import_module(module_name)
        *owners, attribute = path.split(".")
        for owner in owners:
            place = getattr(place, owner)
        setattr(place, attribute, wrap(getattr(place, attribute), name))

    opening = read.open_file

    class Timed:
        def __init__(self, source: Any) -> None:
            self._source = source

        def __getattr__(self, name: str) -> Any:
            return getattr(self._source, name)

        def batches(self) -> Iterator[Any]:
            found = iter(self._source.batches())
            step = wrap(lambda: next(found, None), "läsa")
            while (batch := step()) is not None:
                yield batch

    read.open_file = lambda *args: Timed(opening(*args))  # type: ignore[assignment,return-value]


def ingest_once(file: Path, home: Path, form: str) -> dict[str, Any]:
    """One delivery, timed by step; run it in a process of its own."""
    from pipelines import ingest

    settings = installation(home, form)
    folder = settings.landing / KOMMUN / DAY
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / f"insatser.{form}")
    (folder / "KLAR").touch()
    seconds: dict[str, float] = {}
    timed(seconds)
    begins = time.perf_counter()
    (result,) = ingest.ingest_all(settings)
    whole = time.perf_counter() - begins
    count = result.tables["insatser"]
    return {
        "sekunder": whole,
        "rader": count.rows_in,
        "accepterade": count.accepted,
        "avvisade": count.rejected,
        "steg": seconds,
        "topp_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def bare_once(file: Path, home: Path) -> dict[str, Any]:
    """Chunked transcode to UTF-8, then scan_csv → sink_parquet: no check, no key, no pseudonym."""
    import polars as pl

    home.mkdir(parents=True)
    begins = time.perf_counter()
    utf8 = home / "utf8.csv"
    with file.open("r", encoding="cp1252", newline="") as source, utf8.open("w", encoding="utf-8") as out:
        while chunk := source.read(1 << 22):
            out.write(chunk)
    pl.scan_csv(utf8, separator=";", infer_schema=False).sink_parquet(home / "ut.parquet")
    return {
        "sekunder": time.perf_counter() - begins,
        "topp_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def apart(what: str, file: Path, home: Path, form: str = "csv") -> dict[str, Any]:
    """Run one measurement in its own process."""
    command = [sys.executable, __file__, "--bara", what, str(file), str(home), form]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shutil.rmtree(home, ignore_errors=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def report(rows: int, form: str, found: dict[str, Any], bare: dict[str, Any] | None) -> None:
    whole = found["sekunder"]
    print(f"\n{rows:,} rader, {form}: {whole:.1f} s, {rows / whole:,.0f} rader/s, {found['topp_mb']:.0f} MB")
    print(f"  accepterade {found['accepterade']:,}, avvisade {found['avvisade']:,}")
    if bare:
        ratio = whole / bare["sekunder"]
        print(f"  bar inläsning {bare['sekunder']:.1f} s, {bare['topp_mb']:.0f} MB; kvot {ratio:.1f}")
    for name, seconds in sorted(found["steg"].items(), key=lambda step: -step[1]):
        print(f"  {name:<18}{seconds:8.2f} s {seconds / whole:6.0%}")
    rest = whole - sum(found["steg"].values())
    print(f"  {'övrigt':<18}{rest:8.2f} s {rest / whole:6.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, nargs="*", default=[1, 10, 30], help="millions of rows")
    parser.add_argument("--xlsx", type=float, nargs="*", default=[0.1, 0.5], help="millions of rows")
    parser.add_argument("--folder", type=Path, default=None, help="where to work; 15 GB for 30 million rows")
    parser.add_argument("--bara", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bara:
        what, file, home, form = args.bara
        run = bare_once if what == "bar" else functools.partial(ingest_once, form=form)
        print(json.dumps(run(Path(file), Path(home))))
        return
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-", dir=args.folder) as name:
        place = Path(name)
        for form, sizes, write in (("csv", args.rows, write_csv), ("xlsx", args.xlsx, write_xlsx)):
            for millions in sizes:
                rows, file = int(millions * 1_000_000), place / f"fil.{form}"
                write(file, rows)
                bare = apart("bar", file, place / "bar") if form == "csv" else None
                report(rows, form, apart("inlasning", file, place / "inlasning", form), bare)
                file.unlink()


if __name__ == "__main__":
    main()
