"""What the indicators of insatser and financial assistance count, from fct_insats and the months of aid.

The rows are counted person by person and household by household; nothing of the families is used.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
from facit import (
    Cell,
    Count,
    Facts,
    Parts,
    active,
    age_group,
    counted,
    days,
    number,
    of_cell,
    stock,
    time_taken,
    within,
)

REASONS = {
    "enligt plan": "enligt_plan",
    "avbruten av den enskilde": "avbruten",
    "flytt": "flytt",
    "annan insats": "annan_insats",
}
"""What the invented municipality writes, and what it says."""

WITH_CHILDREN = ["ensam_man_barn", "ensam_kvinna_barn", "par_barn"]


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    given = db.sql("""
        select insats.*, case when utredning.utredning_id is not null then utredning.typ end as utredd
        from mart.fct_insats as insats
        left join mart.fct_beslut as beslut using (kommun, beslut_id)
        left join (select distinct kommun, utredning_id, typ from mart.fct_utredning) as utredning
            on utredning.kommun = insats.kommun and utredning.utredning_id = beslut.utredning_id
        where insats.insatstyp <> 'ekonomiskt_bistand'
    """).pl()
    given = given.with_columns(
        aldersgrupp=age_group("alder_vid_start"),
        behovsprovad=pl.col("ar_behovsprovad").replace_strict({True: "ja", False: "nej"}, default=None),
        insats_slutorsak=pl.col("slutorsak").replace_strict(REASONS, default=None),
    )
    aid = (
        db.sql("from mart.fct_bistand_manad")
        .pl()
        .with_columns(
            nyanland=pl.col("ar_nyanland").replace_strict({True: "ja", False: "nej"}, default=None),
            dag=pl.col("manad").str.to_date("%Y-%m").dt.offset_by("14d"),
        )
    )
    people = db.sql("""
        select rad.kommun, rad.manad, rad.hushall_id, rad.person_nyckel, person.kon, person.fodelsedatum
        from staging.stg_ekonomiskt_bistand as rad
        left join intermediate.int_person as person using (kommun, person_nyckel)
    """).pl()
    people = people.join(aid, on=["kommun", "manad", "hushall_id"]).with_columns(
        forsta=pl.col("manad").str.to_date("%Y-%m")
    )
    before_birthday = (pl.col("forsta").dt.month() < pl.col("fodelsedatum").dt.month()) | (
        (pl.col("forsta").dt.month() == pl.col("fodelsedatum").dt.month())
        & (pl.col("fodelsedatum").dt.day() > 1)
    )
    people = people.with_columns(
        alder=pl.col("forsta").dt.year() - pl.col("fodelsedatum").dt.year() - before_birthday.cast(pl.Int32)
    )
    spells = db.sql("from intermediate.int_bistand_period where sista_manad is not null").pl()
    applicant = db.sql("select kommun, person_nyckel, kon from intermediate.int_person").pl()
    spells = spells.join(applicant, on=["kommun", "person_nyckel"], how="left").with_columns(
        dag=pl.col("sista_manad").str.to_date("%Y-%m")
    )
    return {
        "bistandstid": spells,
        "insats": given,
        "bistand": aid,
        "bistandsperson": people.with_columns(aldersgrupp=age_group("alder")),
    }


CHILD = pl.col("malgrupp") == "barn"
START, END = pl.col("start_datum"), pl.col("slut_datum")
AFTER_END = END.dt.offset_by("1d")
PAID = pl.col("belopp_kr") > 0


def different_active(key: str, *where: pl.Expr) -> Count:
    """How many different ``key`` have an insats on some day of the period, its last day among them.

    How many there are behind insatser that are all of somebody unknown is not observed.
    """

    def count(facts: Facts, cell: Cell) -> Parts:
        first, last = days(cell["period"])
        rows = of_cell(facts["insats"].filter(*where), cell)
        rows = rows.filter(last >= START, END.is_null() | (first <= END))
        n = number(rows[key].drop_nulls().n_unique())
        nobody_known = rows.height > 0 and n == 0
        return Parts(n, None, None if nobody_known else n)

    return count


def different_paid(name: str, key: str) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        n = number(within(of_cell(facts[name].filter(PAID), cell), "dag", cell)[key].n_unique())
        return Parts(n, None, n)

    return count


def months_in(cell: Cell) -> int:
    first, last = days(cell["period"])
    return (last.year - first.year) * 12 + last.month - first.month + 1


def per_month(facts: Facts, cell: Cell) -> Parts:
    n = number(within(of_cell(facts["bistand"].filter(PAID), cell), "dag", cell).height)
    return Parts(n, number(months_in(cell)), n / months_in(cell))


def with_children(facts: Facts, cell: Cell) -> Parts:
    rows = within(of_cell(facts["bistand"].filter(PAID), cell), "dag", cell)
    known = rows.filter(pl.col("hushallstyp").is_not_null(), pl.col("hushallstyp") != "okand")
    k = number(known.filter(pl.col("hushallstyp").is_in(WITH_CHILDREN))["hushall_id"].n_unique())
    n = number(known["hushall_id"].n_unique())
    return Parts(k, n, k / n if n else None)


def paid(facts: Facts, cell: Cell) -> Parts:
    rows = within(of_cell(facts["bistand"], cell), "dag", cell)
    kr = number(rows["belopp_kr"].sum()) if rows.height else None
    return Parts(kr, None, kr)


def paid_per_month(facts: Facts, cell: Cell) -> Parts:
    rows = within(of_cell(facts["bistand"], cell), "dag", cell)
    kr = number(rows["belopp_kr"].sum()) if rows.height else None
    n = number(rows.filter(PAID).height)
    return Parts(kr, n, kr / n if kr is not None and n else None)


def twelve(value: Callable[[list[int]], tuple[int, int]]) -> Count:
    """Of each household's months with aid in the period; what it is, is told by the last of them."""

    def count(facts: Facts, cell: Cell) -> Parts:
        rows = facts["bistand"].filter(pl.col("kommun") == cell["kommun"])
        known_from = rows["dag"].min()
        if not isinstance(known_from, date) or known_from.replace(day=1) > days(cell["period"])[0]:
            return Parts(Decimal(0), Decimal(0), None)
        last = (
            within(rows.filter(PAID), "dag", cell)
            .sort("dag")
            .group_by("hushall_id")
            .agg(pl.len().alias("n"), pl.col("hushallstyp", "nyanland").last(), pl.col("kommun").last())
        )
        k, n = value(of_cell(last, cell)["n"].to_list())
        return Parts(number(k), number(n), Decimal(k) / n if n else None)

    return count


