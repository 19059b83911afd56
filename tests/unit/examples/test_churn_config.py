"""The example's configuration, image and workflows say what they should, and agree with one another."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlops_actions.adapters.datasets.kpi_runner import check_expression
from mlops_actions.config.model import Config

EXAMPLES = Path(__file__).parents[3] / "examples"
CHURN = EXAMPLES / "churn"
CHANGES = EXAMPLES / "churn-changes"
SENSITIVE = {"gender", "senior_citizen"}


@pytest.fixture(scope="module")
def config() -> Config:
    return Config.model_validate(yaml.safe_load((CHURN / "mlops.yaml").read_text()))


def constants(path: Path) -> dict[str, Any]:
    """The names a module sets to literals."""
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def test_the_kpi_expression_passes_the_guard(config: Config) -> None:
    columns = yaml.safe_load((CHURN / "mlops/schema.yaml").read_text())["columns"]
    for kpi in config.business.kpis:
        check_expression(kpi.row_value, ["label", "prediction", "score", *columns], kpi=kpi.id)


def test_the_kpi_uses_the_assumptions_it_states(config: Config) -> None:
    kpi = config.business.kpis[0]
    assumed = kpi.assumptions
    gain = f"{assumed['save_rate']} * {assumed['months']} * monthly_charges - {assumed['contact_cost']}"
    assert gain in kpi.row_value


def test_one_decision_threshold(config: Config) -> None:
    assert config.train is not None
    seen = {config.evaluate.threshold, config.serving.threshold, config.train.hyperparameters["threshold"]}
    assert seen == {0.36}


@pytest.mark.parametrize("features", [CHURN / "features.py", *sorted(CHANGES.glob("*/features.py"))], ids=str)
def test_key_target_and_sensitive_columns_are_never_inputs(features: Path, config: Config) -> None:
    found = constants(features)
    inputs = [*found["NUMERIC"], *found["CATEGORICAL"]]
    schema = tuple(yaml.safe_load((CHURN / "mlops/schema.yaml").read_text())["columns"])
    assert set(inputs) <= set(config.data.feature_columns(schema))
    assert not SENSITIVE & set(inputs)
    assert set(config.data.sensitive) == SENSITIVE


def test_the_users_code_never_imports_the_toolkit() -> None:
    for path in EXAMPLES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith("mlops_actions") for name in names), path


def test_a_change_holds_only_files_of_the_repository() -> None:
    for folder in ("candidate", "regression"):
        files = [path for path in (CHANGES / folder).rglob("*") if path.is_file()]
        assert files
        for path in files:
            original = CHURN / path.relative_to(CHANGES / folder)
            assert original.read_bytes() != path.read_bytes()


def test_the_image_holds_no_data() -> None:
    ignore = (CHURN / ".dockerignore").read_text().split("\n")
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert set(rules[1:]) == {
        "!requirements.txt",
        "!wheels",
        "!entrypoint.sh",
        "!features.py",
        "!train.py",
        "!serve.py",
    }
    assert "COPY . " not in (CHURN / "Dockerfile").read_text()


def test_every_requirement_is_locked_with_hashes() -> None:
    text = (CHURN / "requirements.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 10
    assert all("--hash=sha256:" in line and "==" in line.split()[0] for line in lines)
    wished = set((CHURN / "requirements.in").read_text().split())
    assert wished <= {line.split("==")[0] for line in lines}


def test_the_examples_versions_are_the_projects_own() -> None:
    """So that one download serves both."""
    lock = (EXAMPLES.parent / "uv.lock").read_text()
    locked = set(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock))
    seen = re.findall(r"^([a-z0-9-]+)==(\S+)", (CHURN / "requirements.txt").read_text(), re.MULTILINE)
    assert set(seen) <= locked


def workflow(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((CHURN / f".github/workflows/{name}.yml").read_text())
    return document


@pytest.mark.parametrize("name", ["mlops-pull-request", "mlops-main"])
def test_third_party_actions_are_pinned_by_commit(name: str) -> None:
    for job in workflow(name)["jobs"].values():
        for step in job["steps"]:
            action, _, ref = step["uses"].partition("@")
            if not action.startswith("org/mlops-actions"):
                assert re.fullmatch(r"[0-9a-f]{40}", ref), step["uses"]
            if action.startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


def test_no_job_both_runs_the_code_and_may_write() -> None:
    document = workflow("mlops-pull-request")
    assert document["permissions"] == {}
    measure, judge = document["jobs"]["measure"], document["jobs"]["judge"]
    assert measure["permissions"] == {"contents": "read"}
    assert judge["permissions"]["pull-requests"] == "write"
    assert not any("checkout" in step["uses"] for step in judge["steps"])
    assert not any(
        word in step["uses"] for step in judge["steps"] for word in ("train", "evaluate", "validate")
    )
    tokens = [step for step in measure["steps"] if "github-token" in step.get("with", {})]
    assert tokens == []
