"""DS302 and DS306: shares of labels and predictions, each by difference and ratio with interval."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.prevalence import judge
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, rows

PASS, WARN, INCONCLUSIVE, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED
N = 4000


def labels(share: float, n: int = N) -> list[Any]:
    yes = round(share * n)
    return [1] * yes + [0] * (n - yes)


def of_labels(first: list[Any], second: list[Any], task: str = "binary", **own: Any) -> Any:
    found = judge(
        case(rows("train", y=first), rows("evaluation", y=second), task=task, checks={"DS302": own})
    )
    return next(each for each in found if each.id == "DS302")


def test_a_rate_that_doubled_is_told_with_difference_and_ratio() -> None:
    seen = of_labels(labels(0.05), labels(0.10))
    assert (seen.outcome, seen.subject, seen.role, seen.n) == (WARN, "y", "evaluation", N)
    assert seen.observed == pytest.approx(0.05)
    assert seen.sentence == (
        "y, training against evaluation: the share of the 2nd most common of 2 classes went from 0.0500 to "
        "0.1000: difference +0.0500 [+0.0385, +0.0616] (material beyond 0.05), ratio x2 [1.7, 2.35] "
        "(material beyond x1.5), chi-square p 2.1e-17 (significant below 0.001), n=4,000 and 4,000"
    )


@pytest.mark.parametrize(
    ("first", "second", "own", "outcome"),
    [
        (labels(0.10), labels(0.05), {}, WARN),  # either way
        (labels(0.5), labels(0.5), {}, PASS),
        (labels(0.5), labels(0.58), {}, WARN),  # by the difference, not the ratio
        (labels(0.5), labels(0.58), {"material": 0.07}, PASS),
        (labels(0.5), labels(0.56), {}, PASS),  # significant, not shown to be material
        (labels(0.05), labels(0.10), {"ratio": 2}, PASS),
        (labels(0.05), labels(0.10), {"ratio": 2, "material": 0.03}, WARN),
        (labels(0.05), labels(0.10), {"alpha": 1e-300}, PASS),
        (labels(0.05, 150), labels(0.5, 150), {}, INCONCLUSIVE),
        (labels(0.05, 150), labels(0.5, 150), {"min_rows": 150}, WARN),
        (["a", "b"] * 2000, ["a", "b", "b", "b"] * 1000, {}, WARN),
        ([0, 1] * 2000, ["0", "1"] * 2000, {}, PASS),  # the same as text
        ([0, 1] * 2000, [0.0, 1.0] * 2000, {}, PASS),
    ],
)
def test_a_change_is_significant_and_material(
    first: list[Any], second: list[Any], own: dict[str, Any], outcome: Outcome
) -> None:
    assert of_labels(first, second, **own).outcome is outcome


def test_too_few_labels_say_how_many_are_needed() -> None:
    seen = of_labels(labels(0.5, 150), labels(0.5))
    assert seen.sentence == "y, training against evaluation: 150 values, at least 200 are needed"


def test_no_class_is_named() -> None:
    seen = of_labels(["stay"] * 3000 + ["leave"] * 1000, ["stay"] * 2000 + ["leave"] * 2000)
    assert seen.outcome is WARN
    assert "stay" not in seen.sentence
    assert "leave" not in seen.sentence


def test_a_number_is_compared_by_its_mean_and_ks() -> None:
    first = [index % 100 / 10 for index in range(N)]
    seen = of_labels(first, [value + 2 for value in first], "regression")
    assert seen.outcome is WARN
    assert seen.sentence.startswith(
        "y, training against evaluation: the mean went from 4.95 to 6.95: difference +2 [+1.873, +2.127]; "
        "KS 0.2000, at least 0.1669 (material above 0.05), p "
    )
    assert of_labels(first, first, "regression").outcome is PASS


def test_every_pair_with_labels_is_looked_at() -> None:
    found = judge(
        case(
            rows("train", y=labels(0.5)),
            rows("evaluation", y=labels(0.5)),
            rows("reference", y=labels(0.3)),
            rows("serving_log", label=labels(0.9)),
        )
    )
    assert [(each.role, each.subject, each.outcome) for each in found if each.id == "DS302"] == [
        ("evaluation", "y", PASS),
        ("train", "y", WARN),
        ("serving_log", "label", WARN),
    ]
    (alone, _) = judge(case(rows("train", y=labels(0.5))))
    assert (alone.outcome, alone.reason) == (SKIPPED, "no second sample has labels to compare with")


def of_predictions(log: dict[str, list[Any]], target: list[Any], task: str = "binary", **known: Any) -> Any:
    tables = [rows("train", y=target), rows("serving_log", **log)]
    if known:
        tables.append(rows("predictions", **known))
    return next(each for each in judge(case(*tables, task=task)) if each.id == "DS306")


@pytest.mark.parametrize(
    ("log", "task", "outcome", "says"),
    [
        ({"prediction": labels(0.3)}, "binary", PASS, "ratio x1 "),
        ({"prediction": labels(0.5)}, "binary", WARN, "ratio x1.67 "),
        ({"score": [0.3] * N}, "binary", PASS, "the mean went from 0.3 to 0.3"),
        ({"score": [0.4] * N, "prediction": labels(0.3)}, "binary", WARN, "difference +0.1"),
        ({"prediction": [0.4] * N}, "binary", WARN, "the mean went from 0.3 to 0.4"),
        ({"prediction": labels(0.3)}, "regression", PASS, "the mean went from"),
        ({"other": [1]}, "binary", SKIPPED, "no prediction that can be compared"),
    ],
)
def test_served_predictions_are_compared_with_the_labels(
    log: dict[str, list[Any]], task: str, outcome: Outcome, says: str
) -> None:
    seen = of_predictions(log, labels(0.3), task)
    assert seen.outcome is outcome
    assert says in seen.sentence


def test_scores_are_no_labels_that_are_text() -> None:
    seen = of_predictions({"score": [0.4] * N}, ["stay", "leave"] * 2000)
    assert seen.outcome is SKIPPED
    both = of_predictions(
        {"score": [0.4] * N, "prediction": ["stay", "leave"] * 2000}, ["stay", "leave"] * 2000
    )
    assert (both.outcome, both.subject) == (PASS, "prediction")


def test_predictions_on_evaluation_rows_are_the_better_reference() -> None:
    scores = [index % 100 / 100 for index in range(N)]
    same = of_predictions({"score": scores}, labels(0.1), score=scores)
    assert same.outcome is PASS
    assert same.sentence.startswith("score, evaluation against serving: the mean went from 0.495 to 0.495")
    moved = of_predictions({"score": [each / 2 for each in scores]}, labels(0.1), score=scores)
    assert moved.outcome is WARN


def test_without_a_log_predictions_are_skipped() -> None:
    (_, seen) = judge(case(rows("train", y=labels(0.5))))
    assert (seen.id, seen.outcome, seen.reason) == ("DS306", SKIPPED, "data.serving_log is not declared")


def test_a_text_label_of_a_regression_is_no_number() -> None:
    texts = ["a", "b", "c"] * 200
    seen = judge(case(rows("train", y=texts), rows("evaluation", y=texts), task="regression"))
    (found,) = [each for each in seen if each.id == "DS302"]
    assert found.sentence.endswith("a regression's label is a number, and this is text")
    assert found.outcome is Outcome.INCONCLUSIVE


def test_a_label_of_another_kind_is_a_warning() -> None:
    seen = judge(case(rows("train", y=[0, 1] * 300), rows("evaluation", y=["no", "yes"] * 300)))
    (found,) = [each for each in seen if each.id == "DS302"]
    assert found.outcome is Outcome.WARN
    assert "integer in training, text in evaluation: values cannot be compared" in found.sentence
