"""The browser tests open the portal built from the same invented layer as the unit tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "unit" / "reports"))
