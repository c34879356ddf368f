"""A night opens no connection beyond this machine, native code included.

The system calls of the whole process tree are traced (strace), in a network namespace without any
interface (unshare): the trace shows that nothing is tried, the namespace that nothing is needed. Either of
the two is enough to run the test; a canary proves each time that the one in use would catch an attempt.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml

from pipelines import cli
from pipelines.settings import ROOT, Settings
from pipelines.warehouse.build import dbt_environment

NAMESPACE = ["unshare", "--map-root-user", "--net"]
TRACE = ["strace", "-f", "-qq", "-e", "signal=none", "-e", "trace=connect,sendto,sendmsg,sendmmsg"]
PROBE = ["strace", "-f", "-qq", "--seccomp-bpf", "true"]
ADDRESS = re.compile(
    r"sin6?_port=htons\((?P<port>\d+)\).*?"
    r'(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<host>[^"]+)"'
)
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


@dataclass(frozen=True)
class Harness:
    """Runs a command where its network calls are seen (``traced``), or cannot leave (``closed``), or both."""

    traced: bool
    closed: bool

    def run(self, command: list[str], log: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        closed = NAMESPACE if self.closed else []
        # With the kernel's filter only the traced calls stop the process: the rest runs at full speed.
        faster = ["--seccomp-bpf"] if self.traced and _works(PROBE) else []
        traced = [*TRACE, *faster, "-o", str(log)] if self.traced else []
        return subprocess.run(
            [*closed, *traced, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _beyond(log: Path) -> set[str]:
    """The addresses in a trace beyond this machine; a name server on loopback passes questions on."""
    found = [m.groupdict() for m in ADDRESS.finditer(log.read_text(encoding="utf-8", errors="replace"))]
    return {
        f"{a['host']} port {a['port']}"
        for a in found
        if not ip_address(a["host"]).is_loopback or a["port"] == "53"
    }


@pytest.fixture
def harness() -> Harness:
    made = Harness(traced=_works([*TRACE, "true"]), closed=_works([*NAMESPACE, "true"]))
    if not (made.traced or made.closed):
        pytest.skip("needs strace, or unshare with the right to make a network namespace")
    return made


@pytest.mark.xdist_group("offline")
def test_a_night_opens_no_connection(harness: Harness, tmp_path: Path) -> None:
    # Telemetry must be off by what the program sets itself, not by what this shell happens to have.
    ours = ("SOCIALSTAT_", "DAGSTER_", "DBT_", "DO_NOT_TRACK")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}

    canary = harness.run([sys.executable, "-c", CANARY], tmp_path / "canary", env)
    if harness.traced:
        assert _beyond(tmp_path / "canary") == {f"{TEST_NET} port 9"}
    if harness.closed:
        assert canary.stdout.splitlines() == ["Network is unreachable"] * 2

    env["SOCIALSTAT_HOME"] = str(tmp_path / "data")
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--scale", "0.005", "--json"]
    night = harness.run(command, tmp_path / "night", env)
    assert night.returncode == 0, night.stderr[-2000:]
    report = json.loads(night.stdout.splitlines()[-1])
    assert report["accepterade"] > 0
    assert Path(report["portal"]).exists()
    if harness.traced:
        assert _beyond(tmp_path / "night") == set()


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
    assert _beyond(log) == {"127.0.0.53 port 53", "2001:db8::1 port 443"}
