"""`waakvlam doctor`: what is missing on this machine, and what to do."""

from __future__ import annotations

from deploy.commands.options import DATA, Data, addresses, answers
from deploy.examination import examine
from deploy.exits import Exit, Finished


def doctor(data: Data = DATA) -> None:
    """Look at this machine: Python, disk, memory, loopback, the servers' programs, locks, time.

    Exit code 1 when something is missing; each line then says what to do. Changes nothing.

    Examples:
      ./waakvlam doctor
      ./waakvlam doctor --data /srv/waakvlam
    """
    addresses()
    missing = 0
    for finding in examine(data):
        mark = "well   " if finding.well else "MISSING"
        answers.print(f"{mark}  {finding.about:<12} {finding.says}", markup=False)
        if not finding.well:
            missing += 1
            answers.print(f"         {'':<12} → {finding.do}", markup=False)
    if missing:
        raise Finished(Exit.WRONG, f"{missing} of these need attention.")
