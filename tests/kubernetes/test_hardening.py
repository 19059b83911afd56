"""What a training could do to the cluster and the node, tried from inside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.adapters.containers.bench import NEEDLE
from tests.kubernetes.cluster_bench import kubectl

if TYPE_CHECKING:
    from tests.kubernetes.cluster_bench import ClusterBench

HANGS = """
import sys
from pathlib import Path
from tests.kubernetes.cluster_bench import ClusterBench
ClusterBench(Path(sys.argv[1]), sys.argv[2], Lines()).run("hang", timeout_seconds=600)
"""
LINES = """
class Lines(list):
    def append(self, line):
        print(line, flush=True)
"""


def test_nothing_outside_its_folders_is_written(bench: ClusterBench) -> None:
    assert bench.run("write_outside").succeeded
    found = bench.left("outside.json")
    tried, facts = found["tried"], found["facts"]
    written = {path for path, how in tried.items() if how == "written"}
    assert written == set()
    assert tried["unshare"] == "refused"
    assert (facts["CapEff"], facts["CapBnd"]) == ("0000000000000000", "0000000000000000")
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    assert facts["Uid"].split() == ["65534"] * 4


def test_no_token_no_rows_no_secrets(bench: ClusterBench) -> None:
    run = bench.run("cheat", needle=NEEDLE)
    assert run.succeeded, run.log_tail
    found = bench.left("found.json")
    assert (found["rows"], found["secrets"]) == ([], [])


def test_the_pod_has_no_service_account_token(bench: ClusterBench) -> None:
    child = started(bench)
    try:
        pods = json.loads(kubectl("get", "pods", "-o", "json"))["items"]
        (pod,) = (each for each in pods if "deletionTimestamp" not in each["metadata"])
        mounts = [each["mountPath"] for part in pod["spec"]["containers"] for each in part["volumeMounts"]]
        assert "/var/run/secrets/kubernetes.io/serviceaccount" not in mounts
        shown = ["exec", pod["metadata"]["name"], "-c", "main", "--", "sh", "-c"]
        assert "0" in kubectl(*shown, "ls /var/run/secrets 2>/dev/null | wc -l")
        (policy,) = json.loads(kubectl("get", "networkpolicies", "-o", "json"))["items"]
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    finally:
        child.kill()
        child.wait()
    bench.run("success")  # removes what the killed one left


def test_an_interrupt_removes_the_job(bench: ClusterBench) -> None:
    child = started(bench)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=40) != 0
    assert bench.left_behind() == []


def test_what_a_killed_run_left_the_next_one_removes(bench: ClusterBench) -> None:
    child = started(bench)
    child.send_signal(signal.SIGKILL)
    child.wait()
    time.sleep(1)
    assert "job.batch" in kubectl("get", "jobs", "-o", "name")
    assert bench.run("success").succeeded
    assert bench.left_behind() == []


def started(bench: ClusterBench) -> subprocess.Popen[str]:
    """A process of its own whose training hangs; its code runs."""
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", LINES + HANGS, str(bench.folder), bench.image],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    deadline = time.monotonic() + 60
    while not child.stdout.readline().startswith("grandchild"):
        assert time.monotonic() < deadline
        assert child.poll() is None
    return child
