"""System calls that a container may make: the engine's own list, without io_uring.

A file given to an io_uring whose descriptor is closed is in no table of descriptors, so no watch of the disk
sees it. Docker 25 and later refuse io_uring by default. Docker 20.10 does not; it is given its own default
profile without these three calls. Other engines keep theirs: another version's list could allow more.

seccomp-20.10.json is moby 20.10's profiles/seccomp/default.json, Apache-2.0;
copyright Docker, Inc. and the Moby authors.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.docker.engine import EngineInfo

IO_URING = frozenset({"io_uring_setup", "io_uring_enter", "io_uring_register"})
_DEFAULT = Path(__file__).with_name("seccomp-20.10.json")


def seccomp_options(engine: EngineInfo) -> list[str]:
    """The `security_opt` that refuses io_uring; none where the engine has no default profile of 20.10."""
    if not engine.default_seccomp or not engine.version.startswith("20.10."):
        return []
    return [f"seccomp={_profile()}"]


@cache
def _profile() -> str:
    profile = json.loads(_DEFAULT.read_text())
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if name not in IO_URING]
    return json.dumps(profile)
