"""What a row is known by, from one delivery to the next."""

import duckdb
import polars as pl

from pipelines.contracts import Table

ROW_KEY = "row_key"
CONTENT_KEY = "#"
"""Between the hash and the number in the key of a row that is known by its content alone."""


def key_columns(table: Table) -> list[str]:
    """The table's key as its columns are called in the archive."""
    return [table.column[name].archived_name for name in table.key]


def keyed(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``row_key`` to pseudonymised rows (``Table.archive_schema``, and anything more).

    Rows without any key value are known by their content; the first of its equals is number 1.
    """
    key = key_columns(table)
    keyless = rows.select(pl.all_horizontal(pl.col(k).is_null() for k in key)).to_series()
    named = rows.with_columns(_joined(key).alias(ROW_KEY))
    if not keyless.any():
        return named
    by_content = content_hash(table, rows.filter(keyless)) + f"{CONTENT_KEY}1"
    numbers = keyless.arg_true()
    return named.with_columns(named[ROW_KEY].scatter(numbers, by_content))


def content_hash(table: Table, rows: pl.DataFrame) -> pl.Series:
    """A hash of each row's archived columns, as hex.

    It is of name=value pairs of what is not null, so that a new optional column leaves it alone, and it is
    MD5, because what lives in the archive must not change with a version of a library.
    """
    filled = [name for name in table.archive_schema if rows[name].null_count() < rows.height]
    pairs = ", ".join(["''", *(f"'{name}=' || \"{name}\"" for name in filled)])
    with duckdb.connect() as db:
        db.register("rader", rows.select(filled or [pl.lit(1).alias("inget")]))
        return db.sql(f"select md5(concat_ws(chr(31), {pairs})) as hash from rader").pl()["hash"]


def _joined(key: list[str]) -> pl.Expr:
    return pl.concat_str((_escaped(pl.col(name)) for name in key), separator="|")


def _escaped(value: pl.Expr) -> pl.Expr:
    text = value.cast(pl.String).fill_null("")
    return text.str.replace_all("\\", "\\\\", literal=True).str.replace_all("|", "\\|", literal=True)
