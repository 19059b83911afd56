"""The model checks on one sample: silent on clean data, loud on a planted fault, within their budget."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from mlops_actions.config.evaluate import ValidateConfig
from mlops_actions.profile.needs import Sample
from mlops_actions.profile.scanner import ROW_NUMBER
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from mlops_actions.stages.model_checks import (
    NOT_INSTALLED,
    OFF,
    Budget,
    run_model_checks,
    sample_need,
    skip_model_checks,
    traced_peak,
    unfit,
)
from tests.unit.checks.labelled import setting

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

KINDS = {"id": "string", "x": "number", "z": "number", "w": "string", "y": "string"}
DATA = {"key": "id"}
ROWS = 1500


def sample(seed: int = 0) -> dict[str, list[Any]]:
    """Two numbers and a word that tell much of the label, with honest doubt and nulls."""
    generator = np.random.default_rng(seed)
    x, z = generator.normal(size=(2, ROWS))
    word = generator.integers(0, 3, ROWS)
    chance = 1 / (1 + np.exp(-3 * (x + 0.7 * z + (word == 1) - 0.3)))
    label = generator.random(ROWS) < chance
    return {
        "id": [f"secret{index}" for index in range(ROWS)],
        "x": [None if index % 50 == 0 else float(value) for index, value in enumerate(x)],
        "z": z.tolist(),
        "w": [("red", "green", "blue")[each] for each in word],
        "y": ["yes" if each else "no" for each in label],
    }


def flip(columns: dict[str, list[Any]], share: float = 0.08) -> set[int]:
    rows = np.random.default_rng(9).permutation(ROWS)[: int(share * ROWS)].tolist()
    for row in rows:
        columns["y"][row] = "no" if columns["y"][row] == "yes" else "yes"
    return set(rows)


def clock(step: float = 0.0) -> Callable[[], float]:
    ticks = count()
    return lambda: next(ticks) * step


def run(
    columns: dict[str, list[Any]], step: float = 1e-6, checks: dict[str, Any] | None = None, **more: Any
) -> Any:
    budget = Budget(cost_per_minute=0.01)
    return run_model_checks(columns, setting(KINDS, DATA, checks, **more), ROWS, budget, clock(step))


def by_id(results: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in results:
        found.setdefault(each.id, []).append(each)
    return found


def test_clean_data_pass_every_check_with_their_numbers() -> None:
    results, measured = run(sample())
    assert [each.id for each in results] == [*["DS404"] * 3, "DS502", "DS602", "DS603"]
    assert [each.sentence for each in results if each.outcome is not Outcome.PASS] == []
    assert measured is not None
    assert (measured.rows, measured.sampled) == (ROWS, ROWS)
    assert {"prepare", "target power", "out of fold", "label errors", "learning curve"} <= set(
        measured.seconds
    )
    assert measured.curve is not None
    assert len(measured.curve.points) == 6
    again, _ = run(sample())
    same = [each.sentence for each in results if each.id != "DS603"]
    assert [each.sentence for each in again if each.id != "DS603"] == same


def test_flipped_labels_are_noticed_by_row_number_and_never_by_value() -> None:
    columns = sample()
    wrong = flip(columns)
    columns[ROW_NUMBER] = [1000 + index for index in range(ROWS)]
    results, measured = run(columns)
    (found,) = by_id(results)["DS502"]
    assert found.outcome is Outcome.WARN
    rows = {each.rows[0] - 1000 for each in found.failures}
    assert {each.where for each in found.failures} == {"train.y"}
    assert len(rows) == 20
    assert len(rows & wrong) >= 17
    assert all("secret" not in each.model_dump_json() for each in (*results, measured))


def test_keys_are_shown_where_values_may_be() -> None:
    columns = sample()
    flip(columns)
    (found,) = by_id(run(columns, show_values=True)[0])["DS502"]
    assert len(found.failures) == 20
    assert all(each.key is not None and each.key.startswith("id secret") for each in found.failures)
    assert {each.rows for each in found.failures} == {()}


def test_rows_without_number_and_key_are_not_named() -> None:
    columns = sample()
    flip(columns)
    (found,) = by_id(run(columns)[0])["DS502"]
    assert (found.outcome, found.failures) == (Outcome.WARN, ())
    assert found.sentence.endswith(", which have no number to name them by")


def test_a_leak_is_noticed_among_the_inputs() -> None:
    columns = sample()
    columns["z"] = [
        float(label == "yes") + 0.01 * row for row, label in zip(columns["z"], columns["y"], strict=True)
    ]
    loud = [(each.id, each.subject) for each in run(columns)[0] if each.outcome is Outcome.WARN]
    assert ("DS404", "z") in loud
    assert ("DS404", "x") not in loud


def test_no_input_is_left_out_in_silence() -> None:
    """A text of other letters in each row is held against the label by its parts, a constant is named."""
    columns = sample()
    columns["w"] = [f"{'A' if label == 'yes' else 'B'}{at}" for at, label in enumerate(columns["y"])]
    columns["x"] = [1.0] * ROWS
    found = {each.subject: each for each in by_id(run(columns)[0])["DS404"]}
    assert set(found) == {"x", "z", "w"}
    assert found["w"].outcome is Outcome.WARN
    assert found["w"].sentence.startswith("train.w by its first character alone: roc_auc 1.0000 (")
    assert (found["x"].outcome, found["x"].reason) == (Outcome.SKIPPED, "constant in the sample")


def test_a_target_out_of_reach_is_told_as_never() -> None:
    (found,) = by_id(run(sample(), checks={"DS602": {"target": 0.999}})[0])["DS602"]
    assert found.outcome is Outcome.WARN
    assert "never: the curve levels off at" in found.sentence


def test_fits_take_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[dict[str, Any]] = []

    def look(*_: object) -> tuple[()]:
        found.extend(threadpool_info())
        return ()

    monkeypatch.setattr("mlops_actions.learning.target_power.target_powers", look)
    with threadpool_limits(2):
        run(sample())
    assert {each["user_api"] for each in found} >= {"openmp"}
    assert {each["num_threads"] for each in found} == {1}


def test_the_budget_ends_between_fits_and_what_is_left_out_is_said() -> None:
    seen = set()
    for step in (8.0, 2.0, 0.9, 0.3):  # seconds for each look at the clock
        results, measured = run(sample(), step)
        assert {each.id for each in results} == {"DS404", "DS502", "DS602", "DS603"}
        assert measured is not None
        seen |= {each.sentence for each in results if each.outcome is Outcome.SKIPPED}
    assert any("stopped after" in each and "sizes" in each for each in seen)
    assert any("stopped after 0 of 3 inputs (validate.model_budget 20 s)" in each for each in seen)


def test_a_regression_has_no_label_errors() -> None:
    columns = sample()
    columns["y"] = [3 * value + 1 for value in columns["z"]]
    kinds = {**KINDS, "y": "number"}
    results, _ = run_model_checks(
        columns, setting(kinds, DATA, task="regression"), ROWS, Budget(), clock(1e-6)
    )
    found = by_id(results)
    assert found["DS502"][0].outcome is Outcome.SKIPPED
    assert [(each.subject, each.outcome) for each in found["DS404"]][1] == ("z", Outcome.WARN)
    assert "r2" in found["DS602"][0].sentence


def test_what_cannot_be_learnt_is_skipped_with_the_reason() -> None:
    columns = {**sample(), "y": ["yes"] * ROWS}
    results, measured = run(columns)
    assert measured is None
    assert {each.reason for each in results} == {"1 class to learn, 2 to 50 are needed"}
    assert [each.id for each in results] == ["DS404", "DS502", "DS602", "DS603"]


def test_off_or_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unfit(ValidateConfig()) == ""
    assert unfit(ValidateConfig(model_checks="off")) == OFF
    monkeypatch.setattr(model_checks, "find_spec", lambda name: None if name == "sklearn" else name)
    assert unfit(ValidateConfig()) == NOT_INSTALLED
    skipped = skip_model_checks(setting(KINDS, DATA), ROWS, OFF)
    assert {(each.outcome, each.reason) for each in skipped} == {(Outcome.SKIPPED, OFF)}


def test_the_sample_has_inputs_and_label_and_keys_only_to_show() -> None:
    assert sample_need(setting(KINDS, DATA), 500) == Sample("train", ("x", "z", "w", "y"), 500, 0)
    shown = sample_need(setting(KINDS, DATA, show_values=True), 500, 3)
    assert shown == Sample("train", ("x", "z", "w", "y", "id"), 500, 3)
    assert sample_need(setting({"x": "number"}, {}), 500) is None
    assert sample_need(setting({"y": "number"}, {}), 500) is None


def test_importing_the_stage_brings_no_heavy_package() -> None:
    code = (
        "import sys, mlops_actions.stages.model_checks; "
        "print(sorted({'sklearn', 'pandas', 'matplotlib', 'scipy.stats'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_peak_memory_is_the_most_held_at_once() -> None:
    assert 8_000_000 <= traced_peak(lambda: np.ones(1_000_000).sum()) < 9_000_000
