"""What is trusted with credentials: `train.container.secrets` and `train.registry`; base-owned."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from mlops_actions.config.base import ConfigModel, Spelling
from mlops_actions.config.container import ContainerConfig

MOST = 20  # secrets of one build
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")

_VARIABLE = Spelling(
    r"[A-Za-z_][A-Za-z0-9_]{0,99}",
    "the name of an environment variable is needed, as REGISTRY_PASSWORD: letters, digits and _; "
    "never the secret itself",
    private=True,
)
_SECRET_ID = Spelling(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
    "the id of a secret is letters, digits, '.', '_' and '-', as pip-token; at most 63 of them",
)
EnvironmentVariable = Annotated[str, _VARIABLE]
SecretId = Annotated[str, _SECRET_ID]


def _repository(value: str) -> str:
    """host/path of an image without tag or digest (the grammar of the distribution specification)."""
    host, _, path = value.partition("/")
    own_host = _HOST.fullmatch(host) is not None and (host == "localhost" or "." in host or ":" in host)
    if not own_host or not path or not all(_PART.fullmatch(part) for part in path.split("/")):
        message = f"{value!r}: a registry and a name in it without tag, as ghcr.io/org/churn"
        raise ValueError(message)
    return value


class TrainContainer(ContainerConfig):
    """The container of the training. Its secrets are the base commit's: a change cannot name a token."""

    secrets: Annotated[dict[SecretId, EnvironmentVariable], Field(max_length=MOST)] | None = None


class RegistryConfig(ConfigModel):
    """Where the image of a trusted training goes. Without username and password: docker's own store."""

    repository: Annotated[str, Field(max_length=255), AfterValidator(_repository)]
    username: EnvironmentVariable | None = None
    password: EnvironmentVariable | None = None
    push: bool = True

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.username is None) != (self.password is None):
            message = "username and password: both name an environment variable, or neither is there"
            raise ValueError(message)
        return self
