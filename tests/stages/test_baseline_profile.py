"""Where the profile to compare with comes from: stored results, the base commit's data, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.errors import InputError
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.profile import StoredColumn, StoredProfile, StoredProfiles
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.baseline_profile import Found, baseline_profile
from mlops_actions.stages.scan import profile_of
from tests.stages.small import make_small

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

BASE = "b" * 40


def profile_json(context: RunContext, folder: Path, sha: str = BASE, **source: Any) -> Found:
    """A profile.json in a folder, as the base commit's run writes it."""
    column = StoredColumn(name="city", kind="string", nulls=0, null_rate=0, distinct=2)
    made = StoredProfile(role="train", path="a", rows=7, sha256="ab" * 32, bytes=1, columns=(column,))
    envelope = context.envelope("profile", Outcome.PASS, StoredProfiles(profiles=(made,)))
    source = {**envelope.source.model_dump(), "sha": sha, **source}
    values = {**envelope.model_dump(mode="json"), "source": source}
    ResultsFolder(folder).write(type(envelope).model_validate(values))
    return Found(folder, "results-of-main")


def never(path: Path, shown: str) -> TableProfile:
    message = f"{path}, {shown}: the base commit's data is not needed"
    raise AssertionError(message)


def test_the_stored_profile_of_the_base_commit_goes_first(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    found = profile_json(context, tmp_path / "stored")
    seen = baseline_profile(context, lambda: found, never)
    assert not seen.missing
    assert seen.stored is not None
    assert seen.stored.rows == 7
    assert seen.origin == (
        "the profile that the base commit bbbbbbbbbbbb stored (results-of-main/profile.json)"
    )
    assert seen.record is not None
    assert seen.record.role == "base_profile"


@pytest.mark.parametrize("source", [{"sha": "c" * 40}, {"dirty": True}])
def test_a_profile_of_another_state_does_not_count(tmp_path: Path, source: dict[str, Any]) -> None:
    context = make_small(tmp_path)
    found = profile_json(context, tmp_path / "stored", **source)
    seen = baseline_profile(context, lambda: found, lambda path, shown: profile_of("reference", path, shown))
    assert seen.stored is None
    assert seen.table is not None
    assert (seen.table.rows, seen.table.role) == (280, "reference")
    assert seen.origin == "profiled anew from the base commit bbbbbbbbbbbb's data/train.parquet"


def test_a_split_that_was_not_stored_is_profiled_anew(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    found = profile_json(context, tmp_path / "stored")
    asked = []

    def profiled(path: Path, shown: str) -> TableProfile:
        asked.append((path.relative_to(tmp_path).as_posix(), shown))
        return TableProfile("reference", shown, 1, (), 1, "ab" * 32)

    seen = baseline_profile(context, lambda: found, profiled, role="evaluation")
    assert seen.table is not None
    assert asked == [("base/data/evaluation.parquet", "data/evaluation.parquet at bbbbbbbbbbbb")]


def test_without_either_both_reasons_are_said(tmp_path: Path) -> None:
    context = make_small(tmp_path)

    def pointer(path: Path, shown: str) -> TableProfile:
        message = f"{shown}: a Git LFS pointer, not the data"
        raise InputError(message, hint=f"Check out with lfs: true ({path.name}).")

    seen = baseline_profile(context, lambda: Found(why="no artifact mlops-baseline of it"), pointer)
    assert seen.missing
    assert seen.origin == (
        "the baseline profile is missing: no artifact mlops-baseline of it; "
        "data/train.parquet at bbbbbbbbbbbb: a Git LFS pointer, not the data. "
        "Check out with lfs: true (train.parquet)"
    )


def test_a_file_that_cannot_be_opened_names_no_path_of_the_machine(tmp_path: Path) -> None:
    context = make_small(tmp_path)

    def denied(path: Path, shown: str) -> TableProfile:
        raise PermissionError(13, f"Permission denied for {shown}", str(path))

    seen = baseline_profile(context, Found, denied)
    assert str(tmp_path) not in seen.origin
    assert "no results of the base commit were named (--baseline-results)" in seen.origin


def test_without_a_base_commit_nothing_is_looked_for(tmp_path: Path) -> None:
    context = make_small(tmp_path, base=None)

    def asked() -> Found:
        raise AssertionError

    seen = baseline_profile(context, asked, never)
    assert seen.origin == "the baseline profile is missing: there is no base commit to compare with"
