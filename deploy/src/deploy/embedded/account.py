"""Which account the servers run as when we are root (PostgreSQL refuses root), and how it reaches its files.

No account is made and no mode of anybody's folder is changed: `pgserver` or `postgres` when this machine has
one, else `nobody`.
A folder above ours that is closed to others (a clone in /root, say) is passed with one capability, held by
the server alone.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.faults import ServerCannotStart

PREFERRED = ("pgserver", "postgres", "nobody")
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


@dataclass(frozen=True)
class Account:
    """A system account that a server runs as."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The account to run as, or None when we are not root and simply stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerCannotStart(
        "PostgreSQL does not run as root and this machine has no account named pgserver, postgres or nobody. "
        "Run as an ordinary user."
    )


def give(folder: Path, account: Account | None) -> None:
    """Make the whole folder the account's own (nothing to do when it already is, or when we are not root)."""
    if account is None or folder.stat().st_uid == account.uid:
        return
    for path, _, files in os.walk(folder):
        os.chown(path, account.uid, account.gid)
        for name in files:
            os.chown(Path(path) / name, account.uid, account.gid, follow_symlinks=False)


def capability_needed(account: Account | None, programs: Iterable[Path], folder: Path) -> int | None:
    """The one capability that lets the account reach its programs and folder, or None when it needs none.

    Raises ServerCannotStart when something is closed and we hold no capability to pass it.
    """
    if account is None:
        return None
    programs = [program.resolve() for program in programs]
    shut = [program for program in programs if not _may(account, program.stat(), stat.S_IXOTH)]
    above = {parent for path in (*programs, folder.resolve()) for parent in path.parents}
    closed = sorted(parent for parent in above if not _may(account, parent.stat(), stat.S_IXOTH))
    if not shut and not closed:
        return None
    held = _held()
    wanted = (CAP_DAC_OVERRIDE,) if shut else (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)
    for capability in wanted:
        if held & (1 << capability):
            return capability
    raise ServerCannotStart(
        f"PostgreSQL runs as {account.name}, who cannot reach {(shut or closed)[0]}. "
        "Run as an ordinary user, or put this folder where others may pass (chmod o+x)."
    )


def _may(account: Account, seen: os.stat_result, other: int) -> bool:
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & (other << 6))
    if seen.st_gid == account.gid:
        return bool(seen.st_mode & (other << 3))
    return bool(seen.st_mode & other)


def _held() -> int:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")]
    return int(found[0], 16) if found else 0
