"""The catalogue as its readers use it: find an indicator by a word, get its series in the form they want."""

from pathlib import Path

import duckdb
import polars as pl

from pipelines.reports.format import exact, sort_key
from pipelines.reports.published import FILE, Indicator, Published

COLUMNS = """
    v.indikator_id, i.namn, v.definitionsversion, v.kommun, v.periodtyp, v.period, v.uppdelning, v.grupp,
    v.grupp_namn, v.taljare, v.namnare, v.varde, v.mattenhet, i.decimaler, v.rakneenhet, v.konvention,
    v.status, v.lage_per"""


class UnknownFormatError(ValueError):
    """The file's ending is none of those that a series can be written in."""


def search(source: Published, word: str) -> list[Indicator]:
    """The current definitions whose id or card has ``word`` (any case), those with it in the name first."""
    word = word.casefold()

    def place(i: Indicator) -> int | None:
        in_name = word in i.namn.casefold() or word in i.indikator_id.casefold()
        texts = (i.fraga, i.motiv, i.taljare_text, i.namnare_text, i.rakneenhet, i.lagrum, i.forbehall)
        return 0 if in_name else 1 if any(word in (text or "").casefold() for text in texts) else None

    found = [(place(i), sort_key(i.namn), i) for i in source.indikatorer]
    return [i for rank, _, i in sorted((f for f in found if f[0] is not None), key=lambda f: f[:2])]


def series(
    folder: Path, indikator_id: str, kommun: str | None, periodtyp: str | None, uppdelning: str
) -> pl.DataFrame:
    """The published values of one indicator by municipality, period and group; ``alla`` is all breakdowns."""
    with duckdb.connect(folder / FILE, read_only=True) as db:
        return db.execute(
            f"""
            select {COLUMNS}
            from indikatorvarde as v
            inner join indikator as i using (indikator_id, definitionsversion)
            where v.indikator_id = $indikator_id
                and ($kommun is null or v.kommun = $kommun)
                and ($periodtyp is null or v.periodtyp = $periodtyp)
                and ($uppdelning = 'alla' or v.uppdelning = $uppdelning)
            order by
                v.kommun, v.periodtyp, v.uppdelning <> 'total', v.uppdelning, v.period_start, v.grupp_ordning,
                v.grupp_namn
            """,
            {
                "indikator_id": indikator_id,
                "kommun": kommun,
                "periodtyp": periodtyp,
                "uppdelning": uppdelning,
            },
        ).pl()


def write(found: pl.DataFrame, file: Path) -> None:
    """Write a series to ``file`` in the form that its ending says; CSV as Swedish Excel opens it.

    Raises UnknownFormatError for another ending than .csv, .xlsx, .parquet or .json.
    """
    match file.suffix:
        case ".csv":
            texts = [exact(column) for column in found.select(pl.col(pl.Decimal))]
            found.with_columns(texts).write_csv(file, separator=";", include_bom=True)
        case ".xlsx":
            found.write_excel(
                file,
                worksheet="Serie",
                autofit=True,
                header_format={"bold": True},
                freeze_panes=(1, 0),
                column_formats={c: _number_format(found, c) for c in ("taljare", "namnare", "varde")},
            )
        case ".parquet":
            found.write_parquet(file)
        case ".json":
            file.write_text(found.write_json(), encoding="utf-8")
        case _:
            raise UnknownFormatError(f"{file.name}: filen ska heta .csv, .xlsx, .parquet eller .json")


def _number_format(found: pl.DataFrame, column: str) -> str:
    """As the number is printed: a part without decimals when all are whole, a share in percent."""
    if column != "varde":
        whole = (found[column].drop_nulls() % 1 == 0).all()
        return "#,##0" if whole else "#,##0.0"
    most = max(found["decimaler"].to_list())
    percent = "\u00a0%" if found["mattenhet"].unique().to_list() == ["andel"] else ""
    return "#,##0" + ("." + "0" * most if most else "") + percent


def ways(indikator_id: str, folder: Path) -> list[tuple[str, str]]:
    """(what, how) to get the series of an indicator: ready to be copied."""
    current = folder.parent.parent / "current"
    parquet = current / "parquet" / "indikatorvarde.parquet"
    query = (
        "select kommun, period, taljare, namnare, varde, status from mart.indikatorvarde "
        f"where indikator_id = '{indikator_id}' and periodtyp = 'ar' and uppdelning = 'total' "
        "order by kommun, period"
    )
    return [
        ("SQL, opublicerat (socialstat sql)", f'socialstat sql "{query}"'),
        ("CSV", f"socialstat indikator get {indikator_id} --ut {indikator_id}.csv"),
        ("Excel", f"socialstat indikator get {indikator_id} --uppdelning alla --ut {indikator_id}.xlsx"),
        (
            "Python",
            "import polars as pl\n"
            f'pl.read_parquet("{parquet}").filter(\n'
            f'    indikator_id="{indikator_id}", periodtyp="ar", uppdelning="total"\n'
            ').sort("kommun", "period")',
        ),
    ]
