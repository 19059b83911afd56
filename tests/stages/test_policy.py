"""The policy of a run: which commit's mlops.yaml is in force, previews, files that judge."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from mlops_actions.errors import ConfigError, TrustError
from mlops_actions.stages.policy import Texts, changed_files, check_uncontained, decide_policy
from tests.stages.small_repository import CONFIG, project

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import Policy, RunContext

    Roots = tuple[Path, Path]

BASE = "b" * 40
LOOSE = CONFIG.replace("minimum: 0.9", "minimum: 0.1")
TRAINED = CONFIG.replace(
    "predictions: {candidate: predictions.csv}",
    "train:\n  process: {}\n  allow_uncontained: true\n  hardening: {network: true}",
)
STEPPED = CONFIG.replace(
    "predictions: {candidate: predictions.csv}",
    "train:\n  container: {build: .}\n  process: {}\n  steps:\n"
    "    - {id: a, command: [a], inputs: [train], outputs: [raw], hardening: {root_user: true}}\n"
    "    - {id: b, command: [b], inputs: [raw]}",
)


def decided(head: str = CONFIG, base: str | None = CONFIG, sha: str = BASE, **more: Any) -> Policy:
    return decide_policy(Texts(head, base, sha, "said so"), "mlops.yaml", **more)


def test_the_base_judges_and_head_is_kept_for_the_preview() -> None:
    policy = decided(LOOSE)
    assert policy.origin == "judged by bbbbbbbbbbbb (said so)"
    assert (policy.base_sha, policy.preview) == (BASE, False)
    assert policy.config.gate.rules[0].minimum == 0.9
    assert policy.head.gate.rules[0].minimum == 0.1
    assert policy.base is not None
    (change,) = policy.changes
    assert change.location == "mlops.yaml:11"
    assert change.summary == "gate.rules[0].minimum: 0.9 -> 0.1 (looser); rules after the merge"


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        (None, "the base commit has no mlops.yaml: this run is a preview and never blocks"),
    ],
)
def test_nothing_to_judge_by_is_a_preview(base: str | None, origin: str) -> None:
    policy = decided(LOOSE, base)
    assert policy.preview
    assert policy.base is None
    assert policy.config == policy.head
    assert policy.origin == origin


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        (
            "version: 1\nproject: p\n",
            "the base commit's mlops.yaml is not valid (mlops.yaml:1: data: required, and missing",
        ),
        ("a: [", "the base commit's mlops.yaml is not valid (mlops.yaml:1: not valid YAML"),
        ("elsewhere.yaml", "the base commit's mlops.yaml is not valid (mlops.yaml:1: "),
    ],
)
def test_beside_a_broken_base_head_s_own_rules_judge(base: str, origin: str) -> None:
    policy = decided(LOOSE, base)
    assert (policy.preview, policy.base, policy.base_sha) == (False, None, BASE)
    assert policy.config == policy.head
    assert policy.origin.startswith(origin)
    assert policy.origin.endswith("the one at hand judges")


def test_without_a_base_commit_the_configuration_at_hand_judges() -> None:
    policy = decided(LOOSE, None, "")
    assert policy.origin == "no base commit (said so): the configuration at hand judges"
    assert (policy.preview, policy.base, policy.config.gate.rules[0].minimum) == (False, None, 0.1)


@pytest.mark.parametrize(("pull_request", "kept"), [(True, False), (False, True)])
def test_nobody_agreed_to_the_opt_outs_of_a_pull_request_s_preview(*, pull_request: bool, kept: bool) -> None:
    policy = decided(TRAINED, None, pull_request=pull_request)
    assert policy.config.train is not None
    assert policy.config.train.hardening.network is kept
    assert policy.config.train.allow_uncontained is kept
    keys = [change.key for change in policy.changes]
    assert keys == ([] if kept else ["train.allow_uncontained", "train.hardening.network"])
    assert policy.preview


@pytest.mark.parametrize(("pull_request", "kept"), [(True, False), (False, True)])
def test_nor_to_those_of_its_steps(*, pull_request: bool, kept: bool) -> None:
    policy = decided(STEPPED, None, pull_request=pull_request)
    assert policy.config.train is not None
    own = policy.config.train.steps[0].hardening
    assert (own is not None and own.root_user) is kept
    keys = [change.key for change in policy.changes]
    assert keys == ([] if kept else ["train.steps[0].hardening.root_user"])


def test_the_mistakes_of_head_are_errors_whatever_the_base_says() -> None:
    with pytest.raises(ConfigError, match="minimun"):
        decided(CONFIG.replace("minimum: 0.9", "minimun: 0.9"))


PATHS = [
    ("train: train.csv", "train: /etc/passwd", 6, "data.train: '/etc/passwd'"),
    (
        "evaluation: evaluation.csv",
        "evaluation: ../evaluation.csv",
        6,
        "data.evaluation: '../evaluation.csv'",
    ),
    ("schema: schema.yaml", "schema: a/../../s.yaml", 6, "data.schema: 'a/../../s.yaml'"),
    ("schema: schema.yaml", "serving_log: ../log", 6, "data.serving_log: '../log'"),
    ("candidate: predictions.csv", "candidate: ../p.csv", 7, "predictions.candidate: '../p.csv'"),
    ("predictions.csv}", "p.csv, baseline: ../p.csv}", 7, "predictions.baseline: '../p.csv'"),
    ("gate:", "score: {evidence: ../e}\ngate:", 9, "score.evidence: '../e'"),
    (
        "schema: schema.yaml",
        "sources: [{id: a, owner: o, licence: l, path: ../x}]",
        6,
        "data.sources[0].path: '../x'",
    ),
    ("train:\n", "train:\n  channels: {extra: ../x}\n", 8, "train.channels.extra: '../x'"),
    ("process: {}", "process: {requirements: ../r.txt}", 8, "train.process.requirements: '../r.txt'"),
    ("process: {}", "container: {build: ..}", 8, "train.container.build: '..'"),
    (
        "process: {}",
        "container: {build: ., dockerfile: ../D}",
        8,
        "train.container.dockerfile: '../D'",
    ),
    (
        "id: b,",
        "id: b, container: {build: ../x},",
        12,
        "train.steps[1].container.build: '../x'",
    ),
    (
        "id: b,",
        "id: b, process: {requirements: /r.txt},",
        12,
        "train.steps[1].process.requirements: '/r.txt'",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "says"), PATHS)
def test_a_path_out_of_the_repository_is_refused(old: str, new: str, line: int, says: str) -> None:
    text = next(each for each in (CONFIG, TRAINED, STEPPED) if old in each)
    assert text.count(old) == 1
    with pytest.raises(TrustError) as caught:
        decided(text.replace(old, new))
    assert caught.value.exit_code == 11
    (problem,) = caught.value.problems
    assert problem.message == f"{says} leaves the repository."
    assert str(problem.location) == f"mlops.yaml:{line}"


ONE = "owner: o, licence: MIT, path:"
TWICE = f"sources: [{{id: a, {ONE} x/t.csv}}, {{id: b, {ONE} ./x//t.csv}}], "


def test_two_sources_never_speak_of_one_path() -> None:
    says = r"data.sources\[1\].path: './x//t.csv' is the path of data.sources\[0\], too"
    with pytest.raises(ConfigError, match=says):
        decided(CONFIG.replace("key: id,", f"{TWICE}key: id,"))
    assert (
        decided(CONFIG, CONFIG.replace("key: id,", f"{TWICE}key: id,")).base is not None
    )  # not head's to mend


FEATURES = CONFIG.replace("key: id,", "key: id, weight: w, sensitive: [gender],")


@pytest.mark.parametrize(
    ("name", "what"),
    [("left", "data.target"), ("id", "data.key"), ("w", "data.weight"), ("gender", "data.sensitive")],
)
def test_the_answer_is_never_a_model_input(name: str, what: str) -> None:
    with pytest.raises(ConfigError, match=rf"data.features\[1\]: '{name}' is {what}, never a model input"):
        decided(FEATURES.replace("key: id,", f"key: id, features: [amount, {name}],"))


def test_nor_is_what_only_the_base_calls_sensitive() -> None:
    head = FEATURES.replace("sensitive: [gender]", "features: [gender]")
    with pytest.raises(ConfigError, match=r"data.features\[0\]: 'gender' is data.sensitive"):
        decided(head, FEATURES)


class TestFiles:
    @pytest.fixture
    def roots(self, tmp_path: Path) -> Roots:
        made = (tmp_path / "head", tmp_path / "base")
        for folder in made:
            folder.mkdir()
            for name, text in project().items():
                (folder / name).write_text(text)
        return made

    def changes(self, roots: Roots, *, tracked: bool = True, pull_request: bool = True) -> list[str]:
        found = changed_files(decided(), *roots, tracked=lambda _: tracked, pull_request=pull_request)
        return [each.summary for each in found]

    def test_equal_files_are_no_change(self, roots: Roots) -> None:
        assert self.changes(roots) == []

    @pytest.mark.parametrize(
        ("key", "name"), [("data.evaluation", "evaluation.csv"), ("data.schema", "schema.yaml")]
    )
    def test_other_bytes_under_the_same_name(self, roots: Roots, key: str, name: str) -> None:
        (roots[0] / name).write_text("other")
        before = hashlib.sha256((roots[1] / name).read_bytes()).hexdigest()[:12]
        after = hashlib.sha256(b"other").hexdigest()[:12]
        assert self.changes(roots) == [
            f"{name} ({key}) changes: sha256 {before}... -> sha256 {after}...; the base commit's file judges"
        ]

    def test_a_removed_file_and_a_link_in_its_place(self, roots: Roots) -> None:
        (roots[0] / "schema.yaml").rename(roots[0] / "moved.yaml")
        assert "-> not there; the base commit's file judges" in self.changes(roots)[0]
        (roots[0] / "schema.yaml").symlink_to("moved.yaml")
        assert "-> a symbolic link (sha256 " in self.changes(roots)[0]

    def test_a_file_that_only_the_pull_request_has_is_refused(self, roots: Roots) -> None:
        (roots[1] / "evaluation.csv").unlink()
        with pytest.raises(TrustError, match="the base commit names it and does not hold it") as caught:
            self.changes(roots)
        assert caught.value.message.startswith("evaluation.csv (data.evaluation):")

    def test_a_file_that_a_step_fetched_is_nobody_s_change(self, roots: Roots) -> None:
        (roots[1] / "evaluation.csv").unlink()
        assert self.changes(roots, tracked=False) == []

    def test_on_a_laptop_it_is_said_who_judges(self, roots: Roots) -> None:
        (roots[1] / "evaluation.csv").unlink()
        (said,) = self.changes(roots, pull_request=False)
        assert said.endswith("; the base commit has none, so this one judges")


@pytest.mark.parametrize(
    ("executor", "pull_request", "base", "refused"),
    [
        ("process", True, CONFIG, True),
        ("process", True, TRAINED.replace("allow_uncontained: true", "seed: 1"), True),
        ("process", True, None, True),
        ("process", True, TRAINED, False),
        ("process", False, CONFIG, False),
        ("docker", True, CONFIG, False),
    ],
)
def test_uncontained_code_of_a_pull_request_needs_the_base_s_word(
    executor: str, *, pull_request: bool, base: str | None, refused: bool
) -> None:
    policy = decided(TRAINED, base)
    context = cast(
        "RunContext",
        SimpleNamespace(policy=policy, pull_request_event=pull_request, is_anybodys_code=pull_request),
    )
    if not refused:
        check_uncontained(context, executor)
        return
    with pytest.raises(TrustError, match="outside a container, which the base commit does not allow"):
        check_uncontained(context, executor)


def test_head_cannot_give_that_word() -> None:
    policy = decided(TRAINED, TRAINED.replace("allow_uncontained: true", "seed: 1"))
    context = cast(
        "RunContext", SimpleNamespace(policy=replace(policy), pull_request_event=True, is_anybodys_code=True)
    )
    with pytest.raises(TrustError):
        check_uncontained(context, "process")
