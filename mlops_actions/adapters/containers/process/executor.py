"""Training without an engine: the same entry point as a child. Bounded and cleaned up, NOT contained."""

from __future__ import annotations

import os
import platform
import resource
import selectors
import shutil
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.disk_usage import DiskGuard, folder_bytes
from mlops_actions.adapters.containers.environment import (
    ContractPaths,
    training_environment,
    write_input_config,
)
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.handed import written_into
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.machine import cpu_model
from mlops_actions.adapters.containers.outcome import (
    Ended,
    judge_job,
    lock_digest,
)
from mlops_actions.adapters.containers.process import group as process_group
from mlops_actions.adapters.containers.process.environments import default_cache, locked_environment
from mlops_actions.adapters.containers.training_run import EndReason, EnvironmentSummary, TrainingRun

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.job import Resources, TrainingJob

PASSED_TO_CODE = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")
FILE_SLACK = 2**20  # so that the last write before EFBIG already shows as "disk"
_TICK = 0.1


def child_environment(
    environ: Mapping[str, str], environment: Path, contract: Mapping[str, str], mark: str
) -> dict[str, str]:
    """All that the code is told: the contract and a few harmless variables; never a token."""
    allowed = {name: environ[name] for name in PASSED_TO_CODE if name in environ}
    path = os.pathsep.join([str(environment / "bin"), allowed.get("PATH", os.defpath)])
    return {
        **allowed,
        **contract,
        "PATH": path,
        "VIRTUAL_ENV": str(environment),
        "PYTHONDONTWRITEBYTECODE": "1",
        process_group.MARK: mark,
    }


@dataclass
class _Watched:
    """What the watchdog has seen so far."""

    capture: LogCapture
    peak_bytes: int = 0
    stopped: EndReason | None = None
    detail: str = ""
    usage: tuple[int, float] = field(default=(0, 0.0))  # largest process in bytes, CPU seconds
    inherited: int = field(default_factory=lambda: _largest(resource.getrusage(resource.RUSAGE_SELF)))


