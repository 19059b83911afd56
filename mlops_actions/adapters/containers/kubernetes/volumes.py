"""The volumes of a Job: what it reads, what it writes, its scratch. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.kubernetes.plan import HOLD

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.plan import Plan

INPUT, WRITTEN, SCRATCH, CLAIM = "input", "written", "scratch", "claim"
WORK = "/work"  # where helpers see the folders
_SLACK = 16 * 2**20


def volumes(plan: Plan) -> list[dict[str, Any]]:
    """Folders of the node by default; of a claim, or of a class that makes one, when asked for."""
    resources = plan.resources
    scratch = min(resources.disk_bytes, resources.memory_bytes)
    made = [{"name": SCRATCH, "emptyDir": {"sizeLimit": str(scratch)}}]
    if plan.kind == "serve":
        return [*made, _input(plan)]
    if plan.settings.claim is not None:
        claim = {"claimName": plan.settings.claim}
        return [*made, {"name": CLAIM, "persistentVolumeClaim": claim}]
    return [*made, _input(plan), {"name": WRITTEN, **_written(plan)}]


def _input(plan: Plan) -> dict[str, Any]:
    return {"name": INPUT, "emptyDir": {"sizeLimit": str(2 * plan.input_bytes + _SLACK)}}


def _written(plan: Plan) -> dict[str, Any]:
    size = str(plan.resources.disk_bytes)
    if plan.settings.storage_class is None:
        return {"emptyDir": {"sizeLimit": size}}
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": plan.settings.storage_class,
        "resources": {"requests": {"storage": size}},
    }
    return {"ephemeral": {"volumeClaimTemplate": {"spec": claim}}}


def main_mounts(plan: Plan) -> list[dict[str, Any]]:
    """What the user's code sees: of a training its input, model and output; of a server its model."""
    if plan.kind == "serve":
        folders = [mount(plan, INPUT, "/opt/ml/model", "model", read_only=True)]
    else:
        folders = [
            mount(plan, INPUT, "/opt/ml/input", "input", read_only=True),
            mount(plan, WRITTEN, "/opt/ml/model", "model"),
            mount(plan, WRITTEN, "/opt/ml/output", "output"),
        ]
    return [*folders, {"name": SCRATCH, "mountPath": "/tmp"}]  # noqa: S108 - inside


def helper_mounts(plan: Plan, helper: str) -> list[dict[str, Any]]:
    """What a helper sees; of a claim all, to make and remove folders: its image is the base commit's."""
    if plan.settings.claim is not None and plan.kind == "train":
        return [{"name": CLAIM, "mountPath": "/claim"}]
    kinds = [WRITTEN] if helper == HOLD else [INPUT, WRITTEN] if plan.kind == "train" else [INPUT]
    return [mount(plan, kind, f"{WORK}/{kind}", "") for kind in kinds]


def mount(plan: Plan, kind: str, path: str, folder: str, *, read_only: bool = False) -> dict[str, Any]:
    """In a claim every Job has a folder of its own, named as the Job."""
    claimed = plan.settings.claim is not None and not (kind == INPUT and plan.kind == "serve")
    parts = (plan.name, kind, folder) if claimed else (folder,)
    below = "/".join(part for part in parts if part)
    mount: dict[str, Any] = {"name": CLAIM if claimed else kind, "mountPath": path}
    if below:
        mount["subPath"] = below
    return {**mount, "readOnly": True} if read_only else mount
