"""`train.registry` and `train.container.secrets`: what is legal, and what each mistake says."""

from __future__ import annotations

import pytest

from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError

TEXT = """\
version: 1
project: churn
data: {train: a.csv, target: churned}
train:
  container: {build: ., secrets: {pip: PIP_TOKEN}}
  registry: {repository: ghcr.io/org/churn, username: REGISTRY_USER, password: REGISTRY_TOKEN}
"""


def test_both_are_read() -> None:
    train = parse(TEXT, "mlops.yaml").train
    assert train is not None
    assert train.container is not None
    assert train.registry is not None
    assert train.container.secrets == {"pip": "PIP_TOKEN"}
    assert (train.registry.username, train.registry.push) == ("REGISTRY_USER", True)


@pytest.mark.parametrize(
    "repository", ["ghcr.io/org/churn", "localhost/x", "127.0.0.1:5000/a/b_c", "[::1]:5000/a", "a.b/c__d-e"]
)
def test_a_repository_names_its_registry(repository: str) -> None:
    config = parse(TEXT.replace("ghcr.io/org/churn", f'"{repository}"'), "mlops.yaml")
    assert config.train is not None
    assert config.train.registry is not None
    assert config.train.registry.repository == repository


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ghcr.io/org/churn", "org/churn", "a registry and a name in it without tag"),
        ("ghcr.io/org/churn", "ghcr.io", "a registry and a name in it without tag"),
        ("ghcr.io/org/churn", "ghcr.io/org/churn:v1", "a registry and a name in it without tag"),
        ("ghcr.io/org/churn", "https://ghcr.io/org/churn", "a registry and a name in it without tag"),
        ("ghcr.io/org/churn", "ghcr.io/Org/churn", "a registry and a name in it without tag"),
        ("ghcr.io/org/churn", "ghcr.io/../churn", "a registry and a name in it without tag"),
        (", password: REGISTRY_TOKEN", "", "both name an environment variable, or neither"),
        ("REGISTRY_TOKEN", '"a b"', "train.registry.password"),
        ("{pip: PIP_TOKEN}", '{"p,env=HOME": PIP_TOKEN}', "train.container.secrets"),
        ("{pip: PIP_TOKEN}", '{pip: "ghp_x=y"}', "train.container.secrets"),
    ],
)
def test_a_mistake_has_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace(old, new), "mlops.yaml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("mlops.yaml:")


def test_a_password_written_in_place_of_a_variable_is_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(
            "version: 1\nproject: p\ndata: {train: t, target: y}\ntrain:\n  container: {build: .}\n"
            '  registry: {repository: ghcr.io/o/x, username: USER, password: "hush hush"}\n',
            "mlops.yaml",
        )
    assert "mlops.yaml:6: train.registry.password: the name of an environment variable" in str(caught.value)
    assert "hush" not in str(caught.value)
