"""What is installed is complete: templates and files travel in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "services" / "portal"
PACKAGE = ROOT / "src" / "portal"


@pytest.mark.skipif(
    find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed"
)
def test_wheel_holds_templates_and_static_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)

    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        packed = set(content.namelist())

    wanted = {
        f"portal/{file.relative_to(PACKAGE)}"
        for folder in ("templates", "static")
        for file in (PACKAGE / folder).iterdir()
    }
    assert wanted
    assert wanted <= packed
