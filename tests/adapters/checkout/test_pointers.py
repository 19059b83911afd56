"""Data outside git: what of the commit points to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.checkout.git import Git
from mlops_actions.adapters.checkout.pointers import pointer_of
from mlops_actions.errors import CheckoutError
from tests.stages.small_repository import make_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stages.small_repository import Repository

PATH = "a/data/evaluation.csv"
LOCK = """\
stages:
  split:
    outs:
      - {path: data/train.csv, md5: aaaa}
      - {path: data/evaluation.csv, md5: bbbb}
"""


def pointed(repository: Repository, path: str = PATH) -> tuple[str, str]:
    return pointer_of(Git(repository.folder), repository.git("rev-parse", "HEAD"), path)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({f"{PATH}.dvc": "outs: []"}, f"{PATH}.dvc"),
        ({"a/data.dvc": "outs: []"}, "a/data.dvc"),
        ({"other.dvc": "outs: []", "a/data/train.csv.dvc": "outs: []"}, ""),
        ({PATH: "id\n1\n"}, ""),
        ({"a/data.dvc/readme": "a folder"}, ""),
    ],
)
def test_a_dvc_file_of_it_or_of_its_folder(tmp_path: Path, files: dict[str, str], name: str) -> None:
    repository = make_repository(tmp_path / "here", files)
    found, value = pointed(repository)
    assert (found, bool(value)) == (name, bool(name))
    if name:
        assert value == repository.git("rev-parse", f"HEAD:{name}")


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        (LOCK, "bbbb"),
        (LOCK.replace("data/evaluation.csv", "data/").replace("data/train.csv", "x"), "bbbb"),
        (LOCK.replace("data/evaluation.csv", "data/other.csv"), ""),
        ("stages: []", ""),
        ("- no mapping", ""),
        ("stages: {split: {outs: [x]}}", ""),
    ],
)
def test_dvc_lock(tmp_path: Path, text: str, stated: str) -> None:
    found = pointed(make_repository(tmp_path / "here", {"a/dvc.lock": text}))
    assert found == (("a/dvc.lock", stated) if stated else ("", ""))


def test_a_dvc_lock_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError, match=r"a/dvc.lock: not valid YAML"):
        pointed(make_repository(tmp_path / "here", {"a/dvc.lock": "a: ["}))


def test_a_submodule(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "here", {"readme": "x"})
    commit = "1" * 40
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},a/data")
    repository.git("commit", "--quiet", "--message", "submodule")
    assert pointed(repository) == ("a/data", commit)
    assert pointed(repository, "a/other.csv") == ("", "")


@pytest.mark.parametrize(
    ("wdir", "path", "stage"),
    [
        ("data", "evaluation.csv", "split"),
        ("..", "a/data/evaluation.csv", "split"),
        ("data", "./", "split@1"),
    ],
)
def test_paths_of_a_lock_start_from_the_folder_that_its_stage_names(
    tmp_path: Path, wdir: str, path: str, stage: str
) -> None:
    """Unseen, a change's own rows judged it."""
    files = {
        "a/dvc.yaml": f"stages: {{split: {{cmd: x, wdir: {wdir}}}}}",
        "a/dvc.lock": f"stages: {{{stage}: {{outs: [{{path: {path}, md5: bbbb}}]}}}}",
    }
    assert pointed(make_repository(tmp_path / "here", files)) == ("a/dvc.lock", "bbbb")
    broken = make_repository(tmp_path / "there", files | {"a/dvc.yaml": "stages: ["})
    assert pointed(broken) == (("a/dvc.lock", "bbbb") if path == "./" else ("", ""))
