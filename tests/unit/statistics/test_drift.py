"""Distances between two samples against SciPy's, and a verdict that does not depend on n."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp

from mlops_actions.statistics.drift import categorical_distance, drifts, numeric_distance
from mlops_actions.statistics.multiplicity import holm

if TYPE_CHECKING:
    from numpy.typing import NDArray


def counted(values: NDArray[np.float64]) -> list[tuple[float, int]]:
    return list(Counter(values.tolist()).items())


def normal(seed: int, n: int, shift: float = 0.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(shift, 1, n)


@pytest.mark.parametrize(
    ("shift", "n", "m", "decimals"),
    [
        (0.0, 800, 500, 9),
        (0.05, 3000, 2000, 9),
        (0.3, 1000, 700, 9),
        (0.1, 5000, 4000, 1),
        (0.2, 400, 900, 0),
    ],
)
def test_kolmogorov_smirnov_equals_scipy(shift: float, n: int, m: int, decimals: int) -> None:
    """SciPy's "asymp" corrects for a finite n, which ours leaves out: ours is the larger, by little."""
    first, second = normal(1, n).round(decimals), normal(2, m, shift).round(decimals)
    ours = numeric_distance(counted(first), counted(second))
    theirs = ks_2samp(first, second, method="asymp")
    assert ours.effect == pytest.approx(theirs.statistic, abs=1e-12)
    assert theirs.pvalue - 1e-12 <= ours.p_value <= theirs.pvalue + 0.03
    assert (ours.kind, ours.statistic) == ("numeric", "KS")


@pytest.mark.parametrize(
    ("reference", "current"),
    [
        ({"a": 500, "b": 300, "c": 200}, {"a": 480, "b": 320, "c": 200}),
        ({"a": 90, "b": 10}, {"a": 60, "b": 40}),
        ({"a": 50, "b": 50}, {"a": 50, "c": 50}),
        ({True: 700, False: 300}, {True: 350, False: 150}),
        ({1: 700, 2: 300}, {1: 350, 2: 250}),
    ],
)
def test_chi_square_equals_scipy(reference: dict[object, int], current: dict[object, int]) -> None:
    table = [[each.get(key, 0) for key in {**reference, **current}] for each in (reference, current)]
    ours = categorical_distance(reference, current)
    assert ours.p_value == pytest.approx(chi2_contingency(table, correction=False).pvalue, rel=1e-9)


def test_rare_values_are_pooled_before_the_chi_square() -> None:
    """d, e and f are expected fewer than 5 times in the smaller sample."""
    reference = {"a": 600, "b": 390, "d": 4, "e": 3, "f": 3}
    current = {"a": 280, "b": 200, "d": 0, "e": 8, "f": 2}
    pooled = chi2_contingency([[600, 390, 10], [280, 200, 10]], correction=False).pvalue
    assert categorical_distance(reference, current).p_value == pytest.approx(pooled, rel=1e-9)


def test_values_that_are_all_rare_cannot_differ() -> None:
    reference = {f"r{index}": 1 for index in range(300)}
    current = {f"c{index}": 1 for index in range(300)}
    assert categorical_distance(reference, current).p_value == 1.0


def test_the_largest_gap_of_shares_and_its_lower_end_by_hand() -> None:
    """Gap .9 - .6; standard error sqrt(.09 / 1000 + .24 / 500) = .0238747."""
    ours = categorical_distance({"a": 900, "b": 100}, {"a": 300, "b": 200})
    assert (ours.kind, ours.statistic) == ("categorical", "L-infinity")
    assert ours.effect == pytest.approx(0.3)
    assert ours.effect_low == pytest.approx(0.3 - 1.959964 * 0.0238747, abs=1e-6)


def test_the_lower_end_of_a_ks_distance_by_hand() -> None:
    """Slack sqrt(ln(4 / .05) / 2) sqrt(1 / 400 + 1 / 100) = 1.4802068 * 0.1118034 = 0.1654921."""
    ours = numeric_distance([(0.0, 200), (1.0, 200)], [(0.0, 10), (1.0, 90)])
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


