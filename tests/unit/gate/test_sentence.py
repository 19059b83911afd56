"""Figures in sentences: as many decimals side by side, limits as declared, no "-0.0"."""

from __future__ import annotations

import pytest

from mlops_actions.gate.sentence import alike, declared, measured, number
from mlops_actions.results.evaluation import Interval
from tests.unit.gate.cases import compared, estimate, figure, judged, rule


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.75, "0.75"),
        (3, "3.0"),
        (-0.04371, "-0.0437"),
        (99.5, "99.5"),
        (9120.4, "9,120"),
        (-1234567.0, "-1,234,567"),
        (0.0, "0.0"),
        (-0.00001, "0.0"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("limit", "text"),
    [(0.75, "0.75"), (9000, "9,000"), (100.5, "100.5"), (0.00002, "0.00002"), (-0.03, "-0.03"), (0, "0.0")],
)
def test_a_limit_keeps_its_digits(limit: float, text: str) -> None:
    assert declared(limit) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((-0.0437, -0.06, -0.02), ("-0.0437", "-0.0600", "-0.0200")),
        ((0.00001, -0.00002, 0.00004), ("0.00001", "-0.00002", "0.00004")),
        ((0.0, 0.0, 0.0), ("0.0", "0.0", "0.0")),
        ((-0.04, -0.06, -0.02), ("-0.04", "-0.06", "-0.02")),
        ((406.1, -79.7042, 892.0), ("406", "-80", "892")),
        ((-0.3, -0.4, 120.0), ("0", "0", "120")),
        ((1.0, 2.0), ("1.0", "2.0")),
    ],
)
def test_figures_side_by_side_have_the_same_decimals(
    values: tuple[float, ...], texts: tuple[str, ...]
) -> None:
    assert alike(*values) == texts


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (0.74996, 0.75, "0.74996"),
        (100.3, 100, "100.3"),
        (100.6, 100.7, "100.6"),
        (100.3, 100.7, "100"),
        (100.5, 100.5, "100.5"),
        (0.8, 0.75, "0.8"),
        (0.75, 0.75, "0.75"),
        (0.75 + 1e-12, 0.75, "0.75"),
        (0.7, 0.75, "0.7"),
    ],
)
def test_a_figure_never_reads_like_the_limit_it_misses(value: float, limit: float, text: str) -> None:
    assert alike(value, apart_from=limit) == (text,)


def test_measured() -> None:
    made = Interval(low=-79.7042, high=892.0, confidence=1 - 0.05 / 3)
    assert measured(406.15, made) == ("406", "98.33 % interval [-80, 892]")
    assert measured(0.5, None) == ("0.5", "no interval")


def test_a_comparison_s_name() -> None:
    assert figure().subject == "roc_auc"
    assert figure(slice="region=north").subject == "roc_auc on slice region=north"


def test_a_kpi_s_figures_have_their_unit() -> None:
    money = compared(-2000.0, -1200.0, base=8933.0, kind="kpi", name="profit", unit="USD")
    change = judged(rule(kpi="profit", max_regression=400), money).sentence
    assert change.startswith("profit 8,933 -> 7,333 USD, regressed: change -1,600, ")
    alone = figure(kind="kpi", name="profit", unit="USD", candidate=estimate(7333.0, 7000.0, 7600.0))
    assert judged(rule(kpi="profit", minimum=8000), alone).sentence.startswith(
        "profit 7,333 USD < minimum 8,000"
    )
