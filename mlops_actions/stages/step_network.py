"""A step may use the network only on channels whose bytes are the base commit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.pointers import own_sha256
from mlops_actions.errors import MlopsError
from mlops_actions.gate.step_ownership import TRAIN, reached
from mlops_actions.stages.data_at_hand import located

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.config.train import TrainConfig
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext

OFFLINE = (
    "step {step}: without the network in this run: the files of the channel {channel} are not those of the "
    "base commit"
)


def without_network(
    context: RunContext, train: TrainConfig, role: Role, channels: Mapping[str, Path | tuple[Path, ...]]
) -> dict[str, str]:
    """The steps that lose the network which the base commit gives them, each with a sentence that says why.

    Before a merge, and only of head's own trainings. A channel counts that the step or one before it reads,
    but for `train`: its rows are head's, and a step that sees them may.

    Args:
        context: of the run.
        train: head's steps under the base's hardening.
        role: which training.
        channels: of the whole training, in the working copy.
    """
    before_merge = context.pull_request_event or context.source.event == "merge_group"
    ceiling = context.config.train
    if not before_merge or role == "baseline" or ceiling is None:
        return {}
    networked = {each.id for each in train.steps if (each.hardening or ceiling.hardening).network}
    found, same = {}, {}
    for step, read in reached(train.model_dump(mode="json")).items():
        for name, path in sorted(read) if step in networked else ():
            if name == TRAIN:
                continue
            if name not in same:
                same[name] = _is_base_s(context, path, channels[name])
            if not same[name]:
                found[step] = OFFLINE.format(step=step, channel=name)
    return found


def _is_base_s(context: RunContext, path: str, given: Path | tuple[Path, ...]) -> bool:
    """Whether head's files are the base commit's, by name and by content; what a pointer names is content.

    Not where the base commit's cannot be had.
    """
    base = context.base_root
    if base is None:
        return False
    magic = any(sign in path for sign in "*?[")
    theirs = tuple(sorted(base.glob(path))) if magic else (located(context, base / path, path),)
    if (context.root / path).is_symlink():
        return False
    ours = given if isinstance(given, tuple) else (given,)
    if not magic:
        ours = tuple(located(context, each, path) for each in ours)
    try:
        before, after = _contents(theirs), _contents(ours)
    except (OSError, MlopsError):
        return False
    return bool(before) and before == after


def _contents(paths: tuple[Path, ...]) -> dict[str, str]:
    """Name in the channel -> sha256 of the content."""
    found: dict[str, str] = {}
    for path in paths:
        files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
        top = path.parent if path.is_file() else path
        found |= {file.relative_to(top).as_posix(): own_sha256(file) for file in files}
    return found
