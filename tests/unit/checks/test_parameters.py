"""validate.checks and validate.skip: what they change, and every mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.checks.catalog import IDS
from mlops_actions.checks.parameters import CheckParameters, parse_parameters
from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import World
from tests.unit.checks.test_every_check import FAULTS

if TYPE_CHECKING:
    from mlops_actions.config.evaluate import ValidateConfig
    from mlops_actions.results.dataset import CheckResult

HEAD = "version: 1\nproject: small\ndata: {train: a.csv, target: y}\n"
FAULT_OF = {fault.id: fault for fault in FAULTS}
ONE = {"DS301", "DS303", "DS304", "DS305"}  # a pair of samples each: what is excluded is left out of it
EXCLUDING = [each for each in FAULT_OF if hasattr(CheckParameters().of(each), "exclude") and each not in ONE]


def judged(identifier: str, parameters: dict[str, Any], skip: dict[str, str] | None = None) -> CheckResult:
    """The result that speaks of the check's own fault, under these parameters."""
    fault, world = FAULT_OF[identifier], World(checks={identifier: parameters}, skip=skip or {})
    fault.change(world)
    return next(each for each in world.judge() if (each.id, each.sentence) == (identifier, fault.sentence))


def test_every_check_has_parameters_of_its_own() -> None:
    aliases = [field.alias for field in CheckParameters.model_fields.values()]
    assert aliases == list(IDS)


@pytest.mark.parametrize("identifier", FAULT_OF)
@pytest.mark.parametrize("severity", ["warn", "fail"])
def test_severity_is_what_red_counts_as(identifier: str, severity: str) -> None:
    assert judged(identifier, {"severity": severity}).outcome is Outcome(severity)
    clean = World(checks={identifier: {"severity": severity}})
    assert {each.outcome for each in clean.judge()} <= {Outcome.PASS, Outcome.SKIPPED}


@pytest.mark.parametrize("identifier", FAULT_OF)
def test_a_skipped_check_stays_visible_with_its_reason(identifier: str) -> None:
    seen = judged(identifier, {}, {identifier: "known, issue 7"})
    assert (seen.outcome, seen.reason) == (Outcome.SKIPPED, "skipped by mlops.yaml: known, issue 7")
    assert (seen.sentence, seen.remediation) == (FAULT_OF[identifier].sentence, "")


@pytest.mark.parametrize("identifier", EXCLUDING)
def test_an_excluded_column_is_not_judged(identifier: str) -> None:
    seen = judged(identifier, {"exclude": [FAULT_OF[identifier].subject]})
    assert (seen.outcome, seen.reason) == (
        Outcome.SKIPPED,
        f"excluded by validate.checks.{identifier}",
    )


@pytest.mark.parametrize(
    ("identifier", "just_enough", "too_little"),
    [
        ("DS201", {"max_share": 1 / 400}, {"max_share": 0.9 / 400}),
        ("DS203", {"max_share": 1 / 400}, {"max_share": 0.9 / 400}),
        ("DS204", {"max_share": 0.025}, {"max_share": 0.02}),
        ("DS401", {"max_rows": 1}, {"max_rows": 0}),
        ("DS402", {"max_keys": 2}, {"max_keys": 1}),
        ("DS403", {"max_share": 5 / 300}, {"max_share": 4.9 / 300}),
        ("DS501", {"min_class_rows": 29}, {"min_class_rows": 30}),
        ("DS501", {"min_class_rows": 29, "max_classes": 2}, {"min_class_rows": 31}),
        ("DS601", {"min_rows": 99}, {"min_rows": 100}),
        ("DS801", {"max_rows": 3}, {"max_rows": 2}),
        ("DS801", {"kinds": ["iban", "card"]}, {"kinds": ["phone"]}),
    ],
)
def test_a_limit_moves_the_verdict(
    identifier: str, just_enough: dict[str, Any], too_little: dict[str, Any]
) -> None:
    fault = FAULT_OF[identifier]
    for parameters, expected in ((just_enough, Outcome.PASS), (too_little, fault.outcome)):
        world = World(checks={identifier: parameters})
        fault.change(world)
        seen = {
            each.outcome
            for each in world.judge()
            if (each.id, each.role, each.subject) == (identifier, fault.role, fault.subject)
        }
        assert seen == {expected}


