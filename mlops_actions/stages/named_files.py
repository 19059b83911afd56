"""The data files and the schema that mlops.yaml names: each is here and opens, or is told with its line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.presence import refuse_absent
from mlops_actions.config.data_schema import DataSchema, parse_schema, predicate_places
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.errors import ConfigError, InputError, MlopsError, TrustError
from mlops_actions.stages.places import Places, collected, raise_all

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.schema_change import SchemaChange
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.places import Key


@dataclass(frozen=True)
class NamedFile:
    """One data file: its key, the path as it is written, and where it lies."""

    key: Key
    shown: str
    path: Path


def named_files(context: RunContext) -> dict[str, NamedFile]:
    """The splits of the configuration in force, by role.

    Raises:
        TrustError: a link, or outside the repository.
    """
    data = context.config.data
    train = inside(context, context.root / data.train, data.train)
    found = {"train": NamedFile(("data", "train"), data.train, train)}
    if data.evaluation is not None:
        path = judged(context, data.evaluation)
        found["evaluation"] = NamedFile(("data", "evaluation"), data.evaluation, path)
    return found


def reference_rows(context: RunContext, schema: DataSchema | None) -> dict[str, NamedFile]:
    """The files that the schema's references name, by role; they judge, so they are the base commit's.

    Raises:
        ConfigError: no such file.
        TrustError: a link, or outside the repository.
    """
    found = {}
    for role, shown in reference_files(schema.references).items() if schema is not None else ():
        file = NamedFile(("data", "schema"), shown, judged(context, shown))
        refuse_missing(context, file)
        found[role] = file
    return found


def predictions_files(context: RunContext) -> dict[str, NamedFile]:
    """The same of stored predictions; the baseline's are the base commit's."""
    declared = context.config.predictions
    if declared is None:
        return {}
    key = ("predictions", "candidate")
    found = {"candidate": NamedFile(key, declared.candidate, context.root / declared.candidate)}
    if declared.baseline is not None:
        path = context.judged(declared.baseline)
        found["baseline"] = NamedFile(("predictions", "baseline"), declared.baseline, path)
    return found


def check_files(context: RunContext) -> None:
    """Every data file is here and its columns can be read, and the schema is one.

    Raises:
        MlopsError: of the gravest class; all that are not, each with the line of its key or in its file.
    """
    from mlops_actions.adapters.datasets.rows import column_names

    errors: list[MlopsError] = []
    for each in named_files(context).values():
        with collected(errors), Places(context).told(each.key, each.shown):
            refuse_missing(context, each)
            column_names(each.path, each.shown)
    with collected(errors):
        read_schema(context)
    raise_all(errors)


def alone(context: RunContext) -> RunContext:
    """The same run with head's configuration and files alone: what its author can mend."""
    policy = replace(context.policy, config=context.policy.head, base=None)
    return replace(context, policy=policy, base_root=None)


def check_sources(context: RunContext) -> None:
    """The files of declared sources are here.

    Raises:
        ConfigError: all that are not, with their lines.
    """
    errors: list[MlopsError] = []
    for index, each in enumerate(context.config.data.sources):
        key = ("data", "sources", index, "path")
        with collected(errors), Places(context).told(key, each.path):
            refuse_missing(context, NamedFile(key, each.path, context.root / each.path))
    raise_all(errors)


def refuse_missing(context: RunContext, file: NamedFile) -> None:
    """No such file; what another key names is no guess.

    Raises:
        ConfigError: it is not here.
        InputError: a pointer to it is.
    """
    taken = [each.path for each in (*named_files(context).values(), *predictions_files(context).values())]
    refuse_absent(file.path, file.shown, taken)


def changed_schema(context: RunContext) -> tuple[SchemaChange, ...]:
    """What a pull request makes of the base commit's schema, in words; it rules after the merge."""
    from mlops_actions.schemas.changes import schema_changes

    name = context.policy.head.data.schema_
    if name is None or context.base_root is None:
        return ()
    try:
        before, _ = read_schema(context)
        after, _ = read_schema(alone(context))
    except MlopsError:
        return ()  # whichever is wrong was told when it was read to judge
    return schema_changes(before, after) if before is not None and after is not None else ()


def read_schema(context: RunContext) -> tuple[DataSchema | None, Path | None]:
    """The schema that judges, and its file; none where none is declared.

    Raises:
        ConfigError: no such file, or a mistake in it, with its line.
        InputError: not UTF-8.
    """
    name = context.config.data.schema_
    if name is None:
        return None, None
    path = judged(context, name)
    with Places(context).told(("data", "schema"), name):
        if not path.is_file():
            raise ConfigError(f"data.schema: no file {name}", hint="Write one with `mlops schema infer`.")
        data = path.read_bytes()
        try:
            text = data.decode("utf-8")
            schema = parse_schema(text, name)
            if schema.checks:
                from mlops_actions.adapters.datasets.expressions import refuse_predicates

                refuse_predicates(schema.checks, tuple(schema.columns), predicate_places(text, name))
        except UnicodeDecodeError as error:
            raise InputError(f"{name}: not UTF-8 at byte {error.start}", hint="Save it as UTF-8.") from None
    return schema, path


def inside(context: RunContext, path: Path, shown: str) -> Path:
    """A link that leaves its folder is refused: a pull request can commit one."""
    base = context.base_root
    root = base if base is not None and path.is_relative_to(base) else context.root
    if path.is_symlink() or not path.resolve().is_relative_to(root.resolve()):
        raise TrustError(f"{shown}: a link, or outside the repository", hint="Commit the file itself.")
    return path


def judged(context: RunContext, shown: str) -> Path:
    """A base-owned file, in the folder it was found in."""
    return inside(context, context.judged(shown), shown)
