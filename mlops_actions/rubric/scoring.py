"""The ML Test Score's arithmetic, both published versions.

Breck, Cai, Nielsen, Salib, Sculley: "What's your ML Test Score?" (NIPS workshop 2016) and "The ML Test
Score" (IEEE Big Data 2017, doi 10.1109/BigData.2017.8258038). A section is the sum of its seven tests, the
score is the minimum of the four sections. Nothing is rescaled: a test that does not apply counts 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from mlops_actions.results.score import SECTIONS, Rubric, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TESTS_PER_SECTION = 7
SECTION_TITLES: dict[Section, str] = {
    "DATA": "Tests for features and data",
    "MODEL": "Tests for model development",
    "INFRA": "Tests for ML infrastructure",
    "MONITOR": "Monitoring tests for ML",
}
BANDS = (
    "More of a research project than a productionized system",
    "Not totally untested, but it is worth considering the possibility of serious holes in reliability",
    "There's been first pass at basic productionization, but additional investment may be needed",
    "Reasonably tested, but it's possible that more of those tests and procedures may be automated",
    "Strong levels of automated testing and monitoring, appropriate for mission-critical systems",
    "Exceptional levels of automated testing and monitoring",
)
NO_BAND = "In no band: the 2016 paper names 7-10 and 12 or more, and leaves 11 out"
_UPPER_2017 = (0.0, 1.0, 2.0, 3.0, 5.0)  # 0 | (0,1] | (1,2] | (2,3] | (3,5] | >5
_UPPER_2016 = (0.0, 2.0, 4.0, 6.0, 10.0)  # 0 | 1-2 | 3-4 | 5-6 | 7-10 | 12+
_GAP_2016 = 11.0


class Credit(IntEnum):
    """What one test earned: nothing, by hand with a distributed result, or by a system, repeatedly."""

    NONE = 0
    HALF = 1
    FULL = 2


@dataclass(frozen=True)
class Score:
    """Points of the four sections and their minimum."""

    rubric: Rubric
    sections: Mapping[Section, float]
    final: float
    band: str


def half_point(rubric: Rubric) -> float:
    """The points of a test done by hand: 1 in 2016, 0.5 in 2017."""
    return 1.0 if rubric == 2016 else 0.5  # noqa: PLR2004 - the year of the paper


def points(credit: Credit, rubric: Rubric) -> float:
    """A test's points: 0, 1, 2 in 2016 and 0, 0.5, 1 in 2017."""
    return int(credit) * half_point(rubric)


def maximum(rubric: Rubric) -> float:
    """The most a section, and so the score, can reach: 14 in 2016, 7 in 2017."""
    return TESTS_PER_SECTION * points(Credit.FULL, rubric)


def section_points(credits_: Sequence[Credit], rubric: Rubric) -> float:
    """The sum over a section's tests; ValueError unless there are exactly seven."""
    if len(credits_) != TESTS_PER_SECTION:
        raise ValueError(f"a section has {TESTS_PER_SECTION} tests, got {len(credits_)}")
    return sum(points(credit, rubric) for credit in credits_)


def final_points(sections: Mapping[Section, float], rubric: Rubric) -> float:
    """The minimum of exactly the four sections; ValueError for another set or points out of range."""
    if set(sections) != set(SECTIONS):
        raise ValueError(f"the score needs the sections {', '.join(SECTIONS)}, got {', '.join(sections)}")
    for name, value in sections.items():
        _check(value, rubric, name)
    return min(sections.values())


def band(final: float, rubric: Rubric) -> str:
    """The paper's text for a final score; upper edges belong to their band (1.0 is not yet 'first pass')."""
    _check(final, rubric, "the score")
    if rubric == 2016:  # noqa: PLR2004 - the year of the paper
        if final == _GAP_2016:
            return NO_BAND
        return BANDS[sum(final > upper for upper in _UPPER_2016)]
    return BANDS[sum(final > upper for upper in _UPPER_2017)]


def score(credits_: Mapping[Section, Sequence[Credit]], rubric: Rubric) -> Score:
    """Sections, final score and band from the credit of the 28 tests."""
    sections = {name: section_points(tests, rubric) for name, tests in credits_.items()}
    final = final_points(sections, rubric)
    return Score(rubric, sections, final, band(final, rubric))


def _check(value: float, rubric: Rubric, what: str) -> None:
    """Refuse what cannot be points of this version: NaN, out of range, between two half points."""
    top = maximum(rubric)
    if not math.isfinite(value) or not 0 <= value <= top or value % half_point(rubric):
        allowed = f"0 to {top:g} in steps of {half_point(rubric):g}"
        raise ValueError(f"{what}: {value!r} is no score of the {rubric} rubric (allowed: {allowed})")
