"""Who tries too often is told how long to wait, and nothing else."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.codes import TooManyTries
from chassis.http.refusals import answer_refusals


@pytest.mark.parametrize(("wait", "seconds"), [(0.2, "1"), (1.0, "1"), (59.1, "60"), (3600, "3600")])
def test_wait_is_told_in_whole_seconds(wait: float, seconds: str) -> None:
    app = FastAPI()
    answer_refusals(app, frozenset, lambda _path: [])
    handler: Any = app.exception_handlers[TooManyTries]

    answer = asyncio.run(handler(None, TooManyTries(timedelta(seconds=wait))))

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == seconds
    assert json.loads(answer.body)["title"] == "Too Many Requests"
