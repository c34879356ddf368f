from collections.abc import Iterator

import pytest
from kolada_server import DATA, Answer, Server, serve


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without answers."""
    with serve() as running:
        yield running


@pytest.fixture
def recorded() -> dict[str, Answer]:
    """The files of tests/data/kolada, as answers."""
    return {file.stem: Answer(file.read_bytes()) for file in DATA.glob("*.json")}
