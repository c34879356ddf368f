"""Rows for the documents that name single cases: the case system's ids and nothing else that tells who.

They lie in ``restricted/<kommun>/``, readable by the owner only. Each night replaces the lists of what is
open; a round of unexecuted decisions has a folder of its own, and what is frozen in it stays.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.publish import arenden, volymer
from pipelines.publish.freezing import standing
from pipelines.releases import current
from pipelines.settings import WAREHOUSE_FILE, Settings

BEVAKNING = "bevakning.parquet"
EARLY_LIST = "ej_verkstallda_bevakning.parquet"
ROUNDS = "ej_verkstallda"
VOLUMES = "volymer"
PLACEMENTS = "placeringar"
CASES = "arenden"
SERIES_ROUNDS = 12

URGENT_CLOCKS = """
    select ? as kommun_namn, bevakning.*, kommun.lage_per as lage_per_kommun
    from mart.dim_kommun as kommun
    left join mart.frist_bevakning as bevakning on bevakning.kommun = kommun.kommun
    where kommun.kommun = ?
    order by dagar_kvar, enhet_namn, regel_id, subjekt_id
"""
OPEN_DECISIONS = """
    select
        ? as kommun_namn, bevakning.*, coalesce(insats.namn, bevakning.insats) as insats_namn, orsak.namn as
        orsak_namn, kommun.lage_per as lage_per_kommun
    from mart.dim_kommun as kommun
    left join mart.ej_verkstallda_bevakning as bevakning on bevakning.kommun = kommun.kommun
    left join seed.koder as insats on insats.kodlista = 'insats' and insats.kod = bevakning.insats
    left join seed.koder as orsak on orsak.kodlista = 'ej_verkstalld_orsak' and orsak.kod = bevakning.orsak
    where kommun.kommun = ?
    order by dagar_kvar, enhet_namn, beslut_id, klocka
"""
NAMED_ROWS = """
    create or replace temp view rad as
    select
        rad.* replace (rad.ar_skyddad or coalesce(person.ar_skyddad, false) as ar_skyddad),
        case when rad.enhet = 'okand' then 'Okänd enhet' else coalesce(enhet.namn, rad.enhet) end as
        enhet_namn, coalesce(insats.namn, rad.insats) as insats_namn,
        case rad.lagrumsgrupp when 'sol' then 'SoL' when 'lss' then 'LSS' end as lag,
        orsak.namn as orsak_namn,
        kon.namn as kon_namn,
        band.namn as vantetidsband_namn,
        coalesce(band.ordning, 0) as vantetidsband_ordning,
        skal.namn as rattelse_skal_namn,
        ansvar.namn as ansvar_namn,
        (select string_agg(k.namn, ', ' order by k.namn) from seed.koder as k
         where k.kodlista = 'insats' and list_contains(string_split(rad.pagaende_insatser, '|'), k.kod))
            as pagaende_insatser_namn
    from mart.ej_verkstallda_kvartal as rad
    left join mart.fct_beslut as beslut on beslut.kommun = rad.kommun and beslut.beslut_id = rad.beslut_id
    left join mart.dim_person as person
        on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
    left join (
        select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
    ) as enhet on enhet.kommun = rad.kommun and enhet.enhet = rad.enhet
    left join seed.koder as insats on insats.kodlista = 'insats' and insats.kod = rad.insats
    left join seed.koder as orsak on orsak.kodlista = 'ej_verkstalld_orsak' and orsak.kod = rad.orsak
    left join seed.koder as kon on kon.kodlista = 'kon' and kon.kod = rad.kon
    left join seed.koder as skal on skal.kodlista = 'ej_verkstalld_rattelse_skal' and skal.kod =
    rad.rattelse_skal left join seed.koder as ansvar on ansvar.kodlista = 'ej_verkstalld_ansvar' and
    ansvar.kod = rad.ansvar left join seed.vantetidsband as band on band.band = rad.vantetidsband
