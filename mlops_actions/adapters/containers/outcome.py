"""From what an executor saw to how the training ended, in one sentence."""

from __future__ import annotations

import hashlib
import json
import math
import os
import signal
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.disk_usage import folder_bytes
from mlops_actions.adapters.containers.handed import lacking, read_handed
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.adapters.containers.model_folder import ModelFolder, read_model_folder
from mlops_actions.errors import TrainingError, TrustError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.handed import HandedFolder
    from mlops_actions.adapters.containers.job import Resources, TrainingJob
    from mlops_actions.adapters.containers.training_run import EndReason

FAILURE_BYTES = 4096
METRICS_BYTES = 2**20
METRICS_COUNT = 10_000
MOST_DIGITS = 4000  # Python reads 4,300
CHILD_KILLED = ", although a child process was killed: out of memory"


@dataclass(frozen=True)
class Ended:
    """What an executor saw: who stopped the code (None: it ended by itself), and its exit code.

    `child_killed`: the kernel killed something inside for its memory, and not the command itself.
    """

    exit_code: int | None
    duration_seconds: float
    stopped: EndReason | None = None
    detail: str = ""
    log_tail: tuple[str, ...] = ()
    child_killed: bool = False


@dataclass(frozen=True)
class Judged:
    """How it ended and what it left."""

    reason: EndReason
    sentence: str
    failure: str
    metrics: Mapping[str, float]
    model: ModelFolder
    handed: tuple[HandedFolder, ...] = ()


def judge_job(ended: Ended, job: TrainingJob, model_dir: Path, output_dir: Path) -> Judged:
    """How a job ended and what it left; links in its output are removed, unfinished results too.

    TrainingError: metrics.json is wrong. TrustError: a link or a device in the model or a handed folder.
    """
    folder_bytes(model_dir, output_dir)  # what cannot be counted is refused
    staging.plain_modes(model_dir, output_dir)
    folders = None
    if job.hands_over is not None and ended.stopped is None and ended.exit_code == 0:
        folders = read_handed(output_dir / "data", job.hands_over)  # before its links are removed
    staging.without_links(output_dir)
    judged = judge_end(ended, job.resources, model_dir, output_dir, folders)
    return without_partial(judged, model_dir, output_dir)


def judge_end(
    ended: Ended,
    resources: Resources,
    model_dir: Path,
    output_dir: Path,
    handed: tuple[HandedFolder, ...] | None = None,
) -> Judged:
    """Reason, sentence, failure text, metrics and model digest. TrainingError when metrics.json is wrong.

    `handed`: what a step that writes no model leaves for later ones.
    """
    failure = read_failure(output_dir / "failure")
    nothing = ModelFolder("", 0, 0)
    after = f"after {ended.duration_seconds:.1f} s"
    wrong = ""
    if ended.stopped is None and ended.exit_code == 0:
        model = read_model_folder(model_dir)
        wrong = _incomplete(model, handed)
        if not wrong:
            metrics = read_metrics(output_dir / "metrics.json", ended.log_tail)
            told = f"completed {after}{_although(ended, resources)}"
            return Judged("completed", told, failure, metrics, model, handed or ())
    if ended.child_killed and ended.stopped in {None, "timeout"}:
        return Judged("oom", _child_killed(ended, resources), failure, {}, nothing)
    if ended.stopped is not None:
        return Judged(ended.stopped, _stopped(ended, resources), failure, {}, nothing)
    if ended.exit_code == 0:
        sentence = f"training ended with exit code 0 {after} but {wrong}"
        return Judged("exit_code", sentence, failure, {}, nothing)
    if failure:
        first = failure.splitlines()[0]
        sentence = f"training failed with exit code {ended.exit_code} {after}: {first}"
        return Judged("failure_file", sentence, failure, {}, nothing)
    sentence = f"training ended with {exit_words(ended.exit_code)} {after}"
    return Judged("exit_code", sentence, "", {}, nothing)


def _although(ended: Ended, resources: Resources) -> str:
    """Its parent said that all is well, and may not know what it lacks."""
    limit = megabytes(resources.memory_bytes)
    return f"{CHILD_KILLED} (limit {limit})" if ended.child_killed else ""


