"""The pieces under the process executor: environments from a lock, the child's limits, the process table."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker import engine as engine_module
from mlops_actions.adapters.containers.docker.engine import connect, docker_available
from mlops_actions.adapters.containers.process.environments import default_cache, locked_environment
from mlops_actions.adapters.containers.process.executor import ProcessExecutor
from mlops_actions.adapters.containers.process.group import (
    ProcessRow,
    members,
    process_table,
    resident_bytes,
    table_from_ps,
)
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from tests.adapters.containers.bench import Bench


def wheel(folder: Path) -> str:
    """A wheel made here, and its line in a lock."""
    folder.mkdir()
    file = folder / "tinywheel-1.0-py3-none-any.whl"
    info = "tinywheel-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tinywheel.py", "VALUE = 41\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tinywheel\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(
            f"{info}/RECORD", f"tinywheel.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return f"tinywheel==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """uv finds packages in a folder of ours only."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(tmp_path / "wheels"),
        "UV_CACHE_DIR": str(tmp_path / "uv-cache"),
    }


def value(environment: Path) -> str:
    done = subprocess.run(
        [environment / "bin" / "python", "-c", "import tinywheel; print(tinywheel.VALUE)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_lock_becomes_an_environment_once(tmp_path: Path, offline: dict[str, str]) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(wheel(tmp_path / "wheels"))
    made = locked_environment(lock, tmp_path / "envs", offline)
    assert value(made) == "41"
    for file in (tmp_path / "wheels").iterdir():
        file.unlink()  # nothing can be installed any more: the second time must reuse
    lines: list[str] = []
    assert locked_environment(lock, tmp_path / "envs", offline, lines.append) == made
    assert lines == []
    assert [each.name for each in (tmp_path / "envs").iterdir()] == [made.name]


def test_the_environment_is_made_before_the_training(process_bench: Bench, offline: dict[str, str]) -> None:
    lock = process_bench.folder / "requirements.txt"
    lock.write_text(wheel(process_bench.folder / "wheels"))
    executor = ProcessExecutor(environ=offline, cache=process_bench.folder / "envs")
    job = replace(process_bench.job("success"), requirements=lock)
    lines: list[str] = []
    made = executor.prepare(job, lines.append)
    assert value(made) == "41"
    assert len(lines) == 1
    assert executor.train(job, lines.append).succeeded
    assert "making the locked environment" not in " ".join(lines[1:])


def test_jobs_may_race_for_one_environment(tmp_path: Path, offline: dict[str, str]) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(wheel(tmp_path / "wheels"))
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: locked_environment(lock, tmp_path / "envs", offline), range(4)))
    assert len(made) == 1
    assert value(made.pop()) == "41"
    assert len(list((tmp_path / "envs").iterdir())) == 1


def test_another_lock_is_another_environment(tmp_path: Path, offline: dict[str, str]) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(wheel(tmp_path / "wheels"))
    first = locked_environment(lock, tmp_path / "envs", offline)
    lock.write_text(lock.read_text() + "# changed\n")
    assert locked_environment(lock, tmp_path / "envs", offline) != first


@pytest.mark.parametrize("line", ["tinywheel==1.0\n", "tinywheel==1.0 --hash=sha256:" + "0" * 64 + "\n"])
def test_a_lock_without_the_right_hash_is_refused(tmp_path: Path, offline: dict[str, str], line: str) -> None:
    wheel(tmp_path / "wheels")
    lock = tmp_path / "requirements.txt"
    lock.write_text(line)
    with pytest.raises(ContainerError, match="uv pip ended with exit code") as caught:
        locked_environment(lock, tmp_path / "envs", offline)
    assert "hash" in "\n".join(caught.value.log_tail).lower()
    assert list((tmp_path / "envs").iterdir()) == []


@pytest.mark.parametrize("option", ["-r other.txt", "--requirement other.txt", "-e .", "-c limits.txt"])
def test_a_lock_is_one_file(tmp_path: Path, offline: dict[str, str], option: str) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"# a lock\n{option}\n")
    with pytest.raises(ConfigError, match=r"requirements.txt:2: .*not allowed in a lock"):
        locked_environment(lock, tmp_path / "envs", offline)


def test_a_missing_lock_is_a_config_error(tmp_path: Path, offline: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"train.process.requirements: .*absent.txt cannot be read"):
        locked_environment(tmp_path / "absent.txt", tmp_path / "envs", offline)


