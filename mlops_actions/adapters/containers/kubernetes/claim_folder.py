"""The folder of a Job in a shared claim, as shell lines of the helpers: made, marked, given up. Pure.

A claim is shared with other teams, so a folder is removed only when this tool made it (a file in it says so),
when its name is one that only this tool gives, and when the time has passed that the folder itself states.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.plan import Plan

MARKER = ".mlops-actions-until"  # holds the second since 1970 until which its Job can use the folder
SLACK_SECONDS = 86400
_OWN_NAME = re.compile(r"mlops-[a-z0-9-]{1,30}-[0-9a-f]{12}")  # of a run; a rendered Job's has no number
_LONGEST = len("mlops--") + 30 + 12
_DUE = """\
LC_ALL=C; for m in /claim/mlops-*-{hex}/{marker}; do d=${{m%/*}}; n=${{d##*/}}; \
case "$n" in *[!a-z0-9-]*) continue;; esac; [ ${{#n}} -le {longest} ] || continue; \
[ -f "$m" ] && [ ! -L "$m" ] && [ ! -L "$d" ] || continue; \
u=$(head -c 13 "$m"); case "$u" in ''|0*|*[!0-9]*|????????????*) continue;; esac; \
if [ "$(date +%s)" -gt $((u + {slack})) ]; then rm -rf "$d"; fi; done"""


def is_own(name: str) -> bool:
    """Whether a name is of the pattern that a run gives its Jobs."""
    return _OWN_NAME.fullmatch(name) is not None


def made(plan: Plan) -> tuple[str, ...]:
    """A new folder with its time in it; one of the same name that is not marked is somebody else's."""
    folder = f"/claim/{plan.name}"
    marker = f"{folder}/{MARKER}"
    foreign = f"[ -L {folder} ] || {{ [ -e {folder} ] && [ ! -f {marker} ]; }}"
    told = f"{folder} is there, and was not made by mlops-actions"
    return (
        f"if {foreign}; then echo '{told}' >&2; exit 1; fi",
        f"mkdir -p {folder} && echo $(($(date +%s) + {plan.usable_seconds})) > {marker} || exit 1",
        f"rm -rf {folder}/written",  # an earlier attempt's: it could lead mkdir elsewhere by a link
    )


def given_up(plan: Plan) -> tuple[str, ...]:
    """Folders of Jobs that are known to be dead, and those whose own time has passed."""
    dead = (f"[ ! -f /claim/{name}/{MARKER} ] || rm -rf /claim/{name}" for name in plan.dead if is_own(name))
    return (*dead, due())


def due() -> str:
    """Removes the folders whose own time passed a day ago."""
    return _DUE.format(hex="[0-9a-f]" * 12, marker=MARKER, slack=SLACK_SECONDS, longest=_LONGEST)


def removed(plan: Plan) -> str:
    """The Job's own folder, after its output has been taken."""
    return f"rm -rf /claim/{plan.name}"
