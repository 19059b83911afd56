"""The error of a stage, kept in results/failures/ for gate and report until a later run of it succeeds."""

from __future__ import annotations

from contextlib import contextmanager, suppress
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
STAGE: dict[str, str] = {
    "dataset": "validate",
    "training": "train",
    "evaluation": "evaluate",
    "score": "score",
}
MAX_BYTES = 100_000
MAX_FILES = 10
UNENDED = "it was stopped or broke before its end. Run it again."
UNREADABLE = "failures/{stage}.json cannot be read. Run it again."


@contextmanager
def previewed(context: RunContext) -> Iterator[None]:
    """An MlopsError that leaves the block ends the program, with exit code 0 where a run never blocks."""
    try:
        yield
    except MlopsError as error:
        error.blocks = not context.never_blocks
        raise


@contextmanager
def begun(folder: Path, stage: str) -> Iterator[None]:
    """Before a stage: what ends the run here is the stage's error, so that no older result passes for it.

    Without an error the record stays: it is the stage's to write anew, or goes when the folder is emptied.
    A folder that cannot be written is told later.
    """
    _keep_if_it_can(folder, _unended(stage))
    try:
        yield
    except MlopsError as error:
        _keep_if_it_can(folder, as_failure(stage, error))
        raise


@contextmanager
def recorded(context: RunContext, stage: str) -> Iterator[None]:
    """Keep the MlopsError that leaves the block, and let it leave.

    Until the block ends well there is a record, so that an interruption or a crash leaves one, too.
    """
    folder = context.results.folder / FOLDER
    refuse_links(folder)
    _keep(folder, _unended(stage))
    try:
        with previewed(context):
            yield
    except MlopsError as error:
        _keep(folder, as_failure(stage, error))
        raise
    (folder / f"{stage}.json").unlink(missing_ok=True)
    with suppress(OSError):  # others are in it
        folder.rmdir()


def _keep(folder: Path, failure: Failure) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / f"{failure.stage}.json", failure.model_dump_json(indent=1).encode())


def _keep_if_it_can(results: Path, failure: Failure) -> None:
    with suppress(MlopsError, OSError):
        refuse_links(results)
        refuse_links(results / FOLDER)
        _keep(results / FOLDER, failure)


def _unended(stage: str) -> Failure:
    return Failure(stage=stage, title="Not ended", exit_code=MlopsError.exit_code, problems=(UNENDED,))


def as_failure(stage: str, error: MlopsError) -> Failure:
    """The error as a value."""
    return Failure(
        stage=stage,
        title=error.title,
        exit_code=error.exit_code,
        problems=tuple(str(problem) for problem in error.problems),
        log_tail=error.log_tail,
    )


def failure_of(folder: Path, stage: str) -> Failure | None:
    """What that stage left in a results folder; a record that cannot be read is a failure as well."""
    place = folder / FOLDER
    refuse_links(place)
    path = place / f"{stage}.json"
    if not path.is_symlink() and not path.exists():
        return None
    return _read(path) or Failure(
        stage=stage,
        title=MlopsError.title,
        exit_code=MlopsError.exit_code,
        problems=(UNREADABLE.format(stage=stage),),
    )


def sentence(failure: Failure) -> str:
    """The stage and its error in one line."""
    return f"{failure.stage}: {failure.title}: {(failure.problems or ('no reason was kept',))[0]}"


def read_failures(folder: Path) -> tuple[Failure, ...]:
    """What stages left there. Files of another form, links and huge files are passed over."""
    place = folder / FOLDER
    refuse_links(place)
    paths = sorted(place.glob("*.json"))[:MAX_FILES] if place.is_dir() else ()
    return tuple(found for path in paths if (found := _read(path)) is not None)


def _read(path: Path) -> Failure | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
        return None
    try:
        found = Failure.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
    return found if found.stage == path.stem else None
