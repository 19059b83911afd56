"""A working copy that is not what DVC states: refused on a runner, told on a laptop."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.errors import InputError
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.stages import model_checks
from mlops_actions.stages.named_files import check_files
from tests.stages.small import CONFIG, make_small, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

STATED = "e" * 32
EVENTS = ("push", "schedule", "pull_request", "workflow_dispatch")
TRAIN, EVALUATION, LOG = "data/train.parquet", "data/evaluation.parquet", "data/log.parquet"
HINT = "Run `dvc pull` to have the stated data; where the change is meant, `dvc add {0}` and commit {0}.dvc."


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def project(tmp_path: Path, event: str = "", **more: Any) -> RunContext:
    context = make_small(tmp_path, **more)
    return replace(context, source=context.source.model_copy(update={"event": event}))


def tracked(folder: Path, name: str, digest: str) -> None:
    text = f"outs:\n- md5: {digest}\n  hash: md5\n  path: {name.rpartition('/')[2]}\n"
    (folder / f"{name}.dvc").write_text(text)


@pytest.mark.parametrize("event", EVENTS)
def test_on_a_runner_it_is_an_error(tmp_path: Path, event: str) -> None:
    context = project(tmp_path, event)
    tracked(context.root, TRAIN, STATED)
    with pytest.raises(InputError) as caught:
        check_files(context)
    seen = md5(context.root / TRAIN)[:12]
    (problem,) = caught.value.problems
    assert f"{TRAIN}: its md5 begins with {seen}, and {TRAIN}.dvc states eeeeeeeeeeee; it is not this" in str(
        problem
    )
    assert problem.hint == HINT.format(TRAIN)


@pytest.mark.parametrize("event", ["", "local"])
def test_on_a_laptop_it_is_a_note(tmp_path: Path, event: str) -> None:
    context = project(tmp_path, event)
    tracked(context.root, TRAIN, STATED)
    outcome, payload = run(context)
    (note,) = (each for each in payload.notes if each.startswith("This verdict is of the data at hand"))
    assert note.endswith(f"{TRAIN}.dvc states eeeeeeeeeeee. {HINT.format(TRAIN)}")
    assert note in outcome.lines
    assert context.results.read("profile", StoredProfiles)[0].source.dirty  # no baseline for others


@pytest.mark.parametrize("event", ["", *EVENTS])
def test_of_what_is_stated_nothing_is_told(tmp_path: Path, event: str) -> None:
    context = project(tmp_path, event)
    tracked(context.root, TRAIN, md5(context.root / TRAIN))
    assert not [each for each in run(context)[1].notes if "DVC" in each or "dvc" in each]
    assert not context.results.read("profile", StoredProfiles)[0].source.dirty


@pytest.mark.parametrize(("at_base", "refused"), [(True, False), (False, True)])
def test_evaluation_data_where_the_working_copy_s_is_read(
    tmp_path: Path, at_base: bool, refused: bool
) -> None:
    context = project(tmp_path, "push")
    tracked(context.root, EVALUATION, STATED)
    if not at_base:
        (tmp_path / "base" / EVALUATION).unlink()
    if not refused:
        check_files(context)
        return
    with pytest.raises(InputError, match=r"evaluation\.parquet\.dvc states"):
        check_files(context)


def test_a_serving_log(tmp_path: Path) -> None:
    text = CONFIG.replace("evaluate:", f"  serving_log: {LOG}\nevaluate:")
    context = project(tmp_path, "push", head=text, base=text)
    (context.root / LOG).write_bytes((context.root / TRAIN).read_bytes())
    tracked(context.root, LOG, STATED)
    with pytest.raises(InputError, match=r"log\.parquet\.dvc states"):
        run(context)


@pytest.mark.parametrize("event", ["", "push"])
def test_what_is_not_known_is_told(tmp_path: Path, event: str) -> None:
    context = project(tmp_path, event)
    tracked(context.root, "data", f"{STATED}.dir")
    notes = [each for each in run(context)[1].notes if "not known whether" in each]
    assert [each.partition(":")[0] for each in notes] == [TRAIN]
