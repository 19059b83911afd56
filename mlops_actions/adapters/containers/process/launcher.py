"""Runs in the child before the user's command: sets its limits, then becomes the command.

A file of its own, standard library only: code between fork and exec is not safe beside threads.
Arguments: largest file in bytes, memory ceiling in bytes, pid of the parent, command...
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

ADDRESS_SPACE_SLACK = 8 * 2**30  # threads and allocators reserve far more than they touch
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Exec the command; 127 when it is not there, 126 when it cannot run (a shell's codes)."""
    file_bytes, memory_bytes, parent = (int(each) for each in arguments[:3])
    command = arguments[3:]
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    _lower(resource.RLIMIT_AS, memory_bytes + ADDRESS_SPACE_SLACK)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            return 1
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell wanted: the command is a list
    except FileNotFoundError:
        sys.stderr.write(f"{command[0]}: command not found\n")
        return 127
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 126


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (ceiling, ceiling))
    except (ValueError, OSError) as error:  # macOS refuses RLIMIT_AS: the watchdog still bounds memory
        sys.stderr.write(f"limit {kind} not set: {error}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
