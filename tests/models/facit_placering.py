"""What the indicators of placements count, day by day from fct_placering, and those of reviews and force."""

import duckdb
import polars as pl
from facit import (
    Cell,
    Count,
    Facts,
    Parts,
    age_group,
    counted,
    days,
    different,
    number,
    of_cell,
    share_of,
    stock,
    time_taken,
    within,
)
from facit_frist import CLOSED, clock, share
from frist_fall import read

from pipelines.settings import SEEDS

WHO = ["kommun", "person"]
FORMS = pl.DataFrame(read(SEEDS / "placeringsformer.csv")).select(
    "placeringsform",
    "ar_vard",
    "familjehem",
    "utan_tillstand",
    form_fran=pl.col("giltig_fran").str.to_date(),
    form_till=pl.col("giltig_till").replace("", "9999-12-31").str.to_date(),
    ordning=pl.col("ordning_dubbelt_dygn").cast(pl.Int32),
    formens_grupp=pl.col("kostnadsgrupp"),
)
ENDINGS = pl.DataFrame(read(SEEDS / "slutorsaker.csv")).select(
    "slutorsak", matt=pl.col("ar_matt") == "ja", sammanbrott=pl.col("ar_sammanbrott") == "ja"
)


def age(day: str) -> pl.Expr:
    """Whole years on ``day``; who is born on a leap day is a year older on the last of February."""
    born = pl.col("fodelsedatum")
    years = pl.col(day).dt.year() - born.dt.year()
    return years - (born.dt.offset_by(pl.format("{}y", years)) > pl.col(day)).cast(pl.Int32)


def breakdown_age(years: str) -> pl.Expr:
    known = pl.when(pl.col(years) <= 10).then(pl.lit("0-10")).otherwise(pl.lit("11+"))
    return pl.when(pl.col(years).is_null()).then(pl.lit("okand")).otherwise(known)


