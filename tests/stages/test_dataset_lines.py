from __future__ import annotations

from mlops_actions.results.dataset import CheckResult, DatasetResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.dataset_lines import MOST, dataset_lines


def check(outcome: Outcome, sentence: str, identifier: str = "DS103") -> CheckResult:
    return CheckResult(
        id=identifier, title="Range", subject="x", role="train", outcome=outcome, sentence=sentence
    )


def lines(*checks: CheckResult) -> tuple[str, ...]:
    return dataset_lines(DatasetResult(datasets=(), checks=checks, notes=("a note",)))


def test_failures_stand_before_warnings_whatever_their_ids() -> None:
    said = lines(
        check(Outcome.INCONCLUSIVE, "unsure"),
        check(Outcome.WARN, "odd"),
        check(Outcome.PASS, "fine"),
        check(Outcome.FAIL, "bad"),
        check(Outcome.SKIPPED, "left out"),
    )
    assert said[1:] == (
        "✗ DS103 bad",
        "! DS103 odd",
        "! DS103 unsure",
        "1 of 5 checks pass, 1 skipped",
        "a note",
    )


def test_twenty_are_said_and_the_others_counted() -> None:
    said = lines(
        *(check(Outcome.WARN, f"odd {place}") for place in range(15)),
        *(check(Outcome.FAIL, f"bad {place}") for place in range(15)),
    )
    assert [line for line in said if "bad" in line] == [f"✗ DS103 bad {place}" for place in range(15)]
    assert sum(line.startswith(("✗", "!")) for line in said) == MOST
    assert said[MOST + 1] == "and 10 more in dataset.json"


def test_what_training_will_take_is_said_though_it_passes() -> None:
    said = lines(
        check(Outcome.PASS, "twice the rows add 0.01", "DS602"), check(Outcome.SKIPPED, "off", "DS603")
    )
    assert said[1:] == ("DS602 twice the rows add 0.01", "1 of 2 checks pass, 1 skipped", "a note")
