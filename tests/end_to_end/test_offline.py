"""The shared night, which ``socialstat demo`` runs, opens no connection beyond this machine.

See ``tests/harness.py``. A canary proves each time that the harness in use would catch an attempt.
"""

import os
import sys
from pathlib import Path

import harness
import pytest
import yaml

from pipelines import cli
from pipelines.settings import ROOT, Settings
from pipelines.warehouse.build import dbt_environment

TEST_NET = "192.0.2.1"  # RFC 5737: belongs to nobody
CANARY = f"""
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.settimeout(1)
        try:
            s.connect(("{TEST_NET}", 9)) if kind == socket.SOCK_STREAM else s.sendto(b"x", ("{TEST_NET}", 9))
            print("sent")
        except OSError as e:
            print(e.strerror)
"""


@pytest.mark.xdist_group("natt")
def test_a_night_opens_no_connection(natt: Settings, tmp_path: Path) -> None:
    machine = harness.of_this_machine()
    if not (machine.traced or machine.closed):
        pytest.skip("needs strace, or unshare with the right to make a network namespace")
    canary = machine.run([sys.executable, "-c", CANARY], tmp_path / "canary", dict(os.environ))
    if machine.closed:  # then the shared night ran to its end without a network
        assert canary.stdout.splitlines() == ["Network is unreachable"] * 2
    if machine.traced:
        assert harness.beyond(tmp_path / "canary") == {f"{TEST_NET} port 9"}
        assert harness.beyond(natt.home.with_suffix(".trace")) == set()


def test_telemetry_is_off_in_what_the_program_sets(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")  # so that what the call sets is undone after the test
    cli.dagster_home(settings)
    assert os.environ["DAGSTER_DISABLE_TELEMETRY"] == "1"
    dagster = yaml.safe_load((settings.home / "dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    assert dagster["telemetry"] == {"enabled": False}
    dbt = dbt_environment(settings)
    assert (dbt["DBT_SEND_ANONYMOUS_USAGE_STATS"], dbt["DBT_VERSION_CHECK"]) == ("false", "false")
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["flags"]["send_anonymous_usage_stats"] is False


def test_addresses_are_read_from_a_trace(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    log.write_text(
        '1 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT\n'
        '1 connect(3, {sa_family=AF_INET, sin_port=htons(3000), sin_addr=inet_addr("127.0.0.2")}, 16) = 0\n'
        '1 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0\n'
        "1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH\n'
        "1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0\n'
    )
    assert harness.beyond(log) == {"127.0.0.53 port 53", "2001:db8::1 port 443"}
