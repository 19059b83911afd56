"""A planted value may be named by any usual text of its kind, the canonical one first."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.canary_texts import texts_of


@pytest.mark.parametrize(
    ("value", "kind", "first", "others"),
    [
        ("x ", "string", "x ", ()),
        (7, "integer", "7", ("7.0",)),
        (10**20, "integer", str(10**20), ()),
        (123456.0, "number", "123456", ("123456.0",)),
        (12.5, "number", "12.5", ()),
        (1e-7, "number", "0.0000001", ("1e-07",)),
        (1e22, "number", "1" + "0" * 22, ("1e+22",)),
        (True, "boolean", "true", ("True", "TRUE", "1")),
        (False, "boolean", "false", ("False", "0")),
        (0, "date", "1970-01-01", ("1970-01-01T00:00:00", "1970-01-01 00:00:00Z")),
        (1_706_725_800_000_000, "timestamp", "2024-01-31T18:30:00", ("2024-01-31 18:30:00+00:00",)),
        (
            1_706_725_800_250_000,
            "timestamp",
            "2024-01-31T18:30:00.25",
            ("2024-01-31 18:30:00.250000Z", "2024-01-31T18:30:00.250"),
        ),
        (-(10**18), "timestamp", str(-(10**18)), ()),
        (float("inf"), "number", "inf", ()),
    ],
)
def test_texts(value: Any, kind: str, first: str, others: tuple[str, ...]) -> None:
    texts = texts_of(value, kind)
    assert texts[0] == first
    assert {*others} <= {*texts}
    assert len({*texts}) == len(texts)
