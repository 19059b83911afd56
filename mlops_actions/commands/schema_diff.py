"""`mlops schema diff`: two schemas, or the base commit's against the working copy's, in words."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS_UNUSED, VERSION
from mlops_actions.commands.schema_files import read_text

if TYPE_CHECKING:
    from mlops_actions.adapters.checkout.git import Git


class _Schema(NamedTuple):
    """A text and what to call it; None where there is no such file."""

    shown: str
    text: str | None


@click.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@CONFIG
@RESULTS_UNUSED
@JSON
@VERSION
@click.option("--base", default=None, metavar="REF", help="A commit whose schema is the old one.")
def diff(
    old: str | None, new: str | None, config_file: str, base: str | None, *, as_json: bool, **_: Any
) -> int:
    """Say rule by rule what NEW changes of OLD, and which rules let more data pass.

    Without files the working copy's data.schema is compared with that of the base commit (or of --base). With
    one file it is the new one, and the old one is the same file at that commit.
    """
    from mlops_actions.errors import UsageError

    if old is not None and new is not None:
        if base is not None:
            raise UsageError("--base beside two files", hint="Name two files, or a commit.")
        before, after = _Schema(old, read_text(old)), _Schema(new, read_text(new))
    else:
        before, after = _of_commits(Path(config_file), old, base)
    value, lines = _compared(before, after)
    click.echo(json.dumps(value, indent=1, sort_keys=True) if as_json else "\n".join(lines))
    return 0


def _compared(before: _Schema, after: _Schema) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.config.data_schema import parse_schema
    from mlops_actions.schemas.changes import change_lines, schema_changes

    value: dict[str, Any] = {"old": before.shown, "new": after.shown, "changes": []}
    head = f"{before.shown} -> {after.shown}"
    if before.text is None or after.text is None:
        value["absent"] = [each.shown for each in (before, after) if each.text is None]
        return value, [f"{head}: no schema {' and none '.join(value['absent'])}"]
    changes = schema_changes(parse_schema(before.text, before.shown), parse_schema(after.text, after.shown))
    value["changes"] = [each.model_dump() for each in changes]
    first, *rest = change_lines(changes)
    return value, [f"{head}: {first}", *(f"  {line}" for line in rest)]


def _of_commits(config: Path, named: str | None, base: str | None) -> tuple[_Schema, _Schema]:
    """The base commit's schema, which its own mlops.yaml names, and the working copy's."""
    from mlops_actions.adapters.checkout.git import find_repository
    from mlops_actions.errors import UsageError

    here = Path(named) if named is not None else config.parent / _declared(config)
    git = find_repository(here.parent.resolve())
    if git is None:
        raise UsageError(f"{here}: not in a git repository", hint="Name the old and the new file.")
    sha = _commit(git, base)
    path = _from_top(git, here)
    if named is None:
        path = _moved(git, sha, config) or path
    after = _Schema(str(here), read_text(str(here)) if here.is_file() else None)
    return _Schema(f"{sha[:12]}:{path}", git.text(sha, path)), after


def _declared(config: Path) -> str:
    from mlops_actions.commands.session import read_config
    from mlops_actions.config.parse import parse
    from mlops_actions.errors import UsageError

    name = parse(read_config(config), config.name).data.schema_
    if name is None:
        raise UsageError(f"{config.name}: no data.schema is declared", hint="Name the old and the new file.")
    return name


def _commit(git: Git, base: str | None) -> str:
    """The named commit, else the one that would judge: as a run finds it."""
    from mlops_actions.adapters.actions_runtime import read_event
    from mlops_actions.adapters.checkout.base import find_base
    from mlops_actions.errors import UsageError

    if base is not None:
        found = git.commit(base)
        if found is None:
            raise UsageError(f"--base {base}: no such commit here", hint="Fetch it, or name another.")
        return found
    head = git.commit("HEAD")
    if head is None:
        raise UsageError("no commit yet to compare with", hint="Name the old and the new file.")
    event = read_event(os.environ)
    told = find_base(git, head, event.name, event.payload)
    if not told.sha or not git.have(told.sha):
        raise UsageError(f"no base commit to compare with ({told.origin})", hint="Name one with --base.")
    return told.sha


def _moved(git: Git, sha: str, config: Path) -> str | None:
    """Where that commit's own mlops.yaml says its schema is; None where it says nothing."""
    from mlops_actions.config.parse import parse
    from mlops_actions.errors import ConfigError

    place = _from_top(git, config)
    text = git.text(sha, place)
    try:
        name = parse(text, config.name).data.schema_ if text is not None else None
    except ConfigError:
        return None
    return None if name is None else (Path(place).parent / name).as_posix()


def _from_top(git: Git, path: Path) -> str:
    from mlops_actions.errors import UsageError

    whole = path.parent.resolve() / path.name
    top = git.top.resolve()
    if not whole.is_relative_to(top):
        raise UsageError(f"{path}: outside the repository", hint="Name a file inside it.")
    return Path(os.path.normpath(whole.relative_to(top))).as_posix()
