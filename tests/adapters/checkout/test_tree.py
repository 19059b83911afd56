"""The base commit's files beside the checkout: all of them, and nothing outside their folder."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from mlops_actions.adapters.checkout.git import Git
from mlops_actions.adapters.checkout.tree import extract_tree
from mlops_actions.errors import CheckoutError, TrustError
from tests.stages.small_repository import make_repository


def files(folder: Path) -> dict[str, str]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_text() for name, path in sorted(found.items())}


def test_a_commit_s_files_not_the_workspace_s(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "here", {"a": "1", "sub/ö b": "2", "sub/c": "3"})
    sha = repository.git("rev-parse", "HEAD")
    repository.commit({"a": "changed", "sub/c": None})
    git = Git(repository.folder)
    assert files(extract_tree(git, sha, "", tmp_path / "all")) == {"a": "1", "sub/c": "3", "sub/ö b": "2"}
    assert files(extract_tree(git, sha, "sub", tmp_path / "part")) == {"c": "3", "ö b": "2"}
    assert not (tmp_path / "part" / "a").exists()
    assert not extract_tree(git, sha, "missing", tmp_path / "none").exists()
    assert not extract_tree(git, sha, "a", tmp_path / "none").exists()


def test_what_dvc_says_in_the_folders_above(tmp_path: Path) -> None:
    there = {"dvc.lock": "1", "a/dvc.yaml": "2", "a/b/x": "3", "a/other": "4", "b/dvc.lock": "5"}
    repository = make_repository(tmp_path / "here", there)
    extract_tree(Git(repository.folder), repository.git("rev-parse", "HEAD"), "a/b", tmp_path / "all")
    assert files(tmp_path / "all") == {"dvc.lock": "1", "a/dvc.yaml": "2", "a/b/x": "3"}


def test_what_gitattributes_leave_out_of_archives_is_there(tmp_path: Path) -> None:
    """Else a base commit with `data/ export-ignore` would be judged by head's rows."""
    repository = make_repository(
        tmp_path / "here",
        {".gitattributes": "data export-ignore\nx.csv export-ignore\n", "data/e.csv": "1", "x.csv": "2"},
    )
    made = extract_tree(Git(repository.folder), repository.git("rev-parse", "HEAD"), "", tmp_path / "all")
    assert files(made / "data") == {"e.csv": "1"}
    assert (made / "x.csv").read_text() == "2"


@pytest.mark.parametrize("target", ["/etc/hostname", "../../outside", "sub/../../outside"])
@pytest.mark.parametrize("filtered", [True, False], ids=["filter", "Python 3.11.3"])
def test_a_link_out_of_the_tree_is_refused(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch, *, filtered: bool
) -> None:
    if not filtered:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    repository = make_repository(tmp_path / "here", {"sub/a": "1", "link": Path(target)})
    sha = repository.git("rev-parse", "HEAD")
    with pytest.raises(TrustError, match=rf"commit {sha[:12]}: .*(link|leaves its tree)") as caught:
        extract_tree(Git(repository.folder), sha, "", tmp_path / "all")
    assert caught.value.exit_code == 11


@pytest.mark.parametrize("filtered", [True, False], ids=["filter", "Python 3.11.3"])
def test_a_link_inside_the_tree_stays_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, filtered: bool
) -> None:
    if not filtered:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    repository = make_repository(tmp_path / "here", {"sub/a": "1", "sub/link": Path("a")})
    made = extract_tree(Git(repository.folder), repository.git("rev-parse", "HEAD"), "", tmp_path / "all")
    assert (made / "sub" / "link").readlink() == Path("a")


def test_a_commit_that_is_not_here(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "here", {"a": "1"})
    with pytest.raises(CheckoutError, match=r"git archive: exit code 128"):
        extract_tree(Git(repository.folder), "b" * 40, "", tmp_path / "all")
