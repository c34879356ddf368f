"""The client against a real server: pages, patience, politeness, and files that are whole or not there."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from kolada_server import ANYTHING, Answer, Server
from typer.testing import CliRunner

from pipelines import cli, kolada

KPI = "data/kpi/U33401/year/2023,2024"


@pytest.fixture
def waits() -> list[float]:
    """How long the client would have waited, in turn."""
    return []


@pytest.fixture
def client(server: Server, waits: list[float]) -> kolada.Client:
    return kolada.Client(server.address, interval=0, wait=waits.append)


def test_pages_are_followed_to_the_last_on_the_same_server(
    server: Server, client: kolada.Client, recorded: dict[str, Answer]
) -> None:
    """The pages name api.kolada.se; what is asked is this server."""
    pages = [recorded[f"sida_{n}"] for n in (1, 2, 3)]
    server.answers[KPI] = list(pages)
    assert list(client.pages(KPI)) == [page.body for page in pages]
    queries = [parse_qs(urlsplit(path).query) for path in server.asked]
    assert queries == [{"per_page": ["5000"]} | ({"page": [str(n)]} if n > 1 else {}) for n in (1, 2, 3)]


def test_busy_is_waited_for_as_long_as_kolada_says(
    server: Server, client: kolada.Client, waits: list[float], recorded: dict[str, Answer]
) -> None:
    server.answers[KPI] = [Answer(status=429, headers={"Retry-After": "7"}), recorded["sida_3"]]
    assert len(list(client.pages(KPI))) == 1
    assert waits == [7]


def test_a_fault_that_stays_is_told_after_five_tries(
    server: Server, client: kolada.Client, waits: list[float]
) -> None:
    server.answers[KPI] = [Answer(status=500)]
    with pytest.raises(kolada.KoladaError, match="svarar 500, efter 5 försök"):
        list(client.pages(KPI))
    assert (len(server.asked), waits) == (5, [1, 2, 4, 8])


@pytest.mark.parametrize("body", [b'{"values": [{"kpi"', b"<html>underh\xe5ll</html>", b'{"fel": 1}', b"[]"])
def test_half_an_answer_is_asked_for_again(
    server: Server, client: kolada.Client, recorded: dict[str, Answer], body: bytes
) -> None:
    server.answers[KPI] = [Answer(body), recorded["sida_3"]]
    assert list(client.pages(KPI)) == [recorded["sida_3"].body]
    server.answers[KPI] = [Answer(body)]
    with pytest.raises(kolada.KoladaError, match="svarar inte i sin egen form"):
        list(client.pages(KPI))


def test_a_line_that_breaks_is_tried_again(
    server: Server, client: kolada.Client, recorded: dict[str, Answer]
) -> None:
    cut = Answer(recorded["sida_3"].body[:99], headers={"Content-Length": "100000"})
    server.answers[KPI] = [cut, recorded["sida_3"]]
    assert list(client.pages(KPI)) == [recorded["sida_3"].body]


def test_a_no_is_not_asked_again(server: Server, client: kolada.Client) -> None:
    with pytest.raises(kolada.KoladaError, match="svarar 404"):
        list(client.pages("data/kpi/FINNSINTE/year/2024"))
    assert len(server.asked) == 1


def test_no_network_is_told(waits: list[float]) -> None:
    nobody = kolada.Client("http://127.0.0.1:1/v3", wait=waits.append)
    with pytest.raises(kolada.KoladaError, match="går inte att nå"):
        list(nobody.pages(KPI))
    with pytest.raises(ValueError, match="https://"):
        kolada.Client("file:///etc/passwd")


def test_a_ring_of_pages_ends(server: Server, client: kolada.Client) -> None:
    server.answers[KPI] = [Answer(b'{"values": [], "next_url": "/v3/%b?per_page=5000"}' % KPI.encode())]
    with pytest.raises(kolada.KoladaError, match="ring"):
        list(client.pages(KPI))
    assert len(server.asked) == 1


def test_requests_keep_their_distance(
    server: Server, recorded: dict[str, Answer], waits: list[float]
) -> None:
    """The second and the third page each wait for what is left of the interval."""
    client = kolada.Client(server.address, interval=60, wait=waits.append)
    server.answers[KPI] = [recorded[f"sida_{n}"] for n in (1, 2, 3)]
    list(client.pages(KPI))
    assert len(waits) == 2
    assert all(0 < seconds <= 60 for seconds in waits)


def test_every_id_is_asked_for_once_and_never_too_many(
    server: Server, client: kolada.Client, tmp_path: Path
) -> None:
    kpis = [f"N{n:05d}" for n in range(27)]
    places = [f"{n:04d}" for n in range(100, 160)]
    years = [str(n) for n in range(1998, 2025)]
    server.answers[ANYTHING] = [Answer(b'{"values": []}')]
    kolada.fetch(client, tmp_path / "ut", kpis=kpis, years=years, municipalities=places)
    asked = [urlsplit(path).path for path in server.asked]
    data = [path for path in asked if path.startswith("/v3/data/")]
    names = [name for path in asked if path not in data for name in path.removeprefix("/v3/kpi/").split(",")]
    assert names == kpis
    cells: list[tuple[str, str, str]] = []
    for path in data:
        of = re.fullmatch(r"/v3/data/kpi/([\w,]+)/municipality/([\w,]+)/year/([\w,]+)", path)
        assert of
        parts = [part.split(",") for part in of.groups()]
        assert all(len(part) <= 25 for part in parts)
        cells += [(k, m, y) for k in parts[0] for m in parts[1] for y in parts[2]]
    assert len(cells) == len(set(cells)) == len(kpis) * len(places) * len(years)


def test_files_are_all_new_or_all_old(
    server: Server, client: kolada.Client, recorded: dict[str, Answer], tmp_path: Path
) -> None:
    target = tmp_path / "kolada"
    server.answers[KPI] = [recorded[f"sida_{n}"] for n in (1, 2, 3)]
    server.answers["kpi/U33401"] = [recorded["kpi"]]
    server.answers["municipality_groups"] = [recorded["grupper"]]
    asked = {"kpis": ["U33401"], "years": ["2023", "2024"]}
    files = kolada.fetch(client, target, **asked, group="Liknande kommuner")
    names = ["data_0001.json", "data_0002.json", "data_0003.json", "grupper_0001.json", "kpi_0001.json"]
    assert [file.name for file in files] == names
    assert parse_qs(urlsplit(server.asked[-1]).query)["title"] == ["Liknande kommuner"]
    found = kolada.read(target)
    assert (found.values.height, len(found.groups), found.rejected.height) == (30, 2, 0)

    (target / "egen.json").write_text('{"values": []}', encoding="utf-8")
    server.answers[KPI] = [recorded["sida_1"], Answer(status=503)]
    with pytest.raises(kolada.KoladaError):
        kolada.fetch(client, target, **asked)
    assert kolada.read(target).values.equals(found.values)

    server.answers[KPI] = [recorded["sida_3"]]
    kolada.fetch(client, target, **asked)
    assert sorted(file.name for file in target.iterdir()) == ["data_0001.json", "egen.json", "kpi_0001.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["kolada"]


def test_the_command_fetches_and_fails_with_its_code(
    server: Server, recorded: dict[str, Answer], tmp_path: Path
) -> None:
    """Without --kpi it asks for what our indicators are compared with."""
    server.answers["data/kpi/U33401,U33402/year/2024"] = [recorded["sida_3"]]
    server.answers["kpi/U33401,U33402"] = [recorded["kpi"]]
    command = ["kolada", "fetch", "--ar", "2024", "--till", str(tmp_path / "ut"), "--adress", server.address]
    done = CliRunner().invoke(cli.app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["antal_varden"] == 6
    refused = CliRunner().invoke(cli.app, [*command, "--kpi", "FINNSINTE"])
    assert refused.exit_code == 3
    assert "Kolada svarar 404" in refused.output
    assert kolada.read(tmp_path / "ut").values.height == 6
    wrong = CliRunner().invoke(cli.app, [*command[:-1], "ftp://kolada"])
    assert wrong.exit_code == 2
