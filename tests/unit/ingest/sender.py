"""An invented sender: rows that fit the contracts, written as a delivery."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from stdnum import luhn

from pipelines import ingest
from pipelines.contracts import codes, table, tables
from pipelines.settings import Settings

Row = dict[str, str]
MANDATORY = [t.name for t in tables().values() if t.always_delivered]
VALUES = {
    "text": "text",
    "day": "2026-10-05",
    "period": "2026-01",
    "kr": "1.00",
    "number": "1.5",
    "integer": "2026",
    "flag": "ja",
    "secret": "h1",
}


def person_number(place: int) -> str:
    """A personal number of a child who does not exist, with a right check digit."""
    nine = f"1501{place % 28 + 1:02}{place % 1000:03}"
    return f"20{nine}{luhn.calc_check_digit(nine)}"


def row(name: str, place: int) -> Row:
    """A row with every required column, different for each place."""
    filled = {}
    for column in table(name).columns:
        if column.kind == "person":
            filled[column.name] = person_number(place)
        elif not (column.required or column.name in table(name).key):
            continue
        elif column.kind == "id":
            filled[column.name] = f"{column.name[:2]}{place}"
        elif column.code_list:
            filled[column.name] = codes(column.code_list)[0]
        elif column.name == "lagrum":
            filled[column.name] = "11 kap. 1 § SoL"
        else:
            filled[column.name] = VALUES[column.kind]
    return filled


def rows(name: str, number: int = 10) -> list[Row]:
    return [row(name, place) for place in range(number)]


def as_csv(lines: list[Row], delimiter: str = ",") -> str:
    columns = list(dict.fromkeys(name for line in lines for name in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def standard(**changed: list[Row] | str | bytes | None) -> dict[str, str | bytes]:
    """The files of a canonical delivery; ``changed``: a table's rows, a file's text, or None to leave out."""
    content = {name: rows(name) for name in MANDATORY} | changed
    return {
        f"{name}.csv": as_csv(c) if isinstance(c, list) else c for name, c in content.items() if c is not None
    }


@dataclass(frozen=True)
class Sender:
    settings: Settings

    def put(
        self, files: dict[str, str | bytes], day: str = "2026-11-01", kommun: str = "9901"
    ) -> ingest.Delivery:
        folder = self.settings.landing / kommun / day
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / "KLAR").touch()
        return ingest.Delivery(date.fromisoformat(day), kommun, folder)

    def send(
        self, files: dict[str, str | bytes], day: str = "2026-11-01", kommun: str = "9901"
    ) -> ingest.DeliveryResult:
        return ingest.ingest(self.settings, self.put(files, day, kommun))