FACTS: dict[str, Count] = {
    "INS_LAGE": stock("insats", START, END),
    "INS_AKTUELLA": active("insats", START, AFTER_END),
    "INS_BARN_AKTUELLA": active("insats", START, AFTER_END, CHILD),
    "INS_PERSONER": different_active("person_nyckel"),
    "INS_OPPENVARD_BARN_PERSONER": different_active(
        "person_nyckel", CHILD, pl.col("insatstyp").is_in(["oppenvard", "familjebehandling"])
    ),
    "INS_PABORJADE": counted("insats", "start_datum"),
    "INS_AVSLUTADE": counted("insats", "slut_datum"),
    "INS_TID_MEDIAN": time_taken("insats", "slut_datum", (END - START).dt.total_days() + 1, "median"),
    "VALD_INSATSER": counted("insats", "start_datum", pl.col("utredd") == "vald"),
    "EB_HUSHALL_PER_MANAD": per_month,
    "EB_HUSHALL_UNIKA": different_paid("bistand", "hushall_id"),
    "EB_PERSONER": different_paid("bistandsperson", "person_nyckel"),
    "EB_HUSHALL_MED_BARN_ANDEL": with_children,
    "EB_LANGVARIG_ANDEL": twelve(lambda months: (sum(n >= 10 for n in months), len(months))),
    "EB_TID_MEDEL": twelve(lambda months: (sum(months), len(months))),
    "EB_BELOPP_PER_MANAD": paid_per_month,
    "EB_UTBETALT": paid,
    "EB_AVSLUTADE": counted("bistandstid", "dag"),
    "EB_OBRUTEN_TID_MEDIAN": time_taken("bistandstid", "dag", pl.col("antal_manader"), "median"),
}
