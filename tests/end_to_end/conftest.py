"""An installation that a test may change, and its command line."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines import cli
from pipelines.settings import Settings, get_settings

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(natt: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the night that may be changed, with its key beside it."""
    made = Settings(home=tmp_path_factory.mktemp("hem") / "data")
    shutil.copytree(natt.home, made.home, symlinks=True)
    shutil.copy(natt.pseudonym_key, made.pseudonym_key)
    return made


@pytest.fixture
def run(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``socialstat`` in that installation."""
    monkeypatch.setenv("SOCIALSTAT_HOME", str(home.home))
    get_settings.cache_clear()
    yield lambda *args: CliRunner().invoke(cli.app, list(args))
    get_settings.cache_clear()
