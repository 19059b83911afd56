"""Kubernetes documents of one Job, as plain values. Pure: nothing here talks to a cluster.

The hardening is the Pod Security Standard "restricted", and more: read-only root, no service-account token,
no network. What a cluster cannot promise stands in docs/kubernetes.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.environment import SERVING_PORT
from mlops_actions.adapters.containers.kubernetes import claim_folder
from mlops_actions.adapters.containers.kubernetes.plan import (
    HOLD,
    MAIN,
    OWNER,
    QUEUE,
    RECEIVE,
    RUN,
    TRANSFER,
    Plan,
    all_labels,
)
from mlops_actions.adapters.containers.kubernetes.volumes import (
    CLAIM,
    SCRATCH,
    helper_mounts,
    main_mounts,
    volumes,
)
from mlops_actions.config.kubernetes import StoreConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]
NOBODY = 65534
GRACE_SECONDS = 5
MESSAGE_PATH = "/opt/ml/output/metrics.json"
_MIB = 2**20
_LOG_BYTES = 64 * _MIB  # of a container's log, which counts as disk
_WAIT = "trap 'exit 143' TERM; until [ -e {file} ]; do sleep 0.2; done"
_WAIT_SO_LONG = (
    "trap 'exit 143' TERM; e=$(($(date +%s) + {seconds})); until [ -e {file} ]; do "
    "[ $(date +%s) -lt $e ] || {{ echo 'no input within {seconds} s' >&2; exit 1; }}; sleep 0.2; done"
)
_NO_PORT = 1  # nobody listens there: a probe of it that begins when the time is over ends the container


def job(plan: Plan) -> Document:
    """The batch/v1 Job of a training or a model server."""
    settings = plan.settings
    labels = all_labels(plan)
    spec: Document = {
        "backoffLimit": settings.backoff if plan.kind == "train" else 0,
        "activeDeadlineSeconds": plan.deadline_seconds,
        "ttlSecondsAfterFinished": settings.ttl,
        "template": {"metadata": {"labels": dict(labels)}, "spec": _pod(plan)},
    }
    metadata = _metadata(plan)
    if settings.queue is not None:
        metadata["labels"] = {**labels, QUEUE: settings.queue}
        spec["suspend"] = True  # Kueue starts it when there is room
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def network_policy(plan: Plan) -> Document:
    """Nothing in, nothing out. The cluster's network plugin has to enforce it."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata(plan),
        "spec": {
            "podSelector": {"matchLabels": {RUN: plan.name}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [],
            "egress": [],
        },
    }


def documents(plan: Plan) -> tuple[Document, ...]:
    """In the order in which they are made: the policy is there before the first pod."""
    policy = () if plan.hardening.network else (network_policy(plan),)
    return (*policy, job(plan))


def transfer_job(plan: Plan, which: str, script: str, address: str) -> Document:
    """A pod with a network and nothing of the user's: it moves the Job's folder to or from the store."""
    store = plan.settings.store or StoreConfig(url="file:///")
    name = f"{plan.name}-{which}"
    labels = {**all_labels(plan), RUN: name}
    container: Document = {
        "name": TRANSFER,
        "image": plan.helper_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python3", "-c", script, which, address, f"/claim/{plan.name}"],
        "env": variables(
            {
                "MLOPS_STORE_OPTIONS": json.dumps(store_options(plan), sort_keys=True),
                "MLOPS_STORE_MADE": " ".join(plan.made),
                "MLOPS_STORE_USABLE": str(plan.usable_seconds),
                "HOME": "/tmp",  # noqa: S108 - inside
            }
        ),
        "resources": _helper_resources(512 * _MIB),
        "securityContext": container_security(),
        "volumeMounts": [
            {"name": CLAIM, "mountPath": "/claim"},
            {"name": SCRATCH, "mountPath": "/tmp"},  # noqa: S108 - inside
        ],
    }
    if store.secret is not None:
        container["envFrom"] = [{"secretRef": {"name": store.secret}}]
    pod = {**_pod(plan), "containers": [container], "securityContext": pod_security(plan, helper=True)}
    del pod["initContainers"]
    if store.service_account is not None:
        pod["serviceAccountName"] = store.service_account
    spec = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": max(1, int(plan.settings.start_timeout)),
        "ttlSecondsAfterFinished": plan.settings.ttl,
        "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
    }
    metadata = {**_metadata(plan), "name": name, "labels": labels}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def store_options(plan: Plan) -> Document:
    """What fsspec is given, on this machine and in the pods."""
    options: Document = dict(plan.settings.store.options) if plan.settings.store is not None else {}
    if "endpoint_url" in options:  # s3fs takes it for its client
        options["client_kwargs"] = {"endpoint_url": options.pop("endpoint_url")}
    return options


def _metadata(plan: Plan) -> Document:
    metadata: Document = {"name": plan.name, "labels": all_labels(plan)}
    if plan.settings.namespace is not None:
        metadata["namespace"] = plan.settings.namespace
    if plan.owner:
        metadata["annotations"] = {OWNER: plan.owner}
    return metadata


