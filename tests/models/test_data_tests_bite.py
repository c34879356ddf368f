"""The data tests bite: each one is silent on a good night and finds the error that its comment names.

The error is planted with SQL in a copy of the night's warehouse, inside a transaction that is rolled back.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse import manifest

PLANTED = {
    "ekonomi_stammer_med_huvudboken": """
        insert into mart.fct_ekonomi select * from mart.fct_ekonomi where belopp_kr <> 0 limit 1""",
    "kostnad_stammer_med_huvudboken": """
        delete from mart.kostnad_per_arsplacering
        where serie = 'utfall' and periodtyp = 'ar' and nettokostnad_kr <> 0
            and kostnadsgrupp = 'ofordelad'""",
    "kostnad_delar_blir_netto": """
        update mart.kostnad_per_arsplacering set nettokostnad_kr = nettokostnad_kr - 2 * statsbidrag_kr
        where statsbidrag_kr <> 0""",
    "kostnad_saknas_har_orsak": """
        update mart.kostnad_per_arsplacering set kostnad_per_arsplacering_kr = 0
        where saknas_orsak is not null""",
    "kostnadsutveckling_delar_blir_summa": """
        update mart.kostnadsutveckling set helar_rak_kr = helar_rak_kr + 0.01
        where rad = '871' and ar = 2026""",
    "kostnadsutveckling_stammer_med_huvudboken": """
        insert into staging.stg_ekonomi
        select * from staging.stg_ekonomi where serie = 'utfall' and verksamhet = '557110' limit 1""",
    "avvikelse_gar_ihop": """
        update mart.kostnad_avvikelse set pris_kr = pris_kr + 0.01 where pris_kr is not null""",
    "avvikelse_summerar_till_skillnaden": """
        delete from mart.kostnad_avvikelse
        where periodtyp = 'ar' and jamfor_vard_dygn = 0 and vard_dygn > 0""",
    "avstamning_gar_ihop": """
        update mart.kostnad_avstamning set pris_kr = pris_kr + 0.01 where volym_kr <> 0""",
    "brygga_gar_ihop": """
        delete from mart.kostnad_brygga where handelse = 'in'""",
    "dygnspris_spann_i_ordning": """
        update mart.dygnspris_spann set medel_kr = hogst_kr + 1 where periodtyp = 'ar'""",
    "periodisering_aterfors": """
        delete from mart.kostnad_periodisering where att_periodisera_kr = 0 and aterforing_kr <> 0""",
    "placering_listor_utan_skyddade": """
        update mart.dim_person as person set ar_skyddad = true
        from mart.fct_placering as plac
        inner join mart.placering_lista as lista on lista.placering_id = plac.placering_id
        where person.person_nyckel = plac.person_nyckel""",
    "ekonomi_delar_blir_raden": """
        update mart.fct_ekonomi set belopp_kr = belopp_kr + 0.01 where del_nr = 2""",
    "volym_nyckeltal_stammer": """
        update mart.volym_nyckeltal set vard_dygn = vard_dygn - 1 where volymgrupp = 'ensamkommande'""",
    "placering_bitar_tacker_placeringen": """
        delete from intermediate.int_placering_bit where lagrumsgrupp = 'lvm'""",
    "leverans_rader_gar_ihop": """
        update mart.fct_leverans set antal_accepterade = antal_accepterade - 1 where antal_accepterade > 0""",
    "ej_verkstallda_lager_och_flode": """
        update mart.ej_verkstallda_flode
        set antal_ingaende = antal_ingaende - 1, antal_utgaende = antal_utgaende - 1
        where kommun = '9901' and antal_ingaende > 0 and antal_utgaende > 0""",
    "ej_verkstallda_alla_forklarade": """
        update mart.ej_verkstallda_tackning set forklaring = 'oforklarad' where forklaring = 'avslag'""",
    "ej_verkstallda_liggare_rapporterad": """
        update mart.ej_verkstallda_liggare set antal_rapporter = 0 where kommun = '9901'""",
    "ej_verkstallda_fryst_orord": """
        insert into staging.stg_frysning by name
        select '9901' as kommun, 'ej_verkstallda_kvartal' as mart, '2026-K3' as period, 1 as antal_rader""",
    "andel_heter_andel": "update seed.indikatorer set statistik = 'antal' where statistik = 'andel'",
    "ej_verkstallda_datum_i_ordning": """
        update mart.ej_verkstallda_kvartal set slut_datum = brytdatum + 1 where slut_datum is not null""",
    "frist_datum_i_ordning": "update mart.fct_frist set frist_datum = start_datum where utfall = 'i_tid'",
    "frist_utfall_efter_slag": """
        update mart.fct_frist set utfall = 'i_tid' where utfall = 'ej_rapporteringspliktig'""",
    "frist_klockor_tappas_inte": """
        delete from mart.fct_frist where regel_id = 'UTR_BARN' and regelversion = 2""",
    "frist_manad_stammer_med_klockorna": """
        update mart.frist_manad set antal = antal + 1 where perspektiv = 'oppen' and regel_id = 'UTR_BARN'""",
    "frist_bevakning_utan_skyddade": """
        update mart.dim_person as person set ar_skyddad = true
        from mart.fct_frist as frist
        inner join mart.frist_bevakning as bevakning on bevakning.frist_id = frist.frist_id
        where person.person_nyckel = frist.person_nyckel""",
    "fristregel_versioner_utan_glapp": """
        update seed.fristregler_versioner set giltig_till = giltig_till + 1 where giltig_till is not null""",
    "vard_dygn_hogst_ett_per_dag": "update mart.fct_placering_manad set vard_dygn = 32 where vard_dygn = 31",
    "vard_dygn_stammer_med_placeringen": """
        update mart.fct_placering_manad set betalda_dygn = betalda_dygn - 1 where betalda_dygn = 31""",
    "placering_oversikt_lager_och_flode": """
        update mart.placering_oversikt set
            antal_placerade_ingaende = antal_placerade_ingaende + 1,
            antal_placerade_sista_dagen = antal_placerade_sista_dagen + 1
        where periodtyp = 'kvartal' and period = '2024-K2'""",
    "placering_oversikt_delar_summerar": """
        delete from mart.placering_oversikt
        where uppdelning = 'kon' and grupp = 'kvinna' and vard_dygn > 0""",
    "placering_oversikt_stammer_med_indikatorerna": """
        update mart.indikatorvarde set taljare = taljare + 1
        where indikator_id = 'PLAC_PABORJADE' and uppdelning = 'regi'
            and grupp = 'egen' and period = '2024'""",
    "uppdelning_summerar_till_total": """
        delete from mart.indikatorvarde where uppdelning = 'kon' and grupp = 'kvinna' and taljare > 0""",
    "manader_summerar_till_ar": """
        update mart.indikatorvarde set taljare = taljare + 1
        where periodtyp = 'ar' and statistik = 'antal'""",
    "indikatorvarde_status_och_varde": """
        update mart.indikatorvarde set varde = 0 where status = 'for_tidigt'""",
    "andel_mellan_noll_och_ett": """
        update mart.indikatorvarde set taljare = namnare + 1 where statistik = 'andel' and status = 'ok'""",
    "katalogens_kolumner_finns": "update seed.familjekolumner set kolumn = 'antall' where kolumn = 'antal'",
    "familjens_delmangder_haller": "update intermediate.int_familj_utredning set ar_slutford = 2",
    "personer_finns_i_dim_person": "delete from mart.dim_person",
    "personer_har_sitt_nuvarande_nummer": """
        update mart.dim_person as person set person_nyckel = version.person_nyckel
        from staging.stg_person_version as version
        where version.kanonisk_nyckel = person.person_nyckel
            and version.person_nyckel <> version.kanonisk_nyckel""",
    "lagrum_ar_tolkat": """
        update mart.fct_beslut set lagrum = '99 kap. 9 § SoL', lagrum_id = 'okand'""",
    "i_kodlista_fct_frist_utfall__frist_utfall": """
        update mart.fct_frist set utfall = 'forsent' where utfall = 'for_sent'""",
    "unik_nyckel_fct_frist_frist_id": "insert into mart.fct_frist select * from mart.fct_frist limit 1",
    "kostnad_prognos_gar_ihop": """
        update mart.kostnad_prognos set kvar_nya_kr = kvar_nya_kr + 0.01 where metod = 'placeringar'""",
    "kostnad_prognos_stammer_med_huvudboken": """
        delete from mart.kostnad_prognos where volymgrupp = 'ofordelad' and metod = 'rak'""",
    "arende_flode_lager_och_flode": """
        update mart.arende_flode set antal_oppnade = antal_oppnade + 1, antal_aktuella = antal_aktuella + 1
        where slag = 'utredning' and period = '2024-K2' and uppdelning = 'total'""",
    "arende_flode_delar_summerar": """
        delete from mart.arende_flode where uppdelning = 'kon' and grupp = 'kvinna' and antal_oppnade > 0""",
    "bistand_period_manader_stammer": """
        update intermediate.int_bistand_period set antal_manader = antal_manader + 1
        where len(hushall_id_lista) > 1""",
    "vantelista_stammer": """
        update mart.vantelista_manad
        set antal_over_tre_manader_tackat_nej = antal_over_tre_manader + 1 where antal_vantar > 0""",
    "delegation_inget_beslut_tappat": """
        delete from mart.delegation_manad where slag = 'overvagande' and lagrum_id = 'LVU-13'""",
    "arbetsbelastning_gar_ihop": """
        delete from mart.arbetsbelastning
        where niva = 'handlaggare' and antal_oppna > 0 and slag = 'placering'""",
    "placering_langd_avtar": """
        update mart.placering_langd set kvar_andel = 1 - kvar_andel where kvar_andel <> 0.5""",
    "maluppfyllelse_utfall_eller_orsak": """
        update mart.maluppfyllelse set utfall_regel = null, utfall = null where utfall_regel = 'delvis'""",
    "matkalender_tacker_vardena": "delete from mart.matkalender where periodtyp = 'tertial'",
    "anteckning_en_galler": """
        insert into mart.anteckning by name
        select
            '9901' as kommun, nr, now()::timestamp as tid, 'kommentar' as slag, 'AKT_ANTAL' as indikator_id,
            '2026-09' as period, false as ar_aterkallelse, true as galler, 'Eva' as av, 'chef' as roll,
            'v' as vintage, date '2026-11-03' as lage_per
        from range(2) as t (nr)""",
}


@pytest.fixture(scope="module")
def compiled(natt: Settings) -> dict[str, str]:
    """The SQL of every data test as the night ran it, by name."""
    folder = natt.home / "dbt" / "compiled"
    return {p.stem: p.read_text(encoding="utf-8") for p in folder.rglob("*.sql") if p.stem in PLANTED}


@pytest.fixture(scope="module")
def kopia(natt: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the night's warehouse that may be written to."""
    copy = tmp_path_factory.mktemp("kopia") / "socialstat.duckdb"
    shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", copy)
    with duckdb.connect(copy) as db:
        yield db


def antal_funna(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    return len(db.execute(sql).fetchall())


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found(
    kopia: duckdb.DuckDBPyConnection, compiled: dict[str, str], name: str
) -> None:
    assert antal_funna(kopia, compiled[name]) == 0
    kopia.begin()
    try:
        kopia.execute(PLANTED[name])
        assert antal_funna(kopia, compiled[name]) > 0
    finally:
        kopia.rollback()


def test_every_singular_data_test_has_a_planted_error(natt: Settings) -> None:
    nodes = json.loads(Path(manifest(natt)).read_text(encoding="utf-8"))["nodes"].values()
    singular = {n["name"] for n in nodes if n["resource_type"] == "test" and not n.get("test_metadata")}
    assert singular <= set(PLANTED)
