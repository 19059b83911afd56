"""The documents of a Job: what Kubernetes' own descriptions allow, and hardened whatever is asked."""

from __future__ import annotations

import json
from typing import Any

import kubernetes_validate
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mlops_actions.adapters.containers.job import Hardening, Resources
from mlops_actions.adapters.containers.kubernetes.manifests import documents, job, network_policy
from mlops_actions.adapters.containers.kubernetes.plan import QUEUE, RUN, Plan
from mlops_actions.config.kubernetes import KubernetesConfig

IMAGE = "registry.example/model@sha256:" + "a" * 64
HELPER = "registry.example/helper@sha256:" + "b" * 64
VERSIONS = ("1.25", "1.29", "1.33", "1.37")
NAMES = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
VOLUMES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"claim": "data", "helper_image": HELPER}, {"storage_class": "fast"}, {"helper_image": HELPER}]
)


@st.composite
def settings(draw: st.DrawFn) -> KubernetesConfig:
    """Any legal train.kubernetes."""
    optional = st.one_of(st.none(), NAMES)
    drawn: dict[str, Any] = {
        "namespace": draw(optional),
        "queue": draw(optional),
        "backoff": draw(st.integers(0, 10)),
        "ttl": draw(st.integers(0, 10**6)),
        "image_pull_secrets": draw(st.lists(NAMES, max_size=2)),
        "node_selector": draw(st.dictionaries(NAMES, NAMES, max_size=2)),
        "tolerations": draw(st.lists(st.fixed_dictionaries({"key": NAMES, "value": NAMES}), max_size=2)),
        "runtime_class": draw(optional),
        "priority_class": draw(optional),
        "devices": draw(st.dictionaries(st.just("nvidia.com/gpu"), st.integers(1, 8))),
    }
    return KubernetesConfig(**draw(VOLUMES), **drawn)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any job under any settings and opt-outs."""
    return Plan(
        name=f"mlops-{draw(NAMES)}",
        image=IMAGE,
        arguments=tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))),
        environment=draw(st.dictionaries(st.from_regex(r"[A-Z_]{1,9}", fullmatch=True), TEXTS, max_size=3)),
        kind=draw(st.sampled_from(["train", "serve"])),
        resources=Resources(
            cpus=draw(st.floats(0.001, 512)),
            memory_bytes=draw(st.integers(2**20, 2**45)),
            timeout_seconds=draw(st.floats(0.1, 10**6)),
            disk_bytes=draw(st.integers(1, 2**45)),
        ),
        hardening=draw(st.builds(Hardening, *[st.booleans()] * 4)),
        settings=draw(settings()),
        owner=draw(st.sampled_from(["", "host:1:2"])),
        labels=draw(st.dictionaries(st.just("mlops-actions.role"), TEXTS, max_size=1)),
        input_bytes=draw(st.integers(0, 2**45)),
    )


def plan(**settings: Any) -> Plan:
    return Plan("mlops-x", IMAGE, ("train",), {}, settings=KubernetesConfig(**settings))


def containers(document: dict[str, Any]) -> list[dict[str, Any]]:
    pod = document["spec"]["template"]["spec"]
    return [*pod["initContainers"], *pod["containers"]]


@pytest.mark.parametrize("version", VERSIONS)
@hypothesis_settings(max_examples=20, deadline=None)
@given(made=plans())
def test_every_document_is_one_that_kubernetes_describes(version: str, made: Plan) -> None:
    for document in documents(made):
        kubernetes_validate.validate(json.loads(json.dumps(document)), version, strict=True)


def test_the_description_refuses_what_is_wrong() -> None:
    document = job(plan())
    document["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystm"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, VERSIONS[-1], strict=True)


@given(made=plans())
def test_nothing_but_an_opt_out_takes_a_protection_away(made: Plan) -> None:
    out = made.hardening
    document = job(made)
    pod = document["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["restartPolicy"] == "Never"
    assert not {"hostNetwork", "hostPID", "hostIPC", "serviceAccountName"} & set(pod)
    who = pod["securityContext"]
    assert who["seccompProfile"] == {"type": "RuntimeDefault"}
    assert who["runAsNonRoot"] is not out.root_user
    assert (who["runAsUser"] == 0) is out.root_user
    for each in containers(document):
        main = each["name"] == "main"
        context = each["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["privileged"] is False
        assert context["readOnlyRootFilesystem"] is not (main and out.writable_root)
        assert (context.get("capabilities") == {"drop": ["ALL"]}) is not (main and out.keep_capabilities)
        assert set(each["resources"]["limits"]) >= {"cpu", "memory", "ephemeral-storage"}
        assert "runAsUser" not in context
    assert not any("hostPath" in volume for volume in pod["volumes"])


@given(made=plans())
def test_a_policy_denies_all_of_the_pods_network_unless_it_is_asked_for(made: Plan) -> None:
    policies = [each for each in documents(made) if each["kind"] == "NetworkPolicy"]
    assert len(policies) == (0 if made.hardening.network else 1)
    pods = job(made)["spec"]["template"]["metadata"]["labels"]
    for policy in policies:
        spec = policy["spec"]
        assert spec["podSelector"] == {"matchLabels": {RUN: made.name}}
        assert pods[RUN] == made.name
        assert (spec["policyTypes"], spec["ingress"], spec["egress"]) == (["Ingress", "Egress"], [], [])
        assert documents(made)[0] == policy  # before there is a pod


@given(made=plans())
def test_the_code_cannot_write_what_it_reads_nor_see_the_helpers_folders(made: Plan) -> None:
    main = next(each for each in containers(job(made)) if each["name"] == "main")
    mounts = {each["mountPath"]: each for each in main["volumeMounts"]}
    read = "/opt/ml/input" if made.kind == "train" else "/opt/ml/model"
    assert mounts[read]["readOnly"] is True
    wanted = {"/opt/ml/input", "/opt/ml/model", "/opt/ml/output"} if made.kind == "train" else {read}
    assert set(mounts) == {*wanted, "/tmp"}  # noqa: S108 - inside
    for path in wanted:
        assert mounts[path]["subPath"]
        assert made.settings.claim is None or made.kind == "serve" or made.name in mounts[path]["subPath"]


@given(made=plans())
def test_a_job_ends_and_goes_without_anybody(made: Plan) -> None:
    spec = job(made)["spec"]
    assert spec["activeDeadlineSeconds"] >= made.resources.timeout_seconds // 1
    assert spec["ttlSecondsAfterFinished"] == made.settings.ttl
    assert spec["backoffLimit"] == (made.settings.backoff if made.kind == "train" else 0)


def test_a_queue_is_kueues_label_on_a_suspended_job() -> None:
    document = job(plan(queue="team-a"))
    assert document["metadata"]["labels"][QUEUE] == "team-a"
    assert document["spec"]["suspend"] is True
    assert "suspend" not in job(plan())["spec"]


def test_metrics_come_back_as_the_termination_message() -> None:
    main = next(each for each in containers(job(plan())) if each["name"] == "main")
    assert main["terminationMessagePath"] == "/opt/ml/output/metrics.json"
    assert main["args"] == ["train"]
    assert "command" not in main  # the image's own entry point


def test_what_is_written_is_limited_by_train_resources_disk() -> None:
    made = Plan("mlops-x", IMAGE, ("train",), {}, resources=Resources(disk_bytes=5 * 2**20))
    volumes = {each["name"]: each for each in job(made)["spec"]["template"]["spec"]["volumes"]}
    assert volumes["written"]["emptyDir"] == {"sizeLimit": str(5 * 2**20)}
    made = Plan("x", IMAGE, ("train",), {}, settings=KubernetesConfig(storage_class="fast"))
    volumes = {each["name"]: each for each in job(made)["spec"]["template"]["spec"]["volumes"]}
    claim = volumes["written"]["ephemeral"]["volumeClaimTemplate"]["spec"]
    assert claim["resources"] == {"requests": {"storage": str(2**30)}}


def test_a_dollar_in_a_value_stays_one() -> None:
    made = Plan("x", IMAGE, ("train", "$(HOME)"), {"A": "$(SM_HPS) $"})
    main = next(each for each in containers(job(made)) if each["name"] == "main")
    assert main["env"] == [{"name": "A", "value": "$$(SM_HPS) $$"}]
    assert main["args"] == ["train", "$$(HOME)"]


def test_a_claim_gives_every_job_its_own_folder_and_the_image_never_all() -> None:
    made = plan(claim="data", helper_image=HELPER)
    for each in containers(job(made)):
        whole = [
            mount for mount in each["volumeMounts"] if mount["name"] == "claim" and "subPath" not in mount
        ]
        assert bool(whole) is (each["name"] != "main")
        assert each["image"] == (IMAGE if each["name"] == "main" else HELPER)


def test_the_policy_carries_the_namespace() -> None:
    assert network_policy(plan(namespace="ml"))["metadata"]["namespace"] == "ml"
