"""What the data is compared with: the base commit's training data, and what was served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.errors import InputError, MlopsError
from mlops_actions.stages.baseline_profile import BaselineProfile, Found, baseline_profile
from mlops_actions.stages.data_at_hand import located, record_of, refuse_elsewhere
from mlops_actions.stages.named_files import NamedFile, inside, judged, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.stages.context import RunContext

NO_BASE = "there is no base commit to compare with"
SAME = "the training data is the base commit's, byte for byte"
NEITHER = "the baseline profile is missing: {rows}; {stored}"
REFERENCE, LOG = "reference", "serving_log"


@dataclass(frozen=True)
class Compared:
    """Files by role; without a reference among them the stored profile, and without either, why."""

    files: dict[str, NamedFile] = field(default_factory=dict)
    no_reference: str = ""
    baseline: BaselineProfile = field(default_factory=BaselineProfile)


def compared_files(context: RunContext, train_sha256: str, results: Callable[[], Found] = Found) -> Compared:
    """The base commit's training rows where they differ from head's, and the declared serving log.

    The rows go before the profile that the base commit stored: they are exact, and tell which rows changed.

    Args:
        context: of this run.
        train_sha256: of head's training data.
        results: where the base commit's results lie; asked only where its rows are not at hand.

    Raises:
        ConfigError: no such serving log.
        TrustError: a link, or outside the repository.
    """
    files = {}
    log = _log(context)
    if log is not None:
        refuse_missing(context, log)
        files[LOG] = log
    reference, why = _reference(context, train_sha256)
    if reference is not None:
        files[REFERENCE] = reference
    if reference is not None or why in {SAME, NO_BASE}:
        return Compared(files, why)
    baseline = baseline_profile(context, results)
    if baseline.stored is None:
        return Compared(files, NEITHER.format(rows=why, stored=baseline.why))
    if baseline.stored.sha256 == train_sha256:
        return Compared(files, SAME)
    return Compared(files, baseline=baseline)


def _log(context: RunContext) -> NamedFile | None:
    """The base commit's; head's own where that is nowhere, as one that a step fetches by another name."""
    own, ours = context.policy.head.data.serving_log, context.config.data.serving_log
    for name in dict.fromkeys((ours, own)):
        if name is None:
            continue
        file = NamedFile(("data", "serving_log"), name, located(context, judged(context, name), name))
        if name == own or is_there(file.path):
            return file
    return None


def _reference(context: RunContext, train_sha256: str) -> tuple[NamedFile | None, str]:
    from mlops_actions.adapters.datasets.rows import column_names

    base, root = context.policy.base, context.base_root
    if base is None or root is None:
        return None, NO_BASE
    name = base.data.train
    shown = f"{name} at {context.policy.base_sha[:12] or 'the base commit'}"
    try:
        named = inside(context, root / name, shown)
        refuse_elsewhere(context, named, shown, name)
        path = located(context, named, shown, name)
        column_names(path, shown)
        if record_of(REFERENCE, path, shown).sha256 == train_sha256:
            return None, SAME
    except (MlopsError, OSError) as error:
        said = error.problems[0] if isinstance(error, InputError) else f"{shown} cannot be read"
        return None, str(said).rstrip(".")
    return NamedFile(("data", "train"), shown, path), ""
