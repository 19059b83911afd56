"""The error of a stage, kept in results/failures/ for the report; a stage that runs again clears its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mlops_actions.adapters.results_folder import refuse_links, write_atomically
from mlops_actions.errors import MlopsError
from mlops_actions.results.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

FOLDER = "failures"
MAX_BYTES = 100_000
MAX_FILES = 10


@contextmanager
def previewed(context: RunContext) -> Iterator[None]:
    """An MlopsError that leaves the block ends the program, with exit code 0 where a run never blocks."""
    try:
        yield
    except MlopsError as error:
        error.blocks = not context.never_blocks
        raise


@contextmanager
def recorded(context: RunContext, stage: str) -> Iterator[None]:
    """Keep the MlopsError that leaves the block, and let it leave."""
    folder = context.results.folder / FOLDER
    path = folder / f"{stage}.json"
    refuse_links(folder)
    path.unlink(missing_ok=True)
    try:
        with previewed(context):
            yield
    except MlopsError as error:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, as_failure(stage, error).model_dump_json(indent=1).encode())
        raise


def as_failure(stage: str, error: MlopsError) -> Failure:
    """The error as a value."""
    return Failure(
        stage=stage,
        title=error.title,
        exit_code=error.exit_code,
        problems=tuple(str(problem) for problem in error.problems),
        log_tail=error.log_tail,
    )


def read_failures(folder: Path) -> tuple[Failure, ...]:
    """What stages left there. Files of another form, links and huge files are passed over."""
    place = folder / FOLDER
    refuse_links(place)
    found = []
    for path in sorted(place.glob("*.json"))[:MAX_FILES] if place.is_dir() else ():
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        try:
            found.append(Failure.model_validate_json(path.read_bytes()))
        except ValidationError:
            continue
    return tuple(found)