"""
COUNTED = """
    select
        enhet, enhet_namn, klocka, insats, insats_namn, lag, orsak_namn, kon, kon_namn, rapporttyp,
        status_vid_bryt, rattelse, ansvar, vantetidsband, vantetidsband_namn, vantetidsband_ordning,
        antal_tackat_nej > 0 or orsak is not distinct from 'tackat_nej' as ar_tackat_nej,
        rattelse_skal is not distinct from 'ater_oppen' as ar_ater_oppen,
        dagar
    from rad
    where kommun = ? and kvartal = ? and ar_rapporteringspliktig
    order by all
"""
SERIES = """
    select
        omgang.kvartal, omgang.brytdatum,
        count(rad.beslut_id) filter (where rad.klocka = 'beslut') as antal_beslut,
        count(rad.beslut_id) filter (where rad.klocka = 'avbrott') as antal_avbrott,
        count(rad.beslut_id) filter (
            where rad.antal_tackat_nej = 0 and rad.orsak is distinct from 'tackat_nej'
        ) as antal_utan_nej
    from mart.ej_verkstallda_omgang as omgang
    left join mart.ej_verkstallda_kvartal as rad
        on rad.kommun = omgang.kommun and rad.kvartal = omgang.kvartal
        and rad.ar_rapporteringspliktig and rad.status_vid_bryt = 'ej_verkstalld'
    where omgang.kommun = ? and omgang.brytdatum <= ?
    group by all
    order by omgang.brytdatum desc
    limit ?
"""
DEVELOPMENT = """
    select
        coalesce(kod.namn, utveckling.tabell) as tabell_namn, coalesce(kod.ordning, 0) as tabell_ordning,
        utveckling.*
    from mart.kostnadsutveckling as utveckling
    left join seed.koder as kod on kod.kodlista = 'kostnadstabell' and kod.kod = utveckling.tabell
    where utveckling.kommun = ?
    order by tabell_ordning, tabell_namn, utveckling.ordning, utveckling.ar
"""
UNITS = """
    select enhet.enhet, arg_max(enhet.namn, enhet.giltig_fran) as namn
    from mart.dim_enhet as enhet
    where enhet.kommun = $kommun and enhet.ar_kand
        and enhet.giltig_fran <= $brytdatum and (enhet.giltig_till is null or enhet.giltig_till > $brytdatum)
        and not exists (
            select 1 from mart.dim_enhet as under
            where under.kommun = enhet.kommun and under.overordnad = enhet.enhet
        )
    group by enhet.enhet
"""
THE_MONTH = """
    select
        kommun.namn as kommun_namn, kommun.lage_per,
        strftime(kommun.lage_per + 1 - interval 1 month, '%Y-%m') as manad,
        count(*) filter (where plac.slut_datum is null or plac.slut_datum > kommun.lage_per) as antal_oppna,
        count(*) filter (
            where (plac.slut_datum is null or plac.slut_datum > kommun.lage_per) and person.ar_skyddad
        ) as antal_skyddade
    from mart.dim_kommun as kommun
    inner join mart.fct_placering as plac on plac.kommun = kommun.kommun
    left join mart.dim_person as person
        on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
    where kommun.kommun = ?
    group by all
