"""One Job from its making to its removal: input in, log and result out, its end in plain words."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

from mlops_actions.adapters.containers.kubernetes import pod_state, streams
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.leftovers import remove_job
from mlops_actions.adapters.containers.kubernetes.manifests import documents
from mlops_actions.adapters.containers.kubernetes.plan import HOLD, RECEIVE, RUN
from mlops_actions.adapters.containers.kubernetes.pod_log import PodLog
from mlops_actions.adapters.containers.kubernetes.pod_state import Seen
from mlops_actions.adapters.containers.kubernetes.store import Store
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster
    from mlops_actions.adapters.containers.kubernetes.plan import Plan
    from mlops_actions.adapters.containers.kubernetes.pod_state import Pod
    from mlops_actions.adapters.containers.log_capture import LogCapture

_TICK = 0.3
_DISK_SECONDS, _SHORT = 5.0, 1000
_PULL_SECONDS = 25.0  # an image that could not be pulled is tried again by the node, so long
_LOG_SECONDS = 15.0
_FINAL = ("timeout", "disk")  # ends that no second try changes; the Job is removed
_TRIES = 3  # of a transfer whose connection broke
_ARCHIVE_SLACK = 2 * 2**20


def received(plan: Plan) -> tuple[str, ...]:
    """What lays the archive on its standard input into the Job's folder."""
    return ("sh", "-c", f"tar -xf - -C {plan.work}/input && touch {plan.ready}")


def sent(plan: Plan) -> tuple[str, ...]:
    """What prints the archive of all that was written."""
    return ("tar", "-cf", "-", "-C", f"{plan.work}/written", "model", "output")


