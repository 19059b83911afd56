"""What the model card is told of the configuration."""

from __future__ import annotations

import pytest

from mlops_actions.stages.model_card import answers


@pytest.mark.parametrize(
    ("task", "output", "said"),
    [
        ("regression", "both", "a number"),
        ("binary", "both", "a label and a probability"),
        ("binary", "label", "a label"),
        ("multiclass", "both", "a label and a probability of each class"),
        ("multiclass", "probability", "a probability of each class"),
    ],
)
def test_what_the_api_answers_is_of_the_task(task: str, output: str, said: str) -> None:
    assert answers(task, output) == said
