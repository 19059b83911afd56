"""The arithmetic of both papers, and the misreadings seen in the wild as regressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.results.score import SECTIONS, Rubric, Section
from mlops_actions.rubric import scoring
from mlops_actions.rubric.scoring import BANDS, NO_BAND, Credit

if TYPE_CHECKING:
    from random import Random

RUBRICS: tuple[Rubric, ...] = (2016, 2017)
seven = st.lists(st.sampled_from(Credit), min_size=7, max_size=7)
four = st.fixed_dictionaries(dict.fromkeys(SECTIONS, seven))


def sections(data: float, model: float, infra: float, monitor: float) -> dict[Section, float]:
    return {"DATA": data, "MODEL": model, "INFRA": infra, "MONITOR": monitor}


@pytest.mark.parametrize(
    ("credit", "points_2016", "points_2017"),
    [(Credit.NONE, 0, 0), (Credit.HALF, 1, 0.5), (Credit.FULL, 2, 1)],
)
def test_points_of_one_test(credit: Credit, points_2016: float, points_2017: float) -> None:
    assert scoring.points(credit, 2016) == points_2016
    assert scoring.points(credit, 2017) == points_2017


@pytest.mark.parametrize(("rubric", "top"), [(2016, 14), (2017, 7)])
def test_the_most_a_system_can_reach(rubric: Rubric, top: float) -> None:
    best = scoring.score({name: [Credit.FULL] * 7 for name in SECTIONS}, rubric)
    assert best.final == scoring.maximum(rubric) == top
    assert best.band == BANDS[5]


@pytest.mark.parametrize(
    ("final", "text"),
    [
        (0, 0), (0.5, 1), (1.0, 1), (1.5, 2), (2.0, 2), (2.5, 3), (3.0, 3), (3.5, 4), (5.0, 4),
        (5.5, 5), (7.0, 5),
    ],
)  # fmt: skip
def test_bands_of_2017_own_their_upper_edge(final: float, text: int) -> None:
    assert scoring.band(final, 2017) == BANDS[text]


@pytest.mark.parametrize(
    ("final", "text"),
    [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4), (10, 4), (12, 5), (14, 5)],
)
def test_bands_of_2016(final: float, text: int) -> None:
    assert scoring.band(final, 2016) == BANDS[text]


def test_eleven_is_in_no_band_of_2016() -> None:
    assert scoring.band(11, 2016) == NO_BAND
    assert "11" in NO_BAND
    assert NO_BAND not in BANDS


def test_bands_of_2016_are_not_used_for_points_of_2017() -> None:
    assert scoring.band(5.0, 2017) == BANDS[4]
    assert scoring.band(5.0, 2016) == BANDS[3]


@pytest.mark.parametrize(
    ("points", "final", "text"),
    [((4.5, 4.5, 5.5, 5.0), 4.5, BANDS[4]), ((4.0, 3.0, 5.0, 1.5), 1.5, BANDS[2])],
    ids=["an electricity-grid project", "a tutorial's worked example"],
)
def test_published_worked_examples(
    points: tuple[float, float, float, float], final: float, text: str
) -> None:
    assert scoring.final_points(sections(*points), 2017) == final
    assert scoring.band(final, 2017) == text


def test_the_final_score_is_not_the_sum_nor_the_mean() -> None:
    strong_but_unmonitored = {name: [Credit.FULL] * 7 for name in SECTIONS}
    strong_but_unmonitored["MONITOR"] = [Credit.NONE] * 7
    result = scoring.score(strong_but_unmonitored, 2017)
    assert result.final == 0
    assert result.band == BANDS[0]


def test_a_section_is_not_rescaled_for_tests_that_do_not_apply() -> None:
    six = [Credit.FULL] * 6
    assert scoring.section_points([*six, Credit.NONE], 2017) == 6
    with pytest.raises(ValueError, match="a section has 7 tests, got 6"):
        scoring.section_points(six, 2017)


@pytest.mark.parametrize("wrong", [-0.5, 7.5, 64.3, 0.25, 1.1, float("nan"), float("inf")])
def test_what_cannot_be_points_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="no score of the 2017 rubric"):
        scoring.band(wrong, 2017)
    with pytest.raises(ValueError, match="INFRA"):
        scoring.final_points(sections(1, 1, wrong, 1), 2017)


@pytest.mark.parametrize("wrong", [0.5, 15, -1])
def test_2016_has_whole_points_up_to_14(wrong: float) -> None:
    with pytest.raises(ValueError, match="no score of the 2016 rubric"):
        scoring.band(wrong, 2016)


def test_all_four_sections_are_needed() -> None:
    three = sections(1, 1, 1, 1)
    del three["MONITOR"]
    with pytest.raises(ValueError, match="DATA, MODEL, INFRA, MONITOR"):
        scoring.final_points(three, 2017)


@given(four, st.sampled_from(RUBRICS))
def test_the_score_is_the_weakest_section(credits_: dict[Section, list[Credit]], rubric: Rubric) -> None:
    result = scoring.score(credits_, rubric)
    assert result.final == min(result.sections.values())
    assert 0 <= result.final <= scoring.maximum(rubric)
    assert result.final % scoring.half_point(rubric) == 0


@given(four)
def test_the_versions_differ_by_the_factor_two_only(credits_: dict[Section, list[Credit]]) -> None:
    assert scoring.score(credits_, 2016).final == 2 * scoring.score(credits_, 2017).final


@given(four, st.sampled_from(SECTIONS), st.integers(0, 6), st.sampled_from(RUBRICS))
def test_more_credit_never_lowers_the_score(
    credits_: dict[Section, list[Credit]], section: Section, index: int, rubric: Rubric
) -> None:
    better = {name: list(tests) for name, tests in credits_.items()}
    better[section][index] = Credit.FULL
    before, after = scoring.score(credits_, rubric), scoring.score(better, rubric)
    assert after.final >= before.final
    if scoring.NO_BAND not in (before.band, after.band):
        assert BANDS.index(after.band) >= BANDS.index(before.band)


@given(four, st.sampled_from(SECTIONS), st.randoms(use_true_random=False))
def test_the_order_of_tests_does_not_matter(
    credits_: dict[Section, list[Credit]], section: Section, random: Random
) -> None:
    shuffled = {name: list(tests) for name, tests in credits_.items()}
    random.shuffle(shuffled[section])
    assert scoring.score(shuffled, 2017) == scoring.score(credits_, 2017)


@given(st.sampled_from([n / 2 for n in range(15)]), st.sampled_from([n / 2 for n in range(15)]))
def test_bands_rise_with_the_points(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert BANDS.index(scoring.band(low, 2017)) <= BANDS.index(scoring.band(high, 2017))
