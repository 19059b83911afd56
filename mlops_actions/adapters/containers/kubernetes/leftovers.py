"""Removing Jobs: of this run when it ends, of earlier runs on this machine that were killed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.engine import is_dead, owner
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.plan import HOST, MANAGED, OWNER, RUN, host_label

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster

_GONE_SECONDS = 15.0
_GRACE = 1  # second: the code's own time to end is over


def remove_job(cluster: Cluster, name: str, *, wait: bool) -> str:
    """Remove a Job, its pods and its policy; what could not be removed, in words, or nothing.

    wait: until its pods are gone, for code may still run in them; after 15 s they are removed by force.
    """
    try:
        cluster.delete(f"{cluster.jobs}/{name}")
        deadline, grace = time.monotonic() + _GONE_SECONDS, _GRACE
        while pods := _pods(cluster, name):
            for pod in pods:
                cluster.delete(f"{cluster.pods}/{pod}", grace)
            if not wait or grace == 0:
                break
            time.sleep(0.3)
            grace = _GRACE if time.monotonic() < deadline else 0
        cluster.delete(f"{cluster.policies}/{name}")
    except ApiError as error:
        return f"Job {name} could not be removed ({error.message[:200]}); its own deadline ends it"
    return ""


def remove_leftovers(cluster: Cluster) -> tuple[str, ...]:
    """Remove what dead runs of this machine left; the names of their Jobs."""
    dead: dict[str, None] = {}
    selector = ",".join(f"{key}={value}" for key, value in {**MANAGED, HOST: host_label(owner())}.items())
    for path in (cluster.jobs, cluster.policies):
        for each in cluster.get(path, labelSelector=selector).get("items", []):
            metadata = each["metadata"]
            if is_dead((metadata.get("annotations") or {}).get(OWNER, "")):
                dead[metadata["name"]] = None
    for name in dead:
        remove_job(cluster, name, wait=False)
    return tuple(dead)


def _pods(cluster: Cluster, name: str) -> list[str]:
    items = cluster.get(cluster.pods, labelSelector=f"{RUN}={name}").get("items", [])
    return [each["metadata"]["name"] for each in items]
