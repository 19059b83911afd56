from __future__ import annotations

from mlops_actions.report.sparks import EMPTY, MOST, sparks


def test_two_samples_share_a_scale() -> None:
    assert sparks((0.5, 0.25, 0.0), (1.0, 0.0, 0.125)) == (f"▅▃{EMPTY}", f"█{EMPTY}▂")


def test_neighbours_are_joined_where_there_are_too_many() -> None:
    (line,) = sparks((0.05,) * 20)
    assert line == "█" * 10
    assert len(sparks((0.01,) * 100)[0]) <= MOST


def test_nothing_to_draw_is_nothing() -> None:
    assert sparks((), ()) == ("", "")
    assert sparks((0.0, 0.0), ()) == ("", "")