"""
OF_THE_MONTH = {
    "lista": """
        select
            lista.*, form.namn as form_namn, regi.namn as regi_namn, beslut.lage_namn as beslut_brist
        from mart.placering_lista as lista
        left join mart.beslut_giltighet as beslut
            on beslut.kommun = lista.kommun and beslut.slag = 'placering'
            and beslut.subjekt_id = lista.placering_id
        left join seed.koder as form on form.kodlista = 'placeringsform' and form.kod = lista.placeringsform
        left join seed.koder as regi on regi.kodlista = 'regi' and regi.kod = lista.regi
        where lista.kommun = $kommun and $manad is not null
        order by enhet_namn, start_datum, placering_id
    """,
    "beslut": """
        select beslut.*, slag.namn as slag_namn, coalesce(form.namn, insats.namn, beslut.typ) as typ_namn
        from mart.beslut_giltighet as beslut
        inner join seed.beslut_lagen as lagen on lagen.lage = beslut.lage
        inner join seed.koder as slag on slag.kodlista = 'beslut_giltighet_slag' and slag.kod = beslut.slag
        left join seed.koder as form
            on beslut.slag = 'placering' and form.kodlista = 'placeringsform' and form.kod = beslut.typ
        left join seed.koder as insats
            on beslut.slag = 'insats' and insats.kodlista = 'insats' and insats.kod = beslut.typ
        where beslut.kommun = $kommun and $manad is not null
        order by lagen.ordning, dagar_kvar, enhet_namn, subjekt_id, beslut_id
    """,
    "avstamning": """
        select rad.*, volym.namn as volymgrupp_namn
        from mart.kostnad_avstamning as rad
        inner join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
        where rad.kommun = $kommun and rad.volymgrupp <> 'ofordelad'
            and rad.manad between strftime(strptime($manad || '-01', '%Y-%m-%d') - interval 2 month, '%Y-%m')
            and $manad
        order by rad.manad desc, volym.ordning
    """,
    "lucka": """
        select rad.*, volym.namn as volymgrupp_namn, slag.namn as slag_namn, orsak.namn as orsak_namn
        from mart.kostnad_lucka as rad
        inner join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
        inner join seed.koder as slag on slag.kodlista = 'kostnad_lucka_slag' and slag.kod = rad.slag
        inner join seed.koder as orsak on orsak.kodlista = 'kostnad_lucka_orsak' and orsak.kod = rad.orsak
        where rad.kommun = $kommun and rad.manad >= (cast(left($manad, 4) as integer) - 1) || '-01'
        order by slag.ordning, orsak.ordning, rad.manad desc, ekonomi_nyckel, rad.placering_id
    """,
    "periodisering": """
        select rad.*, volym.namn as volymgrupp_namn
        from mart.kostnad_periodisering as rad
        inner join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
        where rad.kommun = $kommun and rad.manad = $manad
        order by rad.utforare, volym.ordning
    """,
    "brygga": """
        select rad.*, volym.namn as volymgrupp_namn, handelse.namn as handelse_namn
        from mart.kostnad_brygga as rad
        inner join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
        inner join seed.koder as handelse
            on handelse.kodlista = 'kostnad_brygga_handelse' and handelse.kod = rad.handelse
        where rad.kommun = $kommun and rad.manad = $manad
        order by volym.ordning, handelse.ordning
    """,
}
"""The rows of the month's workbook by file: the open placements and their decisions, and the newest month
that is over. Gaps are those of its year and the one before.
"""


def write(settings: Settings) -> list[Path]:
    """Write what the restricted documents of every municipality need; returns the files and folders.

    ``bevakning.parquet``: one row per clock of ``mart.frist_bevakning``, the most urgent first.
    ``ej_verkstallda_bevakning.parquet``: one row per open decision of ``mart.ej_verkstallda_bevakning``.
    Where nothing is urgent there is one row without a case, so that no older list is left standing.
    ``placeringar/``: the placements of the month, see :data:`OF_THE_MONTH`, where there are any.
    ``arenden/``: what was decided, waits, flows and is worked on, see :mod:`pipelines.publish.arenden`. Then
    the newest round of unexecuted decisions, see :func:`write_round`, and the board's figures, see
    :func:`write_volumes`. Protected persons are in no row of a case. Raises FileNotFoundError before the
    first night.
    """
    settings.restricted.mkdir(mode=0o700, exist_ok=True)
    written = []
    with in_warehouse(settings) as db:
        volymer.board(db)
        query = "select kommun, namn from mart.dim_kommun where lage_per is not null order by kommun"
        for kommun, name in db.execute(query).fetchall():
            folder = settings.restricted / kommun
            for file, rows in ((BEVAKNING, URGENT_CLOCKS), (EARLY_LIST, OPEN_DECISIONS)):
                written.append(write_parquet(folder / file, db.execute(rows, [name, kommun]).pl()))
            written += _month(db, folder / PLACEMENTS, kommun, THE_MONTH, OF_THE_MONTH)
            written += _month(db, folder / CASES, kommun, arenden.THE_MONTH, arenden.OF_THE_MONTH)
            newest = db.execute(
                "select max(kvartal) from mart.ej_verkstallda_omgang where kommun = ?", [kommun]
            ).fetchone()
            if newest and newest[0]:
                written.append(_round(db, settings, kommun, newest[0]))
            if (folder := _volumes(db, settings, kommun)) is not None:
                written.append(folder)
    return written


def write_volumes(settings: Settings, kommun: str) -> Path:
    """Write ``restricted/<kommun>/volymer/`` and return it: volumes and unit costs as the board may see them.

    ``volym_nyckeltal.parquet``, ``volym_indikator.parquet`` and ``volym_avvikelse.parquet``: as in the
    published database, with nothing hidden and with the rows that are not printed.
    ``kostnadsutveckling.parquet`` and ``dygnspris_spann.parquet``: the marts of these names.
    ``underlag.json``: municipality, as-of date, vintage.
    No row is about a single person, but one may rest on a single one. Raises KeyError when the municipality
    has no such figures, FileNotFoundError before the first night.
    """
    with in_warehouse(settings) as db:
        volymer.board(db)
        folder = _volumes(db, settings, kommun)
    if folder is None:
        raise KeyError(f"{kommun} har inga volymer eller kostnader för placeringar")
    return folder


def write_round(settings: Settings, kommun: str, kvartal: str, folder: Path | None = None) -> Path:
    """Write the folder of one round, ``restricted/<kommun>/ej_verkstallda/<kvartal>/`` unless another is
    given, and return it.

    ``rader.parquet``: one row per clock in the round, protected persons left out. ``antal.parquet``: one row
    per reportable clock with what is counted and no id, protected persons included. ``serie.parquet``: the
    stock of the last rounds. ``kontroll.parquet``: findings. ``omgang.json``: the round. Raises KeyError for
    a round that is not over.
    """
    with in_warehouse(settings) as db:
        return _round(db, settings, kommun, kvartal, folder)


def _month(
    db: duckdb.DuckDBPyConnection, folder: Path, kommun: str, the_month: str, queries: dict[str, str]
) -> list[Path]:
    """``<name>.parquet`` of each query; last ``manad.json``, what ``the_month`` says."""
    months = db.execute(the_month, [kommun]).pl().to_dicts()
    written = []
    for month in months:
        for name, query in queries.items():
            rows = db.execute(query, {"kommun": kommun, "manad": month["manad"]}).pl()
            written.append(write_parquet(folder / f"{name}.parquet", rows))
        content = json.dumps(month, ensure_ascii=False, default=str, indent=2).encode()
        written.append(write_private(folder / "manad.json", content))
    return written


def _round(
    db: duckdb.DuckDBPyConnection, settings: Settings, kommun: str, kvartal: str, folder: Path | None = None
) -> Path:
    found = db.execute(
        """
        select omgang.*, kommun.namn as kommun_namn, kommun.lage_per,
               (select any_value(vintage) from mart.dim_vintage) as vintage
        from mart.ej_verkstallda_omgang as omgang
        inner join mart.dim_kommun as kommun on kommun.kommun = omgang.kommun
        where omgang.kommun = ? and omgang.kvartal = ?
        """,
        [kommun, kvartal],
    ).pl()
    if found.is_empty():
        raise KeyError(f"{kommun} har ingen avslutad omgång {kvartal}")
    this: dict[str, Any] = found.to_dicts()[0]
    # The warehouse knows of a freezing only from the next night on.
    if frozen := standing(settings, "ej_verkstallda_kvartal", kommun).get(kvartal):
        this |= {"ar_fryst": True, "fryst_tid": frozen.fryst_tid, "fryst_av": frozen.fryst_av}
        this |= {"lage_per": frozen.lage_per, "vintage": frozen.vintage}
    else:
        this |= {"ar_fryst": False}
    folder = folder or settings.restricted / kommun / ROUNDS / kvartal
    db.execute(NAMED_ROWS)
    rows = db.execute("from rad where kommun = ? and kvartal = ? order by all", [kommun, kvartal]).pl()
    rows = rows.sort("beslutsdatum", "beslut_id", "klocka", "klocka_nr")
    counted = db.execute(COUNTED, [kommun, kvartal]).pl()
    units = db.execute(UNITS, {"kommun": kommun, "brytdatum": this["brytdatum"]}).fetchall()
    this["enheter"] = dict(sorted({*units, *counted.select("enhet", "enhet_namn").unique().rows()}))
    kinds = db.execute("select namn from seed.koder where kodlista = 'insats' order by ordning").fetchall()
    this["insatser"] = [name for (name,) in kinds]
    this["antal_skyddade"] = rows.filter("ar_rapporteringspliktig", "ar_skyddad").height
    checks = db.execute(
        """
        select kontroll.* exclude (ar_skyddad, kommun), seed.ordning
        from mart.ej_verkstallda_kontroll as kontroll
        inner join seed.ej_verkstallda_kontroller as seed on seed.kontroll_id = kontroll.kontroll_id
        where kontroll.kommun = ? and kontroll.ar_skyddad = false order by seed.ordning, kontroll.beslut_id
        """,
        [kommun],
    ).pl()
    if this["ar_fryst"]:
        checks = checks.clear()  # they are of today, and what is sent is sent
    write_parquet(folder / "rader.parquet", rows.filter(~pl.col("ar_skyddad")))
    write_parquet(folder / "antal.parquet", counted)
    write_parquet(
        folder / "serie.parquet",
        db.execute(SERIES, [kommun, this["brytdatum"], SERIES_ROUNDS]).pl().reverse(),
    )
    write_parquet(folder / "kontroll.parquet", checks)
    write_private(
        folder / "omgang.json", json.dumps(this, ensure_ascii=False, default=str, indent=2).encode()
    )
    return folder


def _volumes(db: duckdb.DuckDBPyConnection, settings: Settings, kommun: str) -> Path | None:
    found = {
        name: db.execute(query, [kommun]).pl()
        for name, query in {
            "volym_nyckeltal": f"{volymer.ROWS} where kommun = ?",
            "volym_avvikelse": f"{volymer.DEVIATIONS} where kommun = ?",
            "volym_indikator": f"{volymer.INDICATORS} where kommun = ?",
            "kostnadsutveckling": DEVELOPMENT,
            "dygnspris_spann": "from mart.dygnspris_spann where kommun = ? order by all",
        }.items()
    }
    if all(rows.is_empty() for rows in found.values()):
        return None
    folder = settings.restricted / kommun / VOLUMES
    for name, rows in found.items():
        write_parquet(folder / f"{name}.parquet", rows)
    about = db.execute(
        """
        select kommun.kommun, kommun.namn as kommun_namn, kommun.lage_per,
               (select any_value(vintage) from mart.dim_vintage) as vintage
        from mart.dim_kommun as kommun where kommun.kommun = ?
        """,
        [kommun],
    ).pl()
    text = json.dumps(about.to_dicts()[0], ensure_ascii=False, default=str, indent=2)
    write_private(folder / "underlag.json", text.encode())
    return folder


@contextmanager
def in_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current warehouse, read-only. Raises FileNotFoundError before the first night."""
    warehouse = current(settings.warehouse)
    if warehouse is None:
        raise FileNotFoundError("no warehouse yet: run `socialstat nightly` first")
    # In memory with the warehouse attached: a read-only database takes no view.
    with duckdb.connect() as db:
        db.execute(f"attach '{warehouse / WAREHOUSE_FILE}' as warehouse (read_only)")
        db.execute("use warehouse")
        yield db


def write_parquet(path: Path, rows: pl.DataFrame) -> Path:
    """Write the rows in one step, for the owner only; folders that are missing are made so too."""
    draft = _draft(path)
    rows.write_parquet(draft)
    return draft.replace(path)


def write_private(path: Path, content: bytes) -> Path:
    """Write the bytes as :func:`write_parquet` does rows."""
    draft = _draft(path)
    draft.write_bytes(content)
    return draft.replace(path)


def _draft(path: Path) -> Path:
    """An empty file beside ``path`` that only the owner may read, in folders of the same kind."""
    for folder in reversed(path.parents[:3]):
        folder.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    return draft
