"""A malicious training that uses up the machine: stopped at its limits, told in one sentence, removed."""

from __future__ import annotations

import re
import resource
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.options import LOG_BYTES
from mlops_actions.adapters.containers.log_capture import MAX_PASSED_BYTES
from tests.adapters.containers.escape_bench import LABEL, MIB, SMALL

if TYPE_CHECKING:
    from docker import DockerClient

    from tests.adapters.containers.escape_bench import EscapeBench

pytestmark = pytest.mark.docker

SHORT = replace(SMALL, timeout_seconds=3)
DISK = r"stopped after \d+\.\d s: wrote more than 16 MiB to disk"
TIMEOUT = r"stopped after \d+\.\d s: timeout, limit 3 s"
FULL = "No space left on device"
NO_MORE = "Resource temporarily unavailable"
KEPT = r"; what it had written \([\d,]+ MiB\) is not kept"


@pytest.mark.parametrize(
    "attempt",
    [
        "many_files",
        "one_file",
        "allocated",
        "sparse",
        "inodes",
        "hidden_file",
        "hidden_in_socket",
        "hidden_mapping",
    ],
)
def test_a_full_disk_is_stopped_and_emptied(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt, SMALL, bytes=str(MIB))
    assert re.fullmatch(DISK + KEPT, ended.sentence), ended.sentence
    assert ended.run is not None
    assert (ended.run.reason, ended.run.model_digest) == ("disk", "")
    assert escapes.held() == []


def test_a_file_with_a_hole_of_a_terabyte_is_refused(escapes: EscapeBench) -> None:
    ended = escapes.attempt("sparse_terabyte")
    assert re.fullmatch(r"training ended with exit code 1 after \d+\.\d s" + KEPT, ended.sentence)
    assert ended.last_line == "OSError: [Errno 27] File too large"


@pytest.mark.parametrize("attempt", ["volume_of_image", "shared_memory", "scratch"])
def test_what_is_in_memory_has_its_size(
    escapes: EscapeBench, engine_client: DockerClient, attempt: str
) -> None:
    before = {each.name for each in engine_client.volumes.list(filters={"dangling": True})}
    ended = escapes.attempt(attempt)
    assert ended.run is not None
    assert ended.run.reason in {"exit_code", "oom"}  # full, or the memory limit that it counts to
    assert FULL in ended.last_line or "out of memory, limit 128 MiB" in ended.sentence
    since = {each.name for each in engine_client.volumes.list(filters={"dangling": True})} - before
    assert [name for name in since if is_ours(engine_client, str(name))] == []


def is_ours(client: DockerClient, name: str) -> bool:
    labels = (client.volumes.get(name).attrs or {}).get("Labels") or {}
    return LABEL in labels


def test_memory_is_bounded(escapes: EscapeBench) -> None:
    ended = escapes.attempt("memory_hog")
    assert re.fullmatch(r"killed after \d+\.\d s: out of memory, limit 128 MiB" + KEPT, ended.sentence)


@pytest.mark.parametrize("attempt", ["fork_bomb", "spawn_shells", "cpu"])
def test_processes_are_bounded_and_all_end(
    escapes: EscapeBench, engine_client: DockerClient, attempt: str
) -> None:
    del engine_client
    ended = escapes.attempt(attempt, SHORT)
    assert re.fullmatch(TIMEOUT + KEPT, ended.sentence), ended.sentence
    assert attempt == "cpu" or NO_MORE in "".join(ended.run.log_tail if ended.run else ())
    assert ended.seconds < 60


@pytest.mark.parametrize("attempt", ["ignores_sigterm", "closed_output", "frozen_init"])
def test_what_does_not_want_to_end_is_ended(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt, SHORT)
    assert re.fullmatch(TIMEOUT + KEPT, ended.sentence), ended.sentence
    assert ended.seconds < 60


def test_the_grace_after_a_timeout_is_no_time_to_fill_the_disk(escapes: EscapeBench) -> None:
    ended = escapes.attempt("after_sigterm", SHORT)
    assert re.fullmatch(DISK + KEPT, ended.sentence), ended.sentence
    assert escapes.held() == []


@pytest.mark.parametrize("attempt", ["loud", "one_line"])
def test_a_log_without_end_is_cut_everywhere(
    escapes: EscapeBench, monkeypatch: pytest.MonkeyPatch, attempt: str
) -> None:
    """On the machine's disk, in what is passed on, and in the memory of the toolkit."""
    largest = 0
    removed = "mlops_actions.adapters.containers.docker.watch.remove_container"

    def remove(client: DockerClient, name: str) -> None:
        nonlocal largest
        largest = client.containers.get(name).attrs["HostConfig"]["LogConfig"]["Config"]["max-size"]
        real(client, name)

    from mlops_actions.adapters.containers.docker import watch

    real = watch.remove_container
    monkeypatch.setattr(removed, remove)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ended = escapes.attempt(attempt, SHORT)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert re.fullmatch(TIMEOUT + KEPT, ended.sentence), ended.sentence
    assert int(largest) == LOG_BYTES
    assert sum(map(len, escapes.lines)) <= MAX_PASSED_BYTES + 4 * MIB / 1024
    assert grown < 64
    assert ended.seconds < 60


def test_kernel_queues_are_bounded(escapes: EscapeBench) -> None:
    ended = escapes.attempt("queue_messages")
    assert ended.run is not None
    assert any("no more queues" in line for line in ended.run.log_tail)


def test_a_daemon_ends_with_the_training_and_the_model_stays_as_its_digest_says(escapes: EscapeBench) -> None:
    ended = escapes.attempt("daemon")
    assert ended.run is not None
    assert ended.run.succeeded
    model = ended.run.model_dir / "model.txt"
    first = model.read_bytes()
    assert b"later" in first  # it did write while it could
    time.sleep(0.5)
    assert model.read_bytes() == first
