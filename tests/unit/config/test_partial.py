"""A mistake of mlops.yaml hides no other, and what is left of the file can be judged."""

from __future__ import annotations

import pytest

from mlops_actions.config.parse import parse_partly
from mlops_actions.config.partial import UNREAD

RULE_0, RULE_1 = "gate.rules[0].score", "gate.rules[1].kpi"
TEXT = """\
version: 1
project: churn
business:
  kpis:
    - {id: money, title: Money, row_value: label}
data:
  train: a.csv
  target: churned
  features: [age, visits]
train: {process: {}, seed: 1}
gate:
  rules:
    - {score: effective, minimum: 1}
    - {kpi: money, minimum: 1}
"""


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"score: effective": "score: total", "kpi: money": "kpi: zz"}, [RULE_0, RULE_1]),
        ({"row_value: label": "row_value: 5"}, ["business.kpis[0].row_value"]),
        ({"id: money": "id: 1money"}, ["business.kpis[0].id"]),
        ({"process: {}, seed: 1": "seed: x"}, ["train.seed"]),
        ({"  target: churned\n": "", "kpi: money": "kpi: zz"}, ["data", "gate.rules[1].kpi"]),
        ({"version: 1": "version: 2", "kpi: money, ": ""}, ["version", "gate.rules[1]"]),
    ],
)  # fmt: skip
def test_each_mistake_is_told_once_in_the_order_of_the_file(changes: dict[str, str], keys: list[str]) -> None:
    text = TEXT
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    config, problems = parse_partly(text, "mlops.yaml")
    assert config is not None
    assert [each.message.partition(": ")[0].removesuffix(".target") for each in problems] == keys
    assert not any(UNREAD in str(each) for each in problems)


def test_what_is_left_keeps_its_places() -> None:
    text = TEXT.replace("[age, visits]", "[5, visits]").replace("score: effective", "score: total")
    config, _ = parse_partly(text, "mlops.yaml")
    assert config is not None
    assert config.data.features == (UNREAD, "visits")
    assert config.gate.rules[1].kpi == "money"


def test_a_file_without_a_mistake_is_itself() -> None:
    config, problems = parse_partly(TEXT, "mlops.yaml")
    assert config is not None
    assert (problems, config.data.features) == ((), ("age", "visits"))