@pytest.mark.parametrize(
    ("reference", "current"),
    [
        ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]),
        ([1.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
        ([0.1, 0.9, 0.0], [0.1, 0.9, 0.0]),
    ],
)
def test_jensen_shannon_equals_scipy(reference: list[float], current: list[float]) -> None:
    first, second = (
        {name: round(1000 * share) for name, share in zip("abc", shares, strict=True) if share}
        for shares in (reference, current)
    )
    expected = jensenshannon(reference, current, base=2)
    assert categorical_distance(first, second).jensen_shannon == pytest.approx(expected, abs=1e-7)


def test_population_stability_index_by_hand() -> None:
    """(.3 - .5) ln(.3 / .5) + (.7 - .5) ln(.7 / .5); a share of 0 counts as 1e-4."""
    ours = categorical_distance({"a": 500, "b": 500}, {"a": 300, "b": 700})
    assert ours.psi == pytest.approx(0.1694596, abs=1e-6)
    expected = pytest.approx(0.4999 * np.log(0.5 / 1e-4) + 0.5 * np.log(2), abs=1e-9)
    both, one = {"a": 500, "b": 500}, {"b": 1000}
    assert categorical_distance(both, one).psi == expected
    assert categorical_distance(one, both).psi == expected


def test_the_bins_of_a_numeric_column_are_the_deciles_of_the_reference() -> None:
    """Ten equally frequent values are ten bins, also where 0.1 + 0.2 is not 0.3."""
    reference = [(float(value), 100) for value in range(10)]
    current = [
        (float(value), count) for value, count in enumerate([50, 150, 120, 80, 90, 110, 70, 130, 60, 140])
    ]
    ours = numeric_distance(reference, current)
    shares = np.array([count for _, count in current]) / 1000
    assert ours.psi == pytest.approx(((shares - 0.1) * np.log(shares / 0.1)).sum(), abs=1e-12)
    assert ours.jensen_shannon == pytest.approx(jensenshannon([0.1] * 10, shares, base=2), abs=1e-9)


def test_bins_hold_a_column_that_is_nearly_constant() -> None:
    """All deciles are the one frequent value: two bins, at or below it and above."""
    ours = numeric_distance([(0.0, 990), (5.0, 10)], [(0.0, 900), (7.0, 100)])
    assert ours.effect == pytest.approx(0.1)
    assert ours.psi == pytest.approx((0.9 - 0.99) * np.log(0.9 / 0.99) + 0.09 * np.log(10), abs=1e-9)


def test_the_order_of_counts_is_of_no_interest() -> None:
    first, second = counted(normal(1, 500).round(1)), counted(normal(2, 400).round(1))
    assert numeric_distance(first, second) == numeric_distance(first[::-1], second[::-1])


@pytest.mark.parametrize("n", [200, 2_000, 200_000])
def test_the_same_distribution_has_no_distance(n: int) -> None:
    same = numeric_distance([(0.0, n // 2), (1.0, n // 2)], [(0.0, n // 2), (1.0, n // 2)])
    assert (same.effect, same.effect_low, same.p_value) == (0.0, 0.0, 1.0)
    assert (same.psi, same.jensen_shannon) == (0.0, 0.0)
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
    ours = categorical_distance(
        {"a": n // 2, "b": n // 2}, {"a": round(n * share), "b": round(n * (1 - share))}
    )
    assert drifts(ours, ours.p_value) is drifted
    if share == 0.52:
        assert ours.p_value < 1e-100


def test_drift_reads_the_adjusted_p_value() -> None:
    ours = categorical_distance({"a": 600, "b": 600}, {"a": 780, "b": 420})
    assert drifts(ours, 0.0009)
    assert not drifts(ours, 0.001)


def test_twenty_columns_of_identical_data_raise_no_alarm() -> None:
    """At p < 0.05 uncorrected, 60-70 % of such runs had one; here none of 20 runs has."""
    for run in range(20):
        found = [
            numeric_distance(
                counted(normal(1000 * run + column, 300)), counted(normal(1000 * run + column + 500, 300))
            )
            for column in range(20)
        ]
        adjusted = holm([each.p_value for each in found])
        assert not any(drifts(each, p) for each, p in zip(found, adjusted, strict=True))
