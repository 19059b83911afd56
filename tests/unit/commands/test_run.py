"""The last line of a run."""

from __future__ import annotations

import pytest

from mlops_actions.commands.run import duration


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        (0.0, "62.0 s in all"),
        (1.9, "62.0 s in all"),
        (17.25, "62.0 s in all, 17.2 s of them set-up: the environment or image was made"),
    ],
)
def test_set_up_is_told_apart(setup: float, said: str) -> None:
    assert duration(62.0, setup) == said
