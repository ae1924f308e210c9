"""`waakvlam test`: the whole suite on real servers."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import typer

from deploy.exits import Exit, Finished
from deploy.home import ROOT


def test(context: typer.Context) -> None:
    """Run every test; what follows goes to pytest. The exit code is pytest's.

    PostgreSQL and the bus are started for the tests and gone afterwards. WAAKVLAM_TEST_INFRA=external uses
    servers of your own,
    =containers Docker.

    Examples:
      ./waakvlam test
      ./waakvlam test tests/casefile -x
      ./waakvlam test --long tests/faults
    """
    if find_spec("pytest") is None:
        raise Finished(Exit.WRONG, "pytest is not in this environment; run the tests with ./waakvlam test")
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *context.args])  # noqa: S606
