"""Starts one program so that it never outlives the process that started it.

Run as a script, with the standard library only, before anything of ours is imported::

    python -I -S child.py --parent PID --signal N [--uid U --gid G [--capability C]] -- PROGRAM ARGUMENT…

On Linux the kernel itself sends the signal when the parent ends, also after kill -9 of the parent, and this
script is replaced
by the program. Elsewhere it stays, looks for its parent four times a second and then passes the signal on.

The kernel counts the *thread* that started us as the parent: start children from a thread that lives as long
as they should.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION_3 = 0x20080522
CANNOT_START = 126


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def become(uid: int, gid: int, capability: int | None) -> None:
    """Leave root for another account, keeping at most one capability (to pass closed folders above ours)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capability is not None:
        _checked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities")
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        bit = 1 << capability
        sets = (_Sets * 2)(_Sets(bit, bit, bit), _Sets(0, 0, 0))
        _checked(libc.capset(ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), sets), "set capabilities")
        _checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), "raise the capability")


def die_with(parent: int, signal_number: int) -> None:
    """Ask the kernel for the signal at the parent's end; a change of account undoes it: call it last."""
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "follow the parent")
    if os.getppid() != parent:
        sys.exit(CANNOT_START)


def _stay_and_watch(parent: int, signal_number: int, command: list[str]) -> int:
    program = subprocess.Popen(command)  # noqa: S603
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda received, _frame: program.send_signal(received))
    while program.poll() is None:
        if os.getppid() != parent:
            program.send_signal(signal_number)
            return program.wait()
        time.sleep(0.25)
    return program.returncode


def main() -> int:
    """Do what the arguments say; returns only where the program could not replace us."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--parent", type=int, required=True)
    arguments.add_argument("--signal", type=int, default=int(signal.SIGTERM))
    arguments.add_argument("--uid", type=int)
    arguments.add_argument("--gid", type=int)
    arguments.add_argument("--capability", type=int)
    arguments.add_argument("command", nargs="+")
    given = arguments.parse_args()
    os.umask(0o077)
    try:
        if given.uid is not None:
            become(given.uid, given.gid, given.capability)
        if sys.platform != "linux":
            return _stay_and_watch(given.parent, given.signal, given.command)
        die_with(given.parent, given.signal)
        os.execv(given.command[0], given.command)  # noqa: S606
    except OSError as fault:
        sys.stderr.write(f"{given.command[0]} cannot be started: {fault}\n")
        return CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
