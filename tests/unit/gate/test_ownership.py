"""Which parts of mlops.yaml are the base commit's, and what is said about a change of them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from mlops_actions.config.parse import parse
from mlops_actions.gate.ownership import LINK, Merged, dotted, file_change, merge

TRAIN: dict[str, Any] = {"process": {}, "hyperparameters": {"C": 0.1}}
BASE: dict[str, Any] = {
    "version": 1,
    "project": "p",
    "business": {"kpis": [{"id": "money", "title": "Money", "row_value": "prediction"}]},
    "data": {
        "train": "t.csv",
        "evaluation": "e.csv",
        "target": "y",
        "key": "id",
        "schema": "s.yaml",
        "sensitive": ["gender", "senior"],
        "sources": [{"id": "crm", "owner": "o", "licence": "l", "path": "e.csv"}],
    },
    "train": TRAIN,
    "evaluate": {"metrics": ["roc_auc", "accuracy"]},
    "gate": {
        "rules": [
            {"metric": "roc_auc", "minimum": 0.8, "max_regression": 0.01},
            {"metric": "accuracy", "minimum": 0.7, "severity": "fail"},
        ]
    },
}


def edited(*path: str | int, to: Any, start: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy with one value replaced; None removes the key."""
    document: dict[str, Any] = yaml.safe_load(yaml.safe_dump(BASE if start is None else start))
    place: Any = document
    for step in path[:-1]:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return document


def merged(base: dict[str, Any], head: dict[str, Any]) -> Merged:
    """As decide_policy does it; the location is the path itself."""
    first, second = (parse(yaml.safe_dump(each), "mlops.yaml") for each in (base, head))
    return merge(first, second, lambda path: f"at {dotted(path)}")


LOGGED = edited("data", "serving_log", to="log.csv")


@pytest.mark.parametrize("to", ["other.csv", None])
def test_a_serving_log_that_the_base_declares_is_its_own(to: str | None) -> None:
    """Else a change would be rid of the log that shows its skew by naming another one, or none."""
    made = merged(LOGGED, edited("data", "serving_log", to=to, start=LOGGED))
    assert made.config.data.serving_log == "log.csv"
    (change,) = made.changes
    assert (change.key, change.base, change.head) == ("data.serving_log", "log.csv", to or "nothing")
    assert not change.in_force


def test_a_first_serving_log_is_read_at_once() -> None:
    made = merged(BASE, LOGGED)
    assert made.config.data.serving_log == "log.csv"
    (change,) = made.changes
    assert (change.key, change.base, change.in_force) == ("data.serving_log", "nothing", True)


def test_nothing_changed_is_no_change() -> None:
    made = merged(BASE, BASE)
    assert made.changes == ()
    assert made.config == parse(yaml.safe_dump(BASE), "mlops.yaml")


@pytest.mark.parametrize(
    ("path", "to", "says"),
    [
        (("business", "kpis", 0, "row_value"), "1000000", "prediction -> 1000000"),
        (("business", "objective"), "grow", " -> grow"),
        (("data", "evaluation"), "easy.csv", "e.csv -> easy.csv"),
        (("data", "target"), "z", "y -> z"),
        (("data", "key"), "row", "id -> row"),
        (("data", "weight"), "w", "nothing -> w"),
        (("data", "schema"), "lax.yaml", "s.yaml -> lax.yaml"),
        (("data", "sensitive"), ["gender"], "senior -> nothing"),
        (("data", "sources", 0, "licence"), "none", "l -> none"),
        (("validate", "skip"), {"DS501": "no"}, "nothing -> no"),
        (("evaluate", "threshold"), 0.1, "0.5 -> 0.1"),
        (("evaluate", "metrics"), ["roc_auc", "accuracy", "f1"], "nothing -> f1"),
        (("score", "evidence"), "mine", "mlops/evidence -> mine"),
        (("gate", "rules", 0, "minimum"), 0.5, "0.8 -> 0.5 (looser)"),
        (("train", "executor"), "process", "auto -> process"),
        (("train", "kubernetes"), {"namespace": "theirs"}, "nothing -> theirs"),
        (("train", "allow_uncontained"), True, "false -> true"),
        (("train", "hardening"), {"network": True}, "false -> true"),
        (("train", "resources"), {"memory": "64GiB"}, "2147483648 -> 68719476736"),
        (("train", "reproduce"), 1, "3 -> 1"),
    ],
)
def test_base_owned_parts_stay_and_each_change_is_said(
    path: tuple[str | int, ...], to: object, says: str
) -> None:
    made = merged(BASE, edited(*path, to=to))
    assert made.config == merged(BASE, BASE).config
    (change,) = made.changes
    assert change.summary.removesuffix("; rules after the merge").endswith(says)
    assert change.key.startswith(dotted(path).split("[", maxsplit=1)[0])
    assert change.location == f"at {change.key}"


