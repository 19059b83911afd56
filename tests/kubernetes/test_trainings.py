"""How trainings end in a real cluster, told in the same words as those of the other executors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ContainerError, TrainingError, TrustError

if TYPE_CHECKING:
    from tests.kubernetes.cluster_bench import ClusterBench

MIB = 2**20


def test_success_hands_over_model_metrics_and_log(bench: ClusterBench) -> None:
    run = bench.run("success")
    assert (run.reason, run.exit_code, run.executor, run.contained) == ("completed", 0, "kubernetes", True)
    assert (run.model_dir / "model.txt").read_text() == "seed 11 rows 3\n"
    assert run.metrics == {"rows": 3.0, "score": 0.5}
    assert sorted(bench.lines) == ["to stderr", "trained on 3 lines"] == sorted(run.log_tail)
    assert run.image_digest == bench.image
    assert run.environment.platform.startswith("kubernetes v")


def test_the_same_training_gives_the_same_digest(bench: ClusterBench) -> None:
    assert bench.run("success").model_digest == bench.run("success").model_digest != ""


def test_the_code_sees_the_contract(bench: ClusterBench) -> None:
    bench.run("success", C="0.5")
    seen = bench.left("seen.json")
    environment = seen["environment"]
    assert environment["SM_CHANNEL_TRAIN"] == "/opt/ml/input/data/train"
    assert (environment["SM_HP_C"], environment["MLOPS_SEED"]) == ("0.5", "11")
    assert environment["HOME"] == environment["TMPDIR"] == environment["MPLCONFIGDIR"]
    assert seen["config"]["hyperparameters"] == {"scenario": "success", "C": "0.5"}


@pytest.mark.parametrize(
    ("scenario", "reason", "code", "said"),
    [
        ("exit_code", "exit_code", 3, "training ended with exit code 3"),
        ("crash", "exit_code", 1, "training ended with exit code 1"),
        ("no_model", "exit_code", 0, "wrote no file into SM_MODEL_DIR"),
        ("failure_file", "failure_file", 1, "ValueError: column age is missing"),
    ],
)
def test_an_end_with_a_code(bench: ClusterBench, scenario: str, reason: str, code: int, said: str) -> None:
    run = bench.run(scenario)
    assert (run.reason, run.exit_code) == (reason, code)
    assert said in run.sentence


def test_out_of_memory(bench: ClusterBench) -> None:
    run = bench.run("memory", memory_bytes=96 * MIB)
    assert (run.reason, run.exit_code) == ("oom", None)
    assert "out of memory, limit 96 MiB" in run.sentence


def test_a_child_out_of_memory(bench: ClusterBench) -> None:
    run = bench.run("children_out_of_memory", memory_bytes=96 * MIB, THEN=7)
    assert (run.reason, run.exit_code) == ("oom", 7)
    assert "a child process was killed" in run.sentence


def test_a_hang_is_stopped_and_its_log_kept(bench: ClusterBench) -> None:
    run = bench.run("hang", timeout_seconds=3)
    assert (run.reason, run.exit_code) == ("timeout", None)
    assert "limit 3 s" in run.sentence
    assert run.duration_seconds < 6
    assert run.log_tail[0].startswith("grandchild")


@pytest.mark.parametrize("scenario", ["disk", "big_file"])
def test_a_full_disk_is_seen_before_the_node_sees_it(bench: ClusterBench, scenario: str) -> None:
    run = bench.run(scenario, disk_bytes=8 * MIB, timeout_seconds=60)
    assert run.reason == "disk"
    assert "more than 8 MiB" in run.sentence
    assert not any((bench.folder / "out/model").iterdir())


def test_a_link_in_the_model_is_refused_and_one_in_the_output_dropped(bench: ClusterBench) -> None:
    with pytest.raises(TrustError, match="passwd is no regular file"):
        bench.run("link_in_model")
    assert bench.run("link_in_output").succeeded
    assert [each.name for each in (bench.folder / "out/output/data").iterdir()] == ["kept.txt"]


def test_metrics_that_are_not_finite(bench: ClusterBench) -> None:
    with pytest.raises(TrainingError, match=r"metrics.json: loss is NaN"):
        bench.run("bad_metrics")


def test_a_loud_log_is_bounded(bench: ClusterBench) -> None:
    run = bench.run("noisy")
    assert run.succeeded
    assert (len(run.log_tail), run.log_tail[-1]) == (40, "line 4999")
    assert max(len(line) for line in bench.lines) < 4200


def test_an_image_that_cannot_be_pulled(bench: ClusterBench) -> None:
    absent = f"{bench.image.partition('@')[0]}@sha256:{'0' * 64}"
    with pytest.raises(ContainerError, match=r"cannot start: image .*(ErrImagePull|ImagePullBackOff)"):
        bench.train(replace(bench.job("success"), image=absent))


def test_too_large_for_every_node(bench: ClusterBench) -> None:
    with pytest.raises(ContainerError, match=r"within 4 s: Unschedulable: .*Insufficient cpu"):
        bench.run("success", {"start_timeout": 4}, cpus=512)


def test_a_failed_training_runs_again_with_backoff(bench: ClusterBench) -> None:
    run = bench.run("crash", {"backoff": 1})
    assert run.reason == "exit_code"
    assert bench.lines.count("about to divide") == 2
    assert any("1 more by backoff" in line for line in bench.lines)
