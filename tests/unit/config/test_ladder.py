"""`train.ladder`: a word or a mapping, on the base commit's side."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.config.ladder import RUNGS, LadderConfig
from mlops_actions.config.model import Config
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
    ("wrong", "said"),
    [
        ("{budgt: 3s}", "train.ladder.budgt: unknown key. Did you mean 'budget'?"),
        (
            "{rungs: [dummy, lineer]}",
            "train.ladder.rungs[1]: should be 'dummy', 'tree', 'last_value', 'linear'",
        ),
        ("{rungs: []}", "train.ladder.rungs: should have at least 1 item; seen: []."),
        ("{rows: 10}", "train.ladder.rows: should be greater than or equal to 100; seen: 10."),
        ("{budget: -1s}", "train.ladder.budget: duration '-1s': a number and a unit"),
        ("{budget: 0s}", "train.ladder.budget: "),
        (
            "{rungs: [dummy, last_value]}",
            "train.ladder.rungs: last_value is of numbers; evaluate.task is binary",
        ),
        ("[dummy]", "train.ladder: should be 'off' or 'auto' or "),
        ("of", "train.ladder: should be 'off' or 'auto' or a mapping; seen: 'of'. Did you mean 'off'?"),
    ],
)
def test_what_is_refused_is_named_with_its_path_and_line_once(wrong: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.format(wrong), "mlops.yaml")
    assert len(caught.value.problems) == 1
    (problem,) = caught.value.problems
    assert f"{problem.message} {problem.hint}".startswith(said)
    assert problem.location is not None
    assert problem.location.line == 6


def test_an_editor_s_schema_allows_what_the_parser_does() -> None:
    allowed = Config.model_json_schema()["$defs"]["TrainConfig"]["properties"]["ladder"]["anyOf"]
    assert {"type": "boolean"} in allowed


def test_a_change_cannot_switch_its_judge_off() -> None:
    base, head = (parse(TEXT.format(word), "mlops.yaml") for word in ("auto", "off"))
    merged = merge(base, head, lambda path: f"mlops.yaml:{len(path)}")
    assert merged.config.train is not None
    assert merged.config.train.ladder == "auto"
    assert [change.key for change in merged.changes] == ["train.ladder"]
