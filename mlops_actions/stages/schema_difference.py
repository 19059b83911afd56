"""What a run's own schema changes of the base commit's, which judges: shown on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.config.data_schema import parse_schema
from mlops_actions.errors import InputError, MlopsError
from mlops_actions.schemas.changes import schema_changes
from mlops_actions.stages.data_at_hand import located
from mlops_actions.stages.named_files import inside

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.config.model import Config
    from mlops_actions.results.schema_change import SchemaChange
    from mlops_actions.stages.context import RunContext

MAX_BYTES = 50_000_000


def schema_difference(context: RunContext) -> tuple[tuple[SchemaChange, ...], tuple[str, ...]]:
    """(changes, notes): a note where a schema comes, goes, or cannot be read. Never an error."""
    base = context.policy.base
    if context.base_root is None or base is None:
        return (), ()
    try:
        old = schema_of(context, context.base_root, base)
    except MlopsError as error:
        return (), (f"the base commit's schema cannot be read: {error.problems[0]}",)
    try:
        new = schema_of(context, context.root, context.policy.head)
    except MlopsError as error:
        return (), (f"the schema at hand cannot be read: {error.problems[0]}",)
    if old is None or new is None:
        gone = "the base commit's schema is removed", "a schema is added; the base commit has none"
        return (), () if old is new else (gone[old is None],)
    return schema_changes(old, new), ()


def schema_of(context: RunContext, root: Path, config: Config) -> DataSchema | None:
    """The schema that a commit's own mlops.yaml names, in that commit's files.

    Raises:
        ConfigError: a mistake in it.
        InputError: not UTF-8.
        TrustError: a link, or outside the repository.
    """
    name = config.data.schema_
    if name is None:
        return None
    path = located(context, inside(context, root / name, name), name)
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return None
    try:
        return parse_schema(path.read_bytes().decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}", hint="Save it as UTF-8.") from None
