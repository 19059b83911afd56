"""Head's evaluation rows against the base commit's, which judge: shown, never judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.checks import data_diff
from mlops_actions.errors import InputError, MlopsError
from mlops_actions.stages.data_at_hand import located, record_of, refuse_elsewhere
from mlops_actions.stages.named_files import NamedFile, inside, with_texts
from mlops_actions.stages.scan import measure, opened, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.datasets.unchanged import Watch
    from mlops_actions.checks.case import Case
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.results.changes import DataChange
    from mlops_actions.stages.context import RunContext

ROLE, BASE = "evaluation", "base"  # of the two files in this comparison alone
NOT_COMPARED = "The evaluation data of this change is not compared with the base commit's: {}."


class EvaluationChange(NamedTuple):
    """The difference, where there is one, or why it is not told."""

    changes: tuple[DataChange, ...] = ()
    notes: tuple[str, ...] = ()


def evaluation_change(
    context: RunContext,
    case: Case,
    scanners: Mapping[str, DatasetScanner],
    watch: Watch,
    personal: frozenset[str] = frozenset(),
) -> EvaluationChange:
    """The file that rules after the merge; it is in no case, so that no check takes it for a split.

    Args:
        context: of this run.
        case: with the base commit's rows as `evaluation`.
        scanners: the case's.
        watch: what is read stays as it is.
        personal: columns that look personal, of which no mean is told.
    """
    name, ruling = context.policy.head.data.evaluation, context.config.data.evaluation
    before = case.evaluation
    if name is None or ruling is None or before is None or context.judged(ruling) == context.root / name:
        return EvaluationChange()
    try:
        path = inside(context, context.root / name, name)
        refuse_elsewhere(context, path, name)
        file = NamedFile(("data", "evaluation"), name, located(context, path, name))
        watch.add(file.path, file.shown)
        record = record_of(ROLE, file.path, file.shown)
        if record.sha256 == before.sha256:
            return EvaluationChange()
        file = with_texts({ROLE: file}, case.setting.schema)[ROLE]
        both = {ROLE: opened(ROLE, file, context.config.validate_.engine), BASE: scanners[ROLE]}
        now, before = table_of(record, both[ROLE]), replace(before, role=BASE)
        data = case.setting.data
        measured = measure(data_diff.row_needs(now, before, data.key), both)
    except (MlopsError, OSError) as error:
        said = error.problems[0] if isinstance(error, InputError) else f"{name} cannot be read"
        return EvaluationChange(notes=(NOT_COMPARED.format(str(said).rstrip(".")),))
    hidden = personal | frozenset(data.sensitive) | case.setting.declared_later
    return EvaluationChange((data_diff.data_change(now, before, data.key, measured, hidden),))
