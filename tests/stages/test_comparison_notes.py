"""A change of personal columns, and a baseline that is not to be had: what the reader of a run is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.results.gate import PolicyChange
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, found, make_small, put, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

MAIL = {"email": [f"person{each}@example.org" for each in range(280)]}
DECLARED = CONFIG.replace("sensitive: [gender]", "sensitive: [gender, email]")


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def html(context: RunContext) -> str:
    return (context.results.folder / "dataset.html").read_text(encoding="utf-8")


def test_the_change_that_removes_personal_data_is_green(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "train", MAIL, where="base")
    outcome, payload = run(context)
    assert outcome.outcome is Outcome.PASS
    seen = found(payload, "DS801", "email")
    assert (seen.role, seen.outcome, seen.observed) == ("reference", Outcome.SKIPPED, 280)
    assert seen.sentence == (
        "reference.email: 280 e-mail addresses, maximum 0 (n=280); told, not judged: the base commit's own "
        "copy, which its own run judged"
    )
    kept = {column.name: column.hidden for split in payload.datasets for column in split.columns}
    assert kept["email"] == "looks like personal data"


def test_the_change_that_brings_it_is_red_whatever_it_declares(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=DECLARED)
    put(context, "train", MAIL)
    outcome, payload = run(context)
    assert outcome.outcome is Outcome.FAIL
    assert found(payload, "DS801", "email").sentence.endswith(
        "(n=280); declared in data.sensitive or data.key by this change, which rules after the merge"
    )
    note = (
        "data.sensitive: email declared by this change, not by the base commit, which rules. It is left out"
    )
    assert [each for each in outcome.lines if each.startswith(note)]
    assert note in html(context)


def test_what_head_declares_is_kept_back_at_once(tmp_path: Path) -> None:
    head = CONFIG.replace("sensitive: [gender]", "sensitive: [gender, visits]")
    context = make_small(tmp_path, head=head)
    _, payload = run(context)
    kept = {column.name: column.hidden for column in payload.datasets[0].columns}
    assert kept["visits"] == "declared sensitive"
    profiles = context.results.read("profile", StoredProfiles)[0].payload
    assert isinstance(profiles, StoredProfiles)
    assert {each.name: each.withheld for each in profiles.profiles[0].columns}["visits"] == "sensitive"


def test_evaluation_rows_that_the_change_replaces_are_not_its_fault(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"email": [f"person{each}@example.org" for each in range(210)]}, where="base")
    change = PolicyChange(
        key="data.evaluation", base="a", head="b", summary="data/evaluation.parquet changes", location="x"
    )
    moved = replace(context, policy=replace(context.policy, changes=(change,)))
    assert found(run(moved)[1], "DS801", "email").outcome is Outcome.SKIPPED
    assert found(run(context)[1], "DS801", "email").outcome is Outcome.FAIL


def test_a_baseline_that_is_not_to_be_had_is_one_line_on_the_terminal_and_in_the_page(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    (tmp_path / "base" / "data" / "train.parquet").unlink()
    outcome, payload = run(context)
    (line,) = (each for each in outcome.lines if "is not compared" in each)
    assert line.startswith(
        "The training data is not compared with the base commit's: the baseline profile is missing: "
    )
    assert line in payload.notes
    assert "is not compared with the base commit" in html(context)


def test_the_same_bytes_or_no_base_commit_need_no_line(tmp_path: Path) -> None:
    assert run(make_small(tmp_path / "same"))[1].notes == ()
    assert run(make_small(tmp_path / "alone", base=None))[1].notes == ()
