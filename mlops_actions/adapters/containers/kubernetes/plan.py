"""What the manifests of one Job are made from, and the names that its parts share."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.containers.job import Hardening, Resources
from mlops_actions.config.kubernetes import KubernetesConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "io.github.mlops-actions"
RUN, OWNER, HOST = f"{PREFIX}/run", f"{PREFIX}/owner", f"{PREFIX}/host"
MANAGED = {"app.kubernetes.io/managed-by": "mlops-actions"}
QUEUE = "kueue.x-k8s.io/queue-name"
MAIN, RECEIVE, HOLD, TRANSFER = "main", "receive", "hold", "transfer"
SERVING_SECONDS = 6 * 3600  # of a server that nobody stopped
_NOT_A_LABEL = re.compile(r"[^A-Za-z0-9_.-]")
_LABEL_LENGTH = 63


@dataclass(frozen=True)
class Plan:
    """One Job: `main` runs the user's image, helpers beside it bring its folders in and out.

    name: of the Job and its NetworkPolicy, and of its folder in a claim; a DNS label.
    image: of `main`, by digest. `arguments` follow its entry point.
    owner: host:pid:start of the run that made it; empty in rendered manifests.
    input_bytes: size of what is brought in.
    made: folders of output/data that are there before the code starts.
    dead: names of earlier Jobs whose folders in the claim are to be removed.
    watched: by a run of this tool, which keeps the time; a rendered Job has to keep it itself.
    """

    name: str
    image: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    kind: Literal["train", "serve"] = "train"
    resources: Resources = field(default_factory=Resources)
    hardening: Hardening = field(default_factory=Hardening)
    settings: KubernetesConfig = field(default_factory=KubernetesConfig)
    owner: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    input_bytes: int = 0
    dead: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    watched: bool = True

    @property
    def helper_image(self) -> str:
        """What receives and sends folders: the image itself where no other is named."""
        return self.settings.helper_image or self.image

    @property
    def work(self) -> str:
        """Where helpers see the Job's folders `input` and `written`. In a claim they make them themselves."""
        claimed = self.settings.claim is not None and self.kind == "train"
        return f"/claim/{self.name}" if claimed else "/work"

    @property
    def ready(self) -> str:
        """The file that says that the input is there."""
        return f"{self.work}/input/.ready"

    @property
    def done(self) -> str:
        """The file that says that the output has been taken."""
        return f"{self.work}/written/.done"

    @property
    def holds(self) -> bool:
        """Whether a container beside `main` keeps its folders: a store is filled by a pod of its own."""
        return self.kind == "train" and self.settings.store is None

    @property
    def usable_seconds(self) -> int:
        """How long from its making on a Job can use its folder in the claim: queue, transfers, attempts."""
        waits = 2 * self.settings.start_timeout
        if self.settings.queue is not None:
            waits += self.settings.queue_timeout
        return int(waits) + (1 + self.settings.backoff) * self.deadline_seconds

    @property
    def deadline_seconds(self) -> int:
        """The Job's own bound, for when nobody watches it any more."""
        allowed = self.resources.timeout_seconds
        if self.kind == "serve":
            allowed = max(allowed, SERVING_SECONDS)
        return max(1, int(self.settings.start_timeout + allowed))


def all_labels(plan: Plan) -> dict[str, str]:
    """Labels of everything that belongs to a Job; values cut to what a label may hold."""
    labels = {**MANAGED, RUN: plan.name}
    if plan.owner:
        labels[HOST] = host_label(plan.owner)
    return {**labels, **{key: as_label(value) for key, value in plan.labels.items()}}


def host_label(owner: str) -> str:
    """The machine that owns a Job: leftovers are looked for among its own only."""
    return hashlib.sha256(owner.partition(":")[0].encode()).hexdigest()[:16]


def as_label(value: str) -> str:
    """A label's value of any text."""
    return _NOT_A_LABEL.sub("-", value)[:_LABEL_LENGTH].strip("-_.")
