"""One warehouse of made cases, shared by the tests of the models (group ``prov`` under xdist)."""

import shutil

import pytest
from frist_fall import LAGE_PER, Prov, make

from pipelines import ingest, warehouse
from pipelines.settings import ROOT, Settings


@pytest.fixture(scope="session")
def prov(tmp_path_factory: pytest.TempPathFactory) -> Prov:
    settings = Settings(home=tmp_path_factory.mktemp("prov") / "data")
    settings.make_folders()
    folder = settings.landing / "0127" / "2021-09-09"
    folder.mkdir(parents=True)
    source = ROOT / "tests/data/ej_verkstallda_botkyrka_2021K3.csv"
    shutil.copy(source, folder / "ej_verkstallda_2021K3_tryckt.csv")
    (folder / "KLAR").touch()
    (printed,) = ingest.ingest_all(settings)
    cases = [make(kommun, lage_per) for kommun, lage_per in LAGE_PER.items()]
    for made in cases:
        made.write(settings)
    warehouse.build(settings)
    return Prov(settings, cases, printed)
