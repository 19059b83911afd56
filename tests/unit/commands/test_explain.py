from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mlops_actions.checks.catalog import IDS
from mlops_actions.commands.explain import command


def explained(*arguments: str) -> str:
    done = CliRunner().invoke(command, [*arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output


def test_a_check_is_told_from_question_to_skip() -> None:
    said = explained("ds301")
    heads = (
        "DS301 Drift\n", "\nHow: ", "\nSource: ", "\nLimit: ", "\nNeeds: data.evaluation\n",
        "\nParameters (validate.checks.DS301):\n  alpha           number > 0, <= 0.5; default 0.001\n",
        "\nSelf-test: it must notice every evaluation row with the same number of visits",
        ("\n  1 of 4 columns drift between training and evaluation: visits (KS 0.8575, at least 0.7444, "
        "material above 0.05) (n=300)\n"),
        "\nWhen it is red: ", "validate.skip: {DS301: the reason}",
    )  # fmt: skip
    places = [said.index(head) for head in heads]
    assert places == sorted(places)


@pytest.mark.parametrize("family", ["DS3", "ds3xx"])
def test_a_family_is_listed(family: str) -> None:
    said = explained(family)
    assert said.startswith("DS3xx:\n  DS301    Drift\n")
    value = json.loads(explained(family, "--json"))
    assert [*value["checks"]] == [each for each in IDS if each.startswith("DS3")]


def test_what_is_no_family_is_refused() -> None:
    done = CliRunner().invoke(command, ["DS9"], standalone_mode=False)
    assert "nothing is called 'DS9'" in str(done.exception)


@pytest.mark.parametrize("identifier", IDS)
def test_every_check_is_explained_for_people_and_machines(identifier: str) -> None:
    value = json.loads(explained(identifier, "--json"))
    assert value["id"] == identifier
    assert value["parameters"][-1]["name"] in {"severity", "exclude"}
    assert f"How: {value['method']}" in explained(identifier)
