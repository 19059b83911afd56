"""An image that is named by digest or id: had from the engine, else pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.pull_progress import PullProgress
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from docker import DockerClient

    from mlops_actions.adapters.containers.docker.registry import Registry

_HINT = "Check the name and the digest, and that this machine may read the registry."


def pull(
    client: DockerClient,
    image: str,
    registry: Registry | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Have an image by digest or id; returns its id. ContainerError when it cannot be had.

    The registry's credentials are used for its own repository and for nothing else.
    """
    from docker.errors import DockerException, ImageNotFound  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    try:
        try:
            return str(client.images.get(image).id)
        except ImageNotFound:
            _pull(client, image, registry, on_line)
            return str(client.images.get(image).id)
    except (DockerException, RequestException) as error:
        raise ContainerError(
            f"image {image}: not on this machine and cannot be pulled: {_words(error, registry)}", hint=_HINT
        ) from None


def obtainable(client: DockerClient, image: str) -> bool:
    """Whether an image is on this machine or its registry answers for it; nothing is pulled."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    for look in (client.images.get, client.images.get_registry_data):
        try:
            look(image)
        except DockerException:
            continue
        return True
    return False


def _pull(
    client: DockerClient,
    image: str,
    registry: Registry | None,
    on_line: Callable[[str], None] | None,
) -> None:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    name, _, digest = image.partition("@")
    auth = registry.auth_of(name) if registry is not None else None
    if on_line is not None:
        on_line(f"pull {name}")
    progress = PullProgress()
    for event in client.api.pull(name, tag=digest or None, stream=True, decode=True, auth_config=auth):
        if "error" in event:
            raise DockerException(str(event["error"]))
        line = progress.take(event)
        if on_line is not None and line is not None:
            on_line(line)


def _words(error: Exception, registry: Registry | None) -> str:
    text = plain_line(str(getattr(error, "explanation", None) or error).replace("\n", " "))
    return registry.without_secrets(text) if registry is not None else text
