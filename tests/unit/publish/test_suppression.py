"""What is published: nothing under the threshold, nothing that a total gives away, nobody in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")

KEY = ["indikator_id", "definitionsversion", "kommun", "periodtyp", "period", "uppdelning", "grupp"]
TABLE = KEY[:-1]
NUMBERS = ["taljare", "namnare", "varde"]
STATUTORY = pl.col("indikator_id").is_in(["EV_ANTAL", "EV_RAPPORTERADE"]) & pl.col("uppdelning").is_in(
    ["total", "vantetidsband"]
)  # number and elapsed time: SoL 34:3, LSS 28 h
PRIVATE = re.compile(r"person|nyckel|subjekt|personnummer|fodelse|bas_id|antal_bakom|placering_id|beslut_id")
FORMATS = ("duckdb", "parquet", "csv")


@pytest.fixture(scope="module")
def published(natt: Settings) -> Path:
    return natt.published / "current"


def read(folder: Path, kind: str) -> pl.DataFrame:
    """The indicator values as one of the published forms has them, numbers as decimals."""
    if kind == "duckdb":
        with duckdb.connect(folder / "indikatorer.duckdb", read_only=True) as db:
            frame = db.sql("from indikatorvarde").pl()
    elif kind == "parquet":
        frame = pl.read_parquet(folder / "parquet" / "indikatorvarde.parquet")
    else:
        frame = pl.read_csv(folder / "csv" / "indikatorvarde.csv", separator=";", infer_schema=False)
        frame = frame.with_columns(pl.col(NUMBERS).str.replace(",", ".", literal=True))
    return frame.with_columns(
        pl.col(NUMBERS).cast(pl.Decimal(28, 6)), pl.col("definitionsversion").cast(pl.Int32)
    )


@pytest.fixture(scope="module", params=FORMATS)
def values(request: pytest.FixtureRequest, published: Path, natt: Settings) -> Iterator[pl.DataFrame]:
    """Published cells beside what the warehouse knows of them (``_w``)."""
    with duckdb.connect(natt.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        known = (
            db.sql("""
                select value.*, card.unik_kolumn is null as ar_summerbar,
                    card.namnare_fast is null as ar_namnare_raknad from mart.indikatorvarde as value
                join seed.indikatorer as card using (indikator_id, definitionsversion)
                where value.uppdelning <> 'enhet_nu' -- the same rows as enhet, regrouped: not published
            """)
            .pl()
            .select(*KEY, *NUMBERS, "antal_bakom", "ar_summerbar", "ar_namnare_raknad", "status")
        )
    cells = read(published, request.param)
    both = cells.join(known, on=KEY, how="full", suffix="_w", coalesce=True)
    assert cells.height == known.height == both.height
    yield both


def few(natt: Settings) -> list[int]:
    return list(range(1, natt.suppress_below))


def test_no_cell_under_the_threshold(values: pl.DataFrame, natt: Settings) -> None:
    shown = values.filter(pl.col("status") == "ok", ~STATUTORY)
    assert shown.height > 1000
    assert shown.filter(pl.col("antal_bakom").is_in(few(natt))).height == 0
    counts = shown.filter(pl.col("statistik").is_in(["antal", "andel"]))["taljare"]
    divided = pl.col("statistik").is_in(["andel", "medel", "median"]) & pl.col("ar_namnare_raknad")
    shares = shown.filter(divided)["namnare"].drop_nulls()
    for numbers in (counts, shares):
        assert not {int(n) for n in numbers if n == int(n)} & set(few(natt))


def test_no_part_of_a_cell_that_rests_on_few(values: pl.DataFrame, natt: Settings) -> None:
    """Whatever its status: the care days of one child are the care days of one child."""
    shown = values.filter(pl.any_horizontal(pl.col(NUMBERS).is_not_null()), ~STATUTORY)
    assert shown.filter(pl.col("antal_bakom").is_in(few(natt))).height == 0


def test_suppressed_is_a_status_without_numbers(values: pl.DataFrame) -> None:
    hidden = values.filter(pl.col("status") == "rojandeskyddad")
    assert hidden.height > 100
    assert set(hidden["status_w"]) == {"ok"}
    assert hidden.select(pl.col(NUMBERS).is_null().all()).row(0) == (True, True, True)
    # The rest is published as it is.
    rest = values.filter(pl.col("status") != "rojandeskyddad")
    assert rest.filter(pl.col("status") != pl.col("status_w")).height == 0
    # Money that no care days stand behind is often one person's late invoice: it is not published.
    late = ((pl.col("statistik") == "kvot") & (pl.col("namnare_w") == 0)).fill_null(value=False)
    assert rest.filter(late).height > 100
    assert rest.filter(late)["taljare"].is_null().all()
    # Nor are the parts of a figure that could not be made, when they rest on few.
    parts = (pl.col("status") != "ok") & pl.col("antal_bakom").is_between(1, 4)
    for name in NUMBERS:
        same = pl.col(name).eq_missing(pl.col(f"{name}_w").cast(pl.Decimal(28, 6)))
        assert rest.filter(~same & ~(late & (name == "taljare")) & ~parts).height == 0


def test_lone_hidden_group_is_accompanied(values: pl.DataFrame) -> None:
    """Otherwise it is its total less the others."""
    groups = values.filter(pl.col("uppdelning") != "total")
    hidden = pl.col("status") == "rojandeskyddad"
    others = (pl.col("status") == "ok") & (pl.col("antal_bakom") > 0)
    per_table = groups.group_by(TABLE).agg(hidden=hidden.sum(), others=others.sum())
    assert per_table.filter(pl.col("hidden") > 1).height > 20
    assert per_table.filter(pl.col("hidden") == 1, pl.col("others") > 0).height == 0


def hidden_beside_a_printed_total(values: pl.DataFrame) -> pl.DataFrame:
    """Tables of counts with hidden groups: how many are hidden, and what is left of the total for them.

    Different persons are not counted here: one may be in several groups, so what is left is no sum.
    """
    known = pl.col("status").is_in(["ok", "rojandeskyddad"])
    counts = values.filter(pl.col("statistik") == "antal", known, "ar_summerbar")
    key = [k for k in TABLE if k != "uppdelning"]
    printed = counts.filter(pl.col("uppdelning") == "total", pl.col("status") == "ok", ~STATUTORY)
    groups = counts.filter(pl.col("uppdelning") != "total").group_by(TABLE)
    is_hidden = pl.col("status") == "rojandeskyddad"
    hidden, zeros = is_hidden.sum(), (is_hidden & (pl.col("antal_bakom") == 0)).sum()
    per_table = groups.agg(hidden=hidden, zeros=zeros, shown=pl.col("taljare").sum()).filter(
        pl.col("hidden") > 0
    )
    both = per_table.join(printed.select(*key, total="taljare"), on=key)
    return both.with_columns(left=pl.col("total") - pl.col("shown"))


def test_hidden_group_is_not_its_total_less_the_others(values: pl.DataFrame) -> None:
    """The attack itself: one hidden group, and a total that is printed."""
    tables = hidden_beside_a_printed_total(values)
    assert tables.height > 1000
    assert tables.filter(pl.col("hidden") == 1).height == 0


def test_hidden_groups_are_not_told_by_their_number(values: pl.DataFrame) -> None:
    """As many left as hidden would tell that each is one, were no hidden group empty."""
    tables = hidden_beside_a_printed_total(values)
    assert tables.filter(pl.col("left") == pl.col("hidden"), pl.col("zeros") == 0).height == 0


def test_statutory_totals_are_given(values: pl.DataFrame) -> None:
    """What the council shall have by law is never hidden (SoL 34 kap. 3 §)."""
    totals = values.filter(STATUTORY, uppdelning="total")
    assert set(totals["status"]) == {"ok"}
    assert totals["varde"].null_count() == 0
    assert totals.filter(pl.col("varde").is_between(1, 4)).height > 0, "no small total to prove it on"
    assert totals.filter(kommun="0127", period="2021-K3", indikator_id="EV_ANTAL")["varde"].to_list() == [55]


def test_no_person_in_any_published_table(published: Path) -> None:
    with duckdb.connect(published / "indikatorer.duckdb", read_only=True) as db:
        columns = db.sql("select table_name, column_name from duckdb_columns() where not internal").fetchall()
    for folder in ("csv", "parquet"):
        for path in (published / folder).iterdir():
            first = path.read_text("utf-8-sig").splitlines()[0].split(";") if folder == "csv" else []
            columns += [(path.name, name) for name in first or pl.read_parquet_schema(path)]
    assert len(columns) > 100
    assert [c for c in columns if PRIVATE.search(c[1])] == []


def test_no_pseudonym_or_case_in_any_published_file(published: Path, natt: Settings) -> None:
    with duckdb.connect(natt.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        rows = db.sql("""
            select person_nyckel from mart.dim_person
            union select utredning_id from mart.fct_utredning
            union select placering_id from mart.fct_placering
        """).fetchall()
    secrets = {value for (value,) in rows if value}
    assert len(secrets) > 500
    files = [p for p in published.rglob("*") if p.suffix in {".csv", ".json", ".html", ".js", ".svg"}]
    assert files
    for path in files:
        words = set(re.split(r"[^0-9A-Za-z_:-]+", path.read_text("utf-8")))
        assert not words & secrets, path.name
