"""What the data is compared with: the base commit's training data, and what was served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.errors import InputError, MlopsError
from mlops_actions.stages.data_at_hand import located, record_of
from mlops_actions.stages.named_files import NamedFile, inside, judged, refuse_missing

if TYPE_CHECKING:
    from mlops_actions.stages.context import RunContext

NO_BASE = "there is no base commit to compare with"
SAME = "the training data is the base commit's, byte for byte"
REFERENCE, LOG = "reference", "serving_log"


@dataclass(frozen=True)
class Compared:
    """Files by role; where there is no reference, why."""

    files: dict[str, NamedFile] = field(default_factory=dict)
    no_reference: str = ""


def compared_files(context: RunContext, train_sha256: str) -> Compared:
    """The base commit's training rows where they differ from head's, and the declared serving log.

    Raises:
        ConfigError: no such serving log.
        TrustError: a link, or outside the repository.
    """
    files = {}
    log = context.config.data.serving_log
    if log is not None:
        file = NamedFile(("data", "serving_log"), log, located(context, judged(context, log), log))
        refuse_missing(context, file)
        files[LOG] = file
    reference, why = _reference(context, train_sha256)
    if reference is not None:
        files[REFERENCE] = reference
    return Compared(files, why)


def _reference(context: RunContext, train_sha256: str) -> tuple[NamedFile | None, str]:
    from mlops_actions.adapters.datasets.rows import column_names

    base, root = context.policy.base, context.base_root
    if base is None or root is None:
        return None, NO_BASE
    name = base.data.train
    shown = f"{name} at {context.policy.base_sha[:12] or 'the base commit'}"
    try:
        path = located(context, inside(context, root / name, shown), shown)
        column_names(path, shown)
        if record_of(REFERENCE, path, shown).sha256 == train_sha256:
            return None, SAME
    except (MlopsError, OSError) as error:
        said = error.problems[0] if isinstance(error, InputError) else f"{shown} cannot be read"
        return None, str(said).rstrip(".")
    return NamedFile(("data", "train"), shown, path), ""
