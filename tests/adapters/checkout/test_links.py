"""The way from a name to a file: links, and what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.checkout.git import Git
from mlops_actions.adapters.checkout.links import places_of, pointers_on_the_way
from tests.stages.small_repository import make_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stages.small_repository import Repository

PATH = "a/fetched/evaluation.csv"


@pytest.mark.parametrize(
    ("links", "places"),
    [
        ({}, (PATH,)),
        ({"a/fetched": "../planted"}, (PATH, "a/fetched", "planted/evaluation.csv")),
        ({"a/fetched": "."}, (PATH, "a/fetched", "a/evaluation.csv")),
        ({PATH: "other.csv"}, (PATH, "a/fetched/other.csv")),
        (
            {"a/fetched": "b", "a/b": "../c", "c/evaluation.csv": "d.csv"},
            (PATH, "a/fetched", "a/b/evaluation.csv", "a/b", "c/evaluation.csv", "c/d.csv"),
        ),
        ({"a/fetched": "../../outside"}, (PATH, "a/fetched")),
        ({"a/fetched": "b", "a/b": "fetched"}, (PATH, "a/fetched", "a/b/evaluation.csv", "a/b")),
    ],
    ids=["no link", "a folder", "its parent", "a file", "a chain", "out of it", "a circle"],
)
def test_places(tmp_path: Path, links: dict[str, str], places: tuple[str, ...]) -> None:
    for name, target in links.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(target)
    assert places_of(tmp_path, PATH) == places


def head(repository: Repository) -> str:
    return repository.git("rev-parse", "HEAD")


def test_a_link_that_moves_is_a_pointer_that_moves(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "here", {"readme": "x"})
    git, base = Git(repository.folder), head(repository)
    (repository.folder / "a").mkdir()
    (repository.folder / "a/fetched").symlink_to("../store")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "link")
    linked = head(repository)
    blob = repository.git("rev-parse", "HEAD:a/fetched")
    assert pointers_on_the_way(git, base, linked, PATH) == (("", ""), ("the link a/fetched", blob))
    same = ("the link a/fetched", blob)
    assert pointers_on_the_way(git, linked, linked, PATH) == (same, same)
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},store")
    repository.git("commit", "--quiet", "--message", "submodule behind the link")
    found = pointers_on_the_way(git, linked, head(repository), PATH)
    assert found == (("", ""), ("store", "1" * 40))
