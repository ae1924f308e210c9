"""Whatever stands in a file, the answer is a network or faults with a line: never another error."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.examples.networks import A_NETWORK, a_file

from deploy.networks import _read
from deploy.placed_yaml import read

LINES = A_NETWORK.splitlines(keepends=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SIGNS = "\t \n \r \x00 \x85 \u2028 \ufeff : - ? { } [ ] ' \" | > & * ! % # @ ` = ~".split(" ")
SNIPPETS = st.sampled_from(
    [
        *SIGNS,
        "- ",
        "? ",
        "&a ",
        "*a",
        "!x ",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "<<: ",
        "0x1F",
        "1e999",
        ".nan",
        "null",
    ]
)


def answer_is_a_network_or_faults(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = a_file(Path(folder), raw)
        network, faults = _read(path)
        assert (network is None) is bool(faults)
        lines = max(1, raw.count(b"\n") + raw.count(b"\r") + 1)
        for fault in faults:
            assert 1 <= fault.line <= lines + raw.count(b"\xc2\x85") + raw.count(b"\xe2\x80")
            assert fault.reason
            assert len(fault.field) < 300
            assert "Traceback" not in str(fault)


@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    answer_is_a_network_or_faults(raw)


@given(st.text(alphabet=st.sampled_from(":-?{}[]'\"|>&*!%#@`<=~ \n\tab0\\,."), max_size=200))
@example("? ? ?")
@example("!<")
@example("%TAG ! tag:x\n---\n!y z")
def test_any_text_of_signs_that_mean_something(text: str) -> None:
    answer_is_a_network_or_faults(text.encode())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(A_NETWORK)), st.integers(0, 30), SNIPPETS | st.text(max_size=5)),
        max_size=4,
    )
)
def test_network_with_pieces_replaced(edits: list[tuple[int, int, str]]) -> None:
    text = A_NETWORK
    for place, length, piece in edits:
        text = text[:place] + piece + text[place + length :]
    answer_is_a_network_or_faults(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=len(LINES)))
def test_network_with_lines_shuffled_repeated_and_left_out(lines: list[str]) -> None:
    answer_is_a_network_or_faults("".join(lines).encode())


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


WHOLE = read(A_NETWORK.encode()).value
PLACES = st.sampled_from([place for place in _places(WHOLE) if place])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(PLACES, VALUES), min_size=1, max_size=3))
def test_network_with_values_of_any_kind_in_any_place(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    """The form of YAML is right (JSON is YAML too), the values are not."""
    whole = read(A_NETWORK.encode()).value
    for (*path, last), value in changes:
        around: Any = whole
        for step in path:
            around = around[step] if _has(around, step) else None
        if _has(around, last):
            around[last] = value
    answer_is_a_network_or_faults(json.dumps(whole, default=str, indent=1).encode())


def _has(around: Any, step: str | int) -> bool:
    if isinstance(around, list):
        return step in range(len(around))
    return isinstance(around, dict) and step in around
