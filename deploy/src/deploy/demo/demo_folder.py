"""The data folder of a demo: only one that a demo made is used, and what was played in it is remembered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from deploy.embedded.faults import DataFolderRefused
from deploy.folder import DataFolder
from deploy.home import PRIVATE

DEFAULT_DEMO_DATA = PRIVATE / "demo"
MARKER = "demo.json"


class DemoFolder:
    """A data folder with a marker that says that everything in it is invented."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._marker = self.path / MARKER

    def open(self, *, keep: bool) -> dict[str, Any] | None:
        """Make the folder ready; gives what was played in it before, when that is kept and whole.

        Else the demo begins anew in it. Raises DataFolderRefused for a folder that no demo made, and
        AlreadyRunning.
        """
        if (self.path / "postgres").exists() and not self._marker.exists():
            raise DataFolderRefused(
                f"{self.path} was not made by a demo, and a demo moves the clock and invents people. "
                "Give another folder with --data."
            )
        folder = DataFolder(self.path)
        with folder:
            played = self._played() if keep else None
            if played is None:
                self._empty()
                folder.prepare()
                self._write({"played": None})
        return played

    def keep(self, played: dict[str, Any]) -> None:
        """Remember what was played, to its end."""
        self._write({"played": played})

    def _played(self) -> dict[str, Any] | None:
        try:
            told = json.loads(self._marker.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        played = told.get("played") if isinstance(told, dict) else None
        return played if isinstance(played, dict) else None

    def _write(self, told: dict[str, Any]) -> None:
        draft = self._marker.with_suffix(".draft")
        draft.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        draft.replace(self._marker)

    def _empty(self) -> None:
        """Remove everything but the lock that we hold, and what tells whose folder this is."""
        for entry in self.path.iterdir():
            if entry.name in ("lock", "version", MARKER):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
