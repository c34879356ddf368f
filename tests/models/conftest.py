"""One warehouse of made cases, shared by the tests of the models (group ``prov`` under xdist)."""

import shutil

import pytest
from frist_fall import LAGE_PER, Prov, make

from pipelines import ingest, warehouse
from pipelines.settings import ROOT, Settings


def deliver(settings: Settings, place: str, source: str, name: str | None = None) -> None:
    """Put a file of tests/data in landing, as the whole delivery of ``place``."""
    folder = settings.landing / place
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "tests/data" / f"{source}.csv", folder / f"{name or source}.csv")
    (folder / "KLAR").touch()


@pytest.fixture(scope="session")
def prov(tmp_path_factory: pytest.TempPathFactory) -> Prov:
    settings = Settings(home=tmp_path_factory.mktemp("prov") / "data")
    settings.make_folders()
    deliver(settings, "0127/2021-09-09", "ej_verkstallda_botkyrka_2021K3", "ej_verkstallda_2021K3_tryckt")
    deliver(settings, "2280/2025-11-18", "placeringskostnader_harnosand_2025")
    printed, costs = ingest.ingest_all(settings)
    assert costs.status is ingest.Status.ACCEPTED
    cases = [make(kommun, lage_per) for kommun, lage_per in LAGE_PER.items()]
    for made in cases:
        made.write(settings)
    warehouse.build(settings)
    return Prov(settings, cases, printed)
