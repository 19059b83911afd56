"""The base commit's stored profile: read only as it is, and the reference where its rows are gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.connections import connected
from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.profile.column import TIMES
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.profile import StoredColumn, StoredProfile, StoredProfiles
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks, validate
from mlops_actions.stages.baseline_profile import Found, baseline_profile
from tests.stages.small import make_small, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.results.dataset import CheckResult
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


def test_the_profile_that_the_base_commit_stored(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    seen = baseline_profile(context, lambda: profile_json(context, tmp_path / "stored"))
    assert seen.stored is not None
    assert seen.stored.rows == 7
    assert seen.record is not None
    assert (seen.record.role, seen.record.path) == ("base_profile", "results-of-main/profile.json")


@pytest.mark.parametrize("source", [{"sha": "c" * 40}, {"dirty": True}])
def test_a_profile_of_another_state_does_not_count(tmp_path: Path, source: dict[str, Any]) -> None:
    context = make_small(tmp_path)
    found = profile_json(context, tmp_path / "stored", **source)
    seen = baseline_profile(context, lambda: found)
    assert seen.stored is None
    assert "profile.json" in seen.why


def test_a_split_that_was_not_stored_is_said(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    found = profile_json(context, tmp_path / "stored")
    seen = baseline_profile(context, lambda: found, role="evaluation")
    assert (seen.stored, seen.why) == (None, "results-of-main/profile.json holds no profile of evaluation")


def test_a_folder_that_cannot_be_opened_names_no_path_of_the_machine(tmp_path: Path) -> None:
    def denied() -> Found:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    seen = baseline_profile(make_small(tmp_path), denied)
    assert seen.why == "the base commit's results cannot be read (Permission denied)"


def test_without_a_base_commit_nothing_is_looked_for(tmp_path: Path) -> None:
    def asked() -> Found:
        raise AssertionError

    seen = baseline_profile(make_small(tmp_path, base=None), asked)
    assert seen.why == "there is no base commit to compare with"


# --- as the reference of validate


def remembered(context: RunContext, folder: Path) -> Found:
    """The base commit's results: its own data validated as it is, and then its data is gone."""
    base = context.root.parent / "base"
    own = replace(
        context,
        root=base,
        base_root=None,
        policy=replace(context.policy, base=None, base_sha=""),
        results=ResultsFolder(folder, sha=BASE),
        source=context.source.model_copy(update={"sha": BASE}),
    )
    validate.run(own)
    (base / "data" / "train.parquet").unlink()
    return Found(folder, "results-of-main")


def judged(context: RunContext, found: Found) -> tuple[DatasetResult, dict[str, CheckResult]]:
    validate.run(context, lambda: found)
    payload = context.results.read("dataset", DatasetResult)[0].payload
    assert isinstance(payload, DatasetResult)
    return payload, {check.id: check for check in payload.checks}


def test_drift_against_the_stored_profile_where_the_rows_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    context = make_small(tmp_path)
    put(context, "train", {}, where="base")
    found = remembered(context, tmp_path / "stored")
    put(context, "train", {"city": ["Oslo"] * 250 + ["Bergen"] * 30})
    payload, checks = judged(context, found)
    history = checks["DS304"]
    assert history.outcome is Outcome.WARN
    assert history.sentence == (
        "1 of 2 columns drift between the reference's stored profile and training: city "
        "(L-infinity 0.3929, at least 0.3240, material above 0.05) (n=280)"
    )
    (change,) = payload.data_changes
    assert (change.rows_before, change.rows_now) == (280, 280)
    assert change.reason.startswith("the base commit's rows are not at hand")
    assert [shift.column for shift in change.shifts] == ["city"]
    inputs = context.results.read("dataset", DatasetResult)[0].inputs
    assert [each.path for each in inputs if each.role == "base_profile"] == ["results-of-main/profile.json"]


def test_the_same_bytes_need_no_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    context = make_small(tmp_path)
    put(context, "train", {}, where="base")
    _, checks = judged(context, remembered(context, tmp_path / "stored"))
    assert checks["DS304"].reason == "the training data is the base commit's, byte for byte"


def test_without_either_both_reasons_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    context = make_small(tmp_path)
    (tmp_path / "base" / "data" / "train.parquet").unlink()
    _, checks = judged(context, Found(why="no artifact mlops-baseline of it"))
    assert checks["DS304"].reason.startswith(
        "the baseline profile is missing: data/train.parquet at bbbbbbbbbbbb"
    )
    assert checks["DS304"].reason.endswith("; no artifact mlops-baseline of it")


KINDS: dict[str, tuple[Callable[[int], Any], int]] = {
    "integer": (lambda at: at, 3),
    "number": (lambda at: at / 4, 3),
    "string": (lambda at: f"t{at}", 3),
    "boolean": (lambda at: at % 2 == 0, 2),
    "date": (lambda at: f"20{at // 28 + 10}-01-{at % 28 + 1:02}", 3),
    "timestamp": (lambda at: f"2026-01-01 12:{at // 60:02}:{at % 60:02}", 3),
}


def put_every_kind(context: RunContext, start: int, *, where: str = "head") -> None:
    """Training rows with few values, as many as rows, and none but one, of every kind."""
    made: dict[str, list[Any]] = {}
    for kind, (value, few) in KINDS.items():
        made[f"{kind} few"] = [value(at % few) for at in range(280)]
        made[f"{kind} many"] = [value(start + at) for at in range(280)]
        made[f"{kind} none"] = [value(0), *[None] * 279]
    put(context, "train", made, where=where)
    path = context.root.parent / where / "data" / "train.parquet"
    times = [name for name in made if name.split()[0] in TIMES]
    casts = ", ".join(f'CAST("{name}" AS {name.split()[0]}) AS "{name}"' for name in times)
    connection = connected()
    connection.execute(f"CREATE TABLE t AS SELECT * REPLACE ({casts}) FROM '{path}'")
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def test_columns_of_every_kind_are_compared_with_a_stored_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    context = make_small(tmp_path)
    put_every_kind(context, 0, where="base")
    found = remembered(context, tmp_path / "stored")
    put_every_kind(context, 140)
    (change,) = judged(context, found)[0].data_changes
    moved = {shift.column: shift.effect for shift in change.shifts}
    assert moved == {f"{kind} many": pytest.approx(0.5, abs=0.05) for kind in ("integer", *TIMES)}
