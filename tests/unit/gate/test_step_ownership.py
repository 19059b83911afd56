"""What of train.steps a pull request may not choose for itself, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from mlops_actions.config.container import Hardening
from mlops_actions.config.parse import parse
from mlops_actions.gate.ownership import Merged, dotted, merge

INGEST: dict[str, Any] = {"id": "ingest", "command": ["a"], "inputs": ["seed"], "outputs": ["raw"]}
TRAIN: dict[str, Any] = {"id": "train", "command": ["b"], "inputs": ["train", "raw"]}
NETWORK = {"hardening": {"network": True}}


def document(*steps: dict[str, Any], **train: Any) -> dict[str, Any]:
    """A whole mlops.yaml."""
    return {
        "version": 1,
        "project": "p",
        "data": {"train": "t.csv", "target": "y"},
        "train": {
            "container": {"build": "."},
            "channels": {"seed": "seed.txt", "more": "more.txt"},
            "steps": list(steps),
            **train,
        },
    }


def merged(base: dict[str, Any], head: dict[str, Any]) -> Merged:
    first, second = (parse(yaml.safe_dump(each), "mlops.yaml") for each in (base, head))
    return merge(first, second, lambda path: f"at {dotted(path)}")


def network(made: Merged) -> dict[str, bool]:
    """By step, whether it has a network in force."""
    train = made.config.train
    assert train is not None
    return {step.id: (step.hardening or train.hardening).network for step in train.steps}


def keys(made: Merged) -> dict[str, tuple[str, str]]:
    return {each.key: (each.base, each.head) for each in made.changes}


def test_the_same_steps_are_no_change() -> None:
    base = document({**INGEST, **NETWORK}, TRAIN)
    made = merged(base, base)
    assert made.changes == ()
    assert network(made) == {"ingest": True, "train": False}


def test_a_pull_request_opts_no_step_out() -> None:
    made = merged(document(INGEST, TRAIN), document({**INGEST, **NETWORK}, {**TRAIN, **NETWORK}))
    assert network(made) == {"ingest": False, "train": False}
    assert keys(made) == {f"train.steps[{index}].hardening.network": ("false", "true") for index in (0, 1)}
    assert {each.in_force for each in made.changes} == {False}
    assert made.changes[0].location == "at train.steps[0].hardening.network"


def test_code_and_flow_are_head_s() -> None:
    other = {**INGEST, "command": ["other"], "inputs": ["more", "seed"], "resources": {"memory": "1GiB"}}
    made = merged(document(INGEST, TRAIN), document(other, TRAIN))
    train = made.config.train
    assert train is not None
    assert train.steps[0].command == ("other",)
    assert train.steps[0].inputs == ("more", "seed")
    assert train.steps[0].resources.memory == 2**30
    assert made.changes == ()


@pytest.mark.parametrize(
    ("name", "value", "said"), [("memory", "8GiB", ("2147483648", "8589934592")), ("timeout", "2h", None)]
)
def test_a_step_never_has_more_than_the_base_s_ceiling(name: str, value: str, said: object) -> None:
    head = document(INGEST, {**TRAIN, "resources": {name: value}}, resources={name: value})
    made = merged(document(INGEST, TRAIN), head)
    train = made.config.train
    assert train is not None
    assert getattr(train.steps[1].limits(train.resources), name) == getattr(train.resources, name)
    found = keys(made)
    assert set(found) == {f"train.resources.{name}", f"train.steps[1].resources.{name}"}
    assert said in {None, found[f"train.steps[1].resources.{name}"]}


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(document({**INGEST, **NETWORK, "inputs": ["seed", "train"]}, TRAIN), id="train"),
        pytest.param(document({**INGEST, **NETWORK, "inputs": ["more"]}, TRAIN), id="another channel"),
        pytest.param(
            document({**INGEST, **NETWORK}, TRAIN, channels={"seed": "t.csv", "more": "more.txt"}),
            id="another path",
        ),
        pytest.param(
            document(
                {"id": "leak", "command": ["c"], "inputs": ["train"], "outputs": ["rows"]},
                {**INGEST, **NETWORK, "inputs": ["rows"]},
                TRAIN,
            ),
            id="through a step",
        ),
        pytest.param(
            document(
                {**INGEST, **NETWORK, "inputs": ["b"]},
                {"id": "one", "command": ["c"], "inputs": ["train"], "outputs": ["a"]},
                {"id": "two", "command": ["c"], "inputs": ["a"], "outputs": ["b"]},
                TRAIN,
            ),
            id="through two",
        ),
    ],
)
def test_a_step_with_a_network_cannot_be_given_what_it_was_kept_from(head: dict[str, Any]) -> None:
    made = merged(document({**INGEST, **NETWORK}, TRAIN), head)
    assert set(network(made).values()) == {False}
    assert any(key.endswith("hardening.network") for key in keys(made))


def test_it_keeps_its_network_with_less_to_read() -> None:
    start = {**INGEST, **NETWORK, "inputs": ["seed", "more"]}
    made = merged(document(start, TRAIN), document({**start, "inputs": ["more"]}, TRAIN))
    assert network(made) == {"ingest": True, "train": False}


def test_head_gives_an_opt_out_up_at_once() -> None:
    made = merged(document({**INGEST, **NETWORK}, TRAIN), document(INGEST, TRAIN))
    assert network(made) == {"ingest": False, "train": False}
    assert made.changes == ()
    shared = document(INGEST, TRAIN, hardening={"network": True, "root_user": True})
    less = {**INGEST, "hardening": {"root_user": True}}
    made = merged(shared, document(less, TRAIN, hardening={"network": True, "root_user": True}))
    assert network(made) == {"ingest": False, "train": True}
    assert made.changes == ()


def test_a_new_name_gives_no_step_what_the_base_kept_from_one() -> None:
    base = document(INGEST, {**TRAIN, "hardening": {"network": False}}, hardening={"network": True})
    assert network(merged(base, base)) == {"ingest": True, "train": False}
    renamed = document(INGEST, {**TRAIN, "id": "fit"}, hardening={"network": True})
    assert network(merged(base, renamed)) == {"ingest": True, "fit": False}
    shared = document(INGEST, TRAIN, hardening={"network": True})
    assert network(merged(shared, renamed)) == {"ingest": True, "fit": True}


def test_steps_in_place_of_one_training_and_back() -> None:
    one = document(hardening={"network": True})
    made = merged(
        one, document(INGEST, {**TRAIN, "hardening": {"root_user": True}}, hardening={"network": True})
    )
    train = made.config.train
    assert train is not None
    assert [step.hardening for step in train.steps] == [None, Hardening()]
    assert "train.steps[1].hardening.root_user" in keys(made)
    back = merged(document(INGEST, TRAIN), document())
    assert back.config.train is not None
    assert back.config.train.steps == ()
