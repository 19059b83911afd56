"""A claim is shared: what is removed from it, by the very lines that the helpers run."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.kubernetes import claim_folder, store_script
from mlops_actions.adapters.containers.kubernetes.manifests import job
from mlops_actions.adapters.containers.kubernetes.plan import Plan
from mlops_actions.config.kubernetes import KubernetesConfig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HELPER = "registry.example/helper@sha256:" + "b" * 64
NUMBER = "0123456789ab"
DAY = claim_folder.SLACK_SECONDS


def by_shell(claim: Path) -> None:
    subprocess.run(["sh", "-c", here(claim_folder.due(), claim)], check=True)


def here(script: str, claim: Path) -> str:
    return script.replace("/claim/", f"{claim}/")


def receive(
    claim: Path, name: str = f"mlops-train-{NUMBER}", **more: Any
) -> subprocess.CompletedProcess[str]:
    """What the container `receive` of a Job does, its input being there."""
    config = KubernetesConfig(claim="data", helper_image=HELPER, **more.pop("settings", {}))
    made = Plan(name, "image", ("train",), {}, settings=config, **more)
    container = job(made)["spec"]["template"]["spec"]["initContainers"][0]
    script = here(container["command"][2], claim).replace(
        "trap ", f"touch {claim}/{name}/input/.ready; trap "
    )
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=20, check=False)


def folder(claim: Path, name: str, until: object = None) -> Path:
    made = claim / name
    (made / "written").mkdir(parents=True)
    (made / "written/precious").touch()
    if until is not None:
        (made / claim_folder.MARKER).write_text(f"{until}\n")
    os.utime(made, (1, 1))  # its own time says nothing: a training writes below it
    return made


both = pytest.mark.parametrize("drop", [by_shell, store_script._drop_forgotten], ids=["receive", "store"])


@both
def test_a_folder_goes_a_day_after_its_own_time(drop: Callable[[Path], None], tmp_path: Path) -> None:
    now = int(time.time())
    folder(tmp_path, f"mlops-candidate-{NUMBER}", now - DAY - 60)
    folder(tmp_path, f"mlops-baseline-{NUMBER}", now - DAY + 60)
    folder(tmp_path, f"mlops-a-b-{NUMBER}", now + 9 * DAY)
    drop(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        f"mlops-a-b-{NUMBER}",
        f"mlops-baseline-{NUMBER}",
    ]


@both
@pytest.mark.parametrize(
    ("name", "until"),
    [
        (f"mlops-train-{NUMBER}", None),
        ("mlops-archive", 1),
        ("mlops-team-2024", 1),
        (f"mlops-Team-{NUMBER}", 1),
        (f"mlops-te am-{NUMBER}", 1),
        (f"mlops-{'x' * 31}-{NUMBER}", 1),
        (f"mlops-train-{NUMBER}0", 1),
        (f"other-train-{NUMBER}", 1),
        (f"mlops-train-{NUMBER}", ""),
        (f"mlops-train-{NUMBER}", "soon"),
        (f"mlops-train-{NUMBER}", "010"),
        (f"mlops-train-{NUMBER}", "-5"),
        (f"mlops-train-{NUMBER}", 10**13),
        (f"mlops-train-{NUMBER}", "$(touch /tmp/x)"),
    ],
)
def test_what_is_not_ours_stays(
    drop: Callable[[Path], None], tmp_path: Path, name: str, until: object
) -> None:
    made = folder(tmp_path, name, until)
    drop(tmp_path)
    assert (made / "written/precious").exists()


@both
def test_a_link_to_another_folder_is_not_followed(drop: Callable[[Path], None], tmp_path: Path) -> None:
    made = folder(tmp_path / "claim", "other", 1)
    (tmp_path / f"claim/mlops-train-{NUMBER}").symlink_to(made)
    drop(tmp_path / "claim")
    assert (made / "written/precious").exists()


def test_a_job_states_in_its_folder_until_when_it_can_use_it(tmp_path: Path) -> None:
    settings = {"queue": "q", "queue_timeout": 7200, "start_timeout": 60, "backoff": 2}
    done = receive(tmp_path, settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    made = tmp_path / f"mlops-train-{NUMBER}"
    until = int((made / claim_folder.MARKER).read_text())
    deadline = 60 + 1200  # the default of train.resources.timeout
    assert until - time.time() == pytest.approx(7200 + 2 * 60 + 3 * deadline, abs=20)
    assert (made / "written/output/data").is_dir()


def test_a_folder_of_the_same_name_that_is_somebody_elses_is_not_used(tmp_path: Path) -> None:
    made = folder(tmp_path, "mlops-churn")
    done = receive(tmp_path, "mlops-churn")
    assert done.returncode == 1
    assert "was not made by mlops-actions" in done.stderr
    assert (made / "written/precious").exists()


def test_dead_jobs_folders_go_when_they_are_ours(tmp_path: Path) -> None:
    ours = folder(tmp_path, f"mlops-candidate-{NUMBER}", 10**10)
    unmarked = folder(tmp_path, f"mlops-baseline-{NUMBER}")
    others = folder(tmp_path, "mlops-shared", 10**10)
    assert receive(tmp_path, dead=(ours.name, unmarked.name, others.name)).returncode == 0
    assert (ours.exists(), unmarked.exists(), others.exists()) == (False, True, True)


def test_a_second_attempt_makes_its_folders_through_no_link_of_the_first(tmp_path: Path) -> None:
    assert receive(tmp_path, made=("rows",)).returncode == 0
    data = tmp_path / f"mlops-train-{NUMBER}/written/output/data"
    (data / "rows").rmdir()
    data.rmdir()
    (tmp_path / "other").mkdir()
    data.symlink_to(tmp_path / "other")
    assert receive(tmp_path, made=("rows",)).returncode == 0
    assert list((tmp_path / "other").iterdir()) == []
    assert (data / "rows").is_dir()
    assert not data.is_symlink()


def test_the_store_marks_its_folder_as_the_helper_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (store_script.MARKER, store_script.SLACK_SECONDS) == (claim_folder.MARKER, DAY)
    assert store_script.OWN_NAME.pattern == claim_folder._OWN_NAME.pattern
    monkeypatch.setenv("MLOPS_STORE_USABLE", "100")
    made = tmp_path / f"mlops-train-{NUMBER}"
    with pytest.raises(FileNotFoundError):
        store_script.fetch(f"file://{tmp_path}/none.tar", made)
    assert int((made / claim_folder.MARKER).read_text()) == pytest.approx(time.time() + 100, abs=20)
    assert receive(tmp_path).returncode == 0
