"""mlops.yaml's mistakes: all of them, each on its line, with what was seen, what is allowed, a next step."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlops_actions.config.base import ConfigModel
from mlops_actions.config.model import Config
from mlops_actions.config.parse import MAX_BYTES, allowed_keys, parse
from mlops_actions.errors import ConfigError

TEXT = """\
version: 1
project: churn
business:
  kpis:
    - id: money
      title: Money
      row_value: label
data:
  train: a.csv
  target: churned
evaluate:
  metrics: [roc_auc, recall]
gate:
  rules:
    - {metric: roc_auc, minimum: 0.8}
    - {kpi: money, minimum: 1}
"""


def told(text: str) -> list[str]:
    """Each problem's text."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "mlops.yaml")
    assert caught.value.exit_code == 3
    return [str(each) for each in caught.value.problems]


def test_the_whole_text() -> None:
    config = parse(TEXT, "mlops.yaml")
    assert (config.data.target, config.gate.rules[1].kpi) == ("churned", "money")


DATA_KEYS = (
    "Allowed: train, evaluation, serving_log, target, key, time, weight, features, exclude, sensitive, "
    "schema, sources, provenance."
)
SCALAR = "a text or true or false or a whole number or a number"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("target:", "traget:", "8: data.target: required, and missing. Add it."),
        ("target:", "traget:", f"10: data.traget: unknown key. Did you mean 'target'? {DATA_KEYS}"),
        (
            "train: a",
            "schema_: x\n  train: a",
            f"9: data.schema_: unknown key. Did you mean 'schema'? {DATA_KEYS}",
        ),
        ("version: 1\n", "", "1: version: required, and missing. Add it."),
        ("version: 1", "version: 2", "1: version: should be 1; seen: 2. Mend this value."),
        ("[roc_auc, recall]", "f1", "12: evaluate.metrics: should be a list; seen: 'f1'. Mend this value."),
        ("0.8", "[1]", "15: gate.rules[0].minimum: should be a number; seen: [1]. Mend this value."),
        ("0.8", ".nan", "15: gate.rules[0].minimum: should be a finite number; seen: nan. Mend this value."),
        ("title: Money", "title: 7", '6: business.kpis[0].title: should be a text; seen: 7. Quote it: "7".'),
        (
            "0.8",
            "0.8, severity: wran",
            "15: gate.rules[0].severity: should be 'fail' or 'warn'; seen: 'wran'. Did you mean 'warn'?",
        ),
        (
            "data:",
            "train: {process: {}, hyperparameters: {C: [1]}}\ndata:",
            f"8: train.hyperparameters.C: should be {SCALAR}; seen: [1]. Mend this value.",
        ),
        ("data:", "data: 5\nx:", "8: data: should be a mapping; seen: 5. Mend this value."),
    ],
)
def test_what_is_told_of_one_mistake(old: str, new: str, expected: str) -> None:
    assert f"mlops.yaml:{expected}" in told(TEXT.replace(old, new, 1))


def test_mistakes_of_rules_stand_on_the_rules_lines_all_at_once() -> None:
    text = TEXT.replace("metric: roc_auc,", "metric: f1,").replace("kpi: money,", "kpi: mony,")
    guess = "Did you mean 'money'? Declared: money."
    add = "Add it to evaluate.metrics, or name one of: roc_auc, recall."
    assert told(text) == [
        f"mlops.yaml:15: gate.rules[0].metric: 'f1' is not evaluated. {add}",
        f"mlops.yaml:16: gate.rules[1].kpi: no KPI 'mony' in business.kpis. {guess}",
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [("", "nothing"), ("- a\n", "list"), ("just words", "str")],
)
def test_a_text_that_is_no_mapping(text: str, seen: str) -> None:
    message = f"mlops.yaml:1: a mapping with version, project and data is required; seen: {seen}."
    assert told(text) == [f"{message} README.md has two examples."]


