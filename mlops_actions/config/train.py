"""The `train:`, `predictions:` and `serving:` parts."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from mlops_actions.config.base import ConfigModel, Name, RelativePath

_SIZE = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB|Ki|Mi|Gi|Ti)?\s*$")
_FACTORS = {
    "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40,
}  # fmt: skip
_TIME = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d)?\s*$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_size(value: object) -> object:
    """'2GiB' -> bytes (IEC binary and SI decimal units); numbers are bytes."""
    if isinstance(value, str):
        match = _SIZE.match(value)
        if not match:
            message = f"size {value!r}: a number and a unit, as 512MiB or 2GiB"
            raise ValueError(message)
        return int(float(match[1]) * _FACTORS[match[2] or "B"])
    return value


def parse_duration(value: object) -> object:
    """'20m' -> seconds; numbers are seconds."""
    if isinstance(value, str):
        match = _TIME.match(value)
        if not match:
            message = f"duration {value!r}: a number and a unit, as 30s, 20m or 1h"
            raise ValueError(message)
        return float(match[1]) * _SECONDS[match[2] or "s"]
    return value


def _either(pattern: str, example: str) -> WithJsonSchema:
    """What an editor allows: a number, or a text with a unit."""
    text = {"type": "string", "pattern": pattern, "examples": [example]}
    return WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, text]})


Bytes = Annotated[int, BeforeValidator(parse_size), Field(gt=0), _either(_SIZE.pattern, "2GiB")]
Seconds = Annotated[float, BeforeValidator(parse_duration), Field(gt=0), _either(_TIME.pattern, "20m")]
Scalar = str | bool | int | float


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


class TrainConfig(ConfigModel):
    """How a model is made."""

    container: ContainerConfig | None = None
    process: ProcessConfig | None = None
    command: tuple[Name, ...] = ("train",)
    executor: Literal["auto", "docker", "process", "kubernetes"] = "auto"
    allow_uncontained: bool = False
    channels: dict[str, RelativePath] = Field(default_factory=dict)
    hyperparameters: dict[str, Scalar] = Field(default_factory=dict)
    resources: Resources = Resources()
    hardening: Hardening = Hardening()
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    reproduce: Annotated[int, Field(ge=1, le=3)] = 3  # 2: again on the same rows; 3: and on fewer rows

    @model_validator(mode="after")
    def _something_to_run(self) -> TrainConfig:
        if self.container is None and self.process is None:
            message = "at least one of container and process is required"
            raise ValueError(message)
        return self


class PredictionsConfig(ConfigModel):
    """Results made elsewhere instead of `train:` (a GPU cluster made them)."""

    candidate: RelativePath
    baseline: RelativePath | None = None


class ServingConfig(ConfigModel):
    """What the model's API answers."""

    output: Literal["label", "probability", "both"] = "both"
    classes: tuple[Scalar, ...] = ()
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    batch_size: Annotated[int, Field(gt=0, le=100_000)] = 1000
    start_timeout: Seconds = 60.0
    request_timeout: Seconds = 60.0
