"""Removing Jobs: of this run when it ends, of earlier runs on this machine that were killed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.engine import is_dead, owner
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.plan import HOST, MAIN, MANAGED, OWNER, RUN, host_label
from mlops_actions.adapters.containers.kubernetes.pod_state import is_running

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster
    from mlops_actions.adapters.containers.kubernetes.pod_state import Pod

_GONE_SECONDS, _TICK = 15.0, 0.3
_ORPHAN_SECONDS = 3600.0
_GRACE = 1  # second: the code's own time to end is over


def remove_job(cluster: Cluster, name: str, *, wait: bool) -> str:
    """Remove a Job, its pods and its policy; what could not be removed, in words, or nothing.

    wait: until its code runs no more; a pod that does not say so within 15 s is removed by force.
    """
    try:
        cluster.delete(f"{cluster.jobs}/{name}")
        deadline, grace, told = time.monotonic() + _GONE_SECONDS, _GRACE, set[str]()
        while pods := _pods(cluster, name):
            for pod in pods:
                if (each := pod["metadata"]["name"]) not in told or grace == 0:
                    told.add(each)
                    cluster.delete(f"{cluster.pods}/{each}", grace)
            if not wait or grace == 0 or not any(is_running(pod, MAIN) for pod in pods):
                break
            time.sleep(_TICK)
            grace = _GRACE if time.monotonic() < deadline else 0
        cluster.delete(f"{cluster.policies}/{name}")
    except ApiError as error:
        return f"Job {name} could not be removed ({error.message[:200]}); its own deadline ends it"
    return ""


def remove_leftovers(cluster: Cluster) -> tuple[str, ...]:
    """Remove what dead runs of this machine left, and policies that outlived any Job; the Jobs' names.

    A Job of another machine that nobody watches ends by its own deadline, and is removed by its time to live.
    """
    selector = ",".join(f"{key}={value}" for key, value in MANAGED.items())
    jobs = _metadata(cluster, cluster.jobs, selector)
    policies = _metadata(cluster, cluster.policies, selector)
    host = host_label(owner())
    own = (each for each in (*jobs, *policies) if (each.get("labels") or {}).get(HOST) == host)
    dead = [each["name"] for each in own if is_dead((each.get("annotations") or {}).get(OWNER, ""))]
    for name in dict.fromkeys(dead):
        remove_job(cluster, name, wait=False)
    there = {each["name"] for each in jobs}
    for each in policies:
        if each["name"] not in {*there, *dead} and _age(each) > _ORPHAN_SECONDS:
            cluster.delete(f"{cluster.policies}/{each['name']}")
    return tuple(dict.fromkeys(dead))


def _metadata(cluster: Cluster, path: str, selector: str) -> list[dict[str, Any]]:
    return [each["metadata"] for each in cluster.get(path, labelSelector=selector).get("items", [])]


def _age(metadata: dict[str, Any]) -> float:
    made = datetime.fromisoformat(metadata["creationTimestamp"])
    return (datetime.now(UTC) - made).total_seconds()


def _pods(cluster: Cluster, name: str) -> list[Pod]:
    pods: list[Pod] = cluster.get(cluster.pods, labelSelector=f"{RUN}={name}").get("items", [])
    return pods
