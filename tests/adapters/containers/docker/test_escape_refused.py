"""What a malicious training tries from inside its container: refused by the kernel, told in one sentence."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.job import Hardening
from tests.adapters.containers.escape_bench import MALICIOUS, NEEDLE, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adapters.containers.escape_bench import EscapeBench

pytestmark = pytest.mark.docker

FORBIDDEN = r"Operation not permitted|Permission denied|Function not implemented"
NO_WAY = "Network is unreachable|Cannot assign requested address"
REFUSED = {
    "write_root": "Read-only file system",
    "write_input": "Read-only file system",
    "write_proc_sys": "Read-only file system|No such file",
    "write_oom_score": FORBIDDEN,
    "write_cgroup": f"Read-only file system|{FORBIDDEN}",
    "read_host_memory": f"nothing to read|{FORBIDDEN}",
    "docker_socket": "No such file or directory",
    "abstract_socket": "Connection refused",
    "tcp": f"{NO_WAY}|Connection refused",
    "ipv6": NO_WAY,
    "metadata_address": NO_WAY,
    "dns": "Temporary failure in name resolution|Name or service not known",
    "dns_datagram": NO_WAY,
    "raw_socket": FORBIDDEN,
    "packet_socket": FORBIDDEN,
    "mount": FORBIDDEN,
    "remount_root": FORBIDDEN,
    "umount": FORBIDDEN,
    "user_namespace": FORBIDDEN,
    "mount_namespace": FORBIDDEN,
    "clone_user_namespace": FORBIDDEN,
    "pivot_root": FORBIDDEN,
    "chroot": FORBIDDEN,
    "keyctl": FORBIDDEN,
    "bpf": FORBIDDEN,
    "perf_event": FORBIDDEN,
    "init_module": FORBIDDEN,
    "device_node": FORBIDDEN,
    "device_in_model": FORBIDDEN,
    "open_devices": f"No such file or directory|{FORBIDDEN}",
    "set_clock": FORBIDDEN,
    "set_hostname": FORBIDDEN,
    "become_root": FORBIDDEN,
    "take_file": FORBIDDEN,
    "setuid_program": "Permission denied",
    "program_in_shared_memory": "Permission denied",
    "hard_link_of_input": "Invalid cross-device link",
    "hard_link_of_root": "Invalid cross-device link",
    "parent_of_mount": "No such file or directory",
    "host_process_root": "no process shows the machine's files",
    "lower_limits": "not allowed to raise maximum limit",
    "kill_the_outside": "still here",
    "evaluation_labels": "no row of the evaluation data",
}


def test_every_attempt_of_the_repository_is_tried() -> None:
    named = re.findall(r"^def ([a-z]\w*)", (MALICIOUS / "refused.py").read_text(), re.MULTILINE)
    assert set(named) == set(REFUSED)


@pytest.fixture
def listener(escapes: EscapeBench) -> Iterator[dict[str, str]]:
    """Doors of this machine that stand open: a port on all addresses, and a name that no folder holds."""
    name = escapes.name
    port, door = socket.socket(), socket.socket(socket.AF_UNIX)
    with port, door:
        port.bind(("0.0.0.0", 0))  # noqa: S104 - the point
        door.bind(f"\0{name}")
        for each in (port, door):
            each.listen()
        yield {"port": str(port.getsockname()[1]), "name": name, "address": own_address()}


def own_address() -> str:
    """An address of this machine that others reach it by."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_attempt_is_refused(escapes: EscapeBench, listener: dict[str, str], attempt: str) -> None:
    canary = str(escapes.folder / "beside/canary.txt")
    ended = escapes.attempt(attempt, SMALL, **listener, canary=canary, needle=NEEDLE[::-1])
    assert ended.run is not None, ended.sentence
    assert re.fullmatch(
        r"training ended with exit code 1 after \d+\.\d s; what it had written \(1 MiB\) is not kept",
        ended.sentence,
    )
    assert any(re.search(REFUSED[attempt], line) for line in ended.run.log_tail), ended.run.log_tail
    assert ended.run.opt_outs == ()
    assert escapes.held() == []


def test_the_doors_are_really_open(escapes: EscapeBench, listener: dict[str, str]) -> None:
    """The same attempt with the network given back gets through: what refuses it is the hardening."""
    job = replace(escapes.job("tcp", SMALL, **listener), hardening=Hardening(network=True))
    run = escapes.executor.train(job)
    assert run.exit_code == 99, run.log_tail
    assert run.opt_outs == ("network",)
