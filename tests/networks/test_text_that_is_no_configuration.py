"""Text that is no YAML, or more than we take: refused by line, quickly, and without doing what it asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.examples.networks import A_NETWORK, a_file, marked_change, with_change

from deploy.networks import BrokenNetworks, check, load_all
from deploy.placed_yaml import MAX_BYTES

BILLION_LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
STAIRS = "".join(f"{'  ' * step}a:\n" for step in range(60))
END = A_NETWORK.count("\n") + 1

SPOILT: list[tuple[str | bytes, int, str]] = [
    ("", 1, "is empty"),
    ("# only a remark\n", 1, "is empty"),
    ("- a list\n", 1, "a group of fields"),
    ("just words\n", 1, "a group of fields"),
    (*marked_change("  advocacy", "§\tadvocacy"), "tab"),
    (*marked_change("  advocacy: false", "§  waakvlam: false"), "second time; the first is on line"),
    (A_NETWORK + "id: polder\n", END, "second time; the first is on line 1"),
    (*marked_change("[nl, en]", "§&langs [nl, en]"), "anchor"),
    (*marked_change("[nl, en]", "§*langs"), "alias"),
    (*marked_change("[nl, en]", "§!!python/tuple [nl, en]"), "tag"),
    (*marked_change("id: polder", "§id: !secret polder"), "tag"),
    (*marked_change("id: polder", "§id: !!python/object/apply:os.getcwd []"), "tag"),
    (*marked_change("languages:", "§7:"), "a key that is not a plain name"),
    (*marked_change("languages:", "§<<:"), "a key that is not a plain name"),
    (*marked_change("languages:", "§? [a, b]\n:"), "a key that is not a plain name"),
    (A_NETWORK + "---\n" + A_NETWORK, END, "a second document"),
    (*marked_change("[nl, en]", "§[nl, en"), "is not YAML"),
    (*marked_change("[nl, en]", "§'nl"), "is not YAML"),
    (*marked_change("  - {id: zuidsluis,", "§ - {id: zuidsluis,"), "is not YAML"),
    ("%YAML 1.3\n---\na: 1\n", 1, "is not YAML"),
    (*marked_change("id: polder", '§id: "\\UFFFFFFFF"'), "is not YAML"),
    (*marked_change("Zuidsluis", '§"Zuid\\ud800sluis"'), "cannot be stored"),
    (A_NETWORK.encode().replace(b"Zuidsluis", b"Zuidslu\xffs"), 19, "UTF-8"),
    (A_NETWORK.encode("utf-16"), 1, "UTF-8"),
    (A_NETWORK.encode("cp1252"), 11, "UTF-8"),
    (*marked_change("Zuidsluis", "§Zuid\x00sluis"), "no text file has"),
    ("a: " + "[" * 60_000, 1, "levels deep"),
    ("- " * 60_000, 1, "levels deep"),
    ("{a: " * 30_000, 1, "levels deep"),
    ("a: [" + "1," * 20_000 + "]", 1, "more than 10000 values"),
    (STAIRS, 13, "levels deep"),
    (BILLION_LAUGHS, 1, "anchor"),
    ("x" * (MAX_BYTES + 1), 1, "larger than 128 KiB"),
    ("x: " + "9" * 100_000, 1, "no field that is known"),
]


@pytest.mark.parametrize(("text", "line", "words"), SPOILT)
def test_it_is_refused_by_line(tmp_path: Path, text: str | bytes, line: int, words: str) -> None:
    faults = check(a_file(tmp_path, text))
    assert any(fault.line == line and words in fault.reason for fault in faults), faults[:3]


@pytest.mark.parametrize(
    "raw", [b"\xef\xbb\xbf" + A_NETWORK.encode(), A_NETWORK.replace("\n", "\r\n").encode()]
)
def test_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path, raw: bytes) -> None:
    assert check(a_file(tmp_path, raw)) == []


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b.yaml"])
def test_file_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str) -> None:
    assert [fault.line for fault in check(tmp_path / name)] == [1]


def test_one_broken_file_keeps_every_network_of_the_folder_out(tmp_path: Path) -> None:
    a_file(tmp_path)
    a_file(tmp_path, with_change("id: polder", "id: delta"), "delta.yaml")
    assert [network.id for network in load_all(tmp_path)] == ["delta", "polder"]
    a_file(tmp_path, "", "leeg.yaml")
    a_file(tmp_path, "", "leeg.yml")
    with pytest.raises(BrokenNetworks) as broken:
        load_all(tmp_path)
    assert [Path(fault.file).name for fault in broken.value.faults] == ["leeg.yml", "leeg.yaml"]


@pytest.mark.parametrize("name", [".", "none"])
def test_folder_without_networks_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenNetworks, match="at least one"):
        load_all(tmp_path / name)
