"""What `mlops explain` says of a gate rule is what the models and the judges know."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
import yaml

from mlops_actions.config.gate import GateRule
from mlops_actions.gate.catalog import HEAD, NAMES, RULE_WORDS, RuleWord

README = (Path(__file__).resolve().parents[3] / "README.md").read_text()


def test_every_key_of_a_rule_is_explained() -> None:
    assert sorted(NAMES) == sorted(GateRule.model_fields)


@pytest.mark.parametrize("word", RULE_WORDS, ids=NAMES)
def test_the_example_is_a_legal_rule_that_uses_the_word(word: RuleWord) -> None:
    rule = GateRule.model_validate(yaml.safe_load(word.example))
    assert word.name in rule.model_fields_set


@pytest.mark.parametrize("word", RULE_WORDS, ids=NAMES)
def test_the_rows_are_the_readmes(word: RuleWord) -> None:
    own = ("`maximum`", "`min_improvement`")  # the README says of these that they mirror
    for row in word.rows:
        assert row in README or any(name in row for name in own), row
    assert HEAD in README


@pytest.mark.parametrize("word", RULE_WORDS, ids=NAMES)
def test_defaults_and_choices_are_told(word: RuleWord) -> None:
    field = GateRule.model_fields[word.name]
    if word.kind == "option" and field.default is not None:
        assert str(field.default).lower() in word.text
    for choice in typing.get_args(field.annotation):
        if isinstance(choice, str) and word.name != "severity":
            assert choice in word.text
