"""`train.steps`: order, limits, and every mistake in them on its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.config.container import Resources
from mlops_actions.config.parse import parse
from mlops_actions.config.steps_graph import made_by, ordered
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from mlops_actions.config.model import Config

TEXT = """\
version: 1
project: churn
data: {train: a.csv, target: churned}
train:
  container: {build: .}
  channels: {codes: codes.csv}
  steps:
    - {id: ingest, command: [python, ingest.py], inputs: [train], outputs: [raw]}
    - {id: features, command: [python, features.py], inputs: [raw, codes], outputs: [features]}
    - {id: train, command: [train], inputs: [features]}
"""
INGEST = "{id: ingest, command: [python, ingest.py], inputs: [train], outputs: [raw]}"
FEATURES = "{id: features, command: [python, features.py], inputs: [raw, codes], outputs: [features]}"
BUILD = "  container: {build: .}\n"
TRAIN = "{id: train, command: [train], inputs: [features]}"


def told(text: str) -> list[str]:
    """Each problem's text."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "mlops.yaml")
    return [str(each) for each in caught.value.problems]


def config(text: str = TEXT) -> Config:
    return parse(text, "mlops.yaml")


def order(text: str) -> list[str]:
    train = config(text).train
    assert train is not None
    return [step.id for step in ordered(train.steps)]


def test_steps_run_after_what_they_read_and_else_in_the_order_of_the_list() -> None:
    assert order(TEXT) == ["ingest", "features", "train"]
    turned = TEXT.replace(INGEST, "X").replace(FEATURES, INGEST).replace("X", FEATURES)
    assert order(turned) == ["ingest", "features", "train"]
    two = TEXT.replace(
        f"    - {FEATURES}",
        f"    - {FEATURES}\n    - {{id: aside, command: [x], inputs: [train], outputs: [more]}}",
    ).replace("[features]}\n", "[features]}\n", 1)
    both = two.replace(TRAIN, "{id: train, command: [train], inputs: [more, features]}")
    assert order(both) == ["ingest", "features", "aside", "train"]


def test_the_maker_of_each_folder() -> None:
    train = config().train
    assert train is not None
    assert {name: step.id for name, step in made_by(train.steps).items()} == {
        "raw": "ingest",
        "features": "features",
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("inputs: [raw, codes]", "inputs: [rew, codes]", 9, "no step writes 'rew'. Did you mean 'raw'?"),
        ("inputs: [raw, codes]", "inputs: [raw, raw]", 9, "'raw' stands twice"),
        ("inputs: [raw, codes]", "inputs: [raw, features]", 9, "written by the step itself"),
        ("inputs: [features]", "inputs: [features, evaluation]", 10, "never shown to a step"),
        ("id: features", "id: ingest", 9, "'ingest' is the id of steps[0], too"),
        ("id: features", "id: ../features", 9, "a step's id is lower-case letters"),
        ("id: features", "id: a/b", 9, "a step's id is lower-case letters"),
        ("id: features", 'id: "-x"', 9, "a step's id is lower-case letters"),
        ("id: features", f"id: {'x' * 41}", 9, "at most 40"),
        ("outputs: [raw]", 'outputs: ["../raw"]', 8, "the name of a folder that a step writes"),
        ("outputs: [raw]", "outputs: [raw, Raw]", 8, "the name of a folder that a step writes"),
        ("outputs: [raw]", "outputs: [raw, model]", 8, "'model' has a meaning of its own"),
        ("outputs: [raw]", "outputs: [raw, codes]", 8, "same variable as train.channels.codes (CODES)"),
        ("outputs: [features]", "outputs: [features, raw]", 9, "same variable as steps[0].outputs[0]"),
        ("outputs: [features]", "outputs: [features, a-b, a_b]", 9, "(A_B)"),
        (", outputs: [raw]", "", 8, "a folder to write is required"),
        ("inputs: [train]", "inputs: [codes]", 7, "no step reads the channel train"),
        ("inputs: [train]", "inputs: [train, features]", 8, "ingest reads features reads ingest"),
        ("inputs: [features]", "inputs: [raw]", 9, "features: nothing of it comes into the model"),
        ("inputs: [features]}", "inputs: [features], outputs: [report]}", 10, "no step could read this"),
        ("command: [train]", "command: []", 10, "at least 1"),
        (TRAIN, f"{TRAIN[:-1]}, resources: {{memory: 3GiB}}}}", 10, "above train.resources.memory"),
        (TRAIN, f"{TRAIN[:-1]}, resources: {{timeout: 21m}}}}", 10, "above train.resources.timeout"),
        (
            "  container: {build: .}\n",
            "  container: {build: .}\n  command: [go]\n",
            6,
            "not used beside steps",
        ),
        (
            "  container: {build: .}\n",
            "  container: {build: .}\n  process: {command: [go]}\n",
            6,
            "not used beside steps",
        ),
    ],
)
def test_each_mistake_has_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in TEXT
    found = told(TEXT.replace(old, new, 1))
    mine = [each for each in found if said in each]
    assert mine, found
    assert mine[0].startswith(f"mlops.yaml:{line}: train.")


def test_the_model_step_stands_last() -> None:
    moved = TEXT.replace(f"    - {TRAIN}\n", "").replace(f"    - {INGEST}", f"    - {TRAIN}\n    - {INGEST}")
    found = " ".join(told(moved))
    assert (
        "train.steps[0].outputs: a folder to write is required: only the last step writes the model" in found
    )


def test_a_wrong_step_hides_no_mistake_elsewhere() -> None:
    found = told(
        TEXT.replace("inputs: [raw, codes]", "inputs: [rew]").replace("churned}", "churned, bad: 1}")
    )
    assert len(found) == 2
    assert "data.bad: unknown key" in found[0]
    assert "train.steps[1].inputs[0]: no step writes 'rew'" in found[1]


def test_limits_of_a_step_are_never_above_the_ceiling() -> None:
    train = config(TEXT.replace(TRAIN, f"{TRAIN[:-1]}, resources: {{memory: 1GiB, cpus: 0.5}}}}")).train
    assert train is not None
    limits = train.steps[2].limits(Resources(memory=2**20))
    assert (limits.memory, limits.cpus) == (2**20, 0.5)
    assert limits.timeout == train.resources.timeout
    assert train.steps[0].limits(train.resources) == train.resources


@pytest.mark.parametrize("process", ["", "  process: {serve: [python, s.py]}\n"])
def test_without_a_shared_container_each_step_needs_its_own(process: str) -> None:
    text = TEXT.replace("  container: {build: .}\n", process)
    own = text.replace("outputs:", "container: {build: x/}, outputs:").replace(
        TRAIN, f"{TRAIN[:-1]}, container: {{build: y/}}}}"
    )
    train = config(own).train
    assert train is not None
    assert train.in_containers
    if process:
        without = config(text).train
        assert without is not None
        assert not without.in_containers
    else:
        assert "at least one of container and process is required" in told(text)[0]
