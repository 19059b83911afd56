"""`train.ladder`: a word or a mapping, on the base commit's side."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.config.ladder import RUNGS, LadderConfig
from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError
from mlops_actions.gate.ownership import merge

TEXT = "version: 1\nproject: p\ndata: {{train: t.csv, target: y}}\ntrain:\n  process: {{}}\n  ladder: {}\n"


def _ladder(text: str) -> Any:
    train = parse(TEXT.format(text), "mlops.yaml").train
    assert train is not None
    return train.simple_models()


def test_the_words_with_or_without_quotes() -> None:
    assert _ladder("auto") == _ladder("on") == _ladder("true") == LadderConfig()
    assert _ladder("off") is None
    assert _ladder("'off'") is None
    assert LadderConfig().rungs == RUNGS


def test_a_mapping_in_any_order() -> None:
    found = _ladder("{budget: 2m, rungs: [boosting, dummy, dummy], rows: 500, seed: 4}")
    assert found == LadderConfig(budget=120, rungs=("dummy", "boosting"), rows=500, seed=4)


@pytest.mark.parametrize(
    "wrong", ["{budget: 0s}", "{rungs: []}", "{rungs: [forest]}", "{rows: 10}", "{budgets: 3s}", "always"]
)
def test_what_is_refused_names_its_line(wrong: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.format(wrong), "mlops.yaml")
    assert caught.value.location is not None or "mlops.yaml:6" in str(caught.value)


def test_a_change_cannot_switch_its_judge_off() -> None:
    base, head = (parse(TEXT.format(word), "mlops.yaml") for word in ("auto", "off"))
    merged = merge(base, head, lambda path: f"mlops.yaml:{len(path)}")
    assert merged.config.train is not None
    assert merged.config.train.ladder == "auto"
    assert [change.key for change in merged.changes] == ["train.ladder"]
