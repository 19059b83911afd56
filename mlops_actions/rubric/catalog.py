"""The catalog: the 28 tests of the ML Test Score, in the papers' order."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mlops_actions.errors import UsageError
from mlops_actions.results.score import SECTIONS
from mlops_actions.rubric.probes import data, infrastructure, model, monitoring
from mlops_actions.rubric.scoring import TESTS_PER_SECTION

if TYPE_CHECKING:
    from mlops_actions.rubric.probe import Probe

CATALOG: tuple[Probe, ...] = (*data.PROBES, *model.PROBES, *infrastructure.PROBES, *monitoring.PROBES)
IDS: tuple[str, ...] = tuple(
    f"{section}{number}" for section in SECTIONS for number in range(1, TESTS_PER_SECTION + 1)
)


def lookup(identifier: str) -> Probe:
    """The test of that id, in any case; UsageError names the nearest ids."""
    wanted = identifier.strip().upper()
    for probe in CATALOG:
        if probe.id == wanted:
            return probe
    near = get_close_matches(wanted, IDS, n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else f"Allowed: {IDS[0]} to {IDS[-1]}."
    raise UsageError(f"no test of the ML Test Score is called {identifier!r}", hint=hint)
