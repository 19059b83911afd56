"""DS301, DS304, DS305: the verdict per column and for two samples, under the limits of mlops.yaml."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks import catalog
from mlops_actions.checks.drift import check_drift, judge_drift, measure_drift
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.results.dataset import DriftRow
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, limits, pair, rows, table

PASS, WARN, INCONCLUSIVE, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED
N = 2000
EVEN = [index % 10 for index in range(N)]
HALF = [index % 5 for index in range(N)]  # KS 0.5 from EVEN
CITY = ["Oslo", "Bergen"] * (N // 2)
MOVED = (["Oslo"] * 7 + ["Bergen"] * 3) * (N // 10)  # L-infinity 0.2 from CITY
RARE = [index % 20 == 0 for index in range(N)]  # a share of .05
DOUBLED = [index % 9 == 0 for index in range(N)]  # of .11


def measure(first: list[Any], second: list[Any], kind: str = "", **values: Any) -> DriftRow:
    two = pair(table("train", column("a", first, kind)), table("evaluation", column("a", second, kind)))
    (row,) = measure_drift(catalog.DRIFT, two, ("a",), limits("DS301", **values).drift)
    return row


def test_equal_splits_do_not_drift() -> None:
    row = measure(EVEN, EVEN)
    assert (row.outcome, row.statistic, row.effect, row.effect_low, row.p_adjusted) == (PASS, "KS", 0, 0, 1)
    assert (row.psi, row.jensen_shannon, row.wasserstein, row.wasserstein_in_std) == (0, 0, 0, 0)
    assert (row.n_reference, row.n_current, row.pair) == (N, N, "training against evaluation")
    assert row.binning == "10 bins at the first sample's deciles"
    assert row.shares_reference == row.shares_current == (0.1,) * 10
    assert row.sentence == (
        "a: KS 0.0000, at least 0.0000 (material above 0.05), Holm p 1 (significant below 0.001), "
        "n=2,000 and 2,000"
    )


@pytest.mark.parametrize(
    ("first", "second", "statistic", "effect"),
    [
        (EVEN, HALF, "KS", 0.5),
        ([float(each) for each in EVEN], HALF, "KS", 0.5),
        (CITY, MOVED, "L-infinity", 0.2),
        ([True, False] * 1000, [True] * N, "L-infinity", 0.5),
        ([1, 0] * 1000, [1] * N, "L-infinity", 0.5),
        ([7] * N, [8] * N, "L-infinity", 1.0),
        (EVEN, [*EVEN[:1000], *[np.inf] * 1000], "KS", 0.5),
    ],
)
def test_a_shift_drifts_with_its_own_statistic(
    first: list[Any], second: list[Any], statistic: str, effect: float
) -> None:
    row = measure(first, second)
    assert (row.outcome, row.statistic) == (WARN, statistic)
    assert row.effect == pytest.approx(effect)
    assert 0.05 < (row.effect_low or 0) <= effect
    assert (row.p_adjusted or 0) < 1e-9


def test_a_share_that_doubled_drifts_where_the_largest_gap_is_not_material() -> None:
    row = measure(RARE, DOUBLED)
    assert row.outcome is WARN
    assert (row.effect_low or 1) < 0.05
    assert (row.ratio_low or 0) > 1.5
    assert row.sentence == (
        "a: L-infinity 0.0615, at least 0.0447 (material above 0.05), its 2nd most common category x2.22, "
        "at least x1.77 either way (material above x1.5), Holm p 9.5e-13 (significant below 0.001), "
        "n=2,000 and 2,000"
    )
    assert measure(RARE, DOUBLED, ratio=1.8).outcome is PASS
    assert measure(RARE, DOUBLED, min_expected=200).outcome is PASS


@pytest.mark.parametrize(
    ("values", "outcome", "says"),
    [
        ({"material": 0.2, "ratio": 3}, PASS, "(material above 0.2)"),
        ({"material": 0.1}, WARN, "(material above 0.1)"),
        ({"columns": {"a": {"material": 0.2, "ratio": 3}}}, PASS, "(material above 0.2)"),
        ({"material": 0.2, "columns": {"a": {"material": 0.1}}}, WARN, "(material above 0.1)"),
        ({"material": 0.2, "ratio": 3, "columns": {"a": {"min_rows": 30}}}, PASS, "(material above 0.2)"),
        ({"material": 0.1, "columns": {"a": {"material": 0}}}, WARN, "(material above 0)"),
        ({"alpha": 0.5, "columns": {"b": {"material": 1}}}, WARN, "(significant below 0.5)"),
        ({"columns": {"a": {"alpha": 1e-300}}}, PASS, "(significant below 1e-300)"),
        ({"material": 0.2, "ratio": 1.1}, WARN, "(material above x1.1)"),
        ({"material": 0.2, "columns": {"a": {"ratio": 1.1}}}, WARN, "(material above x1.1)"),
        ({"material": 0.2, "ratio": 1.1, "columns": {"a": {"ratio": 2}}}, PASS, "(material above x2)"),
        ({"material": 0.2, "ratio": 1.1, "columns": {"a": {"min_expected": 5000}}}, PASS, "above 0.2), Holm"),
        ({"min_rows": 2001}, INCONCLUSIVE, "a: 2,000 values, at least 2001 are needed"),
        ({"columns": {"a": {"min_rows": 2001}}}, INCONCLUSIVE, "a: 2,000 values, at least 2001 are needed"),
        ({"exclude": ["a"]}, SKIPPED, "a: excluded by validate.checks.DS301"),
        ({"columns": {"a": {"judge": False}}}, SKIPPED, "a: judge: false in validate.checks.DS301"),
    ],
)
def test_limits_are_the_projects(values: dict[str, Any], outcome: Outcome, says: str) -> None:
    row = measure(CITY, MOVED, **values)
    assert row.outcome is outcome
    assert says in row.sentence


def test_alpha_decides_what_is_significant() -> None:
    wide, narrow = (measure(CITY, MOVED, alpha=alpha) for alpha in (0.5, 1e-300))
    assert (wide.outcome, narrow.outcome) == (WARN, PASS)


@pytest.mark.parametrize(("values", "outcome"), [(199, INCONCLUSIVE), (200, PASS)])
def test_present_values_are_what_counts(values: int, outcome: Outcome) -> None:
    assert measure([*EVEN[:values], *[None] * 50], [*EVEN, *[None] * 500]).outcome is outcome


def binned(name: str, values: np.ndarray[Any, Any]) -> ColumnProfile:
    held, edges = np.histogram(values, 256)
    bins = BinnedCounts(edges, held, float(values.mean()), float(values.std(ddof=1)))
    return ColumnProfile(name, "number", len(values), 0, None, len(values), bins)


def test_bins_are_compared_with_bins_and_with_counts() -> None:
    draw = np.random.default_rng(0)
    first, second = draw.normal(size=N), draw.normal(1, 1, N)
    counted = column("a", second.tolist())
    for one, other in ((binned("a", first), binned("a", second)), (binned("a", first), counted)):
        for two, outcome in (((one, other), WARN), ((other, one), WARN), ((one, one), PASS)):
            (row,) = measure_drift(
                catalog.DRIFT, pair(*(table("train", each) for each in two)), ("a",), limits("DS301").drift
            )
            assert (row.outcome, row.statistic) == (outcome, "KS")
            assert 0 < row.error < 0.05
            assert f", from bins, {row.error:.4f} more at most, Holm p" in row.sentence


def test_columns_that_cannot_be_compared_say_why() -> None:
    wide = replace(column("wide", CITY), counts=None)
    number = replace(column("number", EVEN), counts=None)
    reference = table("train", wide, number, column("gone", EVEN))
    current = table("evaluation", column("wide", CITY), column("number", EVEN))
    found = measure_drift(
        catalog.DRIFT, pair(reference, current), ("wide", "number", "gone", "nowhere"), limits("DS301").drift
    )
    assert [(row.sentence, row.outcome) for row in found] == [
        ("wide: too many distinct values to count", INCONCLUSIVE),
        ("number: too many distinct values to count", INCONCLUSIVE),
        ("gone: not in evaluation", INCONCLUSIVE),
    ]


@pytest.mark.parametrize(
    ("name", "first", "kind", "says"),
    [
        ("day", list(range(N)), "date", "a date, which moves on by itself"),
        ("at", list(range(N)), "timestamp", "a timestamp, which moves on by itself"),
        (
            "month",
            [index % 12 + 1 for index in range(N)],
            "",
            "a part of the calendar, which moves on by itself",
        ),
        ("customerID", list(range(N)), "", "an id: 2,000 distinct of 2,000 values"),
        (
            "note",
            [f"t{index}" for index in range(N)],
            "",
            "nearly every value differs (2,000 of 2,000): ids, free text and times of day are not compared",
        ),
    ],
)
def test_calendars_and_ids_are_left_out_unless_asked_for(
    name: str, first: list[Any], kind: str, says: str
) -> None:
    two = pair(
        table("train", column(name, first, kind)), table("evaluation", column(name, first[:1000], kind))
    )
    (row,) = measure_drift(catalog.DRIFT, two, (name,), limits("DS301").drift)
    assert (row.outcome, row.sentence) == (SKIPPED, f"{name}: {says}")
    asked = limits("DS301", columns={name: {"judge": True}}).drift
    (row,) = measure_drift(catalog.DRIFT, two, (name,), asked)
    assert row.outcome in {PASS, WARN}


def test_texts_that_are_all_numbers_are_compared_as_numbers() -> None:
    for values in (EVEN, [float(value) for value in EVEN]):
        row = measure(values, [str(value) for value in EVEN])
        assert (row.kind, row.outcome, row.effect) == ("numeric", PASS, 0)
    assert measure([str(value) for value in EVEN], HALF).effect == 0.5


def test_a_column_of_another_kind_is_a_warning_that_says_so() -> None:
    other = ["?", *map(str, EVEN[1:])]
    seen = case(rows("train", a=EVEN, b=EVEN, y=EVEN), rows("evaluation", a=other, b=EVEN, y=EVEN))
    found, (verdict, *_) = judge_drift(seen)
    row = next(each for each in found if each.column == "a")
    assert (row.outcome, row.effect) == (WARN, None)
    assert row.sentence == (
        "a: integer in training, text in evaluation: values cannot be compared, "
        "1 of 2,000 texts is no integer"
    )
    assert (verdict.outcome, verdict.observed) == (WARN, 1.0)
    assert verdict.sentence == (
        "0 of 1 column drifts between training and evaluation (n=2,000); 1 column of another kind "
        f"({row.sentence})"
    )
    assert [each.where for each in verdict.failures] == [row.column]
    unasked = case(*seen.tables.values(), checks={"DS301": {"columns": {"a": {"judge": False}}}})
    assert judge_drift(unasked)[0][-1].outcome is SKIPPED


def test_excluded_columns_do_not_weigh_in_the_correction() -> None:
    names = [f"c{index}" for index in range(10)]
    two = pair(
        *(
            table(role, *(column(name, values) for name in names))
            for role, values in (("train", CITY), ("evaluation", [*MOVED[:300], *CITY[300:]]))
        )
    )
    every = measure_drift(catalog.DRIFT, two, names, limits("DS301").drift)
    alone = measure_drift(catalog.DRIFT, two, names, limits("DS301", exclude=names[1:]).drift)
    assert (every[0].p_adjusted or 0) == pytest.approx(10 * (alone[0].p_adjusted or 0))
    assert [row.outcome for row in alone].count(SKIPPED) == 9


def _rows(*outcomes: Outcome) -> tuple[DriftRow, ...]:
    return tuple(
        DriftRow(
            column=f"c{index}",
            kind="numeric",
            outcome=outcome,
            sentence=f"c{index}: said",
            n_current=7,
            statistic="KS",
            effect=0.5,
            effect_low=0.4,
        )
        for index, outcome in enumerate(outcomes)
    )


@pytest.mark.parametrize(
    ("found", "outcome", "sentence"),
    [
        (_rows(PASS, PASS), PASS, "0 of 2 columns drift between training and evaluation (n=500)"),
        (
            _rows(*[WARN] * 6, PASS, SKIPPED),
            WARN,
            "6 of 7 columns drift between training and evaluation: "
            + "".join(f"c{at} (KS 0.5000, at least 0.4000, material above 0.05), " for at in range(5))
            + "and 1 more (n=500)",
        ),
        (
            _rows(PASS, INCONCLUSIVE),
            PASS,
            "0 of 1 column drifts between training and evaluation (n=500); 1 could not be judged (c1: said)",
        ),
        (
            _rows(INCONCLUSIVE, INCONCLUSIVE, SKIPPED),
            INCONCLUSIVE,
            "0 of 0 columns drift between training and evaluation (n=500); 2 could not be judged (c0: said)",
        ),
        ((), INCONCLUSIVE, "0 of 0 columns drift between training and evaluation (n=500)"),
    ],
)
def test_the_splits_as_a_whole(found: tuple[DriftRow, ...], outcome: Outcome, sentence: str) -> None:
    two = pair(rows("train", a=[1] * 500), rows("evaluation", a=[1] * 500))
    seen = check_drift(catalog.DRIFT, two, found, limits("DS301").drift)
    assert (seen.id, seen.outcome, seen.sentence) == ("DS301", outcome, sentence)
    assert (seen.subject, seen.role, seen.n, seen.limit) == (
        "training against evaluation",
        "evaluation",
        500,
        0,
    )
    drifted = [row for row in found if row.outcome is WARN]
    assert seen.observed == len(drifted)
    assert [(each.where, each.count) for each in seen.failures] == [(row.column, 7) for row in drifted]


def test_a_category_that_changed_by_a_factor_is_told_by_it() -> None:
    two = pair(rows("train", a=[1] * 500), rows("evaluation", a=[1] * 500))
    (row,) = _rows(WARN)
    rare = row.model_copy(update={"effect": 0.03, "effect_low": 0.02, "ratio": 3.14, "ratio_low": 2.5})
    seen = check_drift(catalog.DRIFT, two, (rare,), limits("DS301", columns={"c0": {"ratio": 2}}).drift)
    assert "c0 (a category x3.14, at least x2.5 either way, material above x2) (n=500)" in seen.sentence


def test_every_pair_that_is_there_is_judged_by_its_own_limits() -> None:
    found, verdicts = judge_drift(
        case(
            rows("train", a=CITY, b=EVEN, y=HALF, k=EVEN, t=EVEN),
            rows("evaluation", a=CITY, b=EVEN, y=EVEN),
            rows("reference", a=MOVED, b=EVEN, y=EVEN),
            table("serving_log", column("features.a", MOVED), column("b", HALF)),
            checks={"DS305": {"exclude": ["b"]}, "DS304": {"material": 0.3, "ratio": 2}},
        )
    )
    assert [(each.id, each.outcome, each.subject) for each in verdicts] == [
        ("DS301", PASS, "training against evaluation"),
        ("DS304", PASS, "the reference against training"),
        ("DS305", WARN, "training against the serving log"),
    ]
    assert verdicts[2].sentence == (
        "1 of 1 column drifts between training and the serving log: a (L-infinity 0.2000, at least 0.1703, "
        "material above 0.05) (n=2,000)"
    )
    assert [(row.pair, row.column, row.outcome) for row in found if row.pair == verdicts[2].subject] == [
        ("training against the serving log", "a", WARN),
        ("training against the serving log", "b", SKIPPED),
    ]
    assert {row.column for row in found} == {"a", "b"}  # neither label, nor key, nor time


def test_without_a_second_sample_each_check_says_what_is_missing() -> None:
    found, verdicts = judge_drift(case(rows("train", a=EVEN, y=HALF)))
    assert found == ()
    assert [(each.id, each.outcome, each.reason) for each in verdicts] == [
        ("DS301", SKIPPED, "data.evaluation is not declared"),
        ("DS304", SKIPPED, "there is no training data of the base commit to compare with"),
        ("DS305", SKIPPED, "data.serving_log is not declared"),
    ]


def test_a_drifting_row_shows_no_category() -> None:
    hidden = case(rows("train", a=CITY, y=HALF), rows("evaluation", a=MOVED, y=HALF))
    for row in judge_drift(hidden)[0]:
        assert "Oslo" not in row.model_dump_json()
        assert "Bergen" not in row.model_dump_json()


def test_categories_are_named_only_where_values_are_shown_or_the_schema_declares_them() -> None:
    hidden = case(rows("train", a=CITY, y=HALF), rows("evaluation", a=MOVED, y=HALF))
    column = {"type": "string", "categories": ["Bergen", "Rome"]}
    schema = DataSchema.model_validate({"version": 1, "columns": {"a": column, "y": {"type": "number"}}})
    shown = [
        replace(hidden, setting=replace(hidden.setting, **setting))
        for setting in ({}, {"show_values": True}, {"schema": schema})
    ]
    labels = [judge_drift(each)[0][0].labels for each in shown]
    assert labels == [(), ("Oslo", "Bergen"), ("", "Bergen")]
