"""DS801 to DS803 as results: counts and columns are told, values never."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.checks.canaries import check_canaries
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.limits import GroupParameters, PersonalParameters
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.personal_wide import PersonalFold
from mlops_actions.checks.privacy import Groups, check_groups, check_personal, flagged, judge, needs
from mlops_actions.config.data import DataConfig
from mlops_actions.config.privacy import Canary, PrivacyConfig
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Matching, Need, Repeats, Sample, Shared, SharedRows
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import column

if TYPE_CHECKING:
    from mlops_actions.results.dataset import CheckResult

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
DATA: dict[str, Any] = {"train": "a.csv", "target": "y"}
KEPT = "train.a: nothing of the kinds looked for ({}); it looks personal all the same and is kept back (n=2)"
MAIL, CARD = "ann@example.org", "4111111111111111"


def data(**parts: Any) -> DataConfig:
    return DataConfig.model_validate({**DATA, **parts})


def table(role: str = "train", **columns: list[Any]) -> TableProfile:
    rows = len(next(iter(columns.values())))
    made = tuple(column(name, values) for name, values in columns.items())
    return TableProfile(role, "a.csv", rows, made, 1, "ab" * 32)


def personal(values: list[Any], declared: dict[str, Any] | None = None, **limits: Any) -> list[CheckResult]:
    found = check_personal(table(a=values), data(**declared or {}), PersonalParameters.model_validate(limits))
    text = "".join(each.model_dump_json() for each in found)
    assert not [value for value in map(str, values) if len(value) > 3 and value in text]
    return list(found)


def told(found: list[CheckResult]) -> list[tuple[Outcome, str]]:
    return [(each.outcome, each.sentence) for each in found]


@pytest.mark.parametrize(
    ("values", "outcome", "sentence"),
    [
        (
            [MAIL, MAIL, CARD, "plain"],
            FAIL,
            "train.a: 2 e-mail addresses, 1 card number, maximum 0 (n=4)",
        ),
        (["00:1A:2b:3c:4d:5e", "x"], WARN, "train.a: 1 MAC address, maximum 0 (n=2)"),
        (["x", "y"], PASS, "train.a: nothing personal (n=2)"),
        ([MAIL, None], FAIL, "train.a: 1 e-mail address, maximum 0 (n=1)"),
    ],
)
def test_personal_values_are_counted_and_never_shown(
    values: list[Any], outcome: Outcome, sentence: str
) -> None:
    assert told(personal(values)) == [(outcome, sentence)]


@pytest.mark.parametrize(
    ("kinds", "sentence", "outcome"),
    [
        (["email"], "train.a: 1 e-mail address, maximum 0 (n=2)", FAIL),
        (["phone", "iban"], "train.a: 1 telephone number, maximum 0 (n=2)", FAIL),
        (["iban", "card"], KEPT.format("iban, card"), PASS),
        ([], KEPT.format("none"), PASS),
    ],
)
def test_only_the_chosen_kinds_are_looked_for(kinds: list[str], sentence: str, outcome: Outcome) -> None:
    assert told(personal([MAIL, "+4722855050"], kinds=kinds)) == [(outcome, sentence)]


def test_a_value_of_two_kinds_is_one_row() -> None:
    (seen,) = personal([f"{MAIL} {CARD}"])
    assert seen.sentence == "train.a: 1 e-mail address, 1 card number, maximum 0 (n=1)"
    assert seen.observed == 1


def test_a_permitted_number_is_still_told_and_still_kept_back() -> None:
    seen = personal([MAIL, "x"], max_rows=1)
    assert told(seen) == [(PASS, "train.a: 1 e-mail address, maximum 1 (n=2)")]
    assert flagged(seen) == {"a"}
    assert flagged(personal(["x"])) == frozenset()


@pytest.mark.parametrize("kinds", [[], ["phone"], ["email"]])
def test_what_is_kept_back_goes_by_every_kind(kinds: list[Any]) -> None:
    assert flagged(personal([MAIL, "x"], kinds=kinds)) == {"a"}


@pytest.mark.parametrize("kinds", [(), ("phone",), ("email",)])
def test_so_does_that_of_many_distinct_values(kinds: tuple[Any, ...]) -> None:
    rows = PersonalFold("a", kinds)([ValueCounts.of([(MAIL, 9), ("x", 1)])])
    assert (rows.personal, rows.total) == (True, 9 * ("email" in kinds))
    limits = PersonalParameters(kinds=kinds)
    assert flagged(check_personal(wide(), data(), limits, None, {"a": rows})) == {"a"}


@pytest.mark.parametrize(("keys", "found"), [(True, {"a"}), (False, set())])
def test_a_key_whose_values_are_shown_is_looked_at_to_be_kept_back(keys: bool, found: set[str]) -> None:
    seen = check_personal(table(a=[MAIL]), data(key="a"), PersonalParameters(), keys=keys)
    assert [each.outcome for each in seen] == [SKIPPED]
    assert flagged(seen) == found


@pytest.mark.parametrize("key", ["sensitive", "key"])
def test_declared_columns_are_excepted_and_said(key: str) -> None:
    (seen,) = personal([MAIL], {key: ["a"]})
    assert (seen.outcome, seen.reason) == (SKIPPED, f"not looked at, declared in data.{key}")


def test_small_numbers_are_no_subject() -> None:
    assert personal([1, 2, 3]) == []


def wide() -> TableProfile:
    return TableProfile(
        "train",
        "a.csv",
        9_000_000,
        (replace(column("a", ["x"]), counts=None, distinct=5_000_000, rows=9_000_000),),
        1,
        "ab" * 32,
    )


def case(made: TableProfile, **parts: Any) -> Case:
    setting = Setting(
        data=data(**parts.pop("data", {})),
        task="binary",
        limits=CheckParameters(),
        schema=None,
        kinds={"train": {each.name: each.kind for each in made.columns}},
        **parts,
    )
    return Case(setting, {"train": made})


def test_all_values_of_a_text_column_too_wide_to_count_are_looked_at() -> None:
    before = case(wide())
    (need,) = needs(before)
    assert isinstance(need, Matching)
    seen = need.fold([ValueCounts.of([("x", 7), (MAIL, 2)]), ValueCounts.of([("y", 1)])])
    for answer, outcome, sentence in (
        (seen, FAIL, "train.a: 2 e-mail addresses, maximum 0 (n=9,000,000)"),
        (need.fold([]), PASS, "train.a: nothing personal (n=9,000,000)"),
    ):
        after = replace(before, measured={need: answer})
        assert told([each for each in judge(after) if each.id == "DS801"]) == [(outcome, sentence)]


def test_numbers_too_wide_to_count_are_told_by_a_sample_and_say_so() -> None:
    (column,) = wide().columns
    before = case(replace(wide(), columns=(replace(column, kind="integer"),)))
    (need,) = needs(before)
    assert need == Sample("train", ("a",), 5000)
    after = replace(before, measured={need: {"a": [*range(9)]}})
    assert told([each for each in judge(after) if each.id == "DS801"]) == [
        (PASS, "train.a: nothing personal (n=9,000,000; what most values are, by a sample of 9 rows)")
    ]


@pytest.mark.parametrize(("columns", "rows"), [(500, 5_000), (501, 4_990), (5_000, 500), (20_000, 500)])
def test_of_very_many_columns_fewer_rows_are_sampled(columns: int, rows: int) -> None:
    (column,) = wide().columns
    numbers = tuple(replace(column, name=f"c{at}", kind="integer") for at in range(columns))
    (need,) = needs(case(replace(wide(), columns=numbers)))
    assert isinstance(need, Sample)
    assert (len(need.columns), need.n) == (columns, rows)


@pytest.mark.parametrize("secret", [None, b"a secret of many letters"])
def test_a_canary_is_found_among_all_values_of_a_wide_column(secret: bytes | None) -> None:
    digests = {"a": digest("planted", secret)}
    parts: dict[str, Any] = {"hmac_sha256": digests} if secret else {"sha256": digests}
    privacy = PrivacyConfig(
        canaries=(Canary(id="trap", **parts), Canary(id="lost", sha256={"a": digest("no")}))
    )
    before = case(wide(), privacy=privacy, secret=secret)
    asked = [each for each in needs(before) if isinstance(each, Matching) and not each.pattern]
    batches = [ValueCounts.of([("x", 1)]), ValueCounts.of([("planted", 1)]), ValueCounts.of([("y", 1)])]
    after = replace(before, measured={each: each.fold(batches) for each in asked})
    assert "planted" not in repr(asked)
    assert "letters" not in repr(asked)
    assert [each.outcome for each in judge(after) if each.id == "DS802"] == [PASS, FAIL]


def test_without_a_sample_a_wide_column_is_skipped_not_passed() -> None:
    (seen,) = check_personal(wide(), data(), PersonalParameters())
    assert (seen.outcome, seen.reason) == (
        SKIPPED,
        "too many distinct values to count, and no sample was taken",
    )


def digest(text: str, secret: bytes | None = None) -> str:
    if secret is not None:
        return hmac.new(secret, text.encode(), "sha256").hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()


SECRET = b"a secret of the repository"


@pytest.mark.parametrize(
    ("canary", "secret", "outcome", "words"),
    [
        (
            {"sha256": {"a": digest("planted-7f3a")}},
            None,
            PASS,
            "canary trap is found (1 planted value, n=2)",
        ),
        (
            {"sha256": {"a": digest("planted-7f3a"), "b": digest("gone")}},
            None,
            FAIL,
            "canary trap is not found in b (2 planted values, each looked for in its own column, n=2)",
        ),
        ({"sha256": {"c": digest("x")}}, None, FAIL, "canary trap is not found in c"),
        ({"hmac_sha256": {"a": digest("planted-7f3a", SECRET)}}, SECRET, PASS, "canary trap is found"),
        ({"hmac_sha256": {"a": digest("planted-7f3a", SECRET)}}, b"another", FAIL, "is not found in a"),
        (
            {"hmac_sha256": {"a": digest("x", SECRET)}},
            None,
            Outcome.INCONCLUSIVE,
            "MLOPS_PROFILE_KEY is not set",
        ),
        ({"sha256": {"a": digest("x")}, "role": "serving_log"}, None, SKIPPED, "no split serving_log"),
    ],
)
def test_planted_values_must_be_found_and_are_never_told(
    canary: dict[str, Any], secret: bytes | None, outcome: Outcome, words: str
) -> None:
    made = table(a=["planted-7f3a", "x"], b=["kept", "y"])
    (seen,) = check_canaries({"train": made}, [Canary(id="trap", **canary)], secret)
    assert seen.outcome is outcome
    assert words in seen.sentence + seen.reason
    text = seen.model_dump_json()
    assert "planted-7f3a" not in text
    assert digest("planted-7f3a")[:12] not in text


def test_a_canary_of_any_kind_is_found_by_its_usual_text() -> None:
    made = TableProfile(
        "train",
        "a.csv",
        1,
        (column("f", [123456.0]), column("b", [True]), column("d", [1_706_659_200_000_000], "date")),
        1,
        "ab" * 32,
    )
    for text in ({"f": "123456"}, {"f": "123456.0"}, {"b": "true"}, {"b": "1"}, {"d": "2024-01-31"}):
        canary = Canary(id="trap", sha256={name: digest(each).upper() for name, each in text.items()})
        assert check_canaries({"train": made}, [canary], None)[0].outcome is PASS, text
    gone = Canary(id="trap", sha256={"f": digest("123457")})
    assert check_canaries({"train": made}, [gone], None)[0].outcome is FAIL


def test_a_canary_in_a_column_too_wide_is_undecided() -> None:
    canary = Canary(id="trap", sha256={"a": digest("x")})
    (seen,) = check_canaries({"train": wide()}, [canary], None)
    assert seen.outcome is Outcome.INCONCLUSIVE


def test_no_canaries_is_said() -> None:
    (seen,) = check_canaries({"train": table(a=["x"])}, (), None)
    assert (seen.outcome, seen.reason) == (SKIPPED, "privacy.canaries is not declared")


@pytest.mark.parametrize(
    ("groups", "limit", "outcome", "end"),
    [
        (Groups(7, 2), None, PASS, "7 combinations, k = 1 (told, no limit is declared)"),
        (Groups(7, 0), 0.0, PASS, "7 combinations, k >= 2, maximum share 0"),
        (Groups(7, 2), 0.1, FAIL, "7 combinations, k = 1, maximum share 0.1"),
    ],
)
def test_rows_alone_in_their_combination(
    groups: Groups, limit: float | None, outcome: Outcome, end: str
) -> None:
    made = table(age=[1] * 10, zip=[2] * 10)
    seen = check_groups(made, ("age", "zip"), groups, GroupParameters(max_alone=limit))
    assert seen.outcome is outcome
    start = (
        f"train: {groups.alone} of n=10 rows (share {groups.alone / 10:.3g}) are alone in their combination"
    )
    assert seen.sentence == f"{start} of age, zip; {end}"


def test_groups_are_measured_over_quasi_identifiers_and_sensitive_columns() -> None:
    made = table(age=[30, 30, 41], sex=["f", "f", "m"], pay=[1, 2, 3])
    parts = {"data": {"sensitive": ["sex"]}, "privacy": PrivacyConfig(quasi_identifiers=("age", "gone"))}
    before = case(made, **parts)
    repeats, shared = Repeats("train", ("age", "sex")), Shared("train", ("age", "sex"), "train")
    assert list(needs(before)) == [repeats, shared]
    answers: dict[Need, Any] = {repeats: 1, shared: SharedRows(2, 3, 2)}
    (seen,) = (each for each in judge(replace(before, measured=answers)) if each.id == "DS803")
    assert seen.sentence.startswith("train: 1 of n=3 rows (share 0.333) are alone")
    assert "2 combinations, k = 1" in seen.sentence


def test_without_quasi_identifiers_nothing_is_measured() -> None:
    made = table(age=[30, 41])
    before = case(made, data={"sensitive": ["age"]})
    assert list(needs(before)) == []
    (seen,) = (each for each in judge(before) if each.id == "DS803")
    assert (seen.outcome, seen.reason) == (SKIPPED, "privacy.quasi_identifiers is not declared")


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("part_no", "AB123456C", WARN),
        ("sku", "123-45-6789", WARN),
        ("serial", CARD, FAIL),
        ("code", "AB123456C", FAIL),
        ("part_no", "DB123456C", PASS),
        ("part_no", "AB123456E", PASS),
    ],
)
def test_a_form_without_check_digits_only_warns_among_articles(
    name: str, value: str, outcome: Outcome
) -> None:
    counted = TableProfile("train", "a.csv", 9, (column(name, [value] * 9),), 1, "ab" * 32)
    (seen,) = check_personal(counted, data(), PersonalParameters())
    assert seen.outcome is outcome
    wide = column(name, [value] * 9)
    rows = PersonalFold(name, ("card", "national_id"))([ValueCounts.of([(value, 9)])])
    made = TableProfile("train", "a.csv", 9, (replace(wide, counts=None),), 1, "ab" * 32)
    (seen,) = check_personal(made, data(), PersonalParameters(), None, {name: rows})
    assert seen.outcome is outcome
