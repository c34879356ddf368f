"""The archive: exactly once, changes only, nothing lost by a crash."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sender import Row, Sender, as_csv, row, rows, standard

from pipelines import ingest
from pipelines.contracts import table
from pipelines.ingest import Status, archive
from pipelines.settings import Settings

FIRST, SECOND, THIRD = "2026-11-01", "2026-11-02", "2026-11-03"


def manifest(settings: Settings) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        archive.manifest_path(settings, "9901").read_text(encoding="utf-8")
    )["leveranser"]
    return found


def changes(settings: Settings, name: str, day: str, sequence: int = 1) -> Path | None:
    """The file of what one delivery changed in one table."""
    entry = archive.load(settings, "9901").at((date.fromisoformat(day), sequence))
    assert entry
    named = entry.tabeller[name].andring
    return settings.archive / named.fil if named else None


def written(settings: Settings, name: str, day: str, sequence: int = 1) -> pl.DataFrame:
    path = changes(settings, name, day, sequence)
    assert path
    return pl.read_parquet(path)


def living(settings: Settings, name: str) -> list[str]:
    """The keys of the rows that live now, read the simple way: one file after the other."""
    alive: dict[str, str] = {}
    for path in archive.load(settings, "9901").files(name):
        alive |= dict(pl.read_parquet(settings.archive / path).select("row_key", "change").rows())
    return sorted(key for key, change in alive.items() if change != "borttagen")


def without(place: int, name: str = "placeringar") -> list[Row]:
    return [line for n, line in enumerate(rows(name)) if n != place]


def test_first_delivery_is_all_new_and_landing_is_emptied(sender: Sender) -> None:
    result = sender.send(standard())
    assert result.status is Status.ACCEPTED
    assert {(c.rows_in, c.accepted, c.new, c.changed, c.removed) for c in result.tables.values()} == {
        (10, 10, 10, 0, 0)
    }
    assert not (sender.settings.landing / "9901" / FIRST).exists()
    rows_written = written(sender.settings, "placeringar", FIRST)
    assert rows_written.schema == {
        **table("placeringar").archive_schema,
        "row_key": pl.String,
        "change": pl.String,
        "leveransdatum": pl.Date,
        "sekvens": pl.Int64,
    }
    assert ingest.pending(sender.settings) == []


def test_manifest_names_every_file_with_its_hash(sender: Sender) -> None:
    sender.send(standard())
    (entry,) = archive.load(sender.settings, "9901").leveranser
    for name, part in entry.tabeller.items():
        assert part.andring
        assert part.andring.fil == f"{name}/kommun=9901/{FIRST}-1-{part.andring.sha256[:12]}.parquet"
        assert part.andring.sha256 == archive.file_hash(sender.settings.archive / part.andring.fil)


def test_only_changes_are_written(sender: Sender) -> None:
    sender.send(standard())
    changed = without(4)
    changed[0]["enhet"] = "ny enhet"
    changed.append(row("placeringar", 10))
    result = sender.send(standard(placeringar=changed), SECOND)
    count = result.tables["placeringar"]
    assert (count.new, count.changed, count.removed) == (1, 1, 1)
    change = written(sender.settings, "placeringar", SECOND)
    assert dict(change.select("row_key", "change").rows()) == {
        "pl0": "andrad",
        "pl10": "ny",
        "pl4": "borttagen",
    }
    removed = change.filter(change="borttagen")
    assert removed["placering_id"].to_list() == ["pl4"]
    assert removed["enhet"].to_list() == removed["person_nyckel"].to_list() == [None]
    assert changes(sender.settings, "utredningar", SECOND) is None
    assert living(sender.settings, "placeringar") == sorted([f"pl{n}" for n in range(11) if n != 4])


def test_removed_row_may_come_back(sender: Sender) -> None:
    sender.send(standard())
    sender.send(standard(placeringar=without(4)), SECOND)
    result = sender.send(standard(), THIRD)
    assert result.tables["placeringar"].new == 1
    assert "pl4" in living(sender.settings, "placeringar")


def test_same_delivery_twice_is_read_once(sender: Sender) -> None:
    sender.send(standard())
    before = archive.manifest_path(sender.settings, "9901").read_bytes()
    result = sender.send(standard())
    assert result.status is Status.ALREADY_IN
    assert archive.manifest_path(sender.settings, "9901").read_bytes() == before
    assert not (sender.settings.landing / "9901" / FIRST).exists()


def test_same_date_with_other_content_is_the_next_sequence(sender: Sender) -> None:
    sender.send(standard())
    result = sender.send(standard(placeringar=without(4)))
    assert result.sekvens == 2
    assert written(sender.settings, "placeringar", FIRST, 2)["change"].to_list() == ["borttagen"]


def test_refused_delivery_is_judged_again_under_the_same_sequence(sender: Sender) -> None:
    for _ in range(2):
        assert sender.send(standard(placeringar=None)).sekvens == 1
    assert [entry["status"] for entry in manifest(sender.settings)] == ["avvisad"]
    assert (sender.settings.quarantine / "9901" / FIRST / "utredningar.csv").exists()


def test_rejected_row_leaves_its_last_version_standing(sender: Sender) -> None:
    sender.send(standard())
    bad = rows("placeringar")
    bad[4]["start"] = "i går"
    result = sender.send(standard(placeringar=bad), SECOND)
    assert (result.tables["placeringar"].rejected, result.tables["placeringar"].removed) == (1, 0)
    assert "pl4" in living(sender.settings, "placeringar")


def test_row_with_unreadable_person_protects_its_id_alone(sender: Sender) -> None:
    sender.send(standard())
    bad = without(7, "utredningar")
    bad[4]["personnummer"] = "trasigt"
    result = sender.send(standard(utredningar=bad), SECOND)
    assert result.tables["utredningar"].removed == 1
    alive = [key.split("|")[0] for key in living(sender.settings, "utredningar")]
    assert alive == [f"ut{n}" for n in range(10) if n != 7]


def test_absent_table_leaves_its_rows_standing(sender: Sender) -> None:
    sender.send(standard(insatser=rows("insatser")))
    sender.send(standard(), SECOND)
    assert len(living(sender.settings, "insatser")) == 10


def test_refused_optional_table_does_not_stop_the_others(sender: Sender) -> None:
    sender.send(standard(insatser=rows("insatser")))
    result = sender.send(standard(insatser="fel;rubrik\n1;2\n"), SECOND)
    assert result.status is Status.PARTLY
    assert (result.tables["insatser"].rows_in, result.tables["insatser"].rejected) == (1, 1)
    assert len(living(sender.settings, "insatser")) == 10
    assert (sender.settings.quarantine / "9901" / SECOND / "insatser.csv").exists()


def test_delta_never_removes(sender: Sender) -> None:
    sources = sender.settings.home / "sources"
    sources.mkdir()
    (sources / "delta.yaml").write_text(
        'namn: delta\nbeskrivning: prov\nkommuner: "*"\nomfattning: delta\n', encoding="utf-8"
    )
    sender.settings.sources = sources
    sender.send(standard())
    result = sender.send({"placeringar.csv": as_csv(rows("placeringar", 1))}, SECOND)
    assert result.status is Status.ACCEPTED
    assert len(living(sender.settings, "placeringar")) == 10


def test_equal_ledger_rows_are_numbered_not_merged(sender: Sender) -> None:
    line = {k: v for k, v in row("ekonomi", 1).items() if k != "rad_id"}
    sender.send(standard(ekonomi=[line] * 5))
    kept = written(sender.settings, "ekonomi", FIRST)
    assert kept.height == 5
    assert kept["rad_id"].null_count() == 5
    assert sorted(key.split("#")[1] for key in kept["row_key"]) == list("12345")
    result = sender.send(standard(ekonomi=[line] * 4 + [{**line, "belopp_kr": "7"}]), SECOND)
    assert (result.tables["ekonomi"].new, result.tables["ekonomi"].removed) == (1, 1)


def test_held_delivery_waits_in_landing_until_released(sender: Sender) -> None:
    sender.send(standard())
    smaller = standard(placeringar=rows("placeringar", 7))
    sender.put(smaller, SECOND)
    (result,) = ingest.ingest_all(sender.settings)
    assert result.status is Status.HELD
    assert len(living(sender.settings, "placeringar")) == 10
    assert [d.leveransdatum for d in ingest.held(sender.settings)] == [date.fromisoformat(SECOND)]
    assert ingest.ingest_all(sender.settings) == ingest.pending(sender.settings) == []
    released = ingest.release(sender.settings, "9901", SECOND)
    assert released.tables["placeringar"].removed == 3
    (event,) = archive.load(sender.settings, "9901").handelser
    assert (event.slag, str(event.leveransdatum), event.sekvens) == ("släppt", SECOND, 1)
    assert ingest.held(sender.settings) == []


def test_held_for_many_rejections(sender: Sender) -> None:
    bad = rows("placeringar")
    for line in bad[:3]:
        line["start"] = "fel"
    assert sender.send(standard(placeringar=bad)).status is Status.HELD
    assert ingest.release(sender.settings, "9901", FIRST).status is Status.PARTLY
    with pytest.raises(LookupError):
        ingest.release(sender.settings, "9901", FIRST)


def test_pending_is_oldest_first_and_needs_its_marker(sender: Sender) -> None:
    for day in (SECOND, FIRST, THIRD):
        sender.put(standard(), day)
    (sender.settings.landing / "9901" / THIRD / "KLAR").unlink()
    (sender.settings.landing / "9901" / "inte-ett-datum").mkdir()
    assert [str(d.leveransdatum) for d in ingest.pending(sender.settings)] == [FIRST, SECOND]


def test_unknown_file_is_kept(sender: Sender) -> None:
    sender.send(standard() | {"bilaga.txt": "text"})
    assert (sender.settings.quarantine / "9901" / FIRST / "bilaga.txt").read_text() == "text"


def test_quarantine_is_private(sender: Sender) -> None:
    sender.send(standard(placeringar=as_csv(rows("placeringar")) + "trasig\n"))
    kept = sender.settings.quarantine / "9901" / FIRST / "placeringar.csv.avvisade.csv"
    assert "trasig" in kept.read_text(encoding="utf-8")
    assert [oct(p.stat().st_mode)[-3:] for p in (kept, kept.parent, kept.parent.parent)] == [
        "600",
        "700",
        "700",
    ]


def test_interrupted_removal_is_finished(sender: Sender) -> None:
    sender.send(standard())
    leftover = sender.settings.landing / "9901" / f".raderas-{FIRST}"
    leftover.mkdir()
    (leftover / "placeringar.csv").touch()
    ingest.ingest_all(sender.settings)
    assert not leftover.exists()


def test_what_the_sender_writes_meanwhile_is_the_next_delivery(sender: Sender) -> None:
    delivery = sender.put(standard())
    with pytest.MonkeyPatch.context() as patch:
        save = archive.save

        def save_while_somebody_writes(*args: object) -> None:
            (delivery.folder / "placeringar.csv").write_text(as_csv(without(4)), encoding="utf-8")
            save(*args)  # type: ignore[arg-type]

        patch.setattr(archive, "save", save_while_somebody_writes)
        ingest.ingest(sender.settings, delivery)
    (result,) = ingest.ingest_all(sender.settings)
    assert (result.sekvens, result.tables["placeringar"].removed) == (2, 1)


def test_one_failing_municipality_does_not_stop_the_others(sender: Sender) -> None:
    for kommun in ("9901", "9902"):
        for day in (FIRST, SECOND):
            sender.put(standard(), day, kommun)
    sender.settings.archive.joinpath("manifest").mkdir()
    archive.manifest_path(sender.settings, "9901").write_text("trasig")
    sender.settings.pseudonym_key.write_text('{"nycklar": [{"id": "a", "nyckel": "00"}]}')
    sender.settings.pseudonym_key.chmod(0o600)
    with pytest.raises(ExceptionGroup) as failure:
        ingest.ingest_all(sender.settings)
    assert len(failure.value.exceptions) == 1
    assert {d.kommun for d in ingest.pending(sender.settings)} == {"9901"}
    assert len(archive.load(sender.settings, "9902").leveranser) == 2


def test_lost_key_stops_everything(sender: Sender) -> None:
    sender.send(standard())
    sender.settings.pseudonym_key.unlink()
    delivery = sender.put(standard(placeringar=without(4)), SECOND)
    with pytest.raises(ingest.KeyFileError, match="saknas"):
        ingest.ingest(sender.settings, delivery)
    sender.settings.pseudonym_key.write_text('{"nycklar": [{"id": "b", "nyckel": "00"}]}')
    sender.settings.pseudonym_key.chmod(0o600)
    with pytest.raises(ingest.KeyFileError, match="saknar nyckeln"):
        ingest.ingest(sender.settings, delivery)
    assert delivery.folder.exists()


def test_broken_row_protects_the_row_whose_id_it_holds(sender: Sender) -> None:
    sender.send(standard())
    lines = as_csv(without(7)).splitlines()
    broken = [f"{line},extra" if line.startswith("pl3,") or ",pl3," in line else line for line in lines]
    result = sender.send(standard(placeringar="\n".join(broken)), SECOND)
    assert result.rules == {"RAD_FALT": 1}
    assert living(sender.settings, "placeringar") == sorted(f"pl{n}" for n in range(10) if n != 7)