def test_a_stricter_limit_turns_clean_data_red() -> None:
    strict = {"DS202": {"min_distinct": 3}, "DS501": {"max_classes": 2, "min_class_rows": 120}}
    red = [each.sentence for each in World(checks=strict).judge() if each.outcome is Outcome.WARN]
    assert red == [
        "train.member: 2 distinct values, at least 3 are needed (n=400)",
        "evaluation.member: 2 distinct values, at least 3 are needed (n=300)",
        "train.churned: 2 classes, the rarest has 119 rows, minimum 120 (n=400)",
        "evaluation.churned: 2 classes, the rarest has 89 rows, minimum 120 (n=300)",
    ]


def _declared(text: str) -> tuple[ValidateConfig, str]:
    whole = HEAD + text
    return parse(whole, "mlops.yaml").validate_, whole


def test_all_mistakes_are_told_each_with_its_line() -> None:
    declared, text = _declared(
        "validate:\n"
        "  checks:\n"
        "    DS21: {}\n"
        "    DS201: {max_shar: 0.1}\n"
        "    DS301:\n"
        "      material: 2\n"
        "      columns:\n"
        "        city: {materiel: 0.1}\n"
        "    DS801: {kinds: [mail]}\n"
        "    DS101: {severity: error}\n"
        "  skip:\n"
        '    DS202: ""\n'
        "    ds203: no reason\n"
    )
    with pytest.raises(ConfigError) as caught:
        parse_parameters(declared, text, "mlops.yaml")
    told = [
        (each.location.line, each.message.split(":")[0], each.hint.split(" Allowed")[0])
        for each in caught.value.problems
        if each.location is not None and each.location.file == "mlops.yaml"
    ]
    assert sorted((line, key) for line, key, _ in told) == [
        (6, "validate.checks.DS21"),
        (7, "validate.checks.DS201.max_shar"),
        (9, "validate.checks.DS301.material"),
        (11, "validate.checks.DS301.columns.city.materiel"),
        (12, "validate.checks.DS801.kinds[0]"),
        (13, "validate.checks.DS101.severity"),
        (15, "validate.skip.DS202"),
        (16, "validate.skip.ds203"),
    ]
    near = {hint for _, _, hint in told if hint.startswith("Did you mean")}
    assert near == {
        f"Did you mean {name!r}?" for name in ("DS210", "max_share", "material", "email", "DS203")
    }


def test_an_unknown_parameter_lists_the_legal_ones() -> None:
    declared, text = _declared("validate: {checks: {DS301: {alfa: 0.1}}}\n")
    with pytest.raises(ConfigError) as caught:
        parse_parameters(declared, text, "mlops.yaml")
    assert str(caught.value) == (
        "mlops.yaml:4: validate.checks.DS301.alfa: unknown key. Did you mean 'alpha'? "
        "Allowed: severity, exclude, alpha, material, ratio, min_expected, min_rows, columns."
    )


@pytest.mark.parametrize(
    "text",
    [
        "validate: {checks: {DS103: {minimum: 0}}}\n",  # limits of DS1xx stand in the schema
        "validate: {checks: {DS301: {alpha: 0}}}\n",
        "validate: {checks: {DS301: {min_rows: 29}}}\n",
        "validate: {checks: {DS601: {min_rows: 0}}}\n",
        "validate: {checks: {DS201: {max_share: 1.1}}}\n",
        "validate: {checks: {DS202: {min_distinct: 1}}}\n",
        "validate: {checks: {DS401: {max_rows: -1}}}\n",
        "validate: {checks: {DS107: {exclude: [city]}}}\n",
    ],
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    declared, whole = _declared(text)
    with pytest.raises(ConfigError, match=r"^mlops\.yaml:4: validate\.checks\.DS") as caught:
        parse_parameters(declared, whole, "mlops.yaml")
    assert len(caught.value.problems) == 1


def test_columns_named_anywhere_are_listed_with_their_place() -> None:
    limits = CheckParameters.model_validate(
        {"DS202": {"exclude": ["a", "b"]}, "DS301": {"exclude": ["c"], "columns": {"d": {"material": 0.1}}}}
    )
    assert limits.named_columns() == (
        (("DS202", "exclude", 0), "a"),
        (("DS202", "exclude", 1), "b"),
        (("DS301", "exclude", 0), "c"),
        (("DS301", "columns", "d"), "d"),
    )