@dataclass
class JobRun:
    """Makes, watches and removes one Job. Afterwards `pod` is the last status of its last pod.

    say: takes sentences about waiting, as they change.
    """

    cluster: Cluster
    plan: Plan
    capture: LogCapture
    say: Callable[[str], None]
    pod: Pod = field(default_factory=dict)
    seconds: float = 0.0
    _said: str = field(default="", init=False)

    def train(self, given: IO[bytes], taken: IO[bytes], limit: int) -> tuple[Seen, bool]:
        """Until the training's end; how it ended, and whether `taken` holds what it wrote.

        Args:
            given: an archive of what it reads.
            taken: becomes the archive of what it wrote.
            limit: of the archive; above it the end is "disk".

        Raises:
            ContainerError: it could not start, or is gone.
        """
        over = False
        try:
            if self._store is not None:
                given.seek(0)
                self._store.bring(given)
            self._create()
            attempts = self.plan.settings.backoff + 1
            seen, names = Seen(None, "exit_code"), set[str]()
            for left in reversed(range(attempts)):
                pod = self._next_pod(names)
                names.add(pod["metadata"]["name"])
                seen = self._attempt(given)
                if seen.exit_code == 0 or seen.stopped in _FINAL or not left:
                    break
                self._tell(f"the training failed ({seen.stopped or seen.exit_code}); {left} more by backoff")
                self._let_go()
            over = seen.stopped not in _FINAL
            return self._take(seen, taken, limit)
        except ApiError as error:
            raise ContainerError(f"the cluster: {error.message[:600]}", log_tail=self.capture.tail) from error
        finally:
            if failed := remove_job(self.cluster, self.plan.name, wait=not over):
                self.say(failed)
            if self._store is not None:
                self._store.remove()

    def begin(self, given: IO[bytes]) -> None:
        """Make it and bring its input in; its code runs then. ApiError, ContainerError."""
        self._create()
        self._next_pod(set())
        self._start(given)

    def _create(self) -> None:
        paths = {"Job": self.cluster.jobs, "NetworkPolicy": self.cluster.policies}
        for document in documents(self.plan):
            kind = document["kind"]
            try:
                self.cluster.create(paths[kind], document)
            except ApiError as error:
                raise ContainerError(
                    f"the cluster does not take the {kind}: {error.message[:600]}",
                    hint="Quota, admission policy or rights say no: the rights stand in docs/kubernetes.md.",
                ) from error

    def _next_pod(self, seen: set[str]) -> Pod:
        """A pod of the Job that was not seen before."""
        settings = self.plan.settings
        started = time.monotonic()
        while True:
            items = self.cluster.get(self.cluster.pods, labelSelector=f"{RUN}={self.plan.name}")["items"]
            fresh = [each for each in items if each["metadata"]["name"] not in seen]
            if fresh:
                self.pod = fresh[-1]
                return self.pod
            job = self.cluster.get(f"{self.cluster.jobs}/{self.plan.name}")
            suspended = bool(job["spec"].get("suspend"))
            self._give_up_failed(job)
            waited = time.monotonic() - started
            limit = settings.queue_timeout if suspended else settings.start_timeout
            why = f"queue {settings.queue} has not admitted it" if suspended else self._no_pod()
            if waited > limit:
                raise ContainerError(
                    f"the Job did not start within {limit:g} s: {why}",
                    hint="train.kubernetes.queue_timeout and start_timeout are the limits.",
                )
            if waited > 2:  # noqa: PLR2004 - the controller's own time
                self._tell(why)
            time.sleep(_TICK)

    def _give_up_failed(self, job: dict[str, Any]) -> None:
        if reason := pod_state.job_failure(job):
            raise ContainerError(f"the Job failed before a pod was there: {reason}: {self._no_pod()}")

    def _no_pod(self) -> str:
        """Why the controller made no pod (quota, admission), as its event says."""
        selector = f"involvedObject.name={self.plan.name},reason=FailedCreate"
        try:
            events = self.cluster.get(self.cluster.events, fieldSelector=selector)["items"]
        except ApiError:
            return "its controller has made no pod"
        return str(events[-1].get("message", ""))[:600] if events else "its controller has made no pod"

    def _attempt(self, given: IO[bytes]) -> Seen:
        """One pod from its input to its end."""
        self._start(given)
        name = self.pod["metadata"]["name"]
        log, started = PodLog(self.cluster, name, self.capture), time.monotonic()
        limit = started + self.plan.resources.timeout_seconds
        measured = started
        while (seen := self.ended()) is None:
            if time.monotonic() > limit:
                seen = Seen(None, "timeout")
                break
            if time.monotonic() - measured > _DISK_SECONDS:
                measured = time.monotonic()
                if self._written() > self.plan.resources.disk_bytes:
                    seen = Seen(None, "disk")
                    break
            time.sleep(_TICK)
        self.seconds = max(time.monotonic() - started, pod_state.ran_seconds(self.pod))
        if seen.stopped in _FINAL:
            remove_job(self.cluster, self.plan.name, wait=True)  # its last lines come meanwhile
        log.finish(_LOG_SECONDS)
        return seen

    def _start(self, given: IO[bytes]) -> None:
        deadline = time.monotonic() + self.plan.settings.start_timeout
        if self._store is not None:  # its input lies in the claim
            self._until(pod_state.has_started, deadline)
            return
        self._until(pod_state.can_receive, deadline)
        if not pod_state.is_over(self.pod) and not pod_state.has_started(self.pod):
            self._send(given)
            self._until(pod_state.has_started, deadline)

    def _send(self, given: IO[bytes]) -> None:
        name = self.pod["metadata"]["name"]
        for left in reversed(range(_TRIES)):
            given.seek(0)
            try:
                streams.send(self.cluster, name, RECEIVE, received(self.plan), given)
            except ApiError:
                self._look()
                if not left or not pod_state.can_receive(self.pod):
                    raise
                time.sleep(1)
            else:
                return

    def _until(self, reached: Callable[[Pod], bool], deadline: float) -> None:
        """Until a pod gets so far, or is over. ContainerError when it cannot, or not in time."""
        doubtful = None
        while not (reached(self.pod) or pod_state.is_over(self.pod) or pod_state.has_started(self.pod)):
            found = pod_state.cannot_start(self.pod)
            doubtful = (doubtful or time.monotonic()) if found else None
            if found and (found[1] or time.monotonic() - (doubtful or 0) > _PULL_SECONDS):
                raise ContainerError(
                    f"the training cannot start: {found[0]}",
                    hint="Check the image's name and digest, and that the cluster may pull it.",
                )
            why = found[0] if found else pod_state.why_pending(self.pod)
            if time.monotonic() > deadline:
                limit = self.plan.settings.start_timeout
                raise ContainerError(
                    f"the pod did not start within {limit:g} s: {why}",
                    hint="Ask for less in train.resources, or raise train.kubernetes.start_timeout.",
                )
            if "Unschedulable" in why or found:
                self._tell(why)
            time.sleep(_TICK)
            try:
                self._look()
            except ApiError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
                gone = f"its pod is gone from the cluster {self._job_reason()}".rstrip()
                raise ContainerError(f"the training cannot start: {gone}") from error
        if pod_state.is_over(self.pod) and not pod_state.has_started(self.pod):
            found = pod_state.cannot_start(self.pod) or (pod_state.why_over(self.pod), True)
            raise ContainerError(f"the training cannot start: {found[0]}")

    def ended(self) -> Seen | None:
        """How the training ended; a pod that is gone is asked of its Job."""
        try:
            self._look()
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            reason = self._job_reason()
            if reason == "DeadlineExceeded":
                return Seen(None, "timeout", "the Job's deadline")
            return Seen(None, "exit_code", f"its pod is gone from the cluster {reason}".rstrip())
        return pod_state.how_ended(self.pod)

    def _job_reason(self) -> str:
        try:
            return pod_state.job_failure(self.cluster.get(f"{self.cluster.jobs}/{self.plan.name}"))
        except ApiError:
            return "with its Job"

    def _look(self) -> None:
        self.pod = self.cluster.get(f"{self.cluster.pods}/{self.pod['metadata']['name']}")

    def _written(self) -> int:
        """Bytes written so far, 0 when that cannot be told; the node itself looks only once a minute."""
        said = io.BytesIO()
        with suppress(ApiError, ValueError, IndexError):
            streams.take(
                self.cluster,
                self.pod["metadata"]["name"],
                HOLD,
                ("du", "-sk", f"{self.plan.work}/written"),
                said,
                _SHORT,
            )
            return int(said.getvalue().split()[0]) * 1024
        return 0

    def _take(self, seen: Seen, taken: IO[bytes], limit: int) -> tuple[Seen, bool]:
        """What the training wrote, while its pod holds it."""
        if self._store is not None and seen.stopped not in _FINAL:
            whole = self._store.take(taken, limit + _ARCHIVE_SLACK)
            return (seen, True) if whole else (Seen(None, "disk"), False)
        if seen.stopped in _FINAL or not pod_state.can_send(self.pod):
            if seen.exit_code == 0:
                raise ContainerError("the training ended well, but its pod ended before the model was taken")
            return seen, False
        name = self.pod["metadata"]["name"]
        for left in reversed(range(_TRIES)):
            taken.seek(0)
            taken.truncate()
            try:
                whole = streams.take(self.cluster, name, HOLD, sent(self.plan), taken, limit + _ARCHIVE_SLACK)
            except ApiError:
                if not left:
                    raise
                time.sleep(1)
            else:
                self._let_go()
                return (seen, True) if whole else (Seen(None, "disk"), False)
        raise AssertionError

    @cached_property
    def _store(self) -> Store | None:
        stored = self.plan.kind == "train" and self.plan.settings.store is not None
        return Store(self.cluster, self.plan) if stored else None

    def _let_go(self) -> None:
        """The pod may end: a Job makes its next one only then, and its folder in a claim goes."""
        if not pod_state.can_send(self.pod):
            return
        name, deadline = self.pod["metadata"]["name"], time.monotonic() + _LOG_SECONDS
        streams.send(self.cluster, name, HOLD, ("touch", self.plan.done), io.BytesIO())
        while self.plan.settings.claim is not None and pod_state.can_send(self.pod):
            if time.monotonic() > deadline:
                break
            time.sleep(_TICK)
            self._look()

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self.say(f"kubernetes: {sentence}")
