"""Imports every module of a member, in an environment that holds nothing else of ours.

`python -I .ci/import_all.py NAME`: fails when a module needs a package that the member does not ask for, or
when another service can be imported here at all.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.util import find_spec

SERVICES = {"intake", "casefile", "matching", "notifications", "portal"}


def main(name: str) -> int:
    """Import them; 1 with a sentence for each that cannot be, or that should not be here."""
    faults = [f"{other} can be imported here" for other in sorted(SERVICES - {name}) if find_spec(other)]
    if find_spec("deploy"):
        faults.append("deploy can be imported here")
    member = importlib.import_module(name)
    for found in pkgutil.walk_packages(member.__path__, f"{name}."):
        if found.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(found.name)
        except ImportError as fault:
            faults.append(f"{found.name} cannot be imported: {fault}")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
