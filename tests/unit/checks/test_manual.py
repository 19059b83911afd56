from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.checks.catalog import CATALOG, IDS
from mlops_actions.checks.manual import MANUAL, entry
from mlops_actions.checks.parameter_words import MEANING, about, parameters_of
from mlops_actions.checks.parameters import CheckParameters
from tests.unit.checks.test_every_check import FAULTS
from tests.unit.checks.test_fitted_examples import FITTED

if TYPE_CHECKING:
    from tests.unit.checks.faults import Fault


def test_every_check_has_an_entry_and_an_example_that_a_test_made_it_say() -> None:
    assert [identifier for identifier in IDS if identifier not in MANUAL] == []
    made = {*(fault.id for fault in FAULTS), *FITTED}
    assert [identifier for identifier in IDS if identifier not in made or not entry(identifier).example] == []


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.id for fault in FAULTS])
def test_an_example_is_what_the_check_says_of_its_fault(fault: Fault) -> None:
    """The sentence of the manual is the one that the check was seen to say (test_every_check.py)."""
    assert entry(fault.id).example == fault.sentence


@pytest.mark.parametrize("identifier", sorted(MANUAL))
def test_an_entry_says_how_against_what_and_with_which_fault(identifier: str) -> None:
    told = entry(identifier)
    assert told.method.endswith(".")
    for said in (told.limit, told.fault):
        assert said
        assert not said.endswith(".")


def test_parameters_are_read_off_the_models() -> None:
    found = {each.name: each for each in parameters_of("DS301")}
    assert found["alpha"].allowed == "number > 0, <= 0.5"
    assert found["alpha"].default == "0.001"
    assert found["severity"][1:] == ("fail or warn", "", "what a red verdict counts as")
    assert found["columns"].allowed.startswith("mapping of column to alpha, material")
    assert [each.name for each in parameters_of("DS301")][-2:] == ["severity", "exclude"]
    assert found["exclude"].allowed == "list of text"
    assert {each.name: each.default for each in parameters_of("DS801")}["kinds"].startswith('["email", ')


def test_every_parameter_of_every_check_is_told_with_its_default() -> None:
    for check in CATALOG:
        model = CheckParameters().of(check.id)
        told = {each.name: each.default for each in parameters_of(check.id)}
        assert set(told) == set(type(model).model_fields)
        numbers = {name: value for name, value in model if isinstance(value, int | float)}
        assert {name: json.loads(told[name]) for name in numbers} == numbers


def test_own_parameters_are_explained_in_a_sentence() -> None:
    for check in CATALOG:
        own = {each.name for each in parameters_of(check.id)} - set(MEANING)
        assert bool(about(check.id)) == bool(own)
    assert about("DS601") == "The rows a split needs."