def test_a_huge_text_is_not_read_and_its_size_is_bytes() -> None:
    assert told(TEXT + "#" + "é" * (MAX_BYTES // 2))[0].startswith(
        "mlops.yaml: more than 1,000,000 bytes; at most that many are read"
    )


def test_a_long_value_is_shown_in_part() -> None:
    found = told(TEXT.replace("version: 1", f"version: {'x' * 500}"))
    assert len(found[0]) < 150


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), {"version", "validate", "monitor"}),
        (("gate", "rules", 3), {"metric", "min_samples"}),
        (("train", "container"), {"build", "image"}),
        (("validate",), {"model_checks", "skip"}),
        (("train", "hyperparameters"), set()),
        (("bogus",), set()),
    ],
)
def test_allowed_keys_are_those_of_the_file(path: tuple[str | int, ...], some: set[str]) -> None:
    keys = allowed_keys(path, Config)
    assert some <= set(keys)
    assert "schema_" not in keys
    assert bool(keys) == bool(some)


@pytest.mark.parametrize(
    ("written", "meant"), [("off", "off"), ("no", "off"), ("on", "auto"), ("auto", "auto")]
)
def test_off_without_quotes_is_the_word_off(written: str, meant: str) -> None:
    head = "version: 1\nproject: p\ndata: {train: a.csv, target: y}\n"
    text = f"{head}validate: {{model_checks: {written}}}\nevaluate: {{baseline: {written}}}\n"
    config = parse(text, "mlops.yaml")
    assert config.validate_.model_checks == meant
    assert config.evaluate.baseline == meant.replace("off", "none")


LONG = "a" * 300 + ".csv"
WITH_PATHS = """\
version: 1
project: churn
data:
  train: {train}
  evaluation: {evaluation}
  serving_log: {serving_log}
  schema: {schema}
  target: churned
  sources:
    - {{id: crm, owner: Ann, licence: MIT, path: {source}}}
train:
  container:
    build: {build}
    dockerfile: {dockerfile}
  process:
    requirements: {requirements}
  channels:
    more: {channel}
score:
  evidence: {evidence}
"""
PATHS = {
    "train": "data.train",
    "evaluation": "data.evaluation",
    "serving_log": "data.serving_log",
    "schema": "data.schema",
    "source": "data.sources[0].path",
    "build": "train.container.build",
    "dockerfile": "train.container.dockerfile",
    "requirements": "train.process.requirements",
    "channel": "train.channels.more",
    "evidence": "score.evidence",
}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('"tr\\0ain.csv"', "the character U+0000; no path has one."),
        ('"tr\\nain.csv"', "the character U+000A; no path has one."),
        (LONG, "a name of 304 bytes; at most 255 are allowed."),
        ("é" * 150, "a name of 300 bytes; at most 255 are allowed."),
        ("/".join(["é" * 100] * 9), None),
        ("/".join(["\U0001f600" * 60] * 12), "a path of 2,891 bytes; at most 2,000 are allowed."),
    ],
)
@pytest.mark.parametrize("place", PATHS)
def test_a_path_that_no_system_opens_is_told_with_its_line(
    place: str, written: str, message: str | None
) -> None:
    text = WITH_PATHS.format(**{name: written if name == place else "x" for name in PATHS})
    if message is None:
        parse(text, "mlops.yaml")
        return
    line = next(number for number, each in enumerate(text.splitlines(), 1) if written in each)
    assert told(text) == [f"mlops.yaml:{line}: {PATHS[place]}: {message} Mend this value."]


def test_an_address_may_have_long_names() -> None:
    config = parse(TEXT.replace("a.csv", f"s3://bucket/{LONG}"), "mlops.yaml")
    assert config.data.train == f"s3://bucket/{LONG}"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("version: 1", "version: true", "1: version"),
        ("minimum: 0.8", "minimum: true", "15: gate.rules[0].minimum"),
        ("metrics: [roc_auc, recall]", "resamples: yes", "12: evaluate.resamples"),
    ],
)
def test_true_is_no_number(old: str, new: str, key: str) -> None:
    wanted = f"mlops.yaml:{key}: true or false where a number is needed. Mend this value."
    assert wanted in told(TEXT.replace(old, new))


def test_a_truth_in_a_list_of_numbers_is_none_either() -> None:
    class Limits(ConfigModel):
        """Of several kinds."""

        bins: tuple[float, ...] = ()
        mixed: tuple[int | bool, ...] = ()
        switch: bool = False
        optional: float | None = None

    Limits(bins=(1, 2.5), mixed=(True, 1), switch=True, optional=None)
    for wrong in ({"bins": [1, True]}, {"optional": False}):
        with pytest.raises(ValidationError, match="true or false where a number is needed"):
            Limits.model_validate(wrong)
