"""A model server that looks for a way out: none where we can enter its network, and else it is said."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker import server as serving_docker
from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.docker.inner_network import can_enter, reached
from mlops_actions.adapters.containers.docker.server import serve_docker
from mlops_actions.adapters.containers.job import ServingJob
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.errors import ContainerError
from tests.adapters.containers.bench import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adapters.containers.bench import Bench

PROBE = """
import socket, sys
for address in sys.argv[2:]:
    try:
        with socket.create_connection((address, int(sys.argv[1])), 1) as found:
            print("reached", found.recv(20))
    except OSError as error:
        print("not", error)
"""


@contextmanager
def listening() -> Iterator[int]:
    """A service of this machine, on all its addresses."""
    with socket.create_server(("0.0.0.0", 0)) as listener:  # noqa: S104 - what is to be kept from the server

        def answer() -> None:
            while True:
                try:
                    taken, _ = listener.accept()
                except OSError:
                    return
                with taken:
                    taken.sendall(b"of-the-machine")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


@pytest.mark.docker
@pytest.mark.parametrize("entered", [True, False])
def test_a_server_reaches_ports_of_the_machine_only_where_it_is_said(
    docker_bench: Bench, monkeypatch: pytest.MonkeyPatch, *, entered: bool
) -> None:
    if entered and not can_enter():
        pytest.skip("only root may enter a network")
    monkeypatch.setattr(serving_docker, "can_enter", lambda: entered)
    client, _ = connect()
    image = docker_bench.engine.image(client, docker_bench.job("success"), None)
    model = docker_bench.folder / "model"
    model.mkdir()
    (model / "mode.txt").write_text("scalar")
    label = f"test-{os.getpid()}-{entered}"
    job = ServingJob(
        model, docker_bench.folder, image=image, resources=QUICK, start_timeout=15, labels={"probe": label}
    )
    with listening() as port, serve_docker(job, os.environ) as server:
        assert len(predict(server.base_url, [{"x": 1}, {"x": 2}], ["x"], batch_size=1, timeout=10)) == 2
        (container,) = client.containers.list(filters={"label": f"probe={label}"})
        networks = container.attrs["NetworkSettings"]["Networks"].values()
        gateways = [each["Gateway"] for each in networks if each["Gateway"]]
        if not gateways:  # an internal network names none; the machine's end is its first address
            found = [each["IPAddress"].rsplit(".", 1)[0] + ".1" for each in networks if each["IPAddress"]]
            gateways = [*found, "172.17.0.1"]
        seen = str(container.exec_run(["python3", "-c", PROBE, str(port), *gateways]).output)
    client.close()
    assert ("of-the-machine" in seen) is server.reaches_host is not entered, seen


@pytest.mark.docker
def test_another_process_s_network_is_not_entered() -> None:
    if not can_enter():
        pytest.skip("only root may enter a network")
    with (
        pytest.raises(ContainerError, match="is not told apart from this machine's"),
        reached("f" * 64, os.getpid(), 1),
    ):
        pass


@pytest.mark.parametrize("user", [1001])
def test_who_is_not_root_does_not_enter(monkeypatch: pytest.MonkeyPatch, user: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert not can_enter()


def test_one_that_has_ended_does_not_answer() -> None:
    with (
        reached("f" * 64, 0, 8080) as port,
        socket.create_connection(("127.0.0.1", port), timeout=5) as found,
    ):
        assert found.recv(1) == b""
