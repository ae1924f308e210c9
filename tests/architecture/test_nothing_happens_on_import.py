"""Things are built in one place: importing a module connects to nothing, starts and writes nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.architecture.sources import dotted, imported, modules

# In a process of its own, and watched from the first import on: an audit hook cannot be taken away again.
WATCHED = """
import importlib, json, sys, threading

seen, module = [], ""
forbidden = {"socket.connect", "socket.bind", "subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"}

def watch(event, arguments):
    if event in forbidden:
        seen.append([module, event])
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append([module, f"open {arguments[0]}"])

sys.addaudithook(watch)
sys.dont_write_bytecode = True
for module in json.load(sys.stdin):
    importlib.import_module(module)
    if threading.active_count() > 1:
        seen.append([module, "a thread"])
print(json.dumps(seen))
"""


def watched(names: list[str]) -> list[list[str]]:
    """What happened while these were imported, in a process without any setting of ours."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=json.dumps(names),
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_importing_does_nothing() -> None:
    assert watched([module.name for module in modules() if not module.name.endswith("__main__")]) == []


def test_what_happens_on_import_is_seen() -> None:
    """The negative control: a module that opens a connection when it is imported."""
    seen = watched(["socket", "tests.architecture.eager"])
    assert ["tests.architecture.eager", "socket.bind"] in seen


CLIENTS = {
    "httpx2.Client", "httpx2.AsyncClient", "psycopg.connect", "psycopg_pool.ConnectionPool", "nats.connect",
    "faststream.nats.NatsBroker", "fastapi.FastAPI", "starlette.applications.Starlette",
    "chassis.store.pools.open_pool", "chassis.store.store.Store", "chassis.service.Foundation",
    "chassis.keyring.KeyRing", "chassis.settings.load", "chassis.http.create_app",
    "chassis.http.app.create_app",
}  # fmt: skip


def built_at_once(tree: ast.Module) -> set[str]:
    """Clients that stand in the module's own lines or in the defaults of its functions."""
    names = imported(tree)
    found = set()
    for statement in tree.body:
        for node in _outside_functions(statement):
            first, _, rest = dotted(node.func).partition(".") if isinstance(node, ast.Call) else ("", "", "")
            whole = f"{names.get(first, first)}.{rest}" if rest else names.get(first, first)
            if whole in CLIENTS:
                found.add(whole)
    return found


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        inside = [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
    else:
        inside = list(ast.iter_child_nodes(node))  # type: ignore[arg-type]
    for child in inside:
        yield from _outside_functions(child)


def test_no_client_belongs_to_a_module() -> None:
    """Also one that connects only later: it would be shared by all tests and closed by nobody (rule 8)."""
    owned = {module.name: found for module in modules() if (found := built_at_once(module.tree))}
    assert owned == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from httpx2 import Client\nCLIENT = Client()", {"httpx2.Client"}),
        ("import psycopg\nclass A:\n    conn = psycopg.connect('')", {"psycopg.connect"}),
        ("import nats\ndef ask(bus=nats.connect('')): ...", {"nats.connect"}),
        ("from httpx2 import Client\ndef ask():\n    return Client()", set()),
    ],
)
def test_a_client_of_a_module_is_seen(text: str, found: set[str]) -> None:
    assert built_at_once(ast.parse(text)) == found
