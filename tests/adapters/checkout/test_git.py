"""git as a witness: what is not there, what cannot be looked at, and whose configuration runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlops_actions.adapters.checkout import git as module
from mlops_actions.adapters.checkout.git import Git, find_repository
from mlops_actions.errors import CheckoutError
from tests.stages.small_repository import Repository, make_repository

LONG = "é" * 5


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "here", {"mlops.yaml": LONG, "folder/a[b].txt": "x"})


def test_text_of_a_commit(repository: Repository) -> None:
    git = Git(repository.folder)
    sha = repository.git("rev-parse", "HEAD")
    repository.commit({"mlops.yaml": "later"})
    assert git.text(sha, "mlops.yaml") == LONG
    assert git.text(sha, "folder/a[b].txt") == "x"
    assert git.text(sha, "missing.yaml") is None
    assert git.text(sha, "folder") is None
    assert git.text(sha, "mlops.yaml/below") is None


def test_a_commit_that_is_not_here_is_an_error_not_a_missing_file(repository: Repository) -> None:
    with pytest.raises(CheckoutError, match=r"git ls-tree: exit code 128"):
        Git(repository.folder).text("a" * 40, "mlops.yaml")


def test_a_partial_clone_that_cannot_fetch_is_an_error_not_a_missing_file(
    repository: Repository, tmp_path: Path
) -> None:
    """Else its mlops.yaml would look like none, and the pull request like a preview."""
    sha = repository.git("rev-parse", "HEAD")
    repository.git("config", "uploadpack.allowFilter", "true")
    address, clone = repository.folder.as_uri(), tmp_path / "clone"
    repository.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", address, str(clone))
    repository.folder.rename(tmp_path / "gone")
    with pytest.raises(CheckoutError, match=r"git cat-file: exit code 128"):
        Git(clone).text(sha, "mlops.yaml")


def test_parents_and_tracked_files(repository: Repository) -> None:
    git = Git(repository.folder)
    first = repository.git("rev-parse", "HEAD")
    second = repository.commit({".mlops/results/gate.json": "{}"}, "parent 1234\n\nparent 5678")
    assert git.parents(second) == (first,)
    assert git.parents(first) == git.parents("f" * 40) == ()
    assert git.tracked(str(repository.folder / ".mlops")) == (".mlops/results/gate.json",)
    assert git.tracked("nothing") == ()
    assert not git.have("f" * 40)


def test_a_folder_outside_git_is_no_repository(tmp_path: Path, repository: Repository) -> None:
    assert find_repository(tmp_path / "missing") is None
    assert find_repository(tmp_path) is None
    found = find_repository(repository.folder / "folder")
    assert found is not None
    assert found.top.resolve() == repository.folder.resolve()


def test_a_repository_that_git_refuses_to_read_is_not_no_repository(repository: Repository) -> None:
    """As that of another owner in a container job: without a base commit head would judge itself."""
    (repository.folder / ".git" / "config").write_text("[core\n")
    with pytest.raises(CheckoutError, match=r"git rev-parse: exit code 128: .*bad config") as caught:
        find_repository(repository.folder)
    assert "safe.directory" in caught.value.hint


def test_a_bare_repository_that_a_commit_carries_is_not_believed(
    repository: Repository, tmp_path: Path
) -> None:
    """Its objects, its refs and its configuration would be the pull request's own."""
    planted = repository.folder / "project"
    make_repository(tmp_path / "mine", {"a": "1"}).git("clone", "--quiet", "--bare", ".", str(planted))
    with (planted / "config").open("a") as file:
        file.write(f"[core]\n\tbare = false\n\tworktree = {tmp_path}\n")
    with pytest.raises(CheckoutError, match=r"cannot use bare repository"):
        find_repository(planted)


def test_nothing_of_the_repository_s_configuration_runs(repository: Repository, tmp_path: Path) -> None:
    script = tmp_path / "ran.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(script))
    repository.git("config", "core.pager", str(script))
    git = Git(repository.folder)
    git.ask("status", "--porcelain")
    assert git.parents(repository.git("rev-parse", "HEAD")) == ()
    assert not (tmp_path / "ran").exists()


def test_without_git_the_message_says_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CheckoutError, match="git: not found on PATH"):
        find_repository(repository.folder)
    assert find_repository(tmp_path) is None


def test_a_git_that_hangs_is_given_up(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "git"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.1)
    with pytest.raises(CheckoutError, match=r"git cat-file: no answer within 0.1 s"):
        Git(repository.folder).parents("HEAD")


def test_tokens_and_git_variables_do_not_reach_git(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "git"
    script.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("GITHUB_TOKEN", "MLOPS_GITHUB_TOKEN", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, "secret")
    Git(repository.folder).ask("status")
    seen = Path(tmp_path / "seen").read_text()
    assert "secret" not in seen
    assert "GIT_TERMINAL_PROMPT=0" in seen
