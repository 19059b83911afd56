"""Inputs and outputs through a claim and through an object store, in a real cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kubernetes.cluster_bench import ClusterBench


def test_a_claim_holds_the_folders(bench: ClusterBench, claim: tuple[str, Path]) -> None:
    name, folder = claim
    run = bench.run("success", {"claim": name, "helper_image": bench.image})
    assert (run.reason, run.metrics) == ("completed", {"rows": 3.0, "score": 0.5})
    assert (run.model_dir / "model.txt").read_text() == "seed 11 rows 3\n"
    assert list(folder.iterdir()) == []


def test_an_object_store_carries_them_without_the_right_to_run_commands(
    bench: ClusterBench, claim: tuple[str, Path], bucket: dict[str, Any], helper: str
) -> None:
    import s3fs

    settings = {"claim": claim[0], "helper_image": helper, "store": bucket}
    run = bench.run("success", settings)
    assert (run.reason, run.metrics) == ("completed", {"rows": 3.0, "score": 0.5})
    assert (run.model_dir / "model.txt").read_text() == "seed 11 rows 3\n"
    assert list(claim[1].iterdir()) == []
    files = s3fs.S3FileSystem(client_kwargs=bucket["options"], skip_instance_cache=True)
    assert files.find("models/ci") == []


def test_a_failed_training_leaves_nothing_in_the_claim(bench: ClusterBench, claim: tuple[str, Path]) -> None:
    run = bench.run("failure_file", {"claim": claim[0], "helper_image": bench.image})
    assert (run.reason, run.failure.splitlines()[0]) == ("failure_file", "ValueError: column age is missing")
    assert list(claim[1].iterdir()) == []
