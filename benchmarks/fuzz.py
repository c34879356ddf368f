"""Mutated deliveries: ``python benchmarks/fuzz.py [cases] [seed] [first]``. Says what became of them.

What a case is, and what must hold of it, is in ``tests/unit/ingest/fuzz.py``. ``first``: the number of the
first case, to go on from where an earlier run stopped. Exit code 1: it did not hold.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "unit" / "ingest"))

from fuzz import Fuzz, case, summary, warm

TOLD_EVERY = 500


def main(number: int = 10_000, seed: int = 1, first: int = 0) -> int:
    """Run the cases ``first`` up to ``number`` and print a table. Returns the exit code."""
    outcomes, begun = [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="socialstat-fuzz-") as folder, warm():
        fuzz = Fuzz(Path(folder))
        for n in range(first, number):
            outcome = fuzz.run(case(seed, n))
            outcome.case = replace(
                outcome.case, content=b""
            )  # or the memory measured would be that of the files
            outcomes.append(outcome)
            if outcome.faults:
                print(f"{outcome.case}: {outcome.faults}", flush=True)
            if (n + 1) % TOLD_EVERY == 0:
                print(f"{n + 1} of {number}, {time.monotonic() - begun:.0f} seconds", flush=True)
    print(f"seed {seed}, cases {first} to {number - 1}, {time.monotonic() - begun:.0f} seconds")
    print(summary(outcomes))
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
