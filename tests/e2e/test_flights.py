"""The flights example as a user runs it, and the same predictions from a container and from a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from mlops_actions.adapters.containers.docker.engine import docker_available

MLOPS = Path(sys.executable).with_name("mlops")
EXAMPLES = Path(__file__).parents[2] / "examples"
FLIGHTS = EXAMPLES / "flights-delay"
TIMEOUT_SECONDS = 300
IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")


def mlops(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    return subprocess.run(
        [MLOPS, *words],
        cwd=folder,
        env={**environment, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )


def test_the_candidate_passes_and_the_season_is_a_warning(tmp_path: Path) -> None:
    done = mlops(tmp_path, "demo", "--example", "flights-delay", "--executor", "process")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "flights_delay: pass, with warnings" in done.stdout
    results = tmp_path / ".demo/flights-delay/.mlops/results"
    dataset, evaluation = (
        json.loads((results / f"{name}.json").read_text())["payload"] for name in ("dataset", "evaluation")
    )
    loud = {each["id"]: each for each in dataset["checks"] if each["outcome"] in {"warn", "fail"}}
    assert set(loud) == {"DS301", "DS604"}
    assert {each["outcome"] for each in loud.values()} == {"warn"}
    drifted = {row["column"] for row in dataset["drift"] if row["outcome"] == "warn"}
    assert drifted == {"temperature", "wind_speed"}
    whole = {each["name"]: each for each in evaluation["comparisons"] if not each["slice"]}
    readme = (FLIGHTS / "README.md").read_text()
    for role in ("candidate", "baseline"):
        mean, root, share, cost = (
            whole[name][role]["value"]
            for name in (
                "mean_absolute_error",
                "root_mean_squared_error",
                "r2",
                "wrong_minutes_cost_per_1000",
            )
        )
        assert f"| {mean:.2f} | {root:.2f} | {share:.3f} | {cost:,.0f} |" in readme
    report = (results / "report.md").read_text()
    for word in ("class", "flipped", "probabilit", "threshold", "positive"):
        assert word not in report, word


def repository(folder: Path) -> None:
    """The linear model on main, gradient boosting on a branch; each trained once."""
    shutil.copytree(FLIGHTS, folder, ignore=shutil.ignore_patterns("__pycache__", ".mlops"))
    config = folder / "mlops.yaml"
    text = config.read_text().replace("  seed: 7\n", "  seed: 7\n  reproduce: 1\n")
    config.write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "linear")
    git(folder, "switch", "--quiet", "--create", "candidate")
    config.write_text(text.replace("model: linear", "model: gradient_boosting"))
    git(folder, "commit", "--quiet", "--all", "--message", "gradient boosting")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, timeout=60)


@pytest.mark.docker
def test_container_and_process_predict_the_same(tmp_path: Path) -> None:
    """Bitwise, for both models; the image's base holds churn's wheels, which are these."""
    if docker_available() is None:
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail("no container engine answers")
        pytest.skip("no container engine answers")
    tables: dict[str, list[pd.DataFrame]] = {}
    folder = tmp_path / "flights"
    repository(folder)
    for executor in ("docker", "process"):
        words = ("--executor", executor, "--results", f".mlops/{executor}")
        for stage in ("train", "evaluate"):
            done = mlops(folder, stage, *words)
            assert done.returncode == 0, done.stderr[-3000:]
        training = json.loads((folder / f".mlops/{executor}/training.json").read_text())["payload"]
        assert {(run["role"], run["executor"], run["contained"]) for run in training["runs"]} == {
            (role, executor, executor == "docker") for role in ("candidate", "baseline")
        }
        for name in ("predictions", "predictions-baseline"):
            tables.setdefault(name, []).append(pd.read_parquet(folder / f".mlops/{executor}/{name}.parquet"))
    for contained, bare in tables.values():
        assert len(bare) == 10_879
        assert bare["prediction"].std() > 30
        pd.testing.assert_frame_equal(contained, bare, check_exact=True)
    candidate, baseline = (found[0]["prediction"] for found in tables.values())
    assert (candidate != baseline).mean() > 0.99
