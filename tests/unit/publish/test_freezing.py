"""What is frozen stays as it was sent: who, when, hash, in sequence, and never silently changed."""

import json
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import publish
from pipelines.publish import FreezeError
from pipelines.settings import Settings
from pipelines.warehouse import indata
from pipelines.warehouse.errors import BuildError

ROUNDS, OTHER = "ej_verkstallda_kvartal", "fct_nagot"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse of three rounds, the second of them empty, and of another mart with pseudonyms."""
    made = Settings(home=tmp_path / "data")
    made.make_folders()
    release = made.warehouse / "releases" / "v1"
    release.mkdir(parents=True)
    with duckdb.connect(release / "socialstat.duckdb") as db:
        db.execute("""
            create schema mart;
            create table mart.dim_kommun as select '0127' as kommun, date '2026-10-12' as lage_per;
            create table mart.ej_verkstallda_omgang as
                select '0127' as kommun, false as ar_fryst,
                       unnest(['2026-K1', '2026-K2', '2026-K3']) as kvartal;
            create table mart.ej_verkstallda_kvartal as
                select * from (values ('0127', '2026-K1', 'B1', date '2026-01-02', 1.5::decimal(18, 2)),
                                      ('0127', '2026-K3', 'B1', date '2026-01-02', 1.5),
                                      ('0127', '2026-K3', 'B2', null, null)) as t (kommun, kvartal,
                                      beslut_id, dag, kr);
            create table mart.fct_nagot as
                select '0127' as kommun, '2026-09' as period, 'P1' as person_nyckel, 7 as antal,
                       'Flyttat till sin bror' as avslutsorsak
        """)
    (made.warehouse / "current").symlink_to(Path("releases") / "v1")
    return made


def change(settings: Settings, *statements: str) -> None:
    """Another night, in the same file."""
    with duckdb.connect(settings.warehouse / "releases" / "v1" / "socialstat.duckdb") as db:
        for statement in statements:
            db.execute(statement)


def rows(settings: Settings, mart: str, period: str) -> pl.DataFrame:
    return pl.read_parquet(settings.frozen / publish.standing(settings, mart, "0127")[period].fil)


def test_the_rows_are_kept_as_they_are(settings: Settings) -> None:
    made = publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="Nämndsekreteraren")
    assert rows(settings, ROUNDS, "2026-K3").rows() == [
        ("0127", "2026-K3", "B1", date(2026, 1, 2), pytest.approx(1.5)),
        ("0127", "2026-K3", "B2", None, None),
    ]
    newest = made[-1]
    assert (newest.antal_rader, newest.vintage, newest.fryst_av) == (2, "v1", "Nämndsekreteraren")
    assert newest.lage_per == date(2026, 10, 12)


def test_a_round_takes_the_earlier_ones_along_also_an_empty_one(settings: Settings) -> None:
    made = publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
    assert [(f.period, f.antal_rader) for f in made] == [("2026-K1", 1), ("2026-K2", 0), ("2026-K3", 2)]


def test_another_mart_freezes_one_period_and_neither_pseudonym_nor_typed_words(settings: Settings) -> None:
    made = publish.freeze(settings, OTHER, "0127", "2026-09", by="A")
    assert [f.period for f in made] == ["2026-09"]
    assert rows(settings, OTHER, "2026-09").to_dicts() == [
        {"kommun": "0127", "period": "2026-09", "antal": 7}
    ]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ((ROUNDS, "0127", "2026-K4", "A"), "ingen period 2026-K4"),
        ((ROUNDS, "0180", "2026-K3", "A"), "ingen period 2026-K3"),
        ((OTHER, "0127", "2026-10", "A"), "ingen period 2026-10"),
        (("dim_kommun", "0127", "2026", "A"), "inga perioder"),
        (("finns_inte", "0127", "2026", "A"), "inga perioder"),
        (("x; drop", "0127", "2026", "A"), "Okänd tabell"),
        ((ROUNDS, "../..", "2026-K3", "A"), "Okänd tabell"),
        ((ROUNDS, "0127", "2026-K3", " "), "Ange vem"),
    ],
)
def test_what_cannot_be_frozen_is_said(
    settings: Settings, what: tuple[str, str, str, str], said: str
) -> None:
    *which, by = what
    with pytest.raises(FreezeError, match=said):
        publish.freeze(settings, *which, by=by)
    assert publish.registers(settings) == []


def test_nothing_is_frozen_twice(settings: Settings) -> None:
    publish.freeze(settings, ROUNDS, "0127", "2026-K2", by="Åsa")
    with pytest.raises(FreezeError, match=r"redan fryst, .* av Åsa"):
        publish.freeze(settings, ROUNDS, "0127", "2026-K1", by="B")
    assert [f.period for f in publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="B")] == ["2026-K3"]


def test_only_the_newest_can_be_taken_back_and_the_register_remembers(settings: Settings) -> None:
    publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
    with pytest.raises(FreezeError, match="Bara den senaste kan återtas: 2026-K3"):
        publish.withdraw(settings, ROUNDS, "0127", "2026-K1", by="B", reason="fel")
    with pytest.raises(FreezeError, match="varför"):
        publish.withdraw(settings, ROUNDS, "0127", "2026-K3", by="B", reason="")
    publish.withdraw(settings, ROUNDS, "0127", "2026-K3", by="B", reason="skickades aldrig")
    assert set(publish.standing(settings, ROUNDS, "0127")) == {"2026-K1", "2026-K2"}
    (register,) = publish.registers(settings)
    back = register.frysningar[-1].aterkallad
    assert back
    assert (back.av, back.skal) == ("B", "skickades aldrig")
    publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="C")
    assert publish.standing(settings, ROUNDS, "0127")["2026-K3"].fryst_av == "C"


def test_later_changes_are_counted_and_change_nothing(settings: Settings) -> None:
    publish.freeze(settings, OTHER, "0127", "2026-09", by="A")
    same, _ = publish.difference(settings, OTHER, "0127", "2026-09")
    assert (same.lika, same.bara_fryst, same.bara_nu) == (1, 0, 0)
    change(
        settings,
        "update mart.fct_nagot set antal = 8",
        "insert into mart.fct_nagot values ('0127', '2026-09', 'P2', 1, null)",
    )
    changed, _ = publish.difference(settings, OTHER, "0127", "2026-09")
    assert (changed.lika, changed.bara_fryst, changed.bara_nu) == (0, 1, 2)
    assert rows(settings, OTHER, "2026-09")["antal"].to_list() == [7]


def test_an_altered_file_is_refused_by_all_who_read_it(settings: Settings) -> None:
    (frozen,) = publish.freeze(settings, OTHER, "0127", "2026-09", by="A")
    path = settings.frozen / frozen.fil
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FreezeError, match="inte det som frystes"):
        publish.difference(settings, OTHER, "0127", "2026-09")
    known = indata._frozen(settings, {"0127": date(2026, 10, 12)})
    with pytest.raises(BuildError, match="restore frozen"):
        indata._frozen_rows(settings, known[0])


def test_a_stop_before_the_register_is_written_has_frozen_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.publish.freezing._write", stop)
    with pytest.raises(KeyboardInterrupt):
        publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
    monkeypatch.undo()
    assert publish.standing(settings, ROUNDS, "0127") == {}
    assert len(publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")) == 3


def test_an_earlier_night_knows_of_nothing_frozen_later(settings: Settings) -> None:
    publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
    assert len(indata._frozen(settings, {"0127": date(2026, 10, 12)})) == 3
    assert indata._frozen(settings, {"0127": date(2026, 10, 11)}) == []
    assert indata._frozen(settings, {"0180": date(2026, 10, 12)}) == []


def test_the_rows_reach_the_warehouse_as_they_were(settings: Settings) -> None:
    publish.freeze(settings, ROUNDS, "0127", "2026-K1", by="A")
    (frozen,) = indata._frozen(settings, {"0127": date(2026, 10, 12)})
    ((mart, kommun, period, row),) = indata._frozen_rows(settings, frozen)
    assert (mart, kommun, period) == (ROUNDS, "0127", "2026-K1")
    assert json.loads(row) == {
        "kommun": "0127",
        "kvartal": "2026-K1",
        "beslut_id": "B1",
        "dag": "2026-01-02",
        "kr": 1.5,
    }


def test_only_the_owner_reads_it(settings: Settings) -> None:
    publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
    for path in settings.frozen.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".lock", path


def test_what_is_frozen_is_the_warehouse_that_was_printed(settings: Settings) -> None:
    with pytest.raises(FreezeError, match="Det gällande lagret är v1, inte v0"):
        publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A", vintage="v0")
    assert publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A", vintage="v1")


def test_what_was_taken_back_is_not_frozen_again_from_the_same_warehouse(settings: Settings) -> None:
    change(settings, "update mart.ej_verkstallda_omgang set ar_fryst = true where kvartal = '2026-K3'")
    with pytest.raises(FreezeError, match="byggt med en återtagen frysning"):
        publish.freeze(settings, ROUNDS, "0127", "2026-K3", by="A")
