"""What a container of ours cannot do, what an opt-out gives back, and that nothing stays behind."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker.engine import (
    LABEL,
    OWNER_LABEL,
    connect,
    docker_available,
    remove_leftovers,
)
from mlops_actions.adapters.containers.docker.images import BuildOptions, write_context
from mlops_actions.adapters.containers.docker.options import container_options
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.job import BuildSpec, Hardening, Resources
from mlops_actions.errors import ConfigError, ContainerError, InputError, TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

    from tests.adapters.containers.bench import Bench

ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.docker


@pytest.fixture
def client(engine: None) -> Iterator[DockerClient]:
    assert engine is None
    made, _ = connect()
    yield made
    made.close()


def found(bench: Bench, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((bench.folder / "out/output/data" / name).read_text())
    return document


@pytest.fixture
def listener() -> Iterator[str]:
    """A server of this machine on all addresses, that a container must not reach; its port."""
    made = http.server.ThreadingHTTPServer(("0.0.0.0", 0), http.server.BaseHTTPRequestHandler)  # noqa: S104 - the point
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield str(made.server_address[1])
    made.shutdown()
    thread.join()
    made.server_close()


def test_there_is_no_network(docker_bench: Bench, listener: str) -> None:
    assert docker_bench.run("network", port=listener).succeeded
    assert found(docker_bench, "network.json") == {"reached": [], "interfaces": ["lo"]}


def test_the_network_is_there_after_an_opt_out(docker_bench: Bench, listener: str) -> None:
    job = replace(docker_bench.job("network", port=listener), hardening=Hardening(network=True))
    run = docker_bench.executor.train(job)
    assert run.opt_outs == ("network",)
    assert "eth0" in found(docker_bench, "network.json")["interfaces"]


def test_nothing_outside_the_contract_can_be_written(docker_bench: Bench) -> None:
    assert docker_bench.run("write_outside").succeeded
    seen = found(docker_bench, "outside.json")
    read_only = {"Read-only file system", "Permission denied"}
    assert {path: word for path, word in seen["tried"].items() if word not in read_only} == {
        "unshare": "refused"
    }
    assert seen["facts"]["CapEff"].strip("0") == seen["facts"]["CapBnd"].strip("0") == ""
    assert seen["facts"]["NoNewPrivs"] == "1"
    assert seen["facts"]["Uid"].split()[0] == str(os.getuid() or 65534)
    train = docker_bench.folder / "checkout/data/train.csv"
    assert train.read_text() == "x,label\n1,0\n2,1\n"


def test_a_killed_worker_does_not_fail_a_training_that_copes(docker_bench: Bench) -> None:
    limits = replace(docker_bench.job("x").resources, memory_bytes=96 * 2**20)
    run = docker_bench.run("child_out_of_memory", limits)
    assert run.reason == "completed"
    assert any(line.startswith("worker ended with -9") for line in run.log_tail)


@pytest.mark.parametrize(
    ("then", "how"),
    [("sleep", "stopped by the timeout"), ("3", "ended with exit code 3"), ("0", "ended without a model")],
)
def test_killed_children_are_out_of_memory_however_the_parent_ends(
    docker_bench: Bench, then: str, how: str
) -> None:
    limits = replace(docker_bench.job("x").resources, memory_bytes=96 * 2**20, timeout_seconds=5)
    run = docker_bench.run("children_out_of_memory", limits, then=then)
    assert run.reason == "oom"
    assert run.sentence.startswith(f"{how} after ")
    assert run.sentence.endswith(": out of memory (a child process was killed), limit 96 MiB")
    assert "children ended with [-9, -9]" in run.log_tail
    assert run.exit_code == (None if then == "sleep" else int(then))


def test_an_interrupt_leaves_no_partial_model(docker_bench: Bench) -> None:
    def interrupt(line: str) -> None:
        if line == "written":
            raise_in_main()

    def raise_in_main() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        docker_bench.executor.train(docker_bench.job("half_a_model", wait="yes"), interrupt)
    assert list((docker_bench.folder / "out/model").iterdir()) == []


def test_memory_and_cpu_are_measured(docker_bench: Bench) -> None:
    run = docker_bench.run("hang", replace(docker_bench.job("hang").resources, timeout_seconds=1))
    assert run.peak_rss_bytes is not None
    assert 2**20 < run.peak_rss_bytes < 2**28
    assert run.cpu_seconds is not None
    assert 0 < run.cpu_seconds < 10


def test_every_container_is_removed(docker_bench: Bench, client: DockerClient) -> None:
    job = replace(docker_bench.job("crash"), labels={"mlops-test": docker_bench.folder.name})
    docker_bench.executor.train(job)
    filters: dict[str, str | list[str] | bool] = {"label": f"mlops-test={docker_bench.folder.name}"}
    assert client.containers.list(all=True, filters=filters) == []


def test_an_interrupt_removes_the_container(docker_bench: Bench, client: DockerClient) -> None:
    label = docker_bench.folder.name
    script = f"""
import os, signal, sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from tests.adapters.containers.bench import BASE_IMAGE, Bench
from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.docker.images import BuildOptions
options = BuildOptions(base_image=BASE_IMAGE, network="none")
bench = Bench(DockerExecutor(options), Path({str(docker_bench.folder)!r}))
job = replace(bench.job("hang"), labels={{"mlops-test": {label!r}}})
stop = lambda line: os.kill(os.getpid(), signal.SIGINT) if line.startswith("grandchild") else None
try:
    bench.executor.train(job, stop)
except KeyboardInterrupt:
    sys.exit(42)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 42, done.stderr
    assert client.containers.list(all=True, filters={"label": f"mlops-test={label}"}) == []


