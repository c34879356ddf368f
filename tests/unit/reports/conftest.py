from pathlib import Path

import fixture
import pytest


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published release with invented figures; the reports only read it."""
    return fixture.build(tmp_path_factory.mktemp("published"))
