"""Fixtures: an empty installation, its sender, and the published lists."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sender import Sender

from pipelines.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "data")
    made.make_folders()
    return made


@pytest.fixture
def sender(settings: Settings) -> Sender:
    return Sender(settings)


@pytest.fixture
def botkyrka() -> Callable[[str], dict[str, str | bytes]]:
    """The published list as a delivery: ``rattad`` or ``tryckt``."""
    data = Path(__file__).parents[2] / "data" / "ej_verkstallda_botkyrka_2021K3.csv"
    return lambda form: {f"ej_verkstallda_2021K3_{form}.csv": data.read_bytes()}
