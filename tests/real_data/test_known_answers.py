"""What is known to be wrong with real data sets is found, with the numbers that pandas counts, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sklearn.datasets import load_iris

from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.results.dataset import CheckResult, DatasetResult

    Validate = Callable[..., DatasetResult]

FAIL, WARN, PASS = Outcome.FAIL, Outcome.WARN, Outcome.PASS
IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width", "species")
DIAMONDS = """\
version: 1
allow_extra_columns: true
columns:
  x: {type: number, minimum: 0.1}
  y: {type: number, minimum: 0.1}
  z: {type: number, minimum: 0.1}
  depth: {type: number}
checks:
  - {id: three_dimensions, predicate: "x > 0 AND y > 0 AND z > 0"}
  - {id: depth_is_of_the_dimensions, predicate: "x + y = 0 OR abs(depth - 200 * z / (x + y)) <= 1"}
"""


def loud(result: DatasetResult, identifier: str) -> list[CheckResult]:
    found = [each for each in result.checks if each.id == identifier]
    assert found
    return [each for each in found if each.outcome in {FAIL, WARN}]


def of(result: DatasetResult, identifier: str, subject: str) -> CheckResult:
    return next(each for each in result.checks if (each.id, each.subject) == (identifier, subject))


def test_adult_has_copied_and_repeated_rows(validate: Validate) -> None:
    """23 of the test rows are copies of training rows; 24 training and 5 test rows repeat an earlier one."""
    data = "{train: adult_train.csv, evaluation: adult_test.csv, target: income}"
    result = validate(data, "adult_train.csv", "adult_test.csv")
    (copied,) = loud(result, "DS401")
    assert (copied.outcome, copied.observed, copied.n) == (FAIL, 23, 16_281)
    assert [(each.role, each.observed) for each in loud(result, "DS201")] == [
        ("train", 24),
        ("evaluation", 5),
    ]
    assert [(each.rows, len(each.columns)) for each in result.datasets] == [(32_561, 15), (16_281, 15)]
    # The published split is random: nothing drifts in 48,842 rows, and no country is new.
    assert [loud(result, each) for each in ("DS301", "DS302", "DS303")] == [[], [], []]
    assert len([row for row in result.drift if row.outcome is PASS]) == 14


def test_churn_has_blank_charges(validate: Validate) -> None:
    """11 customers of tenure 0 have a blank instead of charges, so that the whole column is text."""
    result = validate("{train: churn.csv, target: Churn, key: customerID}", "churn.csv")
    (blank,) = loud(result, "DS203")
    assert (blank.subject, blank.observed, blank.n) == ("TotalCharges", 11, 7_043)
    charges = next(each for each in result.datasets[0].columns if each.name == "TotalCharges")
    assert (charges.type, charges.nulls) == ("string", 0)


@pytest.mark.parametrize(("key", "repeated"), [("", 0), (", exclude: [customerID]", 22)])
def test_churn_repeats_rows_but_for_the_key(real_data: Path, key: str, repeated: int) -> None:
    scanner = DuckDBScanner.open(real_data / "churn.csv", "churn.csv")
    columns = [name for name in scanner.kinds if not (key and name == "customerID")]
    assert scanner.repeats(columns) == repeated


def test_impossible_diamonds_break_a_range_and_a_predicate(validate: Validate) -> None:
    """20 of 53,940 have a dimension of 0: 8 of x, 7 of y, 20 of z; 146 rows repeat an earlier one."""
    result = validate(
        "{train: diamonds.csv, target: price, schema: schema.yaml}",
        "diamonds.csv",
        more="evaluate: {task: regression}\n",
        schema=DIAMONDS,
    )
    for name, rows in (("x", 8), ("y", 7), ("z", 20)):
        outside = of(result, "DS103", name)
        assert (outside.outcome, f": {rows} of n=53,940 values" in outside.sentence) == (FAIL, True)
    for name, rows in (("three_dimensions", 20), ("depth_is_of_the_dimensions", 93)):
        broken = of(result, "DS110", name)
        assert (broken.outcome, round(float(broken.observed or 0) * 53_940)) == (FAIL, rows)
    (repeated,) = loud(result, "DS201")
    assert repeated.observed == 146


def test_two_wrong_iris_rows_are_found_by_key(real_data: Path, tmp_path: Path) -> None:
    """Rows 34 and 37 differ from Fisher's table as scikit-learn has it: three measurements of two flowers."""
    fisher = load_iris(as_frame=True).frame.set_axis(IRIS, axis=1)
    fisher.rename_axis("flower").reset_index().to_csv(tmp_path / "fisher.csv", index=False)
    theirs = DuckDBScanner.open(real_data / "iris.csv", "iris.csv")
    right = DuckDBScanner.open(tmp_path / "fisher.csv", "fisher.csv")
    changed = theirs.changes(("flower",), IRIS, right)
    assert (changed.added, changed.removed, changed.changed) == (0, 0, 2)
    assert dict(changed.by_column) == {"petal_width": 1, "sepal_width": 1, "petal_length": 1}
    assert (theirs.repeats(IRIS), right.repeats(IRIS)) == (3, 1)


def test_penguins_have_numbers_written_as_text(validate: Validate) -> None:
    """Two penguins were not measured: their NA makes four columns of numbers text."""
    result = validate("{train: penguins.csv, target: species}", "penguins.csv")
    mixed = {each.subject: each.sentence for each in loud(result, "DS206")}
    assert set(mixed) == {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"}
    told = "2 values written as a word for missing (such as NA) make the column text; the other 342 "
    assert all(told + "are numbers" in sentence for sentence in mixed.values())
    assert loud(result, "DS201") == []


def test_german_credit_is_clean(validate: Validate) -> None:
    result = validate("{train: german.csv, target: risk}", "german.csv")
    assert result.datasets[0].rows == 1_000
    assert [loud(result, each) for each in ("DS201", "DS203", "DS501")] == [[], [], []]


def test_fraud_has_ids_that_are_not_judged_and_a_label_that_is(
    validate: Validate, real_data: Path, tmp_path: Path
) -> None:
    """Rows 0 to 49,995 against the rest: the id goes on, the cards and the rate of fraud stay as they are."""
    whole = pd.read_csv(real_data / "fraud.csv")
    for name, rows in (("first.csv", whole[: len(whole) // 2]), ("second.csv", whole[len(whole) // 2 :])):
        rows.to_csv(tmp_path / name, index=False)
    result = validate("{train: first.csv, evaluation: second.csv, target: fraud}")
    assert {row.column for row in result.drift if row.outcome is Outcome.SKIPPED} >= {"id", "datetime"}
    (label,) = (each for each in result.checks if each.id == "DS302")
    assert label.outcome is PASS
    assert label.n == len(whole) - len(whole) // 2
