"""What code runs in, and within which limits: of a training, of each of its steps, and of a server."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Name, RelativePath
from mlops_actions.config.units import Bytes, Seconds


class ContainerConfig(ConfigModel):
    """Build from the repository, or run an image by digest."""

    build: RelativePath | None = None
    dockerfile: RelativePath = "Dockerfile"
    build_args: dict[str, str] = Field(default_factory=dict)
    image: str | None = None

    @model_validator(mode="after")
    def _one(self) -> ContainerConfig:
        if (self.build is None) == (self.image is None):
            message = "exactly one of build and image is required"
            raise ValueError(message)
        if self.image is not None and "@sha256:" not in self.image:
            message = f"image {self.image!r}: pin it by digest, as name@sha256:<64 hex digits>"
            raise ValueError(message)
        return self


class ProcessConfig(ConfigModel):
    """How the same entry points start without an engine: a locked environment and two commands."""

    command: tuple[Name, ...] = ("python", "train.py")
    serve: tuple[Name, ...] = ("python", "serve.py")
    requirements: RelativePath = "requirements.txt"


class Resources(ConfigModel):
    """Ceilings of one training or serving run."""

    cpus: Annotated[float, Field(gt=0)] = 1.0
    memory: Bytes = 2 * 2**30
    timeout: Seconds = 1200.0
    disk: Bytes = 2**30
    pids: Annotated[int, Field(gt=0)] = 256


class Hardening(ConfigModel):
    """Each opt-out is explicit, base-owned and shown in the report."""

    network: bool = False
    writable_root: bool = False
    root_user: bool = False
    keep_capabilities: bool = False
