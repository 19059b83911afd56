"""DS110-DS112 on hand-made measurements: what is needed, and each verdict with its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.checks import rows_contract
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.rows_contract import named_columns
from mlops_actions.config.data import DataConfig
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Doubtful, DoubtfulRows, Orphans, Repeats, Where
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

COLUMNS = {"customer": "string", "parent": "string", "dep": "integer", "arr": "integer"}
PASS, FAIL, SKIPPED, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED, Outcome.INCONCLUSIVE
ORDER = {"checks": [{"id": "order", "predicate": "arr >= dep", "max_share": 0.01}]}
KEY = {"keys": [["customer", "dep"]]}
FILE = {"references": [{"columns": "customer", "file": "data/all.parquet", "file_columns": "id"}]}
SPLIT = {"references": [{"columns": ["customer", "dep"], "split": "train"}]}
SELF = {"references": [{"columns": "parent", "split": "self", "file_columns": "customer"}]}


def setting(rules: dict[str, Any], kinds: dict[str, dict[str, str]] | None = None) -> Setting:
    columns = {name: {"type": kind} for name, kind in COLUMNS.items()}
    schema = DataSchema.model_validate({"version": 1, "columns": columns, **rules})
    data = DataConfig.model_validate({"train": "train.csv", "target": "y"})
    return Setting(data, "binary", CheckParameters(), schema, kinds or {"train": COLUMNS})


def judged(given: Setting, measured: dict[Need, Any], rows: int = 400) -> list[CheckResult]:
    tables = {role: TableProfile(role, f"{role}.csv", rows, (), 1, "0" * 64) for role in given.kinds}
    return list(rows_contract.judge(Case(given, tables, measured)))


@pytest.mark.parametrize(
    ("rules", "need"),
    [
        (ORDER, Where("train", "arr >= dep")),
        (KEY, Repeats("train", ("customer", "dep"))),
        (FILE, Orphans("train", ("customer",), "reference:0", ("id",))),
        (SELF, Orphans("train", ("parent",), "train", ("customer",))),
    ],
)
def test_what_is_needed(rules: dict[str, Any], need: Need) -> None:
    """Of a reference also whether digits that were lost may have made it refer to something."""
    asked = list(rows_contract.needs(Case(setting(rules), {})))
    assert asked[0] == need
    if isinstance(need, Orphans):
        assert asked[1:] == [Doubtful(need.role, need.columns, need.other, need.other_columns)]
    else:
        assert not asked[1:]


def test_each_split_is_measured_and_a_file_of_references_is_none() -> None:
    kinds = {"train": COLUMNS, "evaluation": COLUMNS, "reference:0": {"id": "string"}}
    found = list(rows_contract.needs(Case(setting({**KEY, **FILE}, kinds), {})))
    assert [need.role for need in found if isinstance(need, Orphans)] == ["train", "evaluation"]
    assert [need.role for need in found if isinstance(need, Repeats)] == ["train", "evaluation"]


LOST = "of n=400 rows have a customer that is not in data/all.parquet (id), maximum share 0"
ALONE = "of n=400 rows have a parent that is not in any row (customer), maximum share 0"
CASES: list[tuple[dict[str, Any], Any, Outcome, str, float]] = [
    (ORDER, 4, PASS, "train: 4 of n=400 rows break order (arr >= dep), maximum share 0.01", 0.01),
    (ORDER, 5, FAIL, "train: 5 of n=400 rows break order (arr >= dep), maximum share 0.01", 0.0125),
    (KEY, 0, PASS, "train: 0 of n=400 rows repeat an earlier key (customer, dep)", 0),
    (KEY, 3, FAIL, "train: 3 of n=400 rows repeat an earlier key (customer, dep)", 3),
    (FILE, 0, PASS, f"train: 0 {LOST}", 0),
    (FILE, 1, FAIL, f"train: 1 {LOST}", 0.0025),
    (SELF, 2, FAIL, f"train: 2 {ALONE}", 0.005),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "measured", "outcome", "sentence", "observed"), CASES)
def test_each_verdict(
    rules: dict[str, Any], measured: object, outcome: Outcome, sentence: str, observed: float
) -> None:
    given = setting(rules)
    need, *_ = rows_contract.needs(Case(given, {}))
    (found,) = judged(given, {need: measured})
    assert (found.outcome, found.sentence, found.observed, found.n) == (outcome, sentence, observed, 400)
    assert bool(found.remediation) == (outcome is FAIL)


@pytest.mark.parametrize(
    ("lost", "doubt", "outcome"),
    [(0, DoubtfulRows(3, 5), INCONCLUSIVE), (1, DoubtfulRows(3, 5), FAIL), (0, DoubtfulRows(), PASS)],
)
def test_a_reference_that_may_be_met_by_lost_digits_alone(
    lost: int, doubt: DoubtfulRows, outcome: Outcome
) -> None:
    given = setting(FILE)
    need, unsure = rows_contract.needs(Case(given, {}))
    (found,) = judged(given, {need: lost, unsure: doubt})
    assert found.outcome is outcome
    assert bool(found.reason) == (outcome is INCONCLUSIVE)


@pytest.mark.parametrize("rules", [ORDER, KEY, FILE])
def test_what_could_not_be_measured_is_never_a_pass(rules: dict[str, Any]) -> None:
    (found,) = judged(setting(rules), {})
    assert found.outcome is INCONCLUSIVE
    assert "could not be measured" in found.sentence


def test_a_rule_of_whole_numbers_is_asked_of_numbers_with_decimals() -> None:
    given = setting(ORDER, {"train": {"dep": "integer", "arr": "number"}})
    (need,) = rows_contract.needs(Case(given, {}))
    assert isinstance(need, Where)


@pytest.mark.parametrize(
    ("rules", "kinds", "why"),
    [
        (ORDER, {"train": {"dep": "integer"}}, "train has no column arr"),
        (ORDER, {"train": {"dep": "integer", "arr": "string"}}, "train.arr is string, declared integer"),
        (KEY, {"train": {}}, "train has no column customer, dep"),
        (FILE, {"train": COLUMNS, "reference:0": {"key": "string"}}, "data/all.parquet has no column id"),
        (SPLIT, {"evaluation": COLUMNS}, "there are no train rows"),
        (SPLIT, {"train": COLUMNS}, "the split itself holds the keys"),
    ],
)
def test_a_rule_without_its_need_is_skipped_with_the_reason(
    rules: dict[str, Any], kinds: dict[str, dict[str, str]], why: str
) -> None:
    given = setting(rules, kinds)
    assert list(rows_contract.needs(Case(given, {}))) == []
    found = [each for each in judged(given, {}) if each.role in {"train", "evaluation"}]
    assert [(each.outcome, each.reason) for each in found] == [(SKIPPED, why)]


def test_a_split_that_refers_to_another() -> None:
    given = setting(SPLIT, {"train": COLUMNS, "evaluation": COLUMNS})
    need, _ = rows_contract.needs(Case(given, {}))
    assert need == Orphans("evaluation", ("customer", "dep"), "train", ("customer", "dep"))
    sentences = [each.sentence for each in judged(given, {need: 1}) if each.role == "evaluation"]
    text = "1 of n=400 rows have a customer, dep that is not in the train rows, maximum share 0"
    assert sentences == [f"evaluation: {text}"]


def test_a_title_stands_for_a_predicate_and_a_long_predicate_is_cut() -> None:
    titled = setting({"checks": [{"id": "a", "title": "Lands after take-off", "predicate": "arr >= dep"}]})
    long = setting({"checks": [{"id": "a", "predicate": "arr >= dep\n OR " * 20 + "true"}]})
    for given, text in (
        (titled, "break a (Lands after take-off)"),
        (long, f"({'arr >= dep OR ' * 5}arr >= ...)"),
    ):
        (need,) = rows_contract.needs(Case(given, {}))
        assert text in judged(given, {need: 0})[0].sentence


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("ARR >= Dep", ("dep", "arr")),
        ("customer = 'dep'", ("customer",)),
        ("customer = 'it''s dep' OR arr > 1", ("customer", "arr")),
        ('"odd "" name" > 1', ('odd " name',)),
        ("arrival > 1", ()),
    ],
)
def test_the_columns_that_a_predicate_names(predicate: str, expected: tuple[str, ...]) -> None:
    assert named_columns(predicate, (*COLUMNS, 'odd " name')) == expected


def test_without_a_schema_nothing_is_said() -> None:
    data = DataConfig.model_validate({"train": "train.csv", "target": "y"})
    bare = Setting(data, "binary", CheckParameters(), None, {"train": COLUMNS})
    assert (list(rows_contract.needs(Case(bare, {}))), judged(bare, {})) == ([], [])


def test_a_key_whose_numbers_lost_digits_is_inconclusive() -> None:
    long = ColumnProfile("dep", "number", 400, 0, ValueCounts.of([(1e17, 200), (2e17, 200)]), 2)
    table = TableProfile("train", "train.csv", 400, (long,), 1, "0" * 64)
    need = Repeats("train", ("customer", "dep"))
    (found,) = rows_contract.judge(Case(setting(KEY), {"train": table}, {need: 3}))
    assert (found.outcome, found.observed) == (INCONCLUSIVE, 3.0)
    assert found.sentence.endswith("(customer, dep); " + found.reason)