def as_it_was(rows: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Rows of placements on ``dag``, with the law, the form and whether it is care as they were that day."""
    rows = rows.sort("dag")
    for kind in ("lagrum", "tillstand"):
        of_kind = periods.filter(pl.col("slag") == kind).sort("fran")
        of_kind = of_kind.select("kommun", "placering_id", "fran", "till", **{kind + "_nu": "varde"})
        rows = rows.join_asof(
            of_kind,
            left_on="dag",
            right_on="fran",
            by=["kommun", "placering_id"],
            strategy="backward",
            check_sortedness=False,
        )
        over = pl.col("till") <= pl.col("dag")
        rows = rows.with_columns(
            pl.when(over.fill_null(False)).then(None).otherwise(kind + "_nu").alias(kind + "_nu")
        )
        rows = rows.drop("till", "fran", strict=False)
    law = pl.col("lagrum_nu").str.split(" ").list.last().str.to_lowercase()
    without = FORMS.select("placeringsform", "utan_tillstand").unique()
    lost = (pl.col("tillstand_nu") == "saknas") & (pl.col("utan_tillstand") != "")
    rows = rows.join(without, on="placeringsform", how="left", maintain_order="left").with_columns(
        lagrumsgrupp=pl.coalesce(law, "lagrumsgrupp"),
        placeringsform=pl.when(lost.fill_null(False)).then("utan_tillstand").otherwise("placeringsform"),
    )
    there = pl.col("dag").is_between("form_fran", "form_till", closed="left")
    rows = rows.drop("utan_tillstand").join(FORMS.drop("utan_tillstand"), on="placeringsform").filter(there)
    rows = rows.with_columns(kostnadsgrupp="formens_grupp", alder=age("dag")).filter(
        pl.col("ar_vard") == "ja"
    )
    return rows.with_columns(aldersgrupp=age_group("alder"), sammanbrott_alder=breakdown_age("alder"))


def days_in_care(placements: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """One row per person and day in care, of the placement that began last; one missing day is a bridge."""
    spans = pl.date_ranges("start_datum", "till", closed="left")
    rows = as_it_was(placements.with_columns(dag=spans).explode("dag").drop_nulls("dag"), periods)
    rows = rows.sort(
        *WHO, "dag", "start_datum", "ordning", "placering_id", descending=[False] * 3 + [True] + [False] * 2
    ).unique([*WHO, "dag"], keep="first", maintain_order=True)
    step = pl.col("dag").shift(-1).over(WHO) - pl.col("dag")
    bridge = rows.filter(step == pl.duration(days=2)).with_columns(dag=pl.col("dag").dt.offset_by("1d"))
    rows = pl.concat([rows, bridge]).sort(*WHO, "dag")
    day = pl.duration(days=1)
    begins = (pl.col("dag") - pl.col("dag").shift(1).over(WHO) == day).not_().fill_null(True)
    ends = (pl.col("dag").shift(-1).over(WHO) - pl.col("dag") == day).not_().fill_null(True)
    rows = rows.with_columns(ny=begins).with_columns(vard_nr=pl.col("ny").cum_sum())
    first_here = pl.int_range(pl.len()).over("vard_nr", "placering_id") == 0
    same_home = (pl.col("hem_nyckel") == pl.col("hem_nyckel").shift(1)).fill_null(False)
    over = ends & (pl.col("dag") < pl.col("lage_per"))
    rows = rows.with_columns(
        flytt=first_here & ~pl.col("ny") & ~same_home,
        vard_slut=pl.when(over).then(pl.col("dag").dt.offset_by("1d")),
    )
    length = (pl.col("vard_slut") - pl.col("dag").min().over("vard_nr")).dt.total_days()
    return rows.with_columns(vard_langd=length)


def stays_in_emergency_homes(placements: pl.DataFrame) -> pl.DataFrame:
    """(kommun, placering_id, vistelse): emergency homes that follow on each other are one stay."""
    homes = placements.filter(pl.col("placeringsform") == "jourhem").sort(*WHO, "start_datum")
    before = pl.col("till").cum_max().shift(1).over(WHO)
    new = (pl.col("start_datum") > before.dt.offset_by("1d")).fill_null(True)
    return homes.select("kommun", "placering_id", vistelse=new.cum_sum())


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    placements = db.sql("""
        select plac.*, coalesce(plac.person_nyckel, plac.placering_id) as person, person.fodelsedatum,
               kommun.lage_per,
               least(coalesce(plac.slut_datum, kommun.lage_per + 1), kommun.lage_per + 1) as till
        from mart.fct_placering as plac
        join mart.dim_kommun as kommun using (kommun)
        left join intermediate.int_person as person using (kommun, person_nyckel)
        where not plac.ar_medplacerad
    """).pl()
    periods = db.sql("from staging.stg_placering_period").pl()
    longer = db.sql("from staging.stg_forlangning where subjekt_typ = 'placering'").pl()
    longer = longer.select("kommun", placering_id="subjekt_id")
    stays = stays_in_emergency_homes(placements)
    extended = stays.filter(
        pl.col("vistelse").is_in(
            stays.join(longer, on=["kommun", "placering_id"], how="semi")["vistelse"].to_list()
        )
    ).select("kommun", "placering_id", forlangd=pl.lit("ja"))
    placements = placements.join(extended, on=["kommun", "placering_id"], how="left").with_columns(
        pl.col("forlangd").fill_null("nej")
    )
    last_day = pl.max_horizontal("start_datum", pl.col("slut_datum").dt.offset_by("-1d"))
    ended = placements.filter(pl.col("slut_datum") <= pl.col("lage_per")).with_columns(dag=last_day)
    ended = as_it_was(ended, periods).join(ENDINGS, on="slutorsak", how="left")
    ended = ended.with_columns(pl.col("matt", "sammanbrott").fill_null(False))
    first_breakdown = pl.col("slut_datum").filter("sammanbrott").min().over(WHO)
    ended = ended.with_columns(
        igen=(first_breakdown < pl.col("slut_datum")).fill_null(False),
        langd=(pl.col("slut_datum") - pl.col("start_datum")).dt.total_days(),
    )
    reviews = db.sql("""
        select over_.*, vard.person_nyckel, vard.enhet, vard.malgrupp, vard.kon, person.fodelsedatum
        from mart.fct_overvagande as over_
        left join mart.fct_vard as vard using (kommun, vard_id)
        left join intermediate.int_person as person
            on person.kommun = over_.kommun and person.person_nyckel = vard.person_nyckel
    """).pl()
    force = db.sql("""
        select h.*, coalesce(person.kon, 'okand') as kon, person.fodelsedatum,
               lower(split_part(h.lagrum, ' § ', 2)) as lagrumsgrupp
        from staging.stg_handelse as h
        left join intermediate.int_person as person using (kommun, person_nyckel)
        where h.handelse in ('omhandertagen', 'understalld', 'ansokan_vard', 'upphord')
    """).pl()
    return {
        "vard_dag": days_in_care(placements, periods),
        "plac_start": as_it_was(placements.with_columns(dag="start_datum"), periods),
        "plac_slut": ended,
        "overvagande": law_of_the_day(reviews, placements, periods),
        "tvang": force.with_columns(alder=age("datum")).with_columns(aldersgrupp=age_group("alder")),
    }


def law_of_the_day(reviews: pl.DataFrame, placements: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Reviews with the law of the care on their day: of the placement that began last, or of the first."""
    of_care = placements.filter(pl.col("vard_id").is_not_null()).select(
        *(
            "kommun",
            "vard_id",
            "placering_id",
            "start_datum",
            "placeringsform",
            "lagrumsgrupp",
            "fodelsedatum",
        )
    )
    begun = pl.col("start_datum") <= pl.col("dag")
    at = reviews.select("kommun", "overvagande_nyckel", "vard_id", dag="datum").join(
        of_care, on=["kommun", "vard_id"]
    )
    at = at.sort(~begun, pl.when(begun).then(pl.col("dag") - pl.col("start_datum")), "start_datum").unique(
        "overvagande_nyckel", keep="first", maintain_order=True
    )
    # The law of a day before the care began is that of its first day.
    at = at.with_columns(dag=pl.max_horizontal("dag", "start_datum"))
    law = as_it_was(at, periods).select("overvagande_nyckel", "lagrumsgrupp")
    rows = reviews.join(law, on="overvagande_nyckel", how="left").with_columns(alder=age("datum"))
    return rows.with_columns(aldersgrupp=age_group("alder"))


def share_of_persons(part: pl.Expr, *where: pl.Expr) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        rows = within(of_cell(facts["vard_dag"].filter(*where), cell), "dag", cell)
        k, n = number(rows.filter(part)["person"].n_unique()), number(rows["person"].n_unique())
        return Parts(k, n, k / n if n else None)

    return count


def in_own_hands(*where: pl.Expr) -> Count:
    """Care days in the municipality's own hands, of fct_placering_manad as facit_kostnad reads it."""

    def count(facts: Facts, cell: Cell) -> Parts:
        first, last = (f"{d:%Y-%m}" for d in days(cell["period"]))
        rows = of_cell(facts["dygn"].filter(*where), cell).filter(
            pl.col("manad").is_between(pl.lit(first), pl.lit(last))
        )
        k, n = (
            number(rows.filter(pl.col("regi") == "egen")["vard_dygn"].sum()),
            number(rows["vard_dygn"].sum()),
        )
        return Parts(k, n, k / n if n else None)

    return count


CHILD = pl.col("malgrupp") == "barn"
HOME = CHILD & (pl.col("familjehem") == "ja")
EMERGENCY = CHILD & (pl.col("placeringsform") == "jourhem")
BROKEN, MEASURED, STAY = pl.col("sammanbrott"), pl.col("matt"), pl.col("langd")
HOMES = ["familjehem", "jourhem", "natverkshem", "konsulentstott_familjehem"]

FACTS: dict[str, Count] = {
    "PLAC_PERSONER": different("vard_dag", "dag", "person"),
    "PLAC_BARN_PERSONER": different("vard_dag", "dag", "person", CHILD),
    "PLAC_PERSONER_LAGE": stock("vard_dag", pl.col("dag"), pl.col("dag").dt.offset_by("1d")),
    "PLAC_VARD_NYA": counted("vard_dag", "dag", pl.col("ny")),
    "PLAC_VARD_AVSLUTADE": counted("vard_dag", "vard_slut"),
    "PLAC_VARDTID_MEDEL": time_taken("vard_dag", "vard_slut", pl.col("vard_langd"), "medel"),
    "PLAC_VARDTID_MEDIAN": time_taken("vard_dag", "vard_slut", pl.col("vard_langd"), "median"),
    "PLAC_FLYTTADE": different("vard_dag", "dag", "person", pl.col("flytt")),
    "PLAC_LVU_ANDEL": share_of_persons(pl.col("lagrumsgrupp") == "lvu", CHILD),
    "PLAC_PABORJADE": counted("plac_start", "start_datum"),
    "PLAC_AVSLUTADE": counted("plac_slut", "slut_datum"),
    "PLAC_SAMMANBROTT": counted("plac_slut", "slut_datum", HOME, BROKEN),
    "PLAC_SAMMANBROTT_ANDEL": share_of("plac_slut", "slut_datum", BROKEN, HOME & MEASURED),
    "PLAC_SAMMANBROTT_DYGNSVARD": counted("plac_slut", "slut_datum", BROKEN),
    "PLAC_SAMMANBROTT_DYGNSVARD_ANDEL": share_of("plac_slut", "slut_datum", BROKEN, MEASURED),
    "PLAC_SAMMANBROTT_TID_MEDEL": time_taken("plac_slut", "slut_datum", STAY, "medel", HOME, BROKEN),
    "PLAC_SAMMANBROTT_UPPREPAT_ANDEL": share_of("plac_slut", "slut_datum", pl.col("igen"), HOME & BROKEN),
    "PLAC_JOURHEM_TID_MEDEL": time_taken("plac_slut", "slut_datum", STAY, "medel", EMERGENCY),
    "PLAC_JOURHEM_TID_UTAN_SKAL_MEDEL": time_taken(
        "plac_slut", "slut_datum", STAY, "medel", EMERGENCY, pl.col("forlangd") == "nej"
    ),
    "PLAC_JOURHEM_I_TID": share("stopp_datum", ["i_tid"], CLOSED, *clock("JOURHEM")),
    "PLAC_EGEN_REGI_ANDEL": in_own_hands(CHILD, pl.col("placeringsform").is_in(HOMES)),
    "PLAC_PSYK_EGEN_REGI_ANDEL": in_own_hands(
        pl.col("malgrupp") == "vuxen_psykisk_funktionsnedsattning", pl.col("kostnadsgrupp") == "boende"
    ),
    "PLAC_TVANG": counted("tvang", "datum", pl.col("lagrumsgrupp").is_in(["lvu", "lvm", "lsb"])),
    "OV_ANTAL": counted("overvagande", "datum"),
    "BARN_OV_EJ_HORD_ANDEL": share_of(
        "overvagande",
        "datum",
        pl.col("ar_barn_hord").not_(),
        pl.col("ar_barn_hord").is_not_null() & pl.col("typ").is_in(["overvagande", "omprovning"]),
    ),
}
