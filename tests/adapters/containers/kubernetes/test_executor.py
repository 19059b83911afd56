"""A training as a Job, against an API double whose commands really run: every end, told apart."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.handed import read_handed
from mlops_actions.adapters.containers.job import BuildSpec
from mlops_actions.adapters.containers.kubernetes import job_run, streams
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.executor import KubernetesExecutor
from mlops_actions.errors import ConfigError, ContainerError, TrainingError, TrustError
from tests.adapters.containers.bench import QUICK
from tests.adapters.containers.kubernetes.conftest import IMAGE
from tests.adapters.containers.kubernetes.double_pods import Script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.containers.kubernetes.conftest import DoubleBench

MIB = 2**20


def test_success_hands_over_model_metrics_and_log(bench: DoubleBench) -> None:
    files = {"model/a/model.bin": b"weights", "output/data/seen.txt": b"kept", "output/metrics.json": b""}
    run = bench.train(Script(lines=("one", "two"), metrics='{"auc": 0.5}', files=files))
    assert (run.reason, run.exit_code, run.executor, run.contained) == ("completed", 0, "kubernetes", True)
    assert (run.model_dir / "a/model.bin").read_bytes() == b"weights"
    assert (bench.folder / "out/output/data/seen.txt").read_text() == "kept"
    assert run.metrics == {"auc": 0.5}
    assert run.log_tail == ("one", "two") == tuple(bench.lines)
    assert run.environment.platform == "kubernetes v1.37.0 linux/amd64"
    assert run.opt_outs == ("pids limit not enforced by Kubernetes",)


def test_the_input_is_there_before_the_code_runs(bench: DoubleBench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def look(*arguments: object) -> None:
        del arguments
        pod = next(iter(double.pods.values()))
        root = pod.work / "input/input"
        for path in root.rglob("*"):
            if path.is_file():
                seen[path.relative_to(root).as_posix()] = path.read_text()

    double = bench.cluster(Script(metrics="{}"))
    monkeypatch.setattr(job_run.JobRun, "_let_go", look)
    assert bench.train().succeeded
    assert seen["data/train/train.csv"] == "x,label\n1,0\n2,1\n"
    assert json.loads(seen["config/hyperparameters.json"]) == {"scenario": "success"}
    assert not any("evaluation" in name for name in seen)


@pytest.mark.parametrize(
    ("script", "reason", "code", "said"),
    [
        (Script(code=3), "exit_code", 3, "training ended with exit code 3"),
        (Script(code=137, reason="Error"), "exit_code", 137, "SIGKILL from outside"),
        (Script(code=137, reason="OOMKilled"), "oom", None, "out of memory, limit 256 MiB"),
        (Script(code=1, reason="OOMKilled"), "oom", 1, "a child process was killed"),
        (Script(files={}), "exit_code", 0, "wrote no file into SM_MODEL_DIR"),
        (Script(code=1, files={"output/failure": b"no age\n"}), "failure_file", 1, "no age"),
        (Script(evicted='Usage of EmptyDir volume "written" exceeds'), "disk", None, "(evicted: Usage of"),
        (Script(evicted="The node was low on resource: memory."), "exit_code", None, "low on resource"),
        (
            Script(vanishes="DeadlineExceeded", seconds=0.3),
            "timeout",
            None,
            "limit 30 s (the Job's deadline)",
        ),
        (
            Script(vanishes="BackoffLimitExceeded", seconds=0.3),
            "exit_code",
            None,
            "its pod is gone from the cluster",
        ),
    ],
)
def test_an_end_is_told_in_the_words_of_every_executor(
    bench: DoubleBench, script: Script, reason: str, code: int | None, said: str
) -> None:
    run = bench.train(script)
    assert (run.reason, run.exit_code, run.model_digest) == (reason, code, "")
    assert said in run.sentence
    assert not any(run.model_dir.iterdir())


def test_a_hang_is_stopped(bench: DoubleBench) -> None:
    run = bench.train(Script(seconds=600, lines=("working",)), resources=replace(QUICK, timeout_seconds=0.3))
    assert (run.reason, run.exit_code, run.log_tail) == ("timeout", None, ("working",))
    assert run.duration_seconds < 5


def test_too_much_on_disk_is_stopped_while_it_runs(
    bench: DoubleBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_run, "_DISK_SECONDS", 0.05)
    script = Script(seconds=600, files={"model/big": b"x" * 3 * MIB})
    run = bench.train(script, resources=replace(QUICK, disk_bytes=2 * MIB))
    assert (run.reason, run.exit_code) == ("disk", None)
    assert "wrote more than 2 MiB" in run.sentence


def test_too_much_on_disk_is_not_taken(bench: DoubleBench) -> None:
    limits = replace(QUICK, disk_bytes=2 * MIB)
    run = bench.train(Script(files={"model/big": b"x" * 3 * MIB}), resources=limits)
    assert run.reason == "disk"
    run = bench.train(Script(files={"model/big": b"x" * 9 * MIB}), resources=limits)
    assert run.reason == "disk"


def test_a_log_that_breaks_is_taken_up_where_it_broke(bench: DoubleBench) -> None:
    lines = tuple(f"line {number}" for number in range(300))
    bench.train(Script(lines=lines, cut_log=120, seconds=0.5))
    assert tuple(bench.lines) == lines


def test_metrics_that_kubernetes_cut_are_an_error(bench: DoubleBench) -> None:
    with pytest.raises(TrainingError, match=r"metrics.json: 4,096 bytes or more"):
        bench.train(Script(metrics='{"a": 1, "' + "b" * 4086))


def test_metrics_that_are_no_numbers_are_an_error(bench: DoubleBench) -> None:
    with pytest.raises(TrainingError, match=r"metrics.json: a is \"x\""):
        bench.train(Script(metrics='{"a": "x"}'))


@pytest.mark.parametrize(
    ("script", "settings", "said"),
    [
        (Script(unschedulable="0/1 nodes: Insufficient cpu."), {"start_timeout": 0.3}, "Unschedulable: 0/1"),
        (Script(no_pod="exceeded quota: limits.cpu"), {"start_timeout": 0.3}, "exceeded quota"),
        (Script(vanishes="DeadlineExceeded"), {}, "gone from the cluster DeadlineExceeded"),
        (Script(waiting=("InvalidImageName", "bad")), {}, "InvalidImageName: bad"),
        (Script(), {"queue": "team", "queue_timeout": 0.3}, "queue team has not admitted it"),
    ],
)  # fmt: skip
def test_what_cannot_start_says_why(
    bench: DoubleBench, script: Script, settings: dict[str, object], said: str
) -> None:
    with pytest.raises(ContainerError, match=said):
        bench.train(script, settings=settings)


def test_an_image_that_cannot_be_pulled_gets_its_node_a_while(
    bench: DoubleBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_run, "_PULL_SECONDS", 0.2)
    with pytest.raises(ContainerError, match="ImagePullBackOff: no such manifest"):
        bench.train(Script(waiting=("ImagePullBackOff", "no such manifest")))
    assert any("ImagePullBackOff" in line for line in bench.lines)


def test_what_the_cluster_does_not_take_is_told(bench: DoubleBench) -> None:
    bench.cluster().refuse["POST jobs"] = (403, "admission webhook denied the request")
    with pytest.raises(ContainerError, match="does not take the Job: admission webhook denied"):
        bench.train()


def test_rights_that_lack_are_told(bench: DoubleBench) -> None:
    bench.cluster().refuse["GET jobs"] = (403, "jobs.batch is forbidden")
    with pytest.raises(ContainerError, match="forbidden"):
        bench.train()


def test_an_image_to_be_built_is_refused(bench: DoubleBench) -> None:
    bench.cluster()
    with pytest.raises(ConfigError, match=r"name it in train\.container\.image"):
        bench.train(image=None)


def test_backoff_trains_again(bench: DoubleBench) -> None:
    run = bench.train(Script(code=1, lines=("first",)), Script(lines=("second",)), settings={"backoff": 2})
    assert run.succeeded
    assert [line for line in bench.lines if not line.startswith("kubernetes")] == ["first", "second"]
    assert (run.model_dir / "model.txt").is_file()


def test_without_backoff_it_does_not(bench: DoubleBench) -> None:
    run = bench.train(Script(code=1), Script())
    assert (run.reason, run.exit_code) == ("exit_code", 1)


def test_an_interrupt_leaves_nothing(bench: DoubleBench) -> None:
    double = bench.cluster(Script(lines=("working",), seconds=600))

    executor = KubernetesExecutor()
    original = job_run.JobRun.ended

    def ended(self: job_run.JobRun) -> object:
        if bench.lines:
            raise KeyboardInterrupt
        return original(self)

    bench.monkeypatch.setattr(job_run.JobRun, "ended", ended)
    with pytest.raises(KeyboardInterrupt):
        executor.train(bench.job(), bench.lines.append)
    assert double.left() == []
    assert list((bench.folder / "out/model").iterdir()) == []


def test_what_a_dead_run_left_is_removed_and_what_lives_is_not(bench: DoubleBench) -> None:
    double = bench.cluster(Script(metrics="{}"))
    from mlops_actions.adapters.containers.docker.engine import owner
    from mlops_actions.adapters.containers.kubernetes.manifests import documents
    from mlops_actions.adapters.containers.kubernetes.plan import Plan

    host = owner().partition(":")[0]
    for name, whose in {"dead": f"{host}:999999:1", "alive": owner(), "elsewhere": "other:999999:1"}.items():
        for document in documents(Plan(name, "i@sha256:0", ("train",), {}, owner=whose)):
            kind = {"Job": "jobs", "NetworkPolicy": "networkpolicies"}[document["kind"]]
            double.create(kind, document)
    assert bench.train().succeeded
    assert (
        sorted(double.objects["jobs"]) == ["alive", "elsewhere"] == sorted(double.objects["networkpolicies"])
    )
    del double.objects["jobs"]["elsewhere"]
    assert bench.train().succeeded
    assert "elsewhere" in double.objects["networkpolicies"]  # it is young: its Job may just be made
    made = double.objects["networkpolicies"]["elsewhere"]["metadata"]
    made["creationTimestamp"] = "2020-01-01T00:00:00Z"
    assert bench.train().succeeded
    assert sorted(double.objects["networkpolicies"]) == ["alive"]
    for objects in double.objects.values():
        objects.clear()
    for pod in list(double.pods.values()):
        double.pods.pop(pod.name).remove()


def test_a_link_in_the_model_is_refused(bench: DoubleBench, monkeypatch: pytest.MonkeyPatch) -> None:
    double = bench.cluster(Script(metrics="{}"))
    original = job_run.JobRun._take

    def take(self: job_run.JobRun, *arguments: object) -> object:
        written = next(iter(double.pods.values())).work / "written"
        (written / "model/passwd").symlink_to("/etc/passwd")
        return original(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(job_run.JobRun, "_take", take)
    with pytest.raises(TrustError, match="passwd is no regular file"):
        bench.train()
    assert list((bench.folder / "out/model").iterdir()) == []


def test_no_cluster_and_no_such_context_are_told(bench: DoubleBench, tmp_path: Path) -> None:
    bench.monkeypatch.setenv("KUBECONFIG", str(tmp_path / "absent"))
    with pytest.raises(ContainerError, match=r"no cluster is configured.*KUBECONFIG: .*absent: no such file"):
        bench.train()
    double = bench.cluster()
    with pytest.raises(ContainerError, match=r"train.kubernetes.context: other"):
        bench.train(settings={"context": "other"})
    double._server.shutdown()
    double._server.server_close()
    bench.doubles.clear()
    bench.monkeypatch.setattr("mlops_actions.adapters.containers.kubernetes.cluster.PAUSE", 0.001)
    with pytest.raises(ContainerError, match="does not answer"):
        bench.train()


def test_a_step_reads_what_was_handed_over_and_hands_over_its_own(bench: DoubleBench) -> None:
    before = bench.folder / "before"
    before.mkdir()
    (before / "rows.csv").write_text("a\n1\n")
    (handed,) = read_handed(bench.folder, ["before"])
    script = Script(files={"output/data/features/f.csv": b"f\n", "output/data/beside.txt": b"x"})
    run = bench.train(script, handed=(handed,), hands_over=("features", "empty"))
    assert run.reason == "exit_code"
    assert "the output empty" in run.sentence
    run = bench.train(script, handed=(handed,), hands_over=("features",))
    assert run.succeeded
    assert [(each.name, each.files) for each in run.handed] == [("features", 1)]
    assert (run.handed[0].path / "f.csv").read_bytes() == b"f\n"


def test_an_image_is_published_where_one_is_built(bench: DoubleBench) -> None:
    double = bench.cluster(Script(metrics="{}"))
    job = replace(bench.job(), image=None, build=BuildSpec())
    executor = KubernetesExecutor(publish=lambda built, _: f"{IMAGE}" if built.build else "")
    assert executor.prepare(job) == IMAGE
    assert executor.train(job).image_digest == IMAGE
    assert double.left() == []


def test_a_full_disk_is_not_tried_again(bench: DoubleBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_run, "_DISK_SECONDS", 0.05)
    script = Script(seconds=600, files={"model/big": b"x" * 3 * MIB})
    run = bench.train(script, resources=replace(QUICK, disk_bytes=2 * MIB), settings={"backoff": 3})
    assert run.reason == "disk"


@pytest.mark.parametrize("which", ["send", "take"])
def test_a_transfer_that_breaks_is_tried_again(
    bench: DoubleBench, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    original = getattr(streams, which)
    broken: list[str] = []

    def breaks(*arguments: object) -> object:
        if "tar" in str(arguments[3]) and not broken:
            broken.append(which)
            raise ApiError(0, "the connection broke")
        return original(*arguments)

    monkeypatch.setattr(streams, which, breaks)
    run = bench.train(Script(metrics='{"a": 1}'))
    assert (run.succeeded, broken) == (True, [which])