@dataclass(frozen=True)
class ProcessExecutor:
    """Runs jobs as children of this process. `environ` is the parent's environment, read by the caller."""

    environ: Mapping[str, str]
    cache: Path | None = None
    scratch: Path | None = None
    grace_seconds: float = 5.0

    def train(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> TrainingRun:
        """Run one training to its end; how it ended is in the value.

        ConfigError, InputError, TrustError, ContainerError: it could not start.
        TrainingError: metrics.json is wrong.
        """
        channels = staging.channel_files(job)
        process_group.end_left()
        began = time.monotonic()
        environment = self.prepare(job, on_log)
        setup_seconds = time.monotonic() - began
        with staging.scratch_folder(self.scratch) as scratch:
            paths = ContractPaths(str(scratch / "ml"), str(scratch / "tmp"))
            written = [f"ml/output/data/{name}" for name in job.hands_over or ()]
            for folder in ("ml/model", "ml/output/data", "tmp", *written):
                (scratch / folder).mkdir(parents=True)
            staging.copy_source(job.source, scratch / "source", Exclusion.of(job.left_out, job.withheld))
            staging.copy_channels(channels, scratch / "ml/input/data")
            write_input_config(scratch / "ml/input/config", channels, job.hyperparameters)
            contract = training_environment(
                paths,
                channels,
                job.hyperparameters,
                job.resources,
                seed=job.seed,
                source_date_epoch=job.source_date_epoch,
                variation=job.variation,
                hands_over=job.hands_over or (),
            )
            ended, watched = self._run(job, scratch, environment, contract, on_log)
            return replace(self._result(job, scratch, ended, watched), setup_seconds=setup_seconds)

    def prepare(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> Path:
        """The locked environment of the job, made when it is not there. ConfigError, ContainerError."""
        cache = self.cache or default_cache(self.environ)
        return locked_environment(job.requirements, cache, self.environ, on_log)

    def _run(
        self,
        job: TrainingJob,
        scratch: Path,
        environment: Path,
        contract: Mapping[str, str],
        on_log: Callable[[str], None] | None,
    ) -> tuple[Ended, _Watched]:
        mark = process_group.new_mark()
        watched = _Watched(LogCapture(on_log))
        limits = job.resources
        started, allowed = time.monotonic(), folder_bytes(scratch) + limits.disk_bytes
        child = None
        try:
            child = process_group.start(
                job.command,
                child_environment(self.environ, environment, contract, mark),
                scratch / "source",
                limits.disk_bytes + FILE_SLACK,
                limits.memory_bytes,
            )
            leader = child.pid
            guard = DiskGuard((scratch,), allowed, lambda: [row.pid for row in process_group.members(leader)])
            exit_code = self._watch(child, watched, limits, guard, started)
        finally:
            grace = self.grace_seconds if watched.stopped == "timeout" else 0.0
            process_group.end(child.pid if child is not None else None, mark, grace)
            if child is not None:
                _drain(child, watched.capture)
        if watched.stopped is None and folder_bytes(scratch, enough=allowed) > allowed:
            watched.stopped = "disk"
        seconds = time.monotonic() - started
        return Ended(exit_code, seconds, watched.stopped, watched.detail, watched.capture.tail), watched

    def _watch(
        self,
        child: subprocess.Popen[bytes],
        watched: _Watched,
        limits: Resources,
        guard: DiskGuard,
        started: float,
    ) -> int | None:
        deadline = started + limits.timeout_seconds
        with selectors.DefaultSelector() as selector:
            if child.stdout is None:  # Popen was asked for a pipe
                raise AssertionError
            selector.register(child.stdout, selectors.EVENT_READ)
            while True:
                _measure(child.pid, watched, limits)
                _read_for(selector, child.stdout.fileno(), watched.capture, _TICK)
                if _reap(child, watched):
                    break
                if watched.stopped is None and guard.is_over():
                    watched.stopped = "disk"
                if watched.stopped is None and time.monotonic() > deadline:
                    watched.stopped = "timeout"
                if watched.stopped is not None:
                    return None
        return child.returncode

    def _result(self, job: TrainingJob, scratch: Path, ended: Ended, watched: _Watched) -> TrainingRun:
        model, output = scratch / "ml/model", scratch / "ml/output"
        if (ended.stopped, ended.exit_code) == (None, 0):
            changed = written_into(job.handed, scratch / "ml/input/data")
            detail = f"it wrote into its input {changed}, which is read-only" if changed else ""
            ended = replace(ended, stopped="exit_code" if changed else None, detail=detail)
        judged = judge_job(ended, job, model, output)
        for name in ("model", "output"):
            staging.empty_folder(job.output / name).rmdir()
            shutil.move(scratch / "ml" / name, job.output / name)
        largest, cpu_seconds = watched.usage
        return TrainingRun(
            executor="process",
            contained=False,
            reason=judged.reason,
            sentence=judged.sentence,
            exit_code=ended.exit_code,
            duration_seconds=ended.duration_seconds,
            model_dir=job.output / "model",
            model_digest=judged.model.digest,
            model_bytes=judged.model.size_bytes,
            peak_rss_bytes=max(largest, watched.peak_bytes) or None,
            cpu_seconds=cpu_seconds or None,
            log_tail=ended.log_tail,
            failure=judged.failure,
            metrics=judged.metrics,
            handed=tuple(
                replace(each, path=job.output / "output/data" / each.name) for each in judged.handed
            ),
            environment=EnvironmentSummary(
                platform.python_version(), platform.platform(), cpu_model(), lock_digest(job.requirements)
            ),
        )


def _read_for(selector: selectors.BaseSelector, descriptor: int, capture: LogCapture, seconds: float) -> None:
    """Pass on output for about `seconds`, then return so that the watchdog can look."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if not selector.select(left):
            return
        chunk = os.read(descriptor, 65536)
        if not chunk:  # closed: it most likely ended; if not, do not spin
            time.sleep(min(left, 0.02))
            return
        capture.feed(chunk)


def _reap(child: subprocess.Popen[bytes], watched: _Watched) -> bool:
    pid, status, usage = os.wait4(child.pid, os.WNOHANG)
    if pid == 0:
        return False
    child.returncode = os.waitstatus_to_exitcode(status)
    largest = _largest(
        usage
    )  # begins at what this process had when it forked: smaller figures are not its own
    watched.usage = (largest if largest > watched.inherited else 0, usage.ru_utime + usage.ru_stime)
    return True


def _largest(usage: resource.struct_rusage) -> int:
    """The largest resident set in bytes; getrusage(2) has bytes on macOS, KiB elsewhere."""
    return usage.ru_maxrss * (1 if platform.system() == "Darwin" else 1024)


def _measure(leader: int, watched: _Watched, limits: Resources) -> None:
    rows = process_group.members(leader)
    resident = process_group.resident_bytes(rows, watched.peak_bytes)
    if (
        len(rows) > 1 and resident > watched.peak_bytes
    ):  # read while one forked or ended: only what two looks see
        again = process_group.resident_bytes(process_group.members(leader), watched.peak_bytes)
        resident = min(resident, again)
    watched.peak_bytes = max(watched.peak_bytes, resident, process_group.high_water_bytes(leader))
    if resident > limits.memory_bytes:
        watched.stopped = "oom"
    elif len(rows) > limits.pids:
        watched.stopped, watched.detail = "exit_code", f"{len(rows)} processes, limit {limits.pids}"


def _drain(child: subprocess.Popen[bytes], capture: LogCapture) -> None:
    """What is left in the pipe, then the child's status, when the watchdog ended it."""
    if child.stdout is not None:
        os.set_blocking(child.stdout.fileno(), False)
        for _ in range(256):  # a pipe holds 64 KiB; a process that still writes does not keep us
            try:
                chunk = os.read(child.stdout.fileno(), 65536)
            except BlockingIOError:
                break
            if not chunk:
                break
            capture.feed(chunk)
        child.stdout.close()
    capture.finish()
    child.wait(timeout=5)
