"""Where a mistake of mlops.yaml stands, and which exit code several mistakes have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError, InputError, Location, MlopsError, TrustError
from mlops_actions.stages.places import Places, raise_all
from tests.stages.small import make_small

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.places import Key


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (("data", "evaluation"), "data/evaluation.parquet", 5),
        (("data", "evaluation"), "data/other.parquet", None),
        (("data", "evaluation"), None, 5),
        (("data", "key", 0), "customer", 7),
        (("data", "sensitive", 0), "gender", 8),
        (("data", "sensitive", 1), "gender", None),
        (("data", "weight"), "w", None),
        (("predictions", "candidate"), "x", None),
    ],
)
def test_a_line_only_where_the_key_has_that_value(
    tmp_path: Path, key: Key, value: str | None, line: int | None
) -> None:
    assert Places(make_small(tmp_path)).of(key, value) == Location("mlops.yaml", line)


def test_only_what_has_no_place_is_given_the_keys(tmp_path: Path) -> None:
    places = Places(make_small(tmp_path))
    told = places.told(("data", "train"), "data/train.parquet")
    with pytest.raises(InputError, match=r"^mlops\.yaml:4: data\.train: x: no such file\. Look\.$"), told:
        raise InputError("x: no such file", hint="Look.")
    told = places.told(("data", "train"), "data/train.parquet")
    with pytest.raises(InputError, match=r"^x\.csv:3: 2 fields$"), told:
        raise InputError("2 fields", location=Location("x.csv", 3))


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([InputError("a"), ConfigError("b")], ConfigError),
        ([InputError("a"), ConfigError("b"), TrustError("c")], TrustError),
        ([InputError("a"), InputError("a")], InputError),
    ],
)
def test_all_are_told_once_under_the_gravest(errors: list[MlopsError], kind: type[MlopsError]) -> None:
    with pytest.raises(kind) as caught:
        raise_all(errors)
    assert [each.message for each in caught.value.problems] == list(
        dict.fromkeys(each.message for each in errors)
    )
    raise_all([])
