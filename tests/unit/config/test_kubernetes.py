"""train.kubernetes: what would undo train.resources, carry a credential or be refused by a cluster."""

from __future__ import annotations

import pytest

from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError

HEAD = "version: 1\nproject: p\ndata: {train: t, target: y}\ntrain:\n  container: {build: .}\n  kubernetes:\n"
STORE = '    claim: c\n    helper_image: "h@sha256:1"\n    store: {{url: "s3://b/p", options: {{{0}}}}}\n'


def told(part: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(HEAD + part, "mlops.yaml")
    assert all(each.location and each.location.line for each in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "kubernetes.io/x", "a.kubernetes.io/x"]
)
def test_a_device_never_stands_for_what_train_resources_limits(name: str) -> None:
    said = told(f"    devices: {{{name}: 64}}\n")
    assert "nvidia.com/gpu" in said
    assert "train.resources" in said


@pytest.mark.parametrize("name", ["nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915"])
def test_devices_of_a_vendor(name: str) -> None:
    train = parse(f"{HEAD}    devices: {{{name}: 2}}\n", "mlops.yaml").train
    assert train is not None
    assert train.kubernetes.devices == {name: 2}


@pytest.mark.parametrize(
    "option",
    [
        "key: AKIAEXAMPLE",
        "secret: hush-hush",
        "token: hush-hush",
        "password: 123456",
        "aws_secret_access_key: hush-hush",
        "account_key: hush-hush",
        "sas_token: hush-hush",
        "connection_string: hush-hush",
        "client_secret: hush-hush",
        'endpoint_url: "https://user:hush-hush@s3.example"',
    ],
)
def test_a_credential_is_refused_and_not_shown(option: str) -> None:
    said = told(STORE.format(option))
    assert "credentials never stand in mlops.yaml" in said
    assert "store.secret" in said
    assert option.partition(": ")[2].strip('"') not in said


@pytest.mark.parametrize(
    "option", ["anon: false", "token: anon", 'endpoint_url: "http://s3.example"', "use_ssl: true", "keyed: x"]
)
def test_other_options_pass(option: str) -> None:
    train = parse(HEAD + STORE.format(option), "mlops.yaml").train
    assert train is not None
    assert train.kubernetes.store is not None
    assert list(train.kubernetes.store.options) == [option.partition(":")[0]]


@pytest.mark.parametrize(
    ("toleration", "why"),
    [
        ("{key: a, operator: Exists, value: b}", "asks for no value"),
        ("{value: b}", "without key"),
    ],
)
def test_a_toleration_that_a_cluster_refuses(toleration: str, why: str) -> None:
    assert why in told(f"    tolerations: [{toleration}]\n")


@pytest.mark.parametrize("good", ["{key: a, operator: Exists}", "{operator: Exists}", "{key: a, value: b}"])
def test_tolerations_that_it_takes(good: str) -> None:
    train = parse(f"{HEAD}    tolerations: [{good}]\n", "mlops.yaml").train
    assert train is not None
    (kept,) = train.kubernetes.tolerations
    assert (kept.operator == "Exists") == ("Exists" in good)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("namespace: ML_CI", "small letters, digits and hyphens, as ml-ci"),
        ("queue: Team A", "as team-a"),
        ("store: {url: bucket}", "as s3://bucket/ci"),
        ('store: {url: "s3://user:hush@b"}', "as s3://bucket/ci"),
        ("node_selector: {a b: c}", "as pool or example.com/pool"),
        ("node_selector: {a: c d}", "as gpu-a100"),
    ],
)
def test_what_is_allowed_is_said_in_words(part: str, words: str) -> None:
    said = told(f"    {part}\n")
    assert words in said
    assert "pattern" not in said
    assert "a-z" not in said
    assert "hush" not in said
