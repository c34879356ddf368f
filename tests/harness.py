"""Runs a command where every attempt at a connection is seen, or none can leave this machine, or both.

The system calls of the whole process tree are traced (strace), native code included, in a network namespace
without any interface (unshare): the trace shows that nothing is tried, the namespace that nothing is needed.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from pipelines.settings import ROOT

NAMESPACE = ["unshare", "--map-root-user", "--net"]
TRACE = ["strace", "-f", "-qq", "-e", "signal=none", "-e", "trace=connect,sendto,sendmsg,sendmmsg"]
PROBE = ["strace", "-f", "-qq", "--seccomp-bpf", "true"]
ADDRESS = re.compile(
    r"sin6?_port=htons\((?P<port>\d+)\).*?"
    r'(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<host>[^"]+)"'
)


@dataclass(frozen=True)
class Harness:
    """``traced``: calls are written to a log; ``closed``: there is no network. Where the machine lets us."""

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


@cache
def of_this_machine() -> Harness:
    return Harness(traced=_works([*TRACE, "true"]), closed=_works([*NAMESPACE, "true"]))


def beyond(log: Path) -> set[str]:
    """The addresses in a trace beyond this machine; a name server on loopback passes questions on."""
    found = [m.groupdict() for m in ADDRESS.finditer(log.read_text(encoding="utf-8", errors="replace"))]
    return {
        f"{a['host']} port {a['port']}"
        for a in found
        if not ip_address(a["host"]).is_loopback or a["port"] == "53"
    }


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
