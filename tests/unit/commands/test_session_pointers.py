"""Rows that git does not hold: a pull request moves neither what points to them nor the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import TrustError
from tests.stages.small_repository import (
    CONFIG,
    Repository,
    as_event,
    make_repository,
    open_pull_request,
    project,
    rows,
    session,
)

if TYPE_CHECKING:
    from pathlib import Path


def with_pointer(repository: Repository, kind: str, value: str) -> dict[str, str | None]:
    """evaluation.csv is no longer in git; a pointer of that kind and value is."""
    if kind == "dvc":
        return {"evaluation.csv": None, "evaluation.csv.dvc": f"outs: [{{md5: '{value}'}}]\n"}
    (repository.folder / "ev").mkdir(exist_ok=True)
    config = CONFIG.replace("evaluation: evaluation.csv", "evaluation: ev/evaluation.csv")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{value},ev")
    return {"mlops.yaml": config, "evaluation.csv": None}


@pytest.mark.parametrize(("kind", "name"), [("dvc", "evaluation.csv.dvc"), ("submodule", "ev")])
@pytest.mark.parametrize("moves", [True, False])
def test_a_pull_request_does_not_move_what_points_to_the_rows_that_judge_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, *, moves: bool
) -> None:
    repository = make_repository(tmp_path / "there")
    commit_pointer(repository, kind, "1" * 40)
    pull = open_pull_request(repository, {"train.csv": rows(3000)})
    if moves:
        repository.git("switch", "--quiet", "change")
        commit_pointer(repository, kind, "2" * 40)
        head = repository.git("rev-parse", "HEAD")
        repository.git("switch", "--quiet", "--detach", "main")
        repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
        pull.payload["pull_request"]["head"]["sha"] = head
    (repository.folder / "ev").mkdir(exist_ok=True)
    for place in ("evaluation.csv", "ev/evaluation.csv"):  # a step of the workflow fetched them
        (repository.folder / place).write_text(rows(flip=moves))
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    if not moves:
        assert session(repository).policy.changes == ()
        return
    with pytest.raises(
        TrustError, match=rf"git holds a pointer, which this pull request moves: {name} "
    ) as caught:
        session(repository)
    assert "a maintainer merges by hand" in caught.value.hint


def commit_pointer(repository: Repository, kind: str, value: str) -> None:
    """Commit it without a submodule's files, which are another repository's."""
    repository.write(with_pointer(repository, kind, value))
    repository.git("add", "--all", "--", ":!ev")
    repository.git("commit", "--quiet", "--message", "pointer")


FETCHED = CONFIG.replace("evaluation: evaluation.csv", "evaluation: fetched/evaluation.csv")


@pytest.mark.parametrize(
    ("base", "pull", "says"),
    [
        ({}, {"fetched": "planted"}, "moves: nothing -> the link fetched"),
        ({"fetched": "store"}, {"store": "planted"}, "moves: nothing -> the link store"),
        ({"fetched": "planted"}, {}, "does not hold it; a pull request cannot bring"),
        ({"fetched": "planted"}, None, ""),
    ],
    ids=["a link", "a link behind a link", "a file behind a link", "nothing of it"],
)
def test_a_pull_request_does_not_lead_to_rows_of_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    base: dict[str, str],
    pull: dict[str, str] | None,
    says: str,
) -> None:
    """git does not hold the evaluation rows, a step of the workflow fetches them: unless they are there."""
    there = {name: text for name, text in project().items() if name != "evaluation.csv"}
    repository = make_repository(tmp_path / "there", {**there, "mlops.yaml": FETCHED})
    for name, target in base.items():
        (repository.folder / name).symlink_to(target)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "links")
    for name, target in (pull or {}).items():
        (repository.folder / name).symlink_to(target)
    planted = {} if pull is None else {"planted/evaluation.csv": rows(flip=True)}
    opened = open_pull_request(repository, {"train.csv": rows(3000), **planted})
    if pull is None:  # the step
        (repository.folder / "planted").mkdir()
        (repository.folder / "planted/evaluation.csv").write_text(rows())
    as_event(monkeypatch, tmp_path, "pull_request", opened.payload)
    if not says:
        assert session(repository).policy.changes == ()
        return
    with pytest.raises(TrustError, match=says):
        session(repository)