def _incomplete(model: ModelFolder, handed: tuple[HandedFolder, ...] | None) -> str:
    """What is wrong with what it left."""
    if handed is None:
        return "" if model.files else "wrote no file into SM_MODEL_DIR"
    return "wrote into SM_MODEL_DIR, which only the last step does" if model.files else lacking(handed)


def without_partial(judged: Judged, model_dir: Path, output_dir: Path) -> Judged:
    """A failed training leaves no model, and one that filled the disk nothing; the sentence says so."""
    if judged.reason == "completed":
        return judged
    folders = (model_dir, *((output_dir,) if judged.reason == "disk" else ()))
    size = 0
    with suppress(TrustError):  # its size cannot be told; it goes all the same
        size = folder_bytes(*folders)
    for folder in folders:
        staging.empty_folder(folder)
    if not size:
        return judged
    left = megabytes(max(size, 2**20))
    return replace(judged, sentence=f"{judged.sentence}; what it had written ({left}) is not kept")


def _stopped(ended: Ended, resources: Resources) -> str:
    after = f"after {ended.duration_seconds:.1f} s"
    words = {
        "oom": f"killed {after}: out of memory, limit {megabytes(resources.memory_bytes)}",
        "timeout": f"stopped {after}: timeout, limit {resources.timeout_seconds:g} s",
        "disk": f"stopped {after}: wrote more than {megabytes(resources.disk_bytes)} to disk",
        "exit_code": f"stopped {after}",
    }
    sentence = words[ended.stopped or "exit_code"]
    return f"{sentence} ({ended.detail})" if ended.detail else sentence


def _child_killed(ended: Ended, resources: Resources) -> str:
    """A worker was killed: what its parent made of that is the symptom."""
    how = {None: "stopped by the timeout", 0: "ended without a model"}.get(
        ended.exit_code, f"ended with {exit_words(ended.exit_code)}"
    )
    after, limit = f"after {ended.duration_seconds:.1f} s", megabytes(resources.memory_bytes)
    return f"{how} {after}: out of memory (a child process was killed), limit {limit}"


def exit_words(code: int | None) -> str:
    """An exit code or signal in words."""
    if code in {-signal.SIGKILL, 128 + signal.SIGKILL}:
        return "SIGKILL from outside this tool (the machine itself may be out of memory)"
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def megabytes(count: int) -> str:
    """Bytes as MiB, for sentences."""
    return f"{count / 2**20:,.0f} MiB"


def read_failure(file: Path) -> str:
    """The reason the code left behind, at most 4 KiB; empty when there is none."""
    content = _read(file, FAILURE_BYTES, cut=True)
    text = "" if content is None else content.decode("utf-8", "replace")
    return "\n".join(plain_line(line) for line in text.split("\n")).strip()


def read_metrics(file: Path, log_tail: tuple[str, ...] = ()) -> Mapping[str, float]:
    """Flat finite numbers by name; TrainingError names the first value that is something else."""
    content = _read(file, METRICS_BYTES, cut=False)
    if content is None:
        return {}
    hint = 'Allowed: one JSON object of finite numbers, as {"train_rows": 5634, "cv_roc_auc": 0.84}.'
    try:
        document = json.loads(content, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise TrainingError(
            f"output/metrics.json: not JSON: {error}", hint=hint, log_tail=log_tail
        ) from error
    if not isinstance(document, dict) or len(document) > METRICS_COUNT:
        seen = f"{len(document)} entries" if isinstance(document, dict) else type(document).__name__
        raise TrainingError(f"output/metrics.json: {seen}", hint=hint, log_tail=log_tail)
    for name, value in document.items():
        if not _is_finite_number(value):
            message = f"output/metrics.json: {name} is {json.dumps(value)[:80]}"
            raise TrainingError(message, hint=hint, log_tail=log_tail)
    return {name: float(value) for name, value in sorted(document.items())}


def _number(digits: str) -> int | float:
    """A whole number; one of very many digits is infinite, as a float of its size, and refused as that."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _read(file: Path, limit: int, *, cut: bool) -> bytes | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TrustError(f"output/{file.name} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise TrustError(f"output/{file.name}: only a regular file is read")
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit and not cut:
        raise TrainingError(f"output/{file.name}: more than {limit} bytes", hint="Write numbers only.")
    return content[:limit]


def lock_digest(requirements: Path | None) -> str:
    """Hex sha256 of the lock, empty without one."""
    if requirements is None or not requirements.is_file():
        return ""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()
