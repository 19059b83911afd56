"""What a training is never shown, wherever the evaluation rows lie and whatever the results are called."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.exclusion import Exclusion, visible
from mlops_actions.commands.session import open_session
from mlops_actions.stages.training_jobs import training_job
from tests.adapters.datasets.kept_data import keep_dvc, keep_lfs, pointer, write_dvc
from tests.stages.small_repository import Repository, make_repository, project, rows

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
version: 1
project: small
data: {train: train.csv, evaluation: evaluation.csv, target: left, key: id}
train: {container: {build: .}}
evaluate: {task: binary, positive: 1, metrics: [accuracy]}
gate: {rules: [{metric: accuracy, minimum: 0.6}]}
"""


def seen_by_training(repository: Repository, results: str = ".mlops/results") -> set[str]:
    """The names of all that is shown, and the rows among them."""
    context = open_session(str(repository.folder / "mlops.yaml"), results, fresh=True)
    job = training_job(context, context.config, "candidate", context.root, 7, "docker")
    return {name for name, _ in visible(job.source, Exclusion.of(job.left_out, job.withheld))}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    files = {**project(), "mlops.yaml": CONFIG, "copy.bin": rows(), ".gitignore": ".mlops/\n"}
    return make_repository(tmp_path / "here", {**files, "predictions.csv": None})


def test_rows_that_are_there_are_known_under_any_name(repository: Repository) -> None:
    assert seen_by_training(repository) == {".gitignore", "mlops.yaml", "schema.yaml"}


@pytest.mark.parametrize("kind", ["dvc", "dvc-elsewhere", "dvc-folder", "lfs"])
def test_rows_behind_a_pointer_are_known_under_any_name(repository: Repository, kind: str) -> None:
    """Only the pointer is at the path; a copy of the rows and the cache are withheld, too."""
    top, data = repository.folder, rows().encode()
    (top / "evaluation.csv").unlink()
    if kind == "lfs":
        keep_lfs(top, data)
        (top / "evaluation.csv").write_text(pointer(data))
    else:
        digest = keep_dvc(top, data)
        if kind == "dvc-folder":
            listed = f'[{{"md5": "{digest}", "relpath": "part.csv"}}]'.encode()
            text = CONFIG.replace("evaluation.csv", "held/part.csv")
            (top / "mlops.yaml").write_text(text)
            write_dvc(top / "held", keep_dvc(top, listed, ".dir"))
        else:
            write_dvc(top / "evaluation.csv", digest)
        (top / ".dvc/config").write_text("")
        if kind == "dvc-elsewhere":
            shutil.move(top / ".dvc/cache", top / "objects")
            (top / ".dvc/config").write_text("[cache]\n    dir = ../objects\n")
    repository.git("rm", "--quiet", "--cached", "evaluation.csv")
    repository.git("add", "--all", ":!.dvc/cache", ":!objects")
    repository.git("commit", "--quiet", "--message", "kept elsewhere")
    if kind == "dvc-elsewhere":
        (top / "objects/of-another-commit").write_text("other rows")
    seen = seen_by_training(repository)
    dvc = {"lfs": set(), "dvc-folder": {"held.dvc"}}.get(kind, {"evaluation.csv.dvc"})
    assert seen == {".gitignore", "mlops.yaml", "schema.yaml", *dvc} | (
        {".dvc", ".dvc/config"} if kind != "lfs" else set()
    )


def test_results_are_shown_to_no_training_whatever_their_folder_is_called(repository: Repository) -> None:
    shown = seen_by_training(repository, "first")
    assert not any(name.startswith("first") for name in shown)
    failed = {"stage": "gate", "title": "Error", "exit_code": 3, "problems": []}
    (repository.folder / "first/failures").mkdir(parents=True)
    (repository.folder / "first/failures/gate.json").write_text(json.dumps(failed))
    (repository.folder / "first/predictions.parquet").write_text("labels")
    shown = seen_by_training(repository, "second")
    assert shown == {".gitignore", "mlops.yaml", "schema.yaml"}