@pytest.mark.parametrize(
    ("path", "to", "shown"),
    [
        (("data", "train"), "more.csv", ()),
        (("data", "features"), ["tenure"], ("data.features",)),
        (("train", "hyperparameters"), {"C": 9.0}, ()),
        (("train", "seed"), 3, ()),
        (("train", "process"), {"requirements": "new.txt"}, ()),
        (("train", "channels"), {"extra": "more"}, ("train.channels.extra",)),
        (("project",), "another", ("project",)),
        (("serving",), {"output": "label"}, ("serving.output",)),
    ],
)
def test_code_training_data_and_hyperparameters_are_head_s(
    path: tuple[str, ...], to: object, shown: tuple[str, ...]
) -> None:
    head = edited(*path, to=to)
    made = merged(BASE, head)
    assert tuple(each.key for each in made.changes) == shown
    assert all(each.in_force and each.summary.endswith("; in force") for each in made.changes)
    assert made.config == parse(yaml.safe_dump(head), "mlops.yaml")


@pytest.mark.parametrize(
    ("key", "before", "after", "word"),
    [
        ("minimum", 0.8, 0.9, "stricter"),
        ("minimum", 0.8, None, "looser"),
        ("maximum", 0.8, 0.9, "looser"),
        ("max_regression", 0.01, 0.005, "stricter"),
        ("max_regression", 0.01, 0.5, "looser"),
        ("min_improvement", 0.01, 0.02, "stricter"),
        ("severity", "fail", "warn", "looser"),
        ("on_missing", "warn", "fail", "stricter"),
        ("on_missing", "warn", "skip", "looser"),
        ("require", "shown_no_worse", "no_regression_shown", "looser"),
        ("strict", False, True, "stricter"),
    ],
)
def test_a_changed_rule_is_called_looser_or_stricter(key: str, before: Any, after: Any, word: str) -> None:
    base = edited("gate", "rules", 0, to={"metric": "roc_auc", "max_regression": 1, key: before})
    head = edited("gate", "rules", 0, to={"metric": "roc_auc", "max_regression": 1, key: before})
    rule = head["gate"]["rules"][0]
    rule[key] = after
    if after is None:
        del rule[key]
    (change,) = merged(base, head).changes
    assert change.key == f"gate.rules[0].{key}"
    assert change.summary.endswith(f" ({word}); rules after the merge")


def test_a_removed_rule_is_named_and_looser_an_added_one_stricter() -> None:
    fewer = edited("gate", "rules", to=BASE["gate"]["rules"][1:])
    (removed,) = merged(BASE, fewer).changes
    assert removed.key == "gate.rules[0]"
    assert '"minimum": 0.8' in removed.base
    assert removed.head == "nothing"
    assert " (looser);" in removed.summary
    (added,) = merged(fewer, BASE).changes
    assert (added.base, " (stricter);" in added.summary) == ("nothing", True)


def test_the_order_of_rules_alone_is_shown() -> None:
    made = merged(BASE, edited("gate", "rules", to=BASE["gate"]["rules"][::-1]))
    assert {change.key.split(".")[1] for change in made.changes} == {"rules[0]", "rules[1]"}


def test_of_two_long_values_the_part_that_differs_is_shown() -> None:
    start = "CASE WHEN prediction = 1 THEN 0 " * 40
    path = ("business", "kpis", 0, "row_value")
    (change,) = merged(
        edited(*path, to=start + "ELSE 1 END"), edited(*path, to=start + "ELSE 99 END")
    ).changes
    assert change.base.startswith("...")
    assert change.base.endswith("ELSE 1 END")
    assert change.head.endswith("ELSE 99 END")
    assert len(change.base) < 100
    (cut,) = merged(edited(*path, to="x" * 1000), edited(*path, to="y" + "x" * 1000)).changes
    assert len(cut.base) == len(cut.head) == 297


BROUGHT = edited("predictions", to={"candidate": "c.csv"}, start=edited("train", to=None))


def test_what_the_base_trains_cannot_be_brought_instead() -> None:
    made = merged(BASE, BROUGHT)
    assert made.config == merged(BASE, BASE).config
    trained, brought = made.changes
    assert (trained.key, trained.head) == ("train", "nothing")
    assert (brought.base, brought.head) == ("nothing", '{"candidate": "c.csv"}')


