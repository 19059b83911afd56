"""Distances between two samples by hand, and a verdict that does not depend on n."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency

from mlops_actions.statistics.alignment import Sample
from mlops_actions.statistics.drift import categorical_distance, drifts, numeric_distance
from mlops_actions.statistics.multiplicity import holm
from tests.unit.statistics.samples import counted, named, normal


def numbers(values: list[float], rows: list[int]) -> Sample:
    return Sample(np.array(values), np.array(rows))


def test_rare_values_are_pooled_before_the_chi_square() -> None:
    """d, e and f are expected fewer than 5 times in the smaller sample."""
    reference = {"a": 600, "b": 390, "d": 4, "e": 3, "f": 3}
    current = {"a": 280, "b": 200, "d": 0, "e": 8, "f": 2}
    pooled = chi2_contingency([[600, 390, 10], [280, 200, 10]], correction=False).pvalue
    ours = categorical_distance(named(reference), named(current))
    assert ours.p_value == pytest.approx(pooled, rel=1e-9)


def test_values_that_are_all_rare_cannot_differ() -> None:
    reference = named({f"r{index}": 1 for index in range(300)})
    current = named({f"c{index}": 1 for index in range(300)})
    assert categorical_distance(reference, current).p_value == 1.0


def test_the_largest_gap_of_shares_and_its_lower_end_by_hand() -> None:
    """Gap .9 - .6; standard error sqrt(.09 / 1000 + .24 / 500) = .0238747."""
    ours = categorical_distance(named({"a": 900, "b": 100}), named({"a": 300, "b": 200}))
    assert (ours.kind, ours.statistic) == ("categorical", "L-infinity")
    assert ours.effect == pytest.approx(0.3)
    assert ours.effect_low == pytest.approx(0.3 - 1.959964 * 0.0238747, abs=1e-6)


def test_the_largest_change_by_a_factor_by_hand() -> None:
    """b: ln(200.5 / 100.5) = .690649, its error sqrt(1 / 100.5 + 1 / 200.5 - 2 / 2000.5) = .118059."""
    ours = categorical_distance(named({"a": 1900, "b": 100}), named({"a": 1800, "b": 200}))
    assert ours.effect == pytest.approx(0.05)
    assert ours.ratio_rank == 2
    assert ours.ratio == pytest.approx(np.exp(0.690649), rel=1e-5)
    assert ours.ratio_low == pytest.approx(np.exp(0.690649 - 1.959964 * 0.118059), rel=1e-4)
    assert drifts(ours, ours.p_value)
    assert not drifts(ours, ours.p_value, ratio=1.6)


@pytest.mark.parametrize(
    ("reference", "current"),
    [((1900, 100), (1800, 200)), ((1800, 200), (1900, 100)), ((2000, 0), (1800, 200))],
)
def test_a_share_may_change_either_way_and_from_nothing(
    reference: tuple[int, int], current: tuple[int, int]
) -> None:
    first, second = (named({"a": a, "b": b}) for a, b in (reference, current))
    ours = categorical_distance(first, second)
    assert ours.ratio_low > 1.5
    assert ((ours.ratio or 0) > 1) == (current[1] > reference[1])


@pytest.mark.parametrize(("fewest", "seen"), [(150, 2), (151, 1)])
def test_a_category_of_too_few_expected_rows_has_no_factor(fewest: int, seen: int) -> None:
    """b is expected in .075 of 2,000 rows: 150."""
    ours = categorical_distance(named({"a": 1900, "b": 100}), named({"a": 1800, "b": 200}), fewest)
    assert ours.ratio_rank == seen
    assert categorical_distance(named({"a": 1}), named({"a": 1}), 2).ratio is None


def test_the_lower_end_of_a_ks_distance_by_hand() -> None:
    """Slack sqrt(ln(4 / .05) / 2) sqrt(1 / 400 + 1 / 100) = 1.4802068 * 0.1118034 = 0.1654921."""
    ours = numeric_distance(numbers([0.0, 1.0], [200, 200]), numbers([0.0, 1.0], [10, 90]))
    assert ours.effect == pytest.approx(0.4)
    assert ours.effect_low == pytest.approx(0.4 - 0.1654921, abs=1e-6)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_lower_end_covers_the_true_distance(shift: float) -> None:
    """The true distance of two normals is 2 Phi(shift / 2) - 1: 0, and 0.19741; at most 5 % lie above."""
    true = {0.0: 0.0, 0.5: 0.1974127}[shift]
    above = sum(
        numeric_distance(counted(normal(seed, 300)), counted(normal(seed + 900, 300, shift))).effect_low
        > true
        for seed in range(200)
    )
    assert above <= 10


def test_population_stability_index_by_hand() -> None:
    """(.3 - .5) ln(.3 / .5) + (.7 - .5) ln(.7 / .5); a share of 0 counts as 1e-4."""
    both, one = named({"a": 500, "b": 500}), named({"b": 1000})
    ours = categorical_distance(both, named({"a": 300, "b": 700}))
    assert ours.psi == pytest.approx(0.1694596, abs=1e-6)
    assert ours.binning == "2 categories"
    expected = pytest.approx(0.4999 * np.log(0.5 / 1e-4) + 0.5 * np.log(2), abs=1e-9)
    assert categorical_distance(both, one).psi == expected
    assert categorical_distance(one, both).psi == expected


def test_the_bins_of_a_numeric_column_are_the_deciles_of_the_reference() -> None:
    """Ten equally frequent values are ten bins, also where 0.1 + 0.2 is not 0.3."""
    values = [float(value) for value in range(10)]
    held = [50, 150, 120, 80, 90, 110, 70, 130, 60, 140]
    ours = numeric_distance(numbers(values, [100] * 10), numbers(values, held))
    shares = np.array(held) / 1000
    assert ours.binning == "10 bins at the first sample's deciles"
    assert ours.psi == pytest.approx(((shares - 0.1) * np.log(shares / 0.1)).sum(), abs=1e-12)
    assert ours.jensen_shannon == pytest.approx(jensenshannon([0.1] * 10, shares, base=2), abs=1e-9)


def test_bins_hold_a_column_that_is_nearly_constant() -> None:
    """All deciles are the one frequent value: two bins, at or below it and above."""
    ours = numeric_distance(numbers([0.0, 5.0], [990, 10]), numbers([0.0, 7.0], [900, 100]))
    assert ours.effect == pytest.approx(0.1)
    assert ours.psi == pytest.approx((0.9 - 0.99) * np.log(0.9 / 0.99) + 0.09 * np.log(10), abs=1e-9)
    assert ours.binning == "2 bins at the first sample's deciles"


def test_the_wasserstein_distance_in_standard_deviations() -> None:
    """Every value moved by 3; the standard deviation of 0 and 2, as often, is sqrt(10 / 9)."""
    ours = numeric_distance(numbers([0.0, 2.0], [5, 5]), numbers([3.0, 5.0], [5, 5]))
    assert ours.wasserstein == pytest.approx(3)
    assert ours.wasserstein_in_std == pytest.approx(3 / np.sqrt(10 / 9))


def test_a_constant_has_no_standard_deviation_to_measure_in() -> None:
    ours = numeric_distance(numbers([1.0], [5]), numbers([2.0], [5]))
    assert (ours.wasserstein, ours.wasserstein_in_std) == (1.0, None)


def test_bars_are_at_most_twenty_and_hold_every_row() -> None:
    few = numeric_distance(counted([1, 2, 2, 3]), counted([2, 3, 3, 9]))
    assert few.bars == ((0.25, 0.5, 0.25, 0.0), (0.0, 0.25, 0.5, 0.25))
    for ours in (
        numeric_distance(counted(normal(1, 999)), counted(normal(2, 500, 3))),
        categorical_distance(
            counted(normal(1, 999).round(1).astype(str)), counted(normal(2, 500, 3).round(1).astype(str))
        ),
    ):
        assert [len(each) for each in ours.bars] == [20, 20]
        assert [sum(each) for each in ours.bars] == pytest.approx([1, 1], abs=1e-4)
        assert min(*ours.bars[0], *ours.bars[1]) >= 0


@pytest.mark.parametrize("sentinels", [1, 2, 30])
def test_stand_ins_do_not_press_all_others_into_the_last_bars(sentinels: int) -> None:
    """One of a hundred, two of a hundred, thirty of a thousand."""
    sample = counted(np.r_[normal(1, 970 if sentinels == 30 else 100 - sentinels), [-999.0] * sentinels])
    for each in numeric_distance(sample, sample).bars:
        assert max(each) < 0.3
        assert sum(each) == pytest.approx(1, abs=1e-4)


def test_the_bars_of_categories_start_with_the_most_common() -> None:
    ours = categorical_distance(named({"a": 2, "b": 5, "c": 3}), named({"a": 1, "c": 1, "d": 2}))
    assert ours.bars == ((0.5, 0.3, 0.2, 0.0), (0.0, 0.25, 0.25, 0.5))


@pytest.mark.parametrize("n", [200, 2_000, 200_000])
def test_the_same_distribution_has_no_distance(n: int) -> None:
    half = numbers([0.0, 1.0], [n // 2, n // 2])
    same = numeric_distance(half, half)
    assert (same.effect, same.effect_low, same.p_value) == (0.0, 0.0, 1.0)
    assert (same.psi, same.jensen_shannon, same.wasserstein) == (0.0, 0.0, 0.0)
    assert not drifts(same, same.p_value)


@pytest.mark.parametrize(
    ("share", "n", "drifted"),
    [
        (0.52, 1_000_000, False),  # significant beyond doubt, immaterial
        (0.60, 200, False),  # perhaps material, not shown
        (0.60, 20_000, True),
        (0.552, 3_000, False),  # the point is above 0.05, its lower end is not
    ],
)
def test_drift_is_significant_and_material(share: float, n: int, drifted: bool) -> None:
    halves = named({"a": n // 2, "b": n // 2})
    ours = categorical_distance(halves, named({"a": round(n * share), "b": n - round(n * share)}))
    assert drifts(ours, ours.p_value) is drifted
    if share == 0.52:
        assert ours.p_value < 1e-100


def test_drift_reads_the_adjusted_p_value() -> None:
    ours = categorical_distance(named({"a": 600, "b": 600}), named({"a": 780, "b": 420}))
    assert drifts(ours, 0.0009)
    assert not drifts(ours, 0.001)


def test_twenty_columns_of_identical_data_raise_no_alarm() -> None:
    """At p < 0.05 uncorrected, 60-70 % of such runs had one; here none of 20 runs has."""
    for run in range(20):
        seeds = [(1000 * run + column, 1000 * run + column + 500) for column in range(20)]
        found = [numeric_distance(counted(normal(a, 300)), counted(normal(b, 300))) for a, b in seeds]
        adjusted = holm([each.p_value for each in found])
        assert not any(drifts(each, p) for each, p in zip(found, adjusted, strict=True))


@pytest.mark.parametrize("kind", [numeric_distance, categorical_distance])
def test_a_sample_without_rows_is_refused(kind: object) -> None:
    none, some = numbers([], []), numbers([1.0], [1])
    assert callable(kind)
    with pytest.raises(ValueError, match="the first sample has 0 rows, at least 1 is needed"):
        kind(none, some)
    with pytest.raises(ValueError, match="the second sample has 0 rows, at least 1 is needed"):
        kind(some, none)


def test_the_bars_of_categories_have_names() -> None:
    ours = categorical_distance(named({"a": 2, "b": 5, "c": 3}), named({"a": 1, "c": 1, "d": 2}))
    assert ours.names == ("b", "c", "a", "d")
    many = categorical_distance(
        named({f"v{at:02d}": 100 - at for at in range(30)}), named({f"v{at:02d}": 1 for at in range(30)})
    )
    assert ours.names[:1] == ("b",)
    assert (len(many.names), many.names[0], many.names[-1]) == (20, "v00", "others")
    assert len(many.bars[0]) == 20
