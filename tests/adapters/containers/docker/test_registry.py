"""Login, push and pull by digest against a real registry with a password."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import uuid
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.docker.pulling import pull
from mlops_actions.adapters.containers.docker.registry import Registry
from mlops_actions.errors import ConfigError, ContainerError
from tests.adapters.containers.docker.registry_server import (
    PASSWORD,
    USER,
    registry_program,
    registry_server,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

    from tests.adapters.containers.docker.registry_server import RegistryServer

docker = pytest.mark.docker
WRONG = "needle-wrong-password"


@pytest.fixture(scope="session")
def server(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    assert engine is None
    program = registry_program()
    if program is None:
        reason = "no docker-registry; `scripts/container-engine.sh up` fetches it on Debian"
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with registry_server(tmp_path_factory.mktemp("registry"), program) as running:
        yield running


@pytest.fixture
def client(engine: None) -> Iterator[DockerClient]:
    assert engine is None
    made, _ = connect()
    yield made
    made.close()


@pytest.fixture
def image(client: DockerClient, server: RegistryServer) -> Iterator[str]:
    """A small image of its own, of no layer that the engine holds otherwise; and nothing of it stays."""
    from docker.utils.build import mkbuildcontext

    text = f"FROM scratch\nLABEL mlops.test={uuid.uuid4().hex}\nCOPY Dockerfile /x\n"
    context = mkbuildcontext(io.BytesIO(text.encode()))
    made, _ = client.images.build(fileobj=context, custom_context=True, rm=True)
    yield str(made.id)
    for each in client.api.images(all=True):
        names = [*(each["RepoTags"] or ()), *(each["RepoDigests"] or ())]
        if each["Id"] == made.id or any(name.startswith(server.host) for name in names):
            client.images.remove(each["Id"], force=True)


def forget(client: DockerClient, image: str) -> None:
    client.images.remove(image, force=True)
    assert image not in {each["Id"] for each in client.api.images(all=True)}


@docker
def test_what_is_pushed_is_pulled_by_its_digest(
    client: DockerClient, server: RegistryServer, image: str
) -> None:
    registry = Registry(f"{server.host}/team/churn", USER, PASSWORD)
    lines: list[str] = []
    registry.log_in(client)
    reference = registry.push(client, image, "a" * 40, lines.append)
    assert re.fullmatch(rf"{re.escape(server.host)}/team/churn@sha256:[0-9a-f]{{64}}", reference)
    revisions = server.storage / "docker/registry/v2/repositories/team/churn/_manifests/revisions/sha256"
    assert [each.name for each in revisions.iterdir()] == [reference.partition("sha256:")[2]]
    forget(client, image)
    assert pull(client, reference, registry, lines.append) == image
    assert lines == [
        f"push {server.host}/team/churn:{'a' * 40}",
        f"pull {server.host}/team/churn",
    ]
    assert PASSWORD not in "".join(lines) + repr(registry)


@docker
def test_a_wrong_password_is_said_and_not_shown(
    client: DockerClient, server: RegistryServer, image: str
) -> None:
    registry = Registry(f"{server.host}/team/churn", USER, WRONG)
    with pytest.raises(ContainerError, match=f"registry {server.host}: no login as {USER}: ") as first:
        registry.log_in(client)
    with pytest.raises(ContainerError, match="cannot be pushed to") as second:
        registry.push(client, image, "x")
    missing = f"{server.host}/team/churn@sha256:{'0' * 64}"
    with pytest.raises(ContainerError, match="cannot be pulled: ") as third:
        pull(client, missing, registry)
    for caught in (first, second, third):
        assert re.search("401|unauthorized|no basic auth|denied", str(caught.value))
        assert WRONG not in str(caught.value)
        assert caught.value.__cause__ is None


@docker
def test_nobody_gets_nothing(client: DockerClient, server: RegistryServer, image: str) -> None:
    with pytest.raises(ContainerError, match=r"no basic auth|unauthorized"):
        Registry(f"{server.host}/team/churn").push(client, image, "x")


@docker
def test_an_unknown_digest_is_said(client: DockerClient, server: RegistryServer) -> None:
    registry = Registry(f"{server.host}/team/none", USER, PASSWORD)
    with pytest.raises(ContainerError, match=r"none@sha256:0+: .* cannot be pulled: .*(unknown|not found)"):
        pull(client, f"{server.host}/team/none@sha256:{'0' * 64}", registry)


@docker
def test_a_registry_that_is_down_is_said(client: DockerClient, image: str) -> None:
    registry = Registry("127.0.0.1:9/team/churn", USER, PASSWORD)
    with pytest.raises(ContainerError, match=r"registry 127\.0\.0\.1:9: no login .*refused"):
        registry.log_in(client)
    with pytest.raises(ContainerError, match=r"cannot be pushed .*refused"):
        registry.push(client, image, "x")
    client.images.remove("127.0.0.1:9/team/churn:x")


@docker
def test_docker_s_own_store_is_asked_without_a_user_name(
    server: RegistryServer, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {server.host: {"auth": word}}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client, _ = connect()
    reference = Registry(f"{server.host}/team/stored").push(client, image, "x")
    assert reference.startswith(f"{server.host}/team/stored@sha256:")
    client.close()


def test_credentials_are_for_their_own_repository_alone() -> None:
    registry = Registry("ghcr.io/org/churn", "me", "secret")
    own = {"username": "me", "password": "secret", "serveraddress": "ghcr.io"}
    assert registry.auth_of("ghcr.io/org/churn") == own
    assert registry.auth_of("ghcr.io/org/churn:tag") == own
    assert registry.auth_of("ghcr.io/org/churn@sha256:00") == own
    for other in ("ghcr.io/org/churn-evil", "ghcr.io/org/other", "evil.io/org/churn", "ghcr.io/org/churn/x"):
        assert registry.auth_of(other) is None


def test_variables_that_are_not_there_are_named() -> None:
    with pytest.raises(ConfigError, match=r"username \(U\) and train\.registry\.password \(P\): no such"):
        Registry.of("ghcr.io/org/churn", "U", "P", {"P": ""})
    assert Registry.of("ghcr.io/org/churn", "U", "P", {"U": "a", "P": "b"}).password == "b"
    assert Registry.of("ghcr.io/org/churn", None, None, {}).username == ""
