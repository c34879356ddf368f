"""Judge the files of one delivery: which adapter, which rows, what was found. Writes nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.contracts import Table, municipalities, table, tables
from pipelines.ingest import check, contract, mapping, person, read
from pipelines.ingest.adapter import Adapter, Fil, match
from pipelines.ingest.delivery import Delivery
from pipelines.ingest.rules import FILE, ID, LINE, MASK, Findings


@dataclass(frozen=True)
class FileRows:
    """One file read with its adapter. ``typed`` is None when the file was refused as a whole."""

    rows_in: int
    typed: pl.DataFrame | None = None
    raw: pl.DataFrame = field(default_factory=pl.DataFrame)
    broken: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class TableRows:
    """One table of a delivery: typed rows, with identities still in them. Neither frame is ever logged.

    ``broken``: the fields of each row that does not fit its header, rejected with the others;
    ``raw_rejected``: all rejected rows as delivered, for the quarantine; ``refused``: a file of it could
    not be read, so nothing of the table is taken.
    """

    table: Table
    paths: list[Path]
    full: bool
    window: date | None
    rows_in: int
    accepted: pl.DataFrame
    rejected: pl.DataFrame
    broken: pl.Series
    raw_rejected: pl.DataFrame
    refused: bool

    @property
    def number_rejected(self) -> int:
        return self.rejected.height + self.broken.len()


@dataclass(frozen=True)
class Evaluation:
    """A whole delivery judged. ``refused``: it may not be archived at all."""

    tables: dict[str, TableRows]
    adapters: list[str]
    findings: Findings
    unknown: list[Path]
    refused: bool


def evaluate(delivery: Delivery, adapters: list[Adapter]) -> Evaluation:
    """Read and judge every file of the delivery; every fault is reported at once."""
    findings = Findings()
    plan: dict[str, list[tuple[Path, Adapter, Fil]]] = {}
    used: dict[str, Adapter] = {}
    unknown: list[Path] = []
    ambiguous = False
    for path in delivery.files:
        name = delivery.name(path)
        candidates = match(adapters, delivery.kommun, name)
        if len(candidates) == 1:
            ((adapter, fil),) = candidates
            used[adapter.namn] = adapter
            plan.setdefault(fil.tabell, []).append((path, adapter, fil))
            continue
        unknown.append(path)
        shown = re.sub(person.IN_TEXT, MASK, name)
        if candidates:
            ambiguous = True
            findings.add("FIL_TVETYDIG", fil=shown, antal=len(candidates))
        else:
            findings.add("FIL_OKAND", fil=shown)

    judged = {name: _judge(delivery, table(name), plan[name], findings) for name in tables() if name in plan}
    required = {name for adapter in used.values() for name in adapter.kraver}
    missing = [name for name in tables() if name in required and name not in judged]
    for name in missing:
        findings.add("FIL_SAKNAS", tabell=name)
    known = delivery.kommun in municipalities()
    if not known:
        findings.add("KOMMUN_OKAND", fil=delivery.kommun)
    if known and not (used or ambiguous):
        findings.add("FIL_SAKNAS", tabell="minst en tabell")
    refused = (
        not known
        or bool(missing)
        or ambiguous
        or not used
        or any(judged[n].refused for n in required & set(judged))
    )
    return Evaluation(judged, sorted(used), findings, unknown, refused)


def _judge(
    delivery: Delivery, contract_: Table, plan: Sequence[tuple[Path, Adapter, Fil]], findings: Findings
) -> TableRows:
    """All files of one table."""
    files = [_read(delivery, path, fil, findings) for path, _, fil in plan]
    rows_in = sum(f.rows_in for f in files)
    typed = [f.typed for f in files if f.typed is not None]
    refused = len(typed) < len(files)
    nothing = pl.DataFrame(schema={FILE: pl.String, LINE: pl.Int64})
    accepted = rejected = raw_rejected = nothing
    if not refused:
        accepted, rejected = _divide(contract_, pl.concat(typed), findings)
        places = rejected.select(FILE, LINE)
        raw = [f.raw.join(places, on=[FILE, LINE], how="semi", maintain_order="left") for f in files]
        broken = [f.broken for f in files]
        raw_rejected = pl.concat([*raw, *broken], how="diagonal_relaxed")
    window = max((fil.omfattar_fran for _, _, fil in plan if fil.omfattar_fran), default=None)
    full = window is None and all(adapter.omfattning == "fullstandig" for _, adapter, _ in plan)
    paths = [path for path, _, _ in plan]
    fields = pl.concat([_fields(f.broken, fil) for f, (_, _, fil) in zip(files, plan, strict=True)])
    return TableRows(
        contract_, paths, full, window, rows_in, accepted, rejected, fields, raw_rejected, refused
    )


def _read(delivery: Delivery, path: Path, fil: Fil, findings: Findings) -> FileRows:
    name = delivery.name(path)
    data = path.read_bytes()
    try:
        text = read.decode(data, fil.kodning)
    except read.UndecodableError as error:
        findings.add("FIL_KODNING", tabell=fil.tabell, fil=name, rad=error.line, kodning=fil.kodning)
        return FileRows(_count(data.split(b"\n")))
    if not mapping.header_fits(text, fil, name, findings):
        return FileRows(_count(text.split("\n")))

    rows = read.parse(text, fil.avgransare, fil.citat)
    where = pl.lit(name).alias(FILE)
    broken = rows.broken.with_columns(where, pl.lit(None, pl.String).alias(ID))
    findings.add_rows("RAD_FALT", broken, fil.table, vantat=len(rows.header), antal=pl.col("antal"))

    stripped = rows.good.with_columns(pl.exclude(LINE).str.strip_chars().replace("", None))
    typed = check.check(mapping.apply(fil, stripped, name, findings), fil, delivery.leveransdatum, findings)
    return FileRows(
        rows_in=rows.good.height + rows.broken.height,
        typed=typed,
        raw=rows.good.select(where, pl.all()),
        broken=broken.select(FILE, LINE, read.TEXT),
    )


def _fields(broken: pl.DataFrame, fil: Fil) -> pl.Series:
    """The fields of broken rows, as well as they can be told apart."""
    if broken.is_empty():
        return pl.Series(dtype=pl.List(pl.String))
    unquoted = broken[read.TEXT].str.replace_all(fil.citat, "", literal=True)
    return unquoted.str.split(fil.avgransare).list.eval(pl.element().str.strip_chars())


def _count(lines: Iterable[str] | Iterable[bytes]) -> int:
    """Rows of a file that cannot be read: its lines that are not blank, less the header."""
    return max(0, sum(1 for line in lines if line.strip()) - 1)


def _divide(contract_: Table, typed: pl.DataFrame, findings: Findings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accepted and rejected rows: the text checks first, then the contract, then the key."""
    sound = typed.filter(~pl.col(check.REFUSED))
    outside = contract.refuse(contract_, sound, findings)
    inside = sound.filter(~outside)
    repeated = _repeated(contract_, inside, findings)
    rejected = [typed.filter(check.REFUSED), sound.filter(outside), inside.filter(repeated)]
    return inside.filter(~repeated), pl.concat(rejected)


def _repeated(contract_: Table, rows: pl.DataFrame, findings: Findings) -> pl.Series:
    """Rows whose key an earlier row has; rows without any key value are never the same."""
    key = list(contract_.key)
    keyless = pl.all_horizontal(pl.col(k).is_null() for k in key)
    repeated = rows.select(~pl.struct(key).is_first_distinct() & ~keyless).to_series()
    if repeated.any():
        first = [pl.col(c).first().over(key).alias(f"_first{c}") for c in (FILE, LINE)]
        findings.add_rows(
            "NYCKEL_DUBBLETT",
            rows.filter(
                pl.struct(key).is_in(rows.filter(repeated).select(pl.struct(key)).to_series().implode())
            )
            .with_columns(first)
            .filter(~pl.struct(key).is_first_distinct()),
            contract_,
            nyckel=" och ".join(key),
            fil=pl.col(f"_first{FILE}"),
            rad=pl.col(f"_first{LINE}"),
        )
    return repeated
