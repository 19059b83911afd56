from __future__ import annotations

import pytest

from mlops_actions.report.figures import arrows, change, number, seconds, signed, span_of, verdict_word
from mlops_actions.results.evaluation import Change
from mlops_actions.results.words import count
from tests.unit.report.sample import comparison


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0.84694, "0.8469"),
        (-0.00001, "0.0000"),
        (-0.5, "−0.5000"),
        (99.99999, "100.0000"),
        (9345.4, "9,345"),
        (-1584.6, "−1,585"),
    ],
)
def test_number(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_signed_and_intervals_are_of_one_kind() -> None:
    assert signed(0.01) == "+0.0100"
    assert signed(-0.01) == "−0.0100"
    assert span_of(-79.7042, 892) == "[−80, 892]"
    assert span_of(-0.5, 99) == "[−0.5000, 99.0000]"


def test_the_interval_of_a_falling_metric_is_turned_back() -> None:
    falls = comparison("brier", 0.2, 0.18, 0.01, direction="lower_is_better")
    assert change(falls).replace("\u00a0", " ") == "−0.0200 [−0.0300, −0.0100]"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((419.2, 419.24, 0.04), "+0.04 [0.00, 0.08]"),
        ((419.2, 419.2, 0.3), "+0.0 [−0.3, 0.3]"),
        ((419.0, 420.0, 0.04), "+1 [1, 1]"),
        ((0.5, 0.50001, 0.00002), "+0.00001 [−0.00001, 0.00003]"),
        ((0.5, 0.49976, 0.00022), "−0.00024 [−0.00046, −0.00002]"),
        ((0.5, 0.5, 0.0), "no visible change"),
        ((0.5, 0.5 + 1e-12, 0.0), "no visible change"),
    ],
)
def test_a_change_is_told_from_zero(values: tuple[float, float, float], shown: str) -> None:
    assert change(comparison("mae", *values)).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("change -0.5 [-1, -0.2]", "change −0.5 [−1, −0.2]"),
        ("0.8 -> -0.1 (-3)", "0.8 → −0.1 (−3)"),
        ("on 2026-01-02, x=a-1, 3-4 rows, on_missing: -", "on 2026-01-02, x=a-1, 3-4 rows, on_missing: -"),
    ],
)
def test_a_minus_stands_before_figures_only(sentence: str, shown: str) -> None:
    assert arrows(sentence) == shown


def test_words() -> None:
    assert verdict_word(comparison(), Change.REGRESSED).replace("\u00a0", " ") == "▼ regressed"
    assert verdict_word(comparison(difference=None, reason="too_few_rows: 3 rows"), None) == "too few rows"
    assert verdict_word(comparison(difference=None), None) == "no baseline"
    assert [count(1, "rule"), count(1200, "rule")] == ["1 rule", "1,200 rules"]
    assert [seconds(2.345), seconds(125)] == ["2.3 s", "2 min 5 s"]
