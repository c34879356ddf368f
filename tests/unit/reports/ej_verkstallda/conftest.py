"""A round on disk."""

from pathlib import Path

import omgang
import pytest

from pipelines.reports.ej_verkstallda import Round


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return omgang.write(tmp_path / "2025-K3")


@pytest.fixture
def this(folder: Path) -> Round:
    return Round.read(folder)