def test_the_cache_is_where_the_platform_keeps_caches() -> None:
    assert default_cache({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/mlops-actions/envs")
    assert default_cache({"HOME": "/h"}) == Path("/h/.cache/mlops-actions/envs")


def test_the_user_s_packages_are_found_and_ours_are_not(
    process_bench: Bench, offline: dict[str, str]
) -> None:
    lock = process_bench.folder / "requirements.txt"
    lock.write_text(wheel(process_bench.folder / "wheels"))
    job = process_bench.job("success")
    (job.source / "scenarios.py").write_text(
        textwrap.dedent("""
        import importlib.util, os, pathlib, tinywheel
        def success():
            names = ("mlops_actions", "docker", "pydantic")
            ours = [name for name in names if importlib.util.find_spec(name)]
            pathlib.Path(os.environ["SM_MODEL_DIR"], "m").write_text(f"{tinywheel.VALUE} {ours}")
            return 0
        """)
    )
    executor = ProcessExecutor(offline, process_bench.folder / "envs")
    run = executor.train(replace(job, requirements=lock))
    assert run.succeeded, run.log_tail
    assert (run.model_dir / "m").read_text() == "41 []"
    assert run.environment.lock_sha256 == hashlib.sha256(lock.read_bytes()).hexdigest()


@pytest.mark.parametrize(("command", "code"), [(("absent-program",), 127), (("/etc/passwd",), 126)])
def test_a_command_that_cannot_run_says_so(process_bench: Bench, command: tuple[str, ...], code: int) -> None:
    run = process_bench.executor.train(replace(process_bench.job("success"), command=command))
    assert (run.reason, run.exit_code) == ("exit_code", code)
    assert command[0] in run.log_tail[-1]


def test_the_memory_of_a_training_is_its_own(process_bench: Bench) -> None:
    """A child begins with the largest resident set that its parent ever had (getrusage, wait4)."""
    ours = bytearray(300 * 2**20)
    run = process_bench.run("success")
    assert len(ours) == 300 * 2**20
    assert run.peak_rss_bytes is not None
    assert 2**20 < run.peak_rss_bytes < 100 * 2**20


def test_an_orphan_does_not_outlive_its_training(process_bench: Bench) -> None:
    started = time.monotonic()
    run = process_bench.run("orphan")
    assert run.succeeded
    assert time.monotonic() - started < 10
    (pid,) = (int(line.split()[1]) for line in run.log_tail if line.startswith("daemon"))
    assert pid not in {row.pid for row in process_table()}


def test_an_interrupt_ends_the_child(process_bench: Bench) -> None:
    def interrupt(line: str) -> None:
        if line.startswith("grandchild"):
            raise KeyboardInterrupt

    process_bench.lines = []
    before = {row.pid for row in process_table()}  # of other tests: orphans are adopted by who trains
    with pytest.raises(KeyboardInterrupt):
        process_bench.executor.train(process_bench.job("hang"), interrupt)
    mine = [row for row in process_table() if row.parent == os.getpid()]
    assert [row for row in mine if row.pid not in before] == []


def test_a_child_dies_with_a_parent_that_is_killed(process_bench: Bench, environments: Path) -> None:
    """SIGKILL leaves no time to clean up: the kernel ends the child."""
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[4])!r})
from pathlib import Path
from mlops_actions.adapters.containers.process.executor import ProcessExecutor
from tests.adapters.containers.bench import Bench
executor = ProcessExecutor(dict(os.environ), Path({str(environments)!r}))
bench = Bench(executor, Path({str(process_bench.folder)!r}))
def stop(line):
    if line.startswith("own"):
        print(line.split()[1], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
job = bench.job("success")
wait = "    print('own', os.getpid(), flush=True)\\n    time.sleep(60)\\n"
program = "import os, time\\ndef success():\\n" + wait
(job.source / "scenarios.py").write_text(program)
bench.executor.train(job, stop)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -9, done.stderr
    deadline = time.monotonic() + 5
    while (alive := int(done.stdout) in {row.pid for row in process_table()}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive


def test_members_are_the_group_and_all_descendants() -> None:
    inside = [(10, 1, 10), (11, 10, 10), (12, 11, 12), (13, 12, 13), (14, 1, 10)]
    outside = [(20, 1, 20), (21, 20, 20)]
    rows = [ProcessRow(pid, parent, group, 1) for pid, parent, group in [*outside, *inside]]
    assert {row.pid for row in members(10, rows)} == {10, 11, 12, 13, 14}


def test_a_process_that_ended_between_two_readings_has_nothing_resident() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
        rows = [ProcessRow(pid, 1, pid, 900 * 2**20) for pid in (os.getpid(), gone.pid)]
        assert 0 < resident_bytes(rows, 0) < 900 * 2**20
        assert resident_bytes(rows, 1800 * 2**20) == 1800 * 2**20  # not above what is known: no closer look


def test_ps_tells_the_same_as_proc() -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc to compare with")
    me = os.getpid()
    (one,) = (row for row in process_table() if row.pid == me)
    (two,) = (row for row in table_from_ps() if row.pid == me)
    assert (one.parent, one.group) == (two.parent, two.group)
    assert abs(one.rss_bytes - two.rss_bytes) < 64 * 2**20


@pytest.mark.parametrize("host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "nonsense"])
def test_no_engine_is_none_and_quick(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    started = time.monotonic()
    assert docker_available() is None
    assert time.monotonic() - started < 2
    with pytest.raises(ContainerError, match="no container engine answers"):
        connect()


def test_an_engine_that_hangs_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen(8)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/s")
        monkeypatch.setattr(engine_module, "_LOOK_SECONDS", 0.3)
        monkeypatch.setattr(engine_module, "_BUSY_SECONDS", 0.6)
        started = time.monotonic()
        assert docker_available() is None
        assert time.monotonic() - started < 2


def test_a_busy_engine_is_one_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first question is not answered in time, a later one is."""
    import socket
    import threading

    body = b'{"ApiVersion": "1.41", "ServerVersion": "20.10", "OSType": "linux"}'
    told = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    kept: list[socket.socket] = []

    def answer(connection: socket.socket) -> None:
        while connection.recv(65536):
            connection.sendall(told + body)

    def answer_late(engine: socket.socket) -> None:
        kept.append(engine.accept()[0])  # never answered
        while True:
            try:
                kept.append(engine.accept()[0])
            except OSError:
                return
            threading.Thread(target=answer, args=(kept[-1],), daemon=True).start()

    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "s"))
        engine.listen(8)
        threading.Thread(target=answer_late, args=(engine,), daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/s")
        monkeypatch.setattr(engine_module, "_LOOK_SECONDS", 0.3)
        found = docker_available()
        assert found is not None
        assert found.version == "20.10"
        assert len(kept) > 1
        engine.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()
