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
        "\n  1 of 4 columns drift between training and evaluation: visits (n=300)\n",
        "\nWhen it is red: ", "validate.skip: {DS301: the reason}",
    )  # fmt: skip
    places = [said.index(head) for head in heads]
    assert places == sorted(places)


@pytest.mark.parametrize("identifier", IDS)
def test_every_check_is_explained_for_people_and_machines(identifier: str) -> None:
    value = json.loads(explained(identifier, "--json"))
    assert value["id"] == identifier
    assert value["parameters"][-1]["name"] in {"severity", "exclude"}
    assert f"How: {value['method']}" in explained(identifier)
