"""The flights example's configuration and image say what they should, and share with churn what they can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from mlops_actions.adapters.datasets.kpi_runner import check_expression
from mlops_actions.config.model import Config
from tests.unit.examples.flights import CHANGES, EXAMPLES, FLIGHTS
from tests.unit.examples.test_churn_config import constants

if TYPE_CHECKING:
    from pathlib import Path

CHURN = EXAMPLES / "churn"
SHARED = ("requirements.in", "requirements.txt", "Dockerfile", ".dockerignore", "entrypoint.sh")


@pytest.fixture(scope="module")
def config() -> Config:
    return Config.model_validate(yaml.safe_load((FLIGHTS / "mlops.yaml").read_text()))


def columns() -> tuple[str, ...]:
    return tuple(yaml.safe_load((FLIGHTS / "mlops/schema.yaml").read_text())["columns"])


def test_the_kpi_passes_the_guard_and_uses_the_assumptions_it_states(config: Config) -> None:
    (kpi,) = config.business.kpis
    check_expression(kpi.row_value, ["label", "prediction", *columns()], kpi=kpi.id)
    buffer, crew, aircraft = (
        kpi.assumptions[key] for key in ("buffer_minutes", "crew_minute", "aircraft_minute")
    )
    assert re.findall(r"\d+", kpi.row_value) == list(map(str, (buffer, crew, buffer, aircraft, buffer)))


@pytest.mark.parametrize(
    "features", [FLIGHTS / "features.py", *sorted(CHANGES.glob("*/features.py"))], ids=str
)
def test_key_time_and_target_are_never_inputs(config: Config, features: Path) -> None:
    found = constants(features)
    assert {*found["NUMERIC"], *found["CATEGORICAL"]} <= set(config.data.feature_columns(columns()))


def test_a_change_holds_only_files_of_the_repository() -> None:
    for folder in ("candidate", "regression"):
        files = [path for path in (CHANGES / folder).rglob("*") if path.is_file()]
        assert files
        for path in files:
            original = FLIGHTS / path.relative_to(CHANGES / folder)
            assert original.read_bytes() != path.read_bytes()


@pytest.mark.parametrize("name", SHARED)
def test_one_image_and_one_lock_for_both_examples(name: str) -> None:
    """scripts/container-engine.sh puts churn's wheels into the tests' base image: they must be these, too."""
    assert (FLIGHTS / name).read_bytes() == (CHURN / name).read_bytes()


@pytest.mark.parametrize("name", ["mlops-main.yml", "mlops-pull-request.yml"])
def test_the_workflows_are_churns_but_for_the_comments_name(name: str) -> None:
    theirs = (CHURN / ".github/workflows" / name).read_text()
    expected = theirs.replace("comment-key: churn", "comment-key: flights-delay")
    assert (FLIGHTS / ".github/workflows" / name).read_text() == expected
