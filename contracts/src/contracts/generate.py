"""``python -m contracts.generate [--check] [--into FOLDER]``: writes JSON Schemas and AsyncAPI document.

With ``--check`` nothing is written: the exit code is 1, with the difference, when the files in the repository
are not what the contract models say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

from contracts.asyncapi import asyncapi_document
from contracts.json_schemas import Document, schema_files

_DISTRIBUTION = Path(__file__).resolve().parents[2]


def generated() -> dict[str, str]:
    """Path below the contracts distribution -> text, for every generated file."""
    documents: dict[str, Document] = {f"schemas/{name}": schema for name, schema in schema_files().items()}
    documents["asyncapi.json"] = asyncapi_document()
    return {path: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for path, made in documents.items()}


def drift(folder: Path) -> list[str]:
    """The lines of a unified diff from what is in the folder to what should be; empty when they agree."""
    wanted = generated()
    lines: list[str] = []
    for path in sorted({*wanted, *_present(folder)}):
        is_now = (folder / path).read_text(encoding="utf-8") if (folder / path).exists() else ""
        should_be = wanted.get(path, "")
        lines += unified_diff(
            is_now.splitlines(), should_be.splitlines(), f"{path} as it is", f"{path} generated", lineterm=""
        )
    return lines


def write(folder: Path) -> int:
    """Writes every file that differs and removes schemas that no event has; tells how many files changed."""
    wanted = generated()
    changed = 0
    for stray in _present(folder) - wanted.keys():
        (folder / stray).unlink()
        changed += 1
    for path, text in wanted.items():
        file = folder / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed += 1
    return changed


def _present(folder: Path) -> set[str]:
    return {f"schemas/{file.name}" for file in (folder / "schemas").glob("*.json")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 all is as it should be, 1 the files differ (``--check``), 2 no folder to write into."""
    parser = argparse.ArgumentParser(
        prog="python -m contracts.generate", description="Writes the JSON Schemas and the AsyncAPI document."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and show what differs")
    parser.add_argument("--into", type=Path, default=_DISTRIBUTION, help="the repository's contracts folder")
    chosen = parser.parse_args(arguments)
    folder: Path = chosen.into
    if not folder.is_dir() or (folder == _DISTRIBUTION and not (folder / "pyproject.toml").exists()):
        sys.stderr.write("Say with --into where the contracts folder of the repository is.\n")
        return 2
    if not chosen.check:
        sys.stdout.write(f"{write(folder)} files changed\n")
        return 0
    lines = drift(folder)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if lines:
        sys.stderr.write("The contract documents are out of date: run python -m contracts.generate\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