def test_leftovers_of_a_killed_run_are_removed_and_others_kept(
    docker_bench: Bench, client: DockerClient
) -> None:
    image = docker_bench.executor.image(client, docker_bench.job("success"), None)  # type: ignore[union-attr]  # docker
    _, engine = connect()
    options = container_options(Resources(), Hardening(), engine, {})
    mine = client.containers.create(image, ["train"], **options)
    dead_labels = {LABEL: "job", OWNER_LABEL: f"{os.uname().nodename}:4194304:1"}
    dead = client.containers.create(image, ["train"], labels=dead_labels)
    other = client.containers.create(image, ["train"], labels={OWNER_LABEL: "elsewhere:1:1"})
    try:
        remove_leftovers(client)
        left = {each.id for each in client.containers.list(all=True)}
        assert dead.id not in left
        assert {mine.id, other.id} <= left
    finally:
        mine.remove()
        other.remove()


def test_a_build_that_fails_gives_its_last_lines(docker_bench: Bench) -> None:
    job = docker_bench.job("success")
    dockerfile = job.source / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN echo before-the-end && exit 7\n")
    with pytest.raises(ContainerError, match=r"does not build: .*code: 7") as caught:
        docker_bench.executor.train(job)
    assert "before-the-end" in caught.value.log_tail


def test_a_missing_base_or_image_is_a_container_error(docker_bench: Bench) -> None:
    job = docker_bench.job("success")
    wanted = "localhost:1/absent@sha256:" + "0" * 64
    with pytest.raises(ContainerError, match="cannot be pulled"):
        docker_bench.executor.train(replace(job, build=None, image=wanted))
    options = BuildOptions(base_image="localhost:1/absent", network="none")
    bad = replace(docker_bench.engine, build_options=options)
    with pytest.raises(ContainerError, match="does not build"):
        bad.train(job)


def test_a_command_that_is_not_there_is_said(docker_bench: Bench) -> None:
    job = docker_bench.job("success")
    (job.source / "Dockerfile").write_text(
        'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nENTRYPOINT ["absent-program"]\n'
    )
    run_or_error = pytest.raises(ContainerError, match="absent-program")
    with run_or_error:
        run = docker_bench.executor.train(job)
        raise ContainerError("\n".join([run.sentence, *run.log_tail]))


def test_no_dockerfile_and_buildkit_syntax_are_named(docker_bench: Bench) -> None:
    job = docker_bench.job("success")
    with pytest.raises(ConfigError, match=r"docker/Absent cannot be read"):
        docker_bench.executor.train(replace(job, build=BuildSpec("docker", "Absent")))
    (job.source / "Dockerfile").write_text("FROM x\nRUN --mount=type=cache,target=/c true\n")
    bare = replace(docker_bench.engine, build_options=BuildOptions(environ={"PATH": "/nowhere"}))
    docker_bench.executor = bare
    with pytest.raises(ContainerError, match=r"Dockerfile:2: RUN --mount needs BuildKit, and no docker"):
        docker_bench.executor.train(job)
    with pytest.raises(TrustError, match="leaves the repository"):
        docker_bench.executor.train(replace(job, build=BuildSpec("../..")))


def test_a_channel_file_that_nobody_can_read_is_said(docker_bench: Bench) -> None:
    if os.getuid() != 0:
        pytest.skip("the container runs as the same user")
    job = docker_bench.job("success")
    (job.source / "data/train.csv").chmod(0o600)
    with pytest.raises(InputError, match=r"train.csv cannot be read by user 65534:65534"):
        docker_bench.executor.train(job)


def test_the_engine_says_what_it_can_enforce(client: DockerClient) -> None:
    info = docker_available()
    assert info is not None
    assert info.version == client.version()["Version"]


def names_in_context(bench: Bench, spec: BuildSpec) -> set[str]:
    job = bench.job("success")
    with tempfile.TemporaryFile() as archive:
        write_context(job.source, spec, Exclusion.of(job.left_out, job.withheld), archive)
        archive.seek(0)
        with tarfile.open(fileobj=archive) as tar:
            assert {entry.mtime for entry in tar} == {0}
            return {entry.name for entry in tar}


def test_the_context_leaves_out_data_results_history_and_copies(docker_bench: Bench) -> None:
    names = names_in_context(docker_bench, BuildSpec())
    assert names == {"Dockerfile", "data", "main.py", "scenarios.py", "server.py"}


def test_a_dockerignore_can_take_away_but_not_give_back(docker_bench: Bench) -> None:
    source = docker_bench.job("success").source
    (source / ".dockerignore").write_text("*\n!main.py\n!data\n!.mlops\n!lookup.bin\n")
    assert names_in_context(docker_bench, BuildSpec()) == {".dockerignore", "Dockerfile", "data", "main.py"}


def test_a_context_below_the_root_keeps_the_exclusions(docker_bench: Bench) -> None:
    source = docker_bench.job("success").source
    (source / "data" / "Dockerfile").write_text("FROM x\n")
    assert names_in_context(docker_bench, BuildSpec("data")) == {"Dockerfile"}


def test_a_volume_of_an_image_that_has_no_room_is_told_in_a_sentence(docker_bench: Bench) -> None:
    job = docker_bench.job("success", replace(docker_bench.job("success").resources, disk_bytes=2**20))
    dockerfile = job.source / "Dockerfile"
    text = "RUN mkdir -p /filled && head -c 3000000 /dev/zero > /filled/zeros\nVOLUME /filled\n"
    dockerfile.write_text(f"{dockerfile.read_text()}\nUSER 0\n{text}")
    with pytest.raises(ContainerError, match=r"files below its VOLUME are more than train\.resources"):
        docker_bench.executor.train(job)