def _pod(plan: Plan) -> Document:
    settings = plan.settings
    pod: Document = {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(plan),
        "initContainers": [_receive(plan)],
        "containers": [main_container(plan), *([_hold(plan)] if plan.holds else [])],
        "volumes": volumes(plan),
    }
    optional = {
        "imagePullSecrets": [{"name": name} for name in settings.image_pull_secrets],
        "nodeSelector": dict(settings.node_selector),
        "tolerations": [each.model_dump(exclude_none=True) for each in settings.tolerations],
        "runtimeClassName": settings.runtime_class,
        "priorityClassName": settings.priority_class,
    }
    return pod | {key: value for key, value in optional.items() if value}


def pod_security(plan: Plan, *, helper: bool = False) -> Document:
    """Of the pod: who its processes are. A helper's is never root."""
    root = plan.hardening.root_user and not helper
    user = 0 if root else NOBODY
    return {
        "runAsNonRoot": not root,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security(*, writable_root: bool = False, keep_capabilities: bool = False) -> Document:
    """Of each container: what they may do."""
    context: Document = {
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": not writable_root,
    }
    return context if keep_capabilities else {**context, "capabilities": {"drop": ["ALL"]}}


def variables(environment: Mapping[str, str]) -> list[Document]:
    """Environment variables, by name."""
    return [{"name": name, "value": literal(environment[name])} for name in sorted(environment)]


def literal(text: str) -> str:
    """As Kubernetes has to read it, so that $(NAME) in it is not expanded."""
    return text.replace("$", "$$")


def main_container(plan: Plan) -> Document:
    """The container of the user's image."""
    hardening = plan.hardening
    container: Document = {
        "name": MAIN,
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": [literal(each) for each in plan.arguments],
        "env": variables(plan.environment),
        "resources": _main_resources(plan),
        "securityContext": container_security(
            writable_root=hardening.writable_root, keep_capabilities=hardening.keep_capabilities
        ),
        "volumeMounts": main_mounts(plan),
    }
    if plan.kind == "serve":
        return {**container, "ports": [{"containerPort": SERVING_PORT}]}
    if not plan.watched:
        container["livenessProbe"] = _time_limit(plan)
    return {**container, "terminationMessagePath": MESSAGE_PATH, "terminationMessagePolicy": "File"}


def _time_limit(plan: Plan) -> Document:
    """What has the node end a container at train.resources.timeout, whatever its image holds.

    The clock is the container's own. Code that answers at this port is ended by the Job's deadline instead.
    """
    return {
        "tcpSocket": {"port": _NO_PORT},
        "initialDelaySeconds": max(1, int(plan.resources.timeout_seconds)),
        "periodSeconds": 1,
        "failureThreshold": 1,
        "timeoutSeconds": 1,
    }


def _main_resources(plan: Plan) -> Document:
    limits = {
        "cpu": f"{max(1, round(plan.resources.cpus * 1000))}m",
        "memory": str(plan.resources.memory_bytes),
        "ephemeral-storage": str(2 * plan.resources.disk_bytes + plan.input_bytes + _LOG_BYTES),
        **{name: str(count) for name, count in plan.settings.devices.items()},
    }
    return {"limits": limits, "requests": dict(limits)}


def _receive(plan: Plan) -> Document:
    """Waits until what `main` reads has been written, and makes the folders it writes."""
    if plan.kind == "serve":
        return _helper(plan, RECEIVE, _WAIT.format(file=plan.ready))
    claimed = plan.settings.claim is not None
    written = f"{plan.work}/written"
    data = f"{written}/output/data"
    folders = (f"{plan.work}/input", f"{written}/model", data, *(f"{data}/{name}" for name in plan.made))
    lines = (
        "umask 0",
        *(claim_folder.made(plan) if claimed else ()),
        f"mkdir -p {' '.join(folders)}",
        *(claim_folder.given_up(plan) if claimed else ()),
        (_WAIT if plan.watched else _WAIT_SO_LONG).format(
            file=plan.ready, seconds=max(1, int(plan.settings.start_timeout))
        ),
    )
    return _helper(plan, RECEIVE, "; ".join(lines))


def _hold(plan: Plan) -> Document:
    """Keeps the folders until they have been taken; of a claim the Job's folder then goes."""
    removed = f"; {claim_folder.removed(plan)}" if plan.settings.claim is not None else ""
    return _helper(plan, HOLD, _WAIT.format(file=plan.done) + removed)


def _helper(plan: Plan, name: str, script: str) -> Document:
    return {
        "name": name,
        "image": plan.helper_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
        "resources": _helper_resources(128 * _MIB),
        "securityContext": container_security(),
        "volumeMounts": helper_mounts(plan, name),
    }


def _helper_resources(memory: int) -> Document:
    return {
        "limits": {"cpu": "500m", "memory": str(memory), "ephemeral-storage": str(_LOG_BYTES)},
        "requests": {"cpu": "10m", "memory": str(32 * _MIB), "ephemeral-storage": str(_MIB)},
    }
