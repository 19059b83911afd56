"""`mlops render kubernetes`: documents that Kubernetes describes, hardened, and the steps in order."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from click.testing import CliRunner

from mlops_actions.commands.render import command
from mlops_actions.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "registry.example/churn@sha256:" + "a" * 64
HEAD = "version: 1\nproject: churn_model\ndata: {train: data/train.csv, target: y}\ntrain:\n"
ONE = f'{HEAD}  container: {{image: "{IMAGE}"}}\n'
STEPS = f"""{ONE}  channels: {{holidays: data/holidays.csv}}
  steps:
    - {{id: features, command: [features], inputs: [rows, holidays], outputs: [features, stats]}}
    - {{id: ingest, command: [ingest], inputs: [train], outputs: [rows], hardening: {{root_user: true}}}}
    - {{id: fit, command: [fit], inputs: [features], resources: {{memory: 1GiB}}}}
"""


def rendered(folder: Path, text: str, *arguments: str) -> list[dict[str, Any]]:
    config = folder / "mlops.yaml"
    config.write_text(text)
    given = ["kubernetes", "--config", str(config), *arguments]
    done = CliRunner().invoke(command, given, catch_exceptions=False, standalone_mode=False)
    documents: list[dict[str, Any]] = list(yaml.safe_load_all(done.output))
    for each in documents:
        kubernetes_validate.validate(each, "1.37", strict=True)
    return documents


def mounts(container: dict[str, Any]) -> dict[str, tuple[str, str, bool]]:
    """Path -> volume, its folder, whether it is read-only."""
    return {
        each["mountPath"]: (each["name"], each.get("subPath", ""), each.get("readOnly", False))
        for each in container["volumeMounts"]
    }


def test_a_training_is_a_policy_and_a_job(tmp_path: Path) -> None:
    policy, job = rendered(tmp_path, ONE)
    assert (policy["kind"], job["kind"]) == ("NetworkPolicy", "Job")
    assert job["metadata"]["name"] == "mlops-churn-model"
    main = job["spec"]["template"]["spec"]["containers"][0]
    assert (main["image"], main["args"]) == (IMAGE, ["train"])
    assert {"name": "SM_CHANNELS", "value": '["train"]'} in main["env"]


def test_steps_are_ordered_containers_that_see_their_inputs_only(tmp_path: Path) -> None:
    _, job = rendered(tmp_path, STEPS)
    pod = job["spec"]["template"]["spec"]
    assert [each["name"] for each in pod["initContainers"]] == ["receive", "step-ingest", "step-features"]
    assert [each["name"] for each in pod["containers"]] == ["main", "hold"]
    _, ingest, features = pod["initContainers"]
    fit = pod["containers"][0]
    assert mounts(ingest)["/opt/ml/input/data/train"] == ("input", "input/data/train", True)
    rows = ("written", "output/data/ingest/handed/rows", True)
    assert mounts(features)["/opt/ml/input/data/rows"] == rows
    assert mounts(features)["/opt/ml/input/data/holidays"] == ("input", "input/data/holidays", True)
    assert "/opt/ml/input/data/train" not in mounts(features)
    assert mounts(fit)["/opt/ml/model"] == ("written", "model", False)
    assert sorted(mounts(fit))[:-1] == [
        "/opt/ml/input/config",
        "/opt/ml/input/data/features",
        "/opt/ml/model",
        "/opt/ml/output",
    ]
    assert fit["terminationMessagePath"] == "/opt/ml/output/metrics.json"
    assert fit["resources"]["limits"]["memory"] == str(2**30)
    for each in (ingest, features, fit):
        written = [folder for _, folder, read_only in mounts(each).values() if not read_only]
        others = {"ingest", "features", "fit"} - {each["args"][0]}
        assert not any(f"output/data/{other}" in folder for folder in written for other in others)
        assert each["securityContext"]["readOnlyRootFilesystem"] is True
        assert (each["securityContext"]["runAsUser"] == 0) is (each is ingest)


def test_it_is_written_as_files_too(tmp_path: Path) -> None:
    config = tmp_path / "mlops.yaml"
    config.write_text(ONE)
    arguments = ["kubernetes", "--config", str(config), "--output", str(tmp_path / "out")]
    CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    names = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert names == ["0-networkpolicy.yaml", "1-job.yaml"]
    assert "kubectl exec" in (tmp_path / "out/1-job.yaml").read_text()


def text_of(folder: Path, text: str) -> str:
    (folder / "mlops.yaml").write_text(text)
    given = ["kubernetes", "--config", str(folder / "mlops.yaml")]
    return CliRunner().invoke(command, given, catch_exceptions=False, standalone_mode=False).output


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_an_output_that_is_no_folder_is_an_error_of_the_command_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=f"--output .*{place}: no folder that can be written"):
        rendered(tmp_path, ONE, "--output", str(tmp_path / place))


@pytest.mark.parametrize("volume", ["", 'claim: data, helper_image: "h@sha256:1"'])
def test_what_a_step_writes_is_no_parent_of_what_another_one_mounts(tmp_path: Path, volume: str) -> None:
    """The node follows links inside a volume when it mounts a folder of it."""
    _, job = rendered(tmp_path, f"{STEPS}  kubernetes: {{{volume}}}\n")
    pod = job["spec"]["template"]["spec"]
    every = [each for each in (*pod["initContainers"], *pod["containers"]) if "step-" in each["name"]]
    every.append(pod["containers"][0])
    mounted = [place for each in every for place in mounts(each).values()]
    writable = [(volume, folder) for volume, folder, read_only in mounted if not read_only]
    assert len(mounted) > len(writable) > len(every)
    for volume_name, folder, _ in mounted:
        above = [own for name, own in writable if name == volume_name and folder.startswith(f"{own}/")]
        assert above == []
    handed = {path for path in mounts(every[1]) if path.startswith("/opt/ml/output/data/")}
    assert handed == {"/opt/ml/output/data/features", "/opt/ml/output/data/stats"}


def test_the_node_keeps_the_time_of_a_job_that_nobody_watches(tmp_path: Path) -> None:
    _, job = rendered(tmp_path, f"{ONE}  resources: {{timeout: 90s}}\n  kubernetes: {{start_timeout: 30s}}\n")
    pod = job["spec"]["template"]["spec"]
    probe = pod["containers"][0]["livenessProbe"]
    assert (probe["initialDelaySeconds"], probe["failureThreshold"]) == (90, 1)
    assert job["spec"]["activeDeadlineSeconds"] == 120
    script = pod["initContainers"][0]["command"][2]
    assert "no input within 30 s" in script
    assert "livenessProbe" not in pod["containers"][1]


def test_steps_have_no_probe_where_kubernetes_knows_none(tmp_path: Path) -> None:
    _, job = rendered(tmp_path, STEPS)
    pod = job["spec"]["template"]["spec"]
    assert [each["name"] for each in pod["containers"] if "livenessProbe" in each] == ["main"]
    assert not any("livenessProbe" in each for each in pod["initContainers"])
    assert "# Its steps together end 1800 s after" in text_of(tmp_path, STEPS)


def test_input_that_never_comes_ends_the_job(tmp_path: Path) -> None:
    _, job = rendered(tmp_path, f"{ONE}  kubernetes: {{start_timeout: 1s}}\n")
    script = job["spec"]["template"]["spec"]["initContainers"][0]["command"][2].replace(
        "/work", str(tmp_path)
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (1, "no input within 1 s\n")


def test_the_head_names_the_namespace_and_the_way_of_the_input(tmp_path: Path) -> None:
    head = text_of(tmp_path, f"{ONE}  kubernetes: {{namespace: ml-ci}}\n").partition("apiVersion")[0]
    assert head.count("kubectl -n ml-ci exec ") == head.count("kubectl") == 3
    held = 'claim: data, helper_image: "h@sha256:1", namespace: ml-ci'
    kept = f'{held}, store: {{url: "s3://b/p"}}'
    head = text_of(tmp_path, f"{ONE}  kubernetes: {{{kept}}}\n").partition("apiVersion")[0]
    assert "kubectl -n ml-ci exec -i job/mlops-churn-model -c receive" in head
    assert "-c hold" not in head
    assert "mlops-churn-model/input/.ready" in head
    assert all(line.startswith("#") for line in head.splitlines())


def test_an_image_that_is_built_has_to_be_named(tmp_path: Path) -> None:
    built = f"{HEAD}  container: {{build: .}}\n"
    with pytest.raises(ConfigError, match="by digest, and none is known"):
        rendered(tmp_path, built)
    _, job = rendered(tmp_path, built, "--image", IMAGE)
    assert job["spec"]["template"]["spec"]["containers"][0]["image"] == IMAGE


def test_a_network_of_one_step_alone_is_refused(tmp_path: Path) -> None:
    text = STEPS.replace("root_user: true", "network: true")
    with pytest.raises(ConfigError, match="ingest: one pod has one network"):
        rendered(tmp_path, text)
