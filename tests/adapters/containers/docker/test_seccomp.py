"""No container of ours has an io_uring, and on docker 20.10 that is the only call that its own list loses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker import seccomp
from mlops_actions.adapters.containers.docker.engine import EngineInfo, connect
from mlops_actions.adapters.containers.docker.options import container_options
from mlops_actions.adapters.containers.docker.seccomp import IO_URING, seccomp_options
from mlops_actions.adapters.containers.job import Hardening, Resources

if TYPE_CHECKING:
    from tests.adapters.containers.bench import Bench

EPERM = 1
SETUP = """\
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
made = libc.syscall(425, 8, ctypes.create_string_buffer(120))  # io_uring_setup
print(made >= 0, ctypes.get_errno())
"""


def of(version: str, *, default: bool = True) -> EngineInfo:
    return EngineInfo(version, "Debian", "linux/x86_64", "2", default_seccomp=default)


@pytest.mark.parametrize("engine", [
    of("28.0.4"), of("24.0.7"), of("19.03.15"), of("4.3.1"), of(""), of("20.10.24", default=False),
])  # fmt: skip
def test_an_engine_of_another_list_keeps_it(engine: EngineInfo) -> None:
    assert seccomp_options(engine) == []


def test_docker_20_10_is_given_its_own_list_without_io_uring() -> None:
    (option,) = seccomp_options(of("20.10.24+dfsg1"))
    given: dict[str, Any] = json.loads(option.removeprefix("seccomp="))
    own: dict[str, Any] = json.loads(seccomp._DEFAULT.read_text())
    lost = set()
    for before, after in zip(own.pop("syscalls"), given.pop("syscalls"), strict=True):
        lost |= set(before.pop("names")) - set(after.pop("names"))
        assert before == after
    assert lost == IO_URING
    assert own == given
    assert given["defaultAction"] == "SCMP_ACT_ERRNO"


@pytest.mark.docker
@pytest.mark.parametrize("hardening", [Hardening(), Hardening(keep_capabilities=True, root_user=True)])
def test_no_container_has_an_io_uring(docker_bench: Bench, hardening: Hardening) -> None:
    client, engine = connect()
    if engine.version.startswith(("23.", "24.")):
        pytest.skip("its own list has io_uring, and stays as it is")
    image = docker_bench.executor.image(client, docker_bench.job("success"), None)  # type: ignore[union-attr]  # docker
    options = container_options(Resources(), hardening, engine, {})
    made = client.containers.create(image, ["-c", SETUP], entrypoint="python3", **options)
    try:
        made.start()
        made.wait(timeout=60)
        assert made.logs().decode().split() == ["False", str(EPERM)]
    finally:
        made.remove(force=True)
        client.close()