def test_training_may_take_the_place_of_brought_predictions_but_starts_from_the_defaults() -> None:
    opted = edited("train", to={**TRAIN, "hardening": {"network": True}, "allow_uncontained": True})
    made = merged(BROUGHT, opted)
    assert made.config == merged(BASE, BASE).config
    assert [(each.key, each.head) for each in made.changes] == [
        ("predictions", "nothing"),
        ("train.allow_uncontained", "true"),
        ("train.hardening.network", "true"),
    ]


def test_the_baseline_s_predictions_are_the_base_s() -> None:
    weak = edited("predictions", "baseline", to="weak.csv", start=BROUGHT)
    moved = edited("predictions", "candidate", to="new.csv", start=weak)
    made = merged(BROUGHT, moved)
    assert made.config.predictions is not None
    assert (made.config.predictions.candidate, made.config.predictions.baseline) == ("new.csv", None)
    assert [each.key for each in made.changes] == ["predictions.baseline"]


@pytest.mark.parametrize(
    ("base", "head", "positive"),
    [(["stay", "leave"], ["leave", "stay"], "leave"), ([], [1, 0], 1), ([0, 1], [0, 1], None)],
)
def test_other_classes_do_not_turn_the_labels_round(base: list[Any], head: list[Any], positive: Any) -> None:
    made = merged(edited("serving", "classes", to=base), edited("serving", "classes", to=head))
    assert made.config.evaluate.positive == positive
    assert made.config.serving.classes == tuple(head)
    assert [each.key for each in made.changes] == ([] if base == head else ["serving.classes"])


A, B = "sha256 aaaaaaaaaaaa...", "sha256 bbbbbbbbbbbb..."


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "a" * 64,
            "b" * 64,
            f"{A} -> {B}; the base commit's file judges",
        ),
        ("a" * 64, "", f"{A} -> not there; the base commit's file judges"),
        ("", "b" * 64, f"not there -> {B}; the base commit has none, so this one judges"),
        (
            "a" * 64,
            f"{LINK}{'a' * 64}",
            f"{A} -> a symbolic link ({A}); the base commit's file judges",
        ),
    ],
)
def test_a_changed_file_is_said_with_its_digests(before: str, after: str, says: str) -> None:
    change = file_change("data.evaluation", "e.csv", before, after)
    assert change.summary == f"e.csv (data.evaluation) changes: {says}"
    assert change.location == "e.csv"


SECRETS = {"container": {"build": ".", "secrets": {"pip": "PIP_TOKEN"}}}


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (SECRETS, {"container": {"build": ".", "secrets": {"pip": "PIP_TOKEN", "x": "AWS_KEY"}}}, SECRETS),
        ({"container": {"build": "."}}, SECRETS, {"container": {"build": "."}}),
        (SECRETS, {"container": {"build": "."}}, SECRETS),
        ({}, SECRETS, {"container": {"build": "."}}),
        (SECRETS, {}, {}),
    ],
    ids=["more", "new", "fewer", "first container", "no container"],
)
def test_a_change_names_no_secret_of_its_own(base: Any, head: Any, expected: Any) -> None:
    def document(part: Any) -> str:
        return yaml.safe_dump({**BASE, "train": {**TRAIN, **part}})

    ours, theirs = (parse(document(part), "mlops.yaml") for part in (base, head))
    merged = merge(ours, theirs, lambda path: f"mlops.yaml:{dotted(path)}")
    train = merged.config.train
    assert train is not None
    wanted = expected.get("container")
    assert (train.container is None) == (wanted is None)
    if train.container is not None:
        assert train.container.secrets == wanted.get("secrets")
    told = [each.key for each in merged.changes]
    assert any(key.startswith("train.container.secrets") for key in told) == (base != head)


def test_the_registry_is_the_base_commit_s() -> None:
    def document(host: str) -> str:
        part = {"repository": f"{host}/org/churn", "username": "U", "password": "P"}
        return yaml.safe_dump({**BASE, "train": {**TRAIN, "registry": part}})

    ours, theirs = (parse(document(host), "mlops.yaml") for host in ("ghcr.io", "evil.example"))
    merged = merge(ours, theirs, lambda path: f"mlops.yaml:{dotted(path)}")
    assert merged.config.train is not None
    assert merged.config.train.registry is not None
    assert merged.config.train.registry.repository == "ghcr.io/org/churn"
    assert [each.key for each in merged.changes] == ["train.registry.repository"]
