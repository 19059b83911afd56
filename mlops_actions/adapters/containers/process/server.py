"""A model server as a child process on a loopback port. Not contained: the report says so."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.environment import ContractPaths, serving_environment
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.outcome import exit_words
from mlops_actions.adapters.containers.process import group as process_group
from mlops_actions.adapters.containers.process.environments import default_cache, locked_environment
from mlops_actions.adapters.containers.process.executor import FILE_SLACK, child_environment
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.job import ServingJob

_GRACE_SECONDS = 2.0


@contextmanager
def serve_process(
    job: ServingJob,
    environ: Mapping[str, str],
    on_log: Callable[[str], None] | None = None,
    cache: Path | None = None,
) -> Iterator[Server]:
    """The server of a model, ready; stopped with all its children on leaving.

    ServingError: it ended early or was not ready in time. ContainerError: its environment cannot be made.
    """
    process_group.end_left()
    environment = locked_environment(job.requirements, cache or default_cache(environ), environ, on_log)
    with staging.scratch_folder(None) as scratch:
        staging.copy_source(job.source, scratch / "source", Exclusion.of(job.left_out, job.withheld))
        staging.copy_source(job.model_dir, scratch / "ml/model", Exclusion(()))
        (scratch / "tmp").mkdir()
        port = _free_port()
        paths = ContractPaths(str(scratch / "ml"), str(scratch / "tmp"))
        contract = serving_environment(paths, job.resources, seed=job.seed, port=port, classes=job.classes)
        mark = process_group.new_mark()
        server = Server(f"http://127.0.0.1:{port}", LogCapture(on_log), contained=False)
        child = reader = None
        try:
            child = process_group.start(
                job.command,
                child_environment(environ, environment, contract, mark),
                scratch / "source",
                job.resources.disk_bytes + FILE_SLACK,
                job.resources.memory_bytes,
            )
            reader = threading.Thread(target=_read, args=(child, server.capture), daemon=True)
            reader.start()
            wait_until_ready(server, lambda: _ended(child, reader), job.start_timeout)
            yield server
        finally:
            process_group.end(child.pid if child is not None else None, mark, _GRACE_SECONDS)
            if child is not None:
                child.wait(timeout=5)
            if reader is not None:
                reader.join(timeout=5)


def _read(child: subprocess.Popen[bytes], capture: LogCapture) -> None:
    if child.stdout is None:  # Popen was asked for a pipe
        raise AssertionError
    with child.stdout as pipe:
        while chunk := os.read(pipe.fileno(), 65536):
            capture.feed(chunk)
    capture.finish()


def _ended(child: subprocess.Popen[bytes], reader: threading.Thread) -> str | None:
    code = child.poll()
    if code is None:
        return None
    reader.join(timeout=1)  # so that the last lines are there
    return exit_words(code)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
