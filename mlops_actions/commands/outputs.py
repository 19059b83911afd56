"""Step outputs on Actions, and the digests that a step was told to expect; elsewhere nothing happens."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mlops_actions.adapters.actions_runtime import write_outputs
from mlops_actions.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.stages.context import RunContext, StageOutcome

EXPECT = "MLOPS_EXPECT"
KINDS = ("dataset", "training", "evaluation", "score", "gate")
NO_RESULT = "no-result"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def tell(outcome: StageOutcome, context: RunContext) -> None:
    """The verdict as a word, the result's path and sha256, and the stage's own scalars; never whole JSON."""
    outputs = {"outcome": outcome.outcome.value, **outcome.outputs}
    if outcome.result is not None:
        outputs["result-path"] = str(context.results.folder / outcome.result.path)
        outputs["result-digest"] = outcome.result.sha256
    write_outputs(os.environ, outputs)


def expected_digests(environment: Mapping[str, str]) -> dict[str, str]:
    """sha256 per kind of result from the lines `kind=digest` of MLOPS_EXPECT.

    An empty digest says that its stage reported no result: a file that is there all the same is then refused.

    Raises:
        UsageError: a line of another form.
    """
    expected: dict[str, str] = {}
    for line in environment.get(EXPECT, "").splitlines():
        if not line.strip():
            continue
        kind, equals, digest = (part.strip() for part in line.partition("="))
        if not equals or kind not in KINDS or (digest and not _DIGEST.fullmatch(digest)):
            message = f"expected-digests: {line.strip()[:100]!r}; lines of the form kind=sha256 are allowed"
            raise UsageError(message, hint=f"Kinds: {', '.join(KINDS)}; sha256 in 64 small hex digits.")
        expected[kind] = digest or NO_RESULT
    return expected
