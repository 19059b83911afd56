"""The comparison verdict: four words from an interval and a margin."""

from __future__ import annotations

from typing import Literal

ChangeWord = Literal["improved", "no_worse", "regressed", "inconclusive"]


def compare_verdict(low: float, high: float, margin: float) -> ChangeWord:
    """The verdict on a change whose interval is [low, high], signed so that + is better.

    improved: low > 0; no worse: low >= -margin; regressed: high < -margin; otherwise inconclusive.
    """
    if low > 0:
        return "improved"
    if low >= -margin:
        return "no_worse"
    return "regressed" if high < -margin else "inconclusive"
