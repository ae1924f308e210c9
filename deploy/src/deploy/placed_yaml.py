"""Reads YAML that a person wrote into plain values, and knows the line of each of them.

Only what a configuration needs: mappings with text as keys, lists, texts, numbers, true and false, nothing.
No anchors and aliases (so that a small file stays small), no tags, one document. A date stays the text that
was written. Nothing is raised: what is wrong stands beside what could be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

MAX_BYTES: Final = 128 * 1024
MAX_DEPTH: Final = 12
MAX_VALUES: Final = 10_000
WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
OTHER_NUMBER = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}", re.ASCII)
MERGE_KEY: Final = "<<"

Path = tuple[str | int, ...]
"""Field names and numbers from 0, from the top of the file to a value."""


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that cannot be read as it stands; ``line`` counts from 1."""

    line: int
    reason: str
    field: Path = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What was read, with the line, from 1, of every value by its path.

    Without ``misread`` it is the whole text. With it, ``value`` may be less, or None.
    """

    value: Any
    lines: Mapping[Path, int]
    misread: tuple[Misread, ...] = ()

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest value around it when it is not there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(raw: bytes) -> Placed:
    """Reads UTF-8 text."""
    if len(raw) > MAX_BYTES:
        return _nothing(1, f"is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _nothing(1 + raw.count(b"\n", 0, error.start), "is not UTF-8")
    sieve = _Sieve()
    try:
        refused = tuple(sieve.refused(text))
        node = None if refused else YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        return _nothing(1 + text.count("\n", 0, error.position), "has a character that no text file has")
    except MarkedYAMLError as error:
        return _nothing(_line(error), _in_words(error))
    except Exception:
        # The parser is not ours; on some garbage it stumbles (over "\\UFFFFFFFF", or "%YAML 1.3") instead of
        # saying what is wrong.
        return _nothing(sieve.line, "is not YAML, here or a little below")
    if refused:
        return Placed(None, {}, refused)
    if node is None:
        return _nothing(1, "is empty")
    lines: dict[Path, int] = {}
    misread: list[Misread] = []
    value = _value(node, (), lines, misread)
    return Placed(value, lines, tuple(misread))


def _nothing(line: int, reason: str) -> Placed:
    return Placed(None, {}, (Misread(line, reason),))


def _line(error: MarkedYAMLError) -> int:
    """What is never closed goes wrong at the end of the file, and is wrong where it begins."""
    unclosed = error.context_mark and re.search(r"quoted scalar|flow (sequence|mapping)", error.context or "")
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else 1


def _in_words(error: MarkedYAMLError) -> str:
    problem = str(error.problem or "is not YAML").replace("\\t", "tab")
    if "tab" in problem:
        return "has a tab where spaces belong"
    context = f" ({error.context})" if error.context else ""
    return shown(f"is not YAML: {problem}{context}", at_most=160)


def shown(text: str, *, at_most: int) -> str:
    """Text from a file, fit for a report: shortened, and without what cannot be printed."""
    plain = "".join(each if each.isprintable() else "?" for each in text[: at_most + 1])
    return plain if len(plain) <= at_most else f"{plain[: at_most - 1]}…"


class _Sieve:
    """Finds what is YAML, but not for us, in a stream: how large the result would be does not matter."""

    def __init__(self) -> None:
        self.line = 1

    def refused(self, text: str) -> Iterator[Misread]:
        """Each of them; ends early at what would cost too much."""
        depth = documents = values = 0
        for event in YAML(typ="safe", pure=True).parse(text):
            self.line = event.start_mark.line + 1
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    yield Misread(self.line, "begins a second document; one file is one network")
                    return
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            elif isinstance(event, AliasEvent):
                yield Misread(self.line, "has an alias (*…): write it out")
            elif isinstance(event, ScalarEvent | CollectionStartEvent):
                if event.anchor is not None:
                    yield Misread(self.line, "has an anchor (&…): write things out where they belong")
                if event.tag is not None:
                    yield Misread(self.line, "has a tag (!…): plain values are enough")
                values += 1
                if values > MAX_VALUES:
                    yield Misread(self.line, f"has more than {MAX_VALUES} values")
                    return
                depth += isinstance(event, CollectionStartEvent)
                if depth > MAX_DEPTH:
                    yield Misread(self.line, f"is nested more than {MAX_DEPTH} levels deep")
                    return


def _value(node: Node, path: Path, lines: dict[Path, int], misread: list[Misread]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, SequenceNode):
        return [_value(each, (*path, place), lines, misread) for place, each in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines, misread)
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, path: Path, lines: dict[Path, int], misread: list[Misread]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _scalar(key_node) if isinstance(key_node, ScalarNode) else None
        if not isinstance(key, str) or key == MERGE_KEY:
            misread.append(Misread(line, "has a key that is not a plain name", path))
        elif key in found:
            reason = f"is there a second time; the first is on line {lines[(*path, key)]}"
            misread.append(Misread(line, reason, (*path, key)))
        else:
            lines[(*path, key)] = line
            found[key] = _value(value_node, (*path, key), lines, misread)
    return found


def _scalar(node: ScalarNode) -> Any:
    kind = (node.tag or "").rpartition(":")[2]
    text: str = node.value
    if kind == "null":
        return None
    if kind == "bool":
        return text.casefold() == "true"
    if kind == "int" and WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if kind == "float" and OTHER_NUMBER.fullmatch(text):
        return float(text)
    return text
