"""The schema's change on a pull request: between what both commits' own mlops.yaml name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.stages.schema_difference import schema_difference
from tests.stages.small_repository import CONFIG, SCHEMA, Repository, make_repository, session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WIDER = SCHEMA.replace("maximum: 120", "maximum: 500")
NONE = CONFIG.replace(", schema: schema.yaml", "")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "MLOPS_EXPECT"):
        monkeypatch.delenv(name, raising=False)
    return make_repository(tmp_path / "here")


@pytest.mark.parametrize(
    ("files", "sentences", "note"),
    [
        ({"schema.yaml": WIDER}, ["amount.maximum 120 -> 500: wider"], ""),
        ({"train.csv": "id,amount,left\n1,2,0\n"}, [], ""),
        (
            {"mlops.yaml": CONFIG.replace("schema.yaml", "s.yaml"), "s.yaml": WIDER, "schema.yaml": None},
            ["amount.maximum 120 -> 500: wider"],
            "",
        ),
        ({"mlops.yaml": NONE}, [], "the base commit's schema is removed"),
        (
            {"schema.yaml": "version: 2"},
            [],
            "the schema at hand cannot be read: schema.yaml:1: version: should be 1",
        ),
    ],
)
def test_a_branch_against_its_base(
    repository: Repository, files: Mapping[str, str | None], sentences: list[str], note: str
) -> None:
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit(files)
    changes, notes = schema_difference(session(repository))
    assert [each.sentence for each in changes] == sentences
    assert len(notes) == bool(note)
    assert not note or notes[0].startswith(note)


def test_a_first_schema_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    repository = make_repository(tmp_path / "bare", {"mlops.yaml": NONE, "train.csv": "a,left\n1,0\n"})
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"mlops.yaml": CONFIG, "schema.yaml": SCHEMA})
    assert schema_difference(session(repository)) == ((), ("a schema is added; the base commit has none",))


def test_without_a_base_commit_nothing_is_compared(tmp_path: Path) -> None:
    (tmp_path / "mlops.yaml").write_text(CONFIG)
    assert schema_difference(session(Repository(tmp_path))) == ((), ())


def test_a_schema_that_is_not_utf_8_cannot_be_read(repository: Repository) -> None:
    """Its sign was replaced, so that it was the base commit's, and every later run ended with an error."""
    repository.git("switch", "--quiet", "--create", "topic")
    (repository.folder / "schema.yaml").write_bytes(SCHEMA.encode() + b"# \xe9\n")
    repository.git("commit", "--quiet", "--all", "--message", "change")
    (note,) = schema_difference(session(repository))[1]
    assert note.startswith("the schema at hand cannot be read: schema.yaml: not UTF-8 at byte")
