"""Mutated deliveries: ``python benchmarks/fuzz.py [cases] [seed]``. Says what became of them.

What a case is, and what must hold of it, is in ``tests/unit/ingest/fuzz.py``. Exit code 1: it did not hold.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "unit" / "ingest"))

from fuzz import Fuzz, case, summary, warm


def main(number: int = 10_000, seed: int = 1) -> int:
    """Run the cases and print a table. Returns the exit code."""
    outcomes, begun = [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="socialstat-fuzz-") as folder, warm():
        fuzz = Fuzz(Path(folder))
        for n in range(number):
            outcomes.append(fuzz.run(case(seed, n)))
            if outcomes[-1].faults:
                print(f"{outcomes[-1].case}: {outcomes[-1].faults}", flush=True)
            if sys.stderr.isatty():
                print(f"\r{n + 1} of {number}", end="", file=sys.stderr)
    print(f"seed {seed}, {time.monotonic() - begun:.0f} seconds")
    print(summary(outcomes))
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
