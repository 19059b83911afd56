"""Data that DVC tracks and that is not what the commit states: refused on a runner, told on a laptop.

On a runner the verdict is the commit's: no data but its own may be judged in its name. On a laptop data is
edited before `dvc add`, as a file is before `git add`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.dvc_state import difference
from mlops_actions.errors import InputError
from mlops_actions.stages.data_at_hand import is_local, store_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.adapters.datasets.dvc_state import Difference
    from mlops_actions.stages.context import RunContext

THIS = "This verdict is of the data at hand, which is not what the commit states: {told}. {hint}"


def refuse_changed(context: RunContext, shown: str) -> None:
    """On a runner, data of the working copy that certainly differs from what DVC states.

    Raises:
        InputError: it does.
    """
    found = None if is_local(context) else _difference(context, shown)
    if found is not None and found.certain:
        raise InputError(f"{found.told}; it is not this commit's data", hint=found.hint)


def changed_data(context: RunContext, names: Iterable[str]) -> tuple[Difference, ...]:
    """What differs from what DVC states, or may."""
    found = (_difference(context, name) for name in dict.fromkeys(names))
    return tuple(each for each in found if each is not None)


def note(found: Difference) -> str:
    """One line for the terminal and both reports."""
    if found.certain:
        return THIS.format(told=found.told, hint=found.hint)
    return f"{found.told}. {found.hint}"


def _difference(context: RunContext, shown: str) -> Difference | None:
    path = context.root / shown
    return difference(path, shown, store_of(context)) if path.exists() or path.parent.exists() else None
