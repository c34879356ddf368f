"""The stages never import each other and only entry points know Dagster: the contracts in .importlinter."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import ROOT

LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in ``root``, under the repository's contracts."""
    config = [*LINT, "--config", str(ROOT / ".importlinter"), "--no-cache"]
    return subprocess.run(
        config, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": "."}
    )


def test_the_layers_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("publish/build.py", "import pipelines.warehouse"),
        ("warehouse/indata.py", "from pipelines.ingest import archive"),
        ("reports/portal.py", "import dagster"),
        ("contracts/columns.py", "import pipelines.sample.world"),
        ("nytt_steg.py", "import pipelines.settings"),  # a module that no layer names
    ],
)
def test_a_broken_layer_is_found(tmp_path: Path, module: str, line: str) -> None:
    """The contracts catch what they are there for."""
    package = tmp_path / "pipelines"
    shutil.copytree(ROOT / "pipelines", package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / module).open("a", encoding="utf-8") as f:
        f.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr


def test_dagster_is_named_in_the_entry_points_only() -> None:
    """Also where an import hides in a string or a comment."""
    naming = {p.name for p in (ROOT / "pipelines").rglob("*.py") if "import dagster" in p.read_text("utf-8")}
    naming |= {p.name for p in (ROOT / "pipelines").rglob("*.py") if "from dagster" in p.read_text("utf-8")}
    assert naming <= {"definitions.py", "cli.py"}
