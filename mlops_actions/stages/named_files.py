"""The data files and the schema that mlops.yaml names: each is here and opens, or is told with its line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import is_pattern, is_there, linked, parts_of, refuse_leaving
from mlops_actions.adapters.datasets.presence import refuse_absent
from mlops_actions.config.data_schema import DataSchema, parse_schema, predicate_places
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.errors import ConfigError, InputError, MlopsError, TrustError
from mlops_actions.stages.data_at_hand import located, refuse_elsewhere
from mlops_actions.stages.dvc_changes import refuse_changed
from mlops_actions.stages.header import refuse_personal_names
from mlops_actions.stages.places import Places, collected, raise_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.places import Key


@dataclass(frozen=True)
class NamedFile:
    """One data file: its key, the path as it is written, where it lies, and the columns declared as text."""

    key: Key
    shown: str
    path: Path
    texts: frozenset[str] = frozenset()


def named_files(context: RunContext) -> dict[str, NamedFile]:
    """The splits of the configuration in force, by role.

    Raises:
        TrustError: a link, or outside the repository.
    """
    data = context.config.data
    train = located(context, inside(context, context.root / data.train, data.train), data.train)
    found = {"train": NamedFile(("data", "train"), data.train, train)}
    if data.evaluation is not None:
        found["evaluation"] = evaluation_file(context, data.evaluation)
    return found


def reference_rows(context: RunContext, schema: DataSchema | None) -> dict[str, NamedFile]:
    """The files that the schema's references name, by role; they judge, so they are the base commit's.

    Raises:
        ConfigError: no such file.
        TrustError: a link, or outside the repository.
    """
    found = {}
    for role, shown in reference_files(schema.references).items() if schema is not None else ():
        path = located(context, judged(context, shown), shown)
        file = NamedFile(("data", "schema"), shown, path)
        refuse_missing(context, file)
        found[role] = file
    return found


def evaluation_file(context: RunContext, shown: str) -> NamedFile:
    """The rows that judge: the base commit's, when it has any.

    Raises:
        TrustError: a link, or outside the repository.
    """
    path = located(context, judged(context, shown), shown)
    return NamedFile(("data", "evaluation"), shown, path)


def predictions_files(context: RunContext) -> dict[str, NamedFile]:
    """The same of stored predictions; the baseline's are the base commit's."""
    declared = context.config.predictions
    if declared is None:
        return {}
    key = ("predictions", "candidate")
    path = located(context, context.root / declared.candidate, declared.candidate)
    found = {"candidate": NamedFile(key, declared.candidate, path)}
    if declared.baseline is not None:
        path = located(context, context.judged(declared.baseline), declared.baseline)
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
            refuse_personal_names(each.shown, column_names(each.path, each.shown))
    with collected(errors), Places(context).told(("data", "train"), context.config.data.train):
        refuse_shared(context)
    with collected(errors):
        read_schema(context)
    raise_all(errors)


def refuse_shared(context: RunContext) -> None:
    """A folder or a pattern of training data that takes evaluation rows in.

    Raises:
        ConfigError: it does, with the first such part.
    """
    data = context.config.data
    train, evaluation = (context.root / name for name in (data.train, data.evaluation or data.train))
    if data.evaluation is None or not (train.is_dir() or is_pattern(train)) or not is_there(evaluation):
        return
    try:
        ours = parts_of(train, data.train)
        theirs = {path.resolve() for path in parts_of(evaluation, data.evaluation).paths}
    except (ConfigError, InputError):
        return  # told where they are opened
    both = next((path for path in ours.paths if path.resolve() in theirs), None)
    if both is not None:
        message = f"data.train: {ours.told(both)} is evaluation data, too, which training never sees"
        raise ConfigError(message, hint="Keep training and evaluation data in folders of their own.")


def alone(context: RunContext) -> RunContext:
    """The same run with head's configuration and files alone: what its author can mend."""
    policy = replace(context.policy, config=context.policy.head, base=None)
    return replace(context, policy=policy, base_root=None)


def with_texts(files: Mapping[str, NamedFile], schema: DataSchema | None) -> dict[str, NamedFile]:
    """The files by role, each with the columns that the schema in force declares to be text."""
    if schema is None:
        return dict(files)
    return {role: replace(file, texts=schema.texts(role)) for role, file in files.items()}


def check_sources(context: RunContext) -> None:
    """The files of declared sources are here.

    Raises:
        ConfigError: all that are not, with their lines.
    """
    errors: list[MlopsError] = []
    for index, each in enumerate(context.config.data.sources):
        key = ("data", "sources", index, "path")
        with collected(errors), Places(context).told(key, each.path):
            path = located(context, context.root / each.path, each.path)
            refuse_missing(context, NamedFile(key, each.path, path))
    raise_all(errors)


def refuse_missing(context: RunContext, file: NamedFile) -> None:
    """No such file, or no part; what another key names is no guess.

    Raises:
        ConfigError: it is not here.
        InputError: a pointer to it is; parts of several kinds; on a runner, other data than DVC states.
        TrustError: a part is a link.
    """
    refuse_elsewhere(context, file.path, file.shown)
    if is_own(context, file):
        refuse_changed(context, file.shown)
    if file.path.is_dir() or is_pattern(file.path):
        parts_of(file.path, file.shown)
        return
    taken = [each.path for each in (*named_files(context).values(), *predictions_files(context).values())]
    refuse_absent(file.path, file.shown, taken)


def is_own(context: RunContext, file: NamedFile) -> bool:
    """Whether a file is the working copy's: git holds none of it at the base commit."""
    base_owned = file.key in {("data", "evaluation"), ("data", "schema"), ("data", "serving_log")}
    base_owned |= file.key == ("predictions", "baseline")
    return not base_owned or not context.held(file.shown)


def read_schema(context: RunContext) -> tuple[DataSchema | None, Path | None]:
    """The schema that judges, and its file; none where none is declared.

    Raises:
        ConfigError: no such file, or a mistake in it, with its line.
        InputError: not UTF-8.
    """
    name = context.config.data.schema_
    if name is None:
        return None, None
    path = located(context, judged(context, name), name)
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
    """A link that leaves its folder is refused, and each link among the parts: a pull request can commit it.

    Raises:
        TrustError: a link, or outside the repository.
    """
    base = context.base_root
    root = base if base is not None and path.is_relative_to(base) else context.root
    if why := linked(path, root):
        raise TrustError(f"{shown}: {why}", hint="Commit the file itself.")
    if path.is_dir() or is_pattern(path):
        try:
            refuse_leaving(parts_of(path, shown), root)
        except (ConfigError, InputError):
            return path  # told where it is opened
    return path


def judged(context: RunContext, shown: str) -> Path:
    """A base-owned file, in the folder it was found in."""
    return inside(context, context.judged(shown), shown)
