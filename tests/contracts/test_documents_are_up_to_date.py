from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts import generate

REPOSITORY = Path(__file__).parents[2]


def test_schemas_and_asyncapi_in_the_repository_are_what_the_models_say() -> None:
    assert generate.drift(REPOSITORY / "contracts") == []


def test_generating_twice_gives_the_same_text() -> None:
    assert generate.generated() == generate.generated()


def test_checking_shows_a_changed_a_missing_and_a_stray_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--into", str(tmp_path)]) == 0
    assert generate.main(["--into", str(tmp_path), "--check"]) == 0
    changed = tmp_path / "schemas" / "escalated.v1.json"
    schema = json.loads(changed.read_text(encoding="utf-8"))
    schema["title"] = "Something else"
    changed.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    (tmp_path / "asyncapi.json").unlink()
    (tmp_path / "schemas" / "forgotten.v1.json").write_text("{}\n", encoding="utf-8")
    capsys.readouterr()

    assert generate.main(["--into", str(tmp_path), "--check"]) == 1

    shown = capsys.readouterr().out
    assert '-  "title": "Something else"' in shown
    assert '+  "asyncapi": "3.0.0",' in shown
    assert "--- schemas/forgotten.v1.json as it is" in shown
    assert not (tmp_path / "asyncapi.json").exists(), "checking writes nothing"


def test_writing_mends_what_differs_and_removes_what_no_event_has(tmp_path: Path) -> None:
    generate.write(tmp_path)
    (tmp_path / "schemas" / "forgotten.v1.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "asyncapi.json").write_text("{}\n", encoding="utf-8")

    assert generate.write(tmp_path) == 2
    assert generate.drift(tmp_path) == []


def test_without_a_folder_to_write_into_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--into", str(tmp_path / "nowhere")]) == 2
    assert "--into" in capsys.readouterr().err
