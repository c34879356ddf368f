"""Freezing: what has been sent stays as it was sent.

One mechanism for any period of any mart. ``frozen/<mart>/<kommun>.json`` names every freezing (period, rows,
hash, the warehouse it came from, who and when), and ``frozen/<mart>/kommun=<kommun>/`` holds the rows as
Parquet. A file that the register does not name does not exist. The warehouse reads the frozen rows back, so
that what is known later becomes a correction in the next period and never a rewrite (SoL 34:1;
docs/ej_verkstallda.md).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from filelock import FileLock
from pydantic import BaseModel

from pipelines.releases import current
from pipelines.settings import STOCKHOLM, WAREHOUSE_FILE, Settings

PERIOD_COLUMNS = ("period", "kvartal", "manad", "ar")
LEFT_OUT = ("person_nyckel", "handlaggare_nyckel", "avslutsorsak")
"""A frozen copy outlives the key of its pseudonyms and the disposal of its person: it keeps no pseudonym, and
no words that somebody has typed. The document that was sent has them."""

IN_SEQUENCE = {"ej_verkstallda_kvartal": "ej_verkstallda_omgang"}
"""Marts where a period carries on from the one before, and the mart that lists their periods: the earlier
ones are frozen along, as they were known that day."""


class FreezeError(Exception):
    """The period cannot be frozen, or its freezing cannot be taken back; the message is Swedish."""


class Withdrawn(BaseModel):
    """Who took a freezing back, when and why."""

    tid: datetime
    av: str
    skal: str


class Frozen(BaseModel):
    """One freezing in the register."""

    period: str
    fil: str
    sha256: str
    antal_rader: int
    vintage: str
    lage_per: date
    fryst_tid: datetime
    fryst_av: str
    aterkallad: Withdrawn | None = None


class Register(BaseModel):
    """Every freezing of one mart and municipality, the oldest first."""

    mart: str
    kommun: str
    frysningar: list[Frozen] = []

    @property
    def standing(self) -> dict[str, Frozen]:
        """What is frozen now, by period."""
        return {f.period: f for f in self.frysningar if f.aterkallad is None}


@dataclass(frozen=True)
class Difference:
    """How many rows of a frozen period are gone from the mart, or new in it, and how many still stand."""

    period: str
    lika: int
    bara_fryst: int
    bara_nu: int


def freeze(
    settings: Settings, mart: str, kommun: str, period: str, *, by: str, vintage: str | None = None
) -> list[Frozen]:
    """Freeze ``period`` of ``mart`` for ``kommun`` as the current warehouse has it; returns what was frozen.

    Marts in ``IN_SEQUENCE`` have their earlier periods frozen along. Raises FreezeError when there is no
    such mart or period, when it is frozen already, when the name is empty, or when the current
    warehouse is not ``vintage`` (what stands as Lager in what was sent); FileNotFoundError before the
    first night.
    """
    if not by.strip():
        raise FreezeError("Ange vem som fryser: --av")
    with _Warehouse(settings) as warehouse, _locked(settings, mart, kommun) as path:
        if vintage and vintage != warehouse.vintage:
            raise FreezeError(f"Det gällande lagret är {warehouse.vintage}, inte {vintage}")
        column = warehouse.period_column(mart)
        register = _read(path, mart, kommun)
        listed = warehouse.periods(IN_SEQUENCE.get(mart, mart), column, kommun)
        if period not in listed:
            raise FreezeError(f"{kommun} har ingen period {period} i {mart}")
        periods = listed[: listed.index(period) + 1] if mart in IN_SEQUENCE else [period]
        if period in register.standing:
            standing = register.standing[period]
            raise FreezeError(
                f"{period} är redan fryst, {standing.fryst_tid:%Y-%m-%d} av {standing.fryst_av}"
            )
        if stale := warehouse.frozen_in(mart, kommun) - register.standing.keys():
            raise FreezeError(
                f"Lagret är byggt med en återtagen frysning ({max(stale)}). Kör: socialstat nightly"
            )
        made = [
            warehouse.store(settings, mart, kommun, each, by=by.strip())
            for each in periods
            if each not in register.standing
        ]
        register.frysningar += made
        _write(path, register)
    return made


def withdraw(settings: Settings, mart: str, kommun: str, period: str, *, by: str, reason: str) -> Frozen:
    """Take back a freezing that was never sent. Only the newest can be: later ones carry on from it.

    The register keeps it, with who, when and why. Raises FreezeError.
    """
    if not by.strip() or not reason.strip():
        raise FreezeError("Ange vem som återtar frysningen och varför: --av och --skal")
    with _locked(settings, mart, kommun) as path:
        register = _read(path, mart, kommun)
        frozen = register.standing.get(period)
        if frozen is None:
            raise FreezeError(f"{period} är inte fryst")
        if mart in IN_SEQUENCE and period != max(register.standing):
            raise FreezeError(f"Bara den senaste kan återtas: {max(register.standing)}")
        frozen.aterkallad = Withdrawn(tid=_now(), av=by.strip(), skal=reason.strip())
        _write(path, register)
    return frozen


def standing(settings: Settings, mart: str, kommun: str) -> dict[str, Frozen]:
    """What is frozen of a mart and municipality, by period."""
    return _read(settings.frozen / mart / f"{kommun}.json", mart, kommun).standing


def registers(settings: Settings) -> list[Register]:
    """Every register, by mart and municipality."""
    files = sorted(settings.frozen.glob("*/*.json"))
    return [Register.model_validate_json(path.read_text(encoding="utf-8")) for path in files]


def difference(settings: Settings, mart: str, kommun: str, period: str) -> tuple[Difference, Path]:
    """Compare a frozen period with the mart as it is now, row by row.

    Returns the counts and the frozen file. For ``ej_verkstallda_kvartal`` ask
    ``mart.ej_verkstallda_skillnad`` instead: the mart itself shows a frozen round as it was sent. Raises
    FreezeError when it is not frozen.
    """
    register = _read(settings.frozen / mart / f"{kommun}.json", mart, kommun)
    frozen = register.standing.get(period)
    if frozen is None:
        raise FreezeError(f"{period} är inte fryst")
    file = whole(settings, frozen)
    with _Warehouse(settings) as warehouse:
        return Difference(period, *warehouse.compare(mart, kommun, period, file)), file


def whole(settings: Settings, frozen: Frozen) -> Path:
    """The file of a freezing, checked against its hash. Raises FreezeError when it is not what was frozen."""
    path = settings.frozen / frozen.fil
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != frozen.sha256:
        raise FreezeError(f"{frozen.fil} är inte det som frystes: återställ ur säkerhetskopian")
    return path


class _Warehouse:
    """The current warehouse, open for reading."""

    def __init__(self, settings: Settings) -> None:
        folder = current(settings.warehouse)
        if folder is None:
            raise FileNotFoundError("no warehouse yet: run `socialstat nightly` first")
        self.vintage = folder.name
        self.db = duckdb.connect(folder / WAREHOUSE_FILE, read_only=True)

    def __enter__(self) -> "_Warehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def columns(self, mart: str) -> list[str]:
        query = """
            select column_name from duckdb_columns()
            where schema_name = 'mart' and table_name = ? order by column_index
        """
        return [name for (name,) in self.db.execute(query, [mart]).fetchall()]

    def period_column(self, mart: str) -> str:
        columns = self.columns(mart)
        found = next((c for c in PERIOD_COLUMNS if c in columns), None)
        if found is None or "kommun" not in columns:
            raise FreezeError(f"{mart} har inga perioder att frysa")
        return found

    def periods(self, mart: str, column: str, kommun: str) -> list[str]:
        query = f'select distinct "{column}" from mart."{mart}" where kommun = ? order by 1'
        return [period for (period,) in self.db.execute(query, [kommun]).fetchall()]

    def frozen_in(self, mart: str, kommun: str) -> set[str]:
        """The periods that this warehouse shows as they were frozen, which may have been taken back since."""
        if mart not in IN_SEQUENCE:
            return set()
        query = f'select kvartal from mart."{IN_SEQUENCE[mart]}" where kommun = ? and ar_fryst'
        return {period for (period,) in self.db.execute(query, [kommun]).fetchall()}

    def kept(self, mart: str) -> str:
        return ", ".join(f'"{c}"' for c in self.columns(mart) if c not in LEFT_OUT)

    def store(self, settings: Settings, mart: str, kommun: str, period: str, *, by: str) -> Frozen:
        column = self.period_column(mart)
        rows = self.db.sql(
            f'select {self.kept(mart)} from mart."{mart}" where kommun = ? and "{column}" = ? order by all',
            params=[kommun, period],
        ).pl()
        lage = self.db.execute("select lage_per from mart.dim_kommun where kommun = ?", [kommun]).fetchone()
        if lage is None or lage[0] is None:
            raise FreezeError(f"{kommun} har inte levererat något")
        now = _now()
        fil = Path(mart) / f"kommun={kommun}" / f"{period}_{now:%Y%m%dT%H%M%S%f}.parquet"
        path = settings.frozen / fil
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_suffix(".part")
        rows.write_parquet(draft)
        draft.chmod(0o600)
        with draft.open("rb") as f:
            digest = hashlib.file_digest(f, "sha256").hexdigest()
            os.fsync(f.fileno())
        draft.replace(path)
        return Frozen(
            period=period,
            fil=fil.as_posix(),
            sha256=digest,
            antal_rader=rows.height,
            vintage=self.vintage,
            lage_per=lage[0],
            fryst_tid=now,
            fryst_av=by,
        )

    def compare(self, mart: str, kommun: str, period: str, file: Path) -> tuple[int, int, int]:
        column = self.period_column(mart)
        kept = self.kept(mart)
        then = f"select {kept} from read_parquet($fil)"
        now = f'select {kept} from mart."{mart}" where kommun = $kommun and "{column}" = $period'
        row = self.db.execute(
            f"""
            with fryst as ({then}), nu as ({now})
            select
                (select count(*) from (from fryst intersect all from nu)),
                (select count(*) from (from fryst except all from nu)),
                (select count(*) from (from nu except all from fryst))
            """,
            {"fil": str(file), "kommun": kommun, "period": period},
        ).fetchone()
        assert row
        return row[0], row[1], row[2]


@contextmanager
def _locked(settings: Settings, mart: str, kommun: str) -> Iterator[Path]:
    """The register's path, with nobody else writing it meanwhile."""
    if not mart.isidentifier() or not kommun.isdigit():
        raise FreezeError(f"Okänd tabell eller kommun: {mart}, {kommun}")
    folder = settings.frozen / mart
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{kommun}.json"
    with FileLock(path.with_suffix(".lock")):
        yield path


def _read(path: Path, mart: str, kommun: str) -> Register:
    if not path.exists():
        return Register(mart=mart, kommun=kommun)
    return Register.model_validate_json(path.read_text(encoding="utf-8"))


def _write(path: Path, register: Register) -> None:
    """One ``os.replace``: before it nothing is frozen, after it everything."""
    draft = path.with_suffix(".part")
    draft.write_text(register.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.chmod(0o600)
    with draft.open("rb") as f:
        os.fsync(f.fileno())
    draft.replace(path)


def _now() -> datetime:
    return datetime.now(STOCKHOLM).replace(tzinfo=None)
