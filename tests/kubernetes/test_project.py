"""A whole project through a real cluster: trained, served and evaluated there; and its steps as one Job."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kubernetes.cluster_bench import kubectl, left_behind
from tests.kubernetes.conftest import pushed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MLOPS = (sys.executable, "-m", "mlops_actions")
BUILT = 'container: {build: ., build_args: {BASE_IMAGE: "python:3.12-slim"}}'
NAMED = "io.github.mlops-actions/run=mlops-pipeline"
STATES = "jsonpath={.items[0].status.initContainerStatuses[0].state}"
RECEIVING = "running"
STEPS = """version: 1
project: pipeline
data: {{train: data/train.csv, target: y}}
train:
  container: {{image: "{image}"}}
  resources: {{memory: 128MiB, disk: 16MiB, timeout: 2m}}
  kubernetes: {{start_timeout: 2m}}
  steps:
    - id: ingest
      command: [sh, -c, 'tr a-z A-Z < "$SM_CHANNEL_TRAIN/train.csv" > "$MLOPS_OUTPUT_ROWS/rows.csv"']
      inputs: [train]
      outputs: [rows]
    - id: fit
      command: [sh, -c, 'cat "$SM_CHANNEL_ROWS/rows.csv" > "$SM_MODEL_DIR/model"; ls /opt/ml/input/data']
      inputs: [rows]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """examples/churn under git, its image in the cluster's registry."""
    folder = tmp_path / "churn"
    shutil.copytree(ROOT / "examples/churn", folder, ignore=shutil.ignore_patterns(".mlops", "__pycache__"))
    image = pushed(f"{os.environ['MLOPS_TEST_REGISTRY']}/churn:test", folder)
    config = folder / "mlops.yaml"
    text = config.read_text()
    assert BUILT in text
    text = text.replace(BUILT, f'container: {{image: "{image}"}}')
    config.write_text(text.replace("executor: auto", "executor: kubernetes\n  reproduce: 2"))
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    yield folder
    assert left_behind(ending=False) == []


def test_the_example_is_trained_twice_served_and_evaluated(project: Path) -> None:
    done = subprocess.run(
        [*MLOPS, "run", "--no-comment"], cwd=project, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    results = project / ".mlops/results"
    runs = json.loads((results / "training.json").read_text())["payload"]["runs"]
    assert {run["executor"] for run in runs} == {"kubernetes"}
    assert {(run["outcome"], run["contained"]) for run in runs} == {("pass", True)}
    evaluation = json.loads((results / "evaluation.json").read_text())["payload"]
    twice = evaluation["reproduction"]
    assert (twice["flips"], twice["max_abs_difference"]) == (0, 0)
    assert (results / "predictions.parquet").is_file()
    assert "NetworkPolicy denies every connection" in (results / "report.md").read_text()


def test_rendered_steps_run_one_after_another_in_one_job(tmp_path: Path, helper: str) -> None:
    config = tmp_path / "mlops.yaml"
    config.write_text(STEPS.format(image=helper))
    command = [*MLOPS, "render", "kubernetes", "--config", str(config)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    job = "job/mlops-pipeline"
    kubectl("apply", "-f", "-", given=made)
    try:
        bring("/work/input")
        until(lambda: kubectl("logs", job, "-c", "main") == "rows\n")  # it sees nothing else
        take = ["kubectl", "exec", job, "-c", "hold", "--", "tar", "-cf", "-", "-C", "/work/written", "model"]
        taken = subprocess.run(take, check=True, capture_output=True, timeout=60).stdout
        with tarfile.open(fileobj=io.BytesIO(taken)) as tar:
            model = tar.extractfile("model/model")
            assert model is not None
            assert model.read() == b"X,Y\n1,2\n"
        kubectl("exec", job, "-c", "hold", "--", "touch", "/work/written/.done")
        until(lambda: "Complete" in kubectl("get", job, "-o", "yaml"))
    finally:
        kubectl("delete", job, "networkpolicy/mlops-pipeline", "--wait=false")


def test_a_rendered_job_is_ended_by_the_node_when_its_code_hangs(tmp_path: Path, helper: str) -> None:
    """No run of this tool watches it, and its deadline is two minutes later."""
    config = tmp_path / "mlops.yaml"
    hanging = STEPS.partition("  steps:")[0].replace("timeout: 2m", "timeout: 3s")
    config.write_text(hanging.format(image=helper) + "  command: [sleep, '600']\n")
    command = [*MLOPS, "render", "kubernetes", "--config", str(config)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kubectl("apply", "-f", "-", given=made)
    try:
        bring("/work/input")
        state = "jsonpath={.items[0].status.containerStatuses[?(@.name=='main')].state.terminated.exitCode}"
        until(lambda: kubectl("get", "pods", "-l", NAMED, "-o", state) in {"137", "143"})
    finally:
        kubectl("delete", "job/mlops-pipeline", "networkpolicy/mlops-pipeline", "--wait=false")


def test_no_step_leads_the_next_one_into_another_folder_of_the_claim(
    tmp_path: Path, helper: str, claim: tuple[str, Path]
) -> None:
    name, volume = claim
    (volume / "mlops-other/rows").mkdir(parents=True)
    (volume / "mlops-other/rows/rows.csv").write_text("another team's")
    swap = "rm -rf data; mv data gone; ln -s ../../../../../../mlops-other data; true"
    text = STEPS.format(image=helper).replace(
        "command: [sh, -c, 'tr", f"command: [sh, -c, 'cd /opt/ml/output; {swap}; tr", 1
    )
    text = text.replace("start_timeout: 2m", f'start_timeout: 2m, claim: {name}, helper_image: "{helper}"')
    config = tmp_path / "mlops.yaml"
    config.write_text(text)
    command = [*MLOPS, "render", "kubernetes", "--config", str(config)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kubectl("apply", "-f", "-", given=made)
    model = volume / "mlops-pipeline/written/model/model"
    try:
        bring("/claim/mlops-pipeline/input")
        until(lambda: kubectl("logs", "job/mlops-pipeline", "-c", "main") == "rows\n")
        assert model.read_bytes() == b"X,Y\n1,2\n"
        kubectl(
            "exec", "job/mlops-pipeline", "-c", "hold", "--", "touch", "/claim/mlops-pipeline/written/.done"
        )
        until(lambda: [each.name for each in volume.iterdir()] == ["mlops-other"])
    finally:
        kubectl("delete", "job/mlops-pipeline", "networkpolicy/mlops-pipeline", "--wait=false")
        shutil.rmtree(volume / "mlops-other")


def bring(folder: str) -> None:
    """The input, as the head of the rendered file says."""
    until(lambda: RECEIVING in kubectl("get", "pods", "-l", NAMED, "-o", STATES))
    send = ["kubectl", "exec", "-i", "job/mlops-pipeline", "-c", "receive", "--", "sh", "-c"]
    script = f"tar -xf - -C {folder} && touch {folder}/.ready"
    subprocess.run([*send, script], input=archive(), check=True, timeout=60)


def archive() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in {
            "input/data/train/train.csv": b"x,y\n1,2\n",
            "input/config/x.json": b"{}",
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def until(reached: Any) -> None:
    for _ in range(120):
        try:
            if reached():
                return
        except subprocess.CalledProcessError:
            pass
        time.sleep(0.5)
    raise AssertionError(kubectl("get", "pods", "-o", "wide"))
