"""The faults of sources and privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.checks.faults import FAIL, Fault
from tests.unit.checks.faults_of_pairs import put

if TYPE_CHECKING:
    from tests.unit.checks.tables import World


def _unchanged_declaration(world: World) -> None:
    world.sha256 = world.base_sha256 = "9" * 64


OF_SOURCES = (
    Fault(
        "DS702",
        lambda world: world.source.__setitem__("authorised_by", ""),
        "train",
        "data/train.csv",
        FAIL,
        "data/train.csv: source train, owner o, licence MIT (SPDX): authorised_by is empty, "
        "its use is not authorised",
        400,
    ),
    Fault(
        "DS703",
        _unchanged_declaration,
        "train",
        "data/train.csv",
        FAIL,
        "data/train.csv: sha256 changed from 999999999999... to 111111111111..., and "
        "unchanged is the declaration of source train",
        400,
    ),
    Fault(
        "DS704",
        lambda world: world.source.__setitem__("retention_until", "2025-12-31"),
        "train",
        "data/train.csv",
        FAIL,
        "data/train.csv: source train may be kept until 2025-12-31, 1 day past (today 2026-01-01)",
        400,
    ),
    Fault(
        "DS802",
        put("train", "customer", 42, "C9999"),
        "train",
        "planted",
        FAIL,
        "train: canary planted is not found in customer (1 planted value, n=400)",
        400,
    ),
    Fault(
        "DS803",
        put("train", "city", 0, "Rome"),
        "train",
        "city, member",
        FAIL,
        "train: 1 of n=400 rows (share 0.0025) are alone in their combination of city, "
        "member; 7 combinations, k = 1, maximum share 0",
        400,
    ),
)
