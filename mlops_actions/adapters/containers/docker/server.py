"""A model server in a container: same hardening as training, no data mount, no network where it can be so."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.engine import (
    LABEL,
    OWNER_LABEL,
    EngineInfo,
    connect,
    owner,
    remove_leftovers,
)
from mlops_actions.adapters.containers.docker.inner_network import can_enter, reached
from mlops_actions.adapters.containers.docker.options import container_options, covered_volumes, opt_outs
from mlops_actions.adapters.containers.docker.pulling import pull
from mlops_actions.adapters.containers.docker.volumes import volumes
from mlops_actions.adapters.containers.docker.watch import FULL_HINT, FULL_VOLUME, is_full, remove_container
from mlops_actions.adapters.containers.environment import SERVING_PORT, ContractPaths, serving_environment
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.outcome import exit_words
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from docker import DockerClient
    from docker.models.containers import Container
    from docker.models.networks import Network

    from mlops_actions.adapters.containers.job import ServingJob


@contextmanager
def serve_docker(
    job: ServingJob,
    environ: Mapping[str, str],
    on_log: Callable[[str], None] | None = None,
) -> Iterator[Server]:
    """The server of a model, ready; container and network are always removed on leaving.

    ServingError: it ended early or was not ready in time. ContainerError: the engine cannot start it.
    """
    del environ  # nothing of ours goes in; the parameter keeps both ways of serving alike
    if job.image is None:
        raise ConfigError("serving in a container needs the image the model was trained in")
    client, engine = connect()
    try:
        if not engine.host:
            raise ContainerError(
                "a model server cannot be reached through an engine at ssh://",
                hint="Set DOCKER_HOST to tcp:// (with DOCKER_TLS_VERIFY), or train where the engine is.",
            )
        remove_leftovers(client)
        image = pull(client, job.image)
        with (
            _network(client, engine) as network,
            _model(client, engine, job, image) as mount,
            _container(client, engine, job, image, network, mount) as container,
            _address(client, container, network, engine) as address,
        ):
            server = Server(
                address,
                LogCapture(on_log),
                contained=True,
                reaches_host=network is not None,
                opt_outs=opt_outs(job.hardening, engine),
            )
            reader = threading.Thread(target=_read, args=(container, server.capture), daemon=True)
            reader.start()
            wait_until_ready(server, lambda: _ended(client, container, reader), job.start_timeout)
            yield server
    finally:
        client.close()


@contextmanager
def _model(client: DockerClient, engine: EngineInfo, job: ServingJob, image: str) -> Iterator[Any]:
    """The model's folder, read-only: mounted, or sent to an engine elsewhere."""
    from docker.types import Mount  # noqa: PLC0415 - heavy, optional

    target = ContractPaths().under("model")
    if engine.local:
        yield Mount(target, str(job.model_dir.resolve()), type="bind", read_only=True)
        return
    labels = {**job.labels, LABEL: "job", OWNER_LABEL: owner()}
    with volumes(client, image, ("model",), labels) as made:
        found = [path for path in sorted(job.model_dir.rglob("*")) if not path.is_symlink()]
        names = {path: f"model/{path.relative_to(job.model_dir).as_posix()}" for path in found}
        made.fill([("model", None, 0), *((name, _file(path), 0) for path, name in names.items())])
        yield made.mount("model", target)


def _file(path: Path) -> Path | None:
    return None if path.is_dir() else path


@contextmanager
def _network(client: DockerClient, engine: EngineInfo) -> Iterator[Network | None]:
    """None where we may enter the container; else a network of its own, whose other end is this machine.

    It is internal where container addresses can be reached, else without masquerading: a published loopback
    port works then, and packets to elsewhere find no way back. The ports of this machine can be reached.
    """
    if engine.reaches_containers and can_enter():
        yield None
        return
    with _bridge(client, engine) as made:
        yield made


@contextmanager
def _bridge(client: DockerClient, engine: EngineInfo) -> Iterator[Network]:
    from docker.errors import NotFound  # noqa: PLC0415 - heavy, optional

    options = {} if engine.reaches_containers else {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    name = f"mlops-{uuid.uuid4().hex[:12]}"
    try:
        yield client.networks.create(
            name,
            driver="bridge",
            internal=engine.reaches_containers,
            options=options,
            labels={LABEL: "job", OWNER_LABEL: owner()},
        )
    finally:
        with suppress(NotFound):
            client.api.remove_network(name)


@contextmanager
def _container(
    client: DockerClient,
    engine: EngineInfo,
    job: ServingJob,
    image: str,
    network: Network | None,
    mount: Any,
) -> Iterator[Container]:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    paths = ContractPaths()
    options: dict[str, Any] = container_options(job.resources, job.hardening, engine, job.labels)
    if network is None:
        options |= {"network_mode": "none", "hostname": "localhost"}  # its own name has an address, too
    else:
        options["network"] = network.name
    if not engine.reaches_containers:
        options["ports"] = {f"{SERVING_PORT}/tcp": (engine.host, None)}
    name = f"mlops-{uuid.uuid4().hex[:12]}"
    model = paths.under("model")
    config = client.images.get(image).attrs["Config"]
    try:
        try:
            container = client.containers.create(
                image,
                list(job.command),
                environment=serving_environment(paths, job.resources, seed=job.seed, classes=job.classes),
                mounts=[
                    mount,
                    *covered_volumes(config, [model], job.resources, options["labels"]),
                ],
                name=name,
                **options,
            )
            container.start()
        except DockerException as error:
            if is_full(error):
                raise ContainerError(FULL_VOLUME, hint=FULL_HINT) from error
            raise ContainerError(f"the model server's container does not start: {error}") from error
        yield container
    finally:
        remove_container(client, name)


@contextmanager
def _address(
    client: DockerClient, container: Container, network: Network | None, engine: EngineInfo
) -> Iterator[str]:
    """Where it is reached; of one that has ended already somewhere that does not answer."""
    told = client.api.inspect_container(str(container.id))
    settings = told["NetworkSettings"]
    if network is None:
        with reached(str(container.id), int(told["State"].get("Pid") or 0), SERVING_PORT) as port:
            yield f"http://127.0.0.1:{port}"
        return
    if engine.reaches_containers:
        host, port = settings["Networks"][network.name]["IPAddress"], SERVING_PORT
    else:
        published = (settings["Ports"].get(f"{SERVING_PORT}/tcp") or [{}])[0]
        host, port = engine.host if published else "", published.get("HostPort", SERVING_PORT)
    yield f"http://{host or 'localhost'}:{port}"


def _read(container: Container, capture: LogCapture) -> None:
    for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=True):
        capture.feed(chunk)
    capture.finish()


def _ended(client: DockerClient, container: Container, reader: threading.Thread) -> str | None:
    state = client.api.inspect_container(str(container.id))["State"]
    if state["Status"] in {"created", "running", "restarting"}:
        return None
    reader.join(timeout=2)  # so that the last lines are there
    return "out of memory" if state.get("OOMKilled") else exit_words(int(state["ExitCode"]))
