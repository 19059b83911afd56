"""Several containers, one pipeline, as one Job: its steps are containers that run one after another. Pure.

Kubernetes orders containers of one pod (init containers), not Jobs; so the manifest set of `train.steps`
needs nothing but Kubernetes. A step sees its inputs only, each read-only, and writes into folders of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.kubernetes.manifests import (
    job,
    main_container,
    network_policy,
    pod_security,
)
from mlops_actions.adapters.containers.kubernetes.plan import HOLD
from mlops_actions.adapters.containers.kubernetes.volumes import INPUT, SCRATCH, WRITTEN, mount

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.plan import Plan

Document = dict[str, Any]


@dataclass(frozen=True)
class StepPlan:
    """One step: how its container runs, what it reads and writes.

    plan: of its container. reads: name -> the step that writes it, or "" for a channel. writes: its outputs.
    """

    id: str
    plan: Plan
    reads: dict[str, str]
    writes: tuple[str, ...]


def pipeline_documents(whole: Plan, steps: tuple[StepPlan, ...]) -> tuple[Document, ...]:
    """The policy and the one Job of a pipeline; the last step writes the model.

    whole: name, settings and ceilings of the training.
    """
    document = job(replace(whole, made=_folders(steps)))
    document["spec"]["activeDeadlineSeconds"] = whole.deadline_seconds
    pod = document["spec"]["template"]["spec"]
    receive = pod["initContainers"][0]
    hold = [each for each in pod["containers"] if each["name"] == HOLD]
    *before, last = steps
    pod["initContainers"] = [receive, *(_container(whole, step, last=False) for step in before)]
    pod["containers"] = [_container(whole, last, last=True), *hold]
    policy = () if whole.hardening.network else (network_policy(whole),)
    return (*policy, document)


def _folders(steps: tuple[StepPlan, ...]) -> tuple[str, ...]:
    """Below written/output/data, which is the pipeline's own: each step's model, and its outputs."""
    made = []
    for step in steps:
        made += [f"{step.id}/model", f"{step.id}/output/data"]
        made += [f"{step.id}/handed/{name}" for name in step.writes]
    return tuple(made)


def _container(whole: Plan, step: StepPlan, *, last: bool) -> Document:
    container = main_container(step.plan)
    container["volumeMounts"] = _mounts(whole, step, last=last)
    user = pod_security(step.plan)
    container["securityContext"] |= {key: user[key] for key in ("runAsNonRoot", "runAsUser", "runAsGroup")}
    if last:
        return container
    for key in ("terminationMessagePath", "terminationMessagePolicy", "livenessProbe"):  # not of these
        container.pop(key, None)
    return {**container, "name": f"step-{step.id}"}


def _mounts(whole: Plan, step: StepPlan, *, last: bool) -> list[Document]:
    """Of the shared folders a step's own part alone.

    What is handed over is a mount of its own. Were it a folder below /opt/ml/output, the step that writes
    it could put a link in place of one of its parents, which the node follows as it mounts it for the next.
    """
    own = f"output/data/{step.id}"
    mounts = [mount(whole, INPUT, "/opt/ml/input/config", "input/config", read_only=True)]
    for name, maker in step.reads.items():
        place = f"/opt/ml/input/data/{name}"
        folder = f"output/data/{maker}/handed/{name}" if maker else f"input/data/{name}"
        mounts.append(mount(whole, WRITTEN if maker else INPUT, place, folder, read_only=True))
    mounts.append(mount(whole, WRITTEN, "/opt/ml/model", "model" if last else f"{own}/model"))
    mounts.append(mount(whole, WRITTEN, "/opt/ml/output", f"{own}/output"))
    mounts += [
        mount(whole, WRITTEN, f"/opt/ml/output/data/{name}", f"{own}/handed/{name}") for name in step.writes
    ]
    return [*mounts, {"name": SCRATCH, "mountPath": "/tmp", "subPath": step.id}]  # noqa: S108 - inside
