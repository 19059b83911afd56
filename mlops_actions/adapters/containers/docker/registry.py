"""The registry of a project: who we are there, and the push of an image, whose digest is what counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docker import DockerClient

HIDDEN = "***"


@dataclass(frozen=True)
class Registry:
    """`repository` is host/path without tag. Without a user name docker's own credential store is asked."""

    repository: str
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(
        cls, repository: str, username: str | None, password: str | None, environ: Mapping[str, str]
    ) -> Registry:
        """From the names of two environment variables. ConfigError names the one that is not there."""
        if username is None or password is None:
            return cls(repository)
        missing = [
            f"train.registry.{key} ({name})"
            for key, name in (("username", username), ("password", password))
            if not environ.get(name)
        ]
        if missing:
            raise ConfigError(
                f"{' and '.join(missing)}: no such environment variable, or an empty one",
                hint="Pass it to this step with env:, or take both keys out to use what docker login stored.",
            )
        return cls(repository, environ[username], environ[password])

    @property
    def host(self) -> str:
        """The registry itself."""
        return _host(self.repository)

    def auth_of(self, name: str) -> dict[str, str] | None:
        """What the engine is told for an image; None (the credential store decides) for any other one."""
        own = name.partition("@")[0] == self.repository or name.startswith(f"{self.repository}:")
        if not own or not self.username:
            return None
        return {"username": self.username, "password": self.password, "serveraddress": self.host}

    def without_secrets(self, text: str) -> str:
        """A text without the password."""
        return text.replace(self.password, HIDDEN) if self.password else text

    def log_in(self, client: DockerClient) -> None:
        """Ask the registry whether it knows us: before a training, not after it. ContainerError."""
        if not self.username:
            return
        from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
        from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

        try:
            client.api.login(self.username, self.password, registry=self.host, reauth=True)
        except (DockerException, RequestException) as error:
            raise self._error(f"registry {self.host}: no login as {self.username}", error) from None

    def push(
        self, client: DockerClient, image: str, tag: str, on_line: Callable[[str], None] | None = None
    ) -> str:
        """Push an image by id under a tag; returns `repository@sha256:...`. ContainerError."""
        from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
        from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

        what = f"image {image[:19]} cannot be pushed to {self.repository}:{tag}"
        if on_line is not None:
            on_line(f"push {self.repository}:{tag}")
        try:
            client.images.get(image).tag(self.repository, tag)
            digest = self._push(client, tag)
        except (DockerException, RequestException) as error:
            raise self._error(what, error) from None
        if not digest:
            raise ContainerError(f"{what}: the engine named no digest", hint="Push it again.")
        return f"{self.repository}@{digest}"

    def _push(self, client: DockerClient, tag: str) -> str:
        from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

        digest = ""
        auth = self.auth_of(self.repository)
        events = client.api.push(self.repository, tag=tag, stream=True, decode=True, auth_config=auth)
        for event in events:
            if "error" in event:
                raise DockerException(str(event["error"]))
            digest = str((event.get("aux") or {}).get("Digest") or digest)
        return digest

    def _error(self, what: str, error: Any) -> ContainerError:
        text = plain_line(str(getattr(error, "explanation", None) or error).replace("\n", " "))
        return ContainerError(
            f"{what}: {self.without_secrets(text)}",
            hint="Check that the registry answers, and that user name and password are its own.",
        )


def _host(repository: str) -> str:
    return repository.partition("/")[0]
