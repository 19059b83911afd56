"""What a pod's status says of a training, in the words of the results. Pure."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.kubernetes.plan import HOLD, MAIN, RECEIVE
from mlops_actions.adapters.containers.log_text import plain_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.adapters.containers.training_run import EndReason

Pod = dict[str, Any]
MESSAGE_BYTES = 4096  # the kubelet cuts a termination message there
_KILLED = 128 + signal.SIGKILL
_NEVER = {"InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError", "RunContainerError"}
_MAYBE = {
    "ErrImagePull",
    "ImagePullBackOff",
    "CreateContainerError",
    "ImageInspectError",
    "RegistryUnavailable",
}
_DISK = ("ephemeral", "EmptyDir", "emptyDir")
_LONGEST = 600


@dataclass(frozen=True)
class Seen:
    """How a pod's training ended: as `Ended`, without what only the clock knows."""

    exit_code: int | None
    stopped: EndReason | None = None
    detail: str = ""
    child_killed: bool = False
    message: str = ""  # what the code wrote as its metrics


def is_running(pod: Pod, container: str) -> bool:
    """Whether one of its containers runs."""
    return "running" in _state(pod, container)


def has_started(pod: Pod) -> bool:
    """Whether the training runs, or ran."""
    state = _state(pod, MAIN)
    return bool(state) and "waiting" not in state


def can_receive(pod: Pod) -> bool:
    """Whether it waits for its input."""
    return is_running(pod, RECEIVE)


def can_send(pod: Pod) -> bool:
    """Whether what the training wrote can still be had."""
    return is_running(pod, HOLD)


def is_over(pod: Pod) -> bool:
    """Whether nothing in it will run any more."""
    return pod.get("status", {}).get("phase") in {"Succeeded", "Failed"}


def cannot_start(pod: Pod) -> tuple[str, bool] | None:
    """Why it cannot start, and whether that is certain; None while it may."""
    for each in _all(pod):
        waiting = each.get("state", {}).get("waiting") or {}
        reason = waiting.get("reason", "")
        if reason in _NEVER | _MAYBE:
            said = plain_line(str(waiting.get("message", "")))[:_LONGEST]
            return f"image {each.get('image', '')}: {reason}: {said}".rstrip(": "), reason in _NEVER
    for each in _all(pod):
        ended = each.get("state", {}).get("terminated") or {}
        if ended.get("reason") in {"ContainerCannotRun", "StartError"}:
            said = plain_line(str(ended.get("message", "")))[:_LONGEST]
            return f"container {each['name']} does not start: {said}", True
        if each["name"] == RECEIVE and ended.get("exitCode"):
            lacking = ended["exitCode"] in {126, 127}
            said = "the image has no sh or tar" if lacking else ended.get("reason", "")
            return f"what receives the input ended with exit code {ended['exitCode']}: {said}", True
    return None


def why_pending(pod: Pod) -> str:
    """The scheduler's sentence, or what is being waited for."""
    for each in pod.get("status", {}).get("conditions", []):
        if each.get("type") == "PodScheduled" and each.get("status") == "False":
            return plain_line(f"{each.get('reason', 'not scheduled')}: {each.get('message', '')}")[:_LONGEST]
    waits = (each.get("state", {}).get("waiting") or {} for each in _all(pod))
    return next((str(each["reason"]) for each in waits if each.get("reason")), "its node prepares it")


def why_over(pod: Pod) -> str:
    """Why a pod ended before anything of the user's ran in it."""
    status = pod.get("status", {})
    return plain_line(f"{status.get('reason', 'its pod ended')}: {status.get('message', '')}")[:_LONGEST]


def how_ended(pod: Pod) -> Seen | None:
    """How the training ended; None while it runs."""
    status = pod.get("status", {})
    reason, said = status.get("reason", ""), plain_line(str(status.get("message", "")))[:_LONGEST]
    if reason == "Evicted":
        disk = any(word in said for word in _DISK)
        return Seen(None, "disk" if disk else "exit_code", f"evicted: {said}")
    if reason == "DeadlineExceeded":
        return Seen(None, "timeout", "the Job's deadline")
    ended = _state(pod, MAIN).get("terminated")
    if ended is None:
        return Seen(None, "exit_code", f"{reason or 'its pod ended'}: {said}") if is_over(pod) else None
    code, message = int(ended.get("exitCode", -1)), str(ended.get("message", ""))
    if ended.get("reason") != "OOMKilled":
        return Seen(code, message=message)
    if code == _KILLED:
        return Seen(None, "oom")
    return Seen(code, child_killed=True, message=message)


def ran_seconds(pod: Pod) -> float:
    """How long the training ran by its node's clock, in whole seconds; 0 when that is not known."""
    ended = _state(pod, MAIN).get("terminated") or {}
    try:
        first, last = (datetime.fromisoformat(ended[key]) for key in ("startedAt", "finishedAt"))
    except (KeyError, TypeError, ValueError):
        return 0.0
    return max(0.0, (last - first).total_seconds())


def job_failure(job: dict[str, Any]) -> str:
    """The reason of a Job that failed, or nothing."""
    for each in job.get("status", {}).get("conditions", []):
        if each.get("type") == "Failed" and each.get("status") == "True":
            return str(each.get("reason") or "Failed")
    return ""


def image_of(pod: Pod) -> str:
    """The digest of the image that the training really ran, or nothing."""
    for each in _all(pod):
        if each["name"] == MAIN and "sha256:" in str(each.get("imageID", "")):
            return f"sha256:{str(each['imageID']).rpartition('sha256:')[2]}"
    return ""


def _state(pod: Pod, name: str) -> dict[str, Any]:
    return next((each.get("state") or {} for each in _all(pod) if each["name"] == name), {})


def _all(pod: Pod) -> Iterator[dict[str, Any]]:
    status = pod.get("status", {})
    yield from status.get("initContainerStatuses") or []
    yield from status.get("containerStatuses") or []
