"""`train.steps`: several containers, one pipeline; each step writes folders that later steps read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from mlops_actions.config.base import ConfigModel, Name, RelativePath
from mlops_actions.config.container import ContainerConfig, Hardening, Resources
from mlops_actions.config.units import Bytes, Seconds

MOST = 20  # steps, and inputs or outputs of one
LONGEST = 40  # characters of an id: with what a cluster adds it stays a legal name there
TRAIN = "train"  # the channel of data.train
_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_FOLDER = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"


def _id(value: str) -> str:
    """An id is part of a container's name, on every engine."""
    if len(value) > LONGEST or not re.fullmatch(_ID, value):
        message = f"{value!r}: a step's id is lower-case letters, digits and single '-', at most {LONGEST}"
        raise ValueError(message)
    return value


def _folder(value: str) -> str:
    """An output is one folder and one environment variable."""
    if len(value) > LONGEST or not re.fullmatch(_FOLDER, value):
        message = (
            f"{value!r}: the name of a folder that a step writes is lower-case letters, digits and single "
            f"'-' or '_', at most {LONGEST}"
        )
        raise ValueError(message)
    return value


def _text(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": LONGEST, "pattern": pattern})


StepId = Annotated[str, AfterValidator(_id), _text(_ID)]
Output = Annotated[str, AfterValidator(_folder), _text(_FOLDER)]


class StepProcess(ConfigModel):
    """How a step starts without an engine; what it leaves out is the step's command and the shared lock."""

    command: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    requirements: RelativePath | None = None


class StepResources(ConfigModel):
    """Limits of one step, below `train.resources`; what is left out is the ceiling itself."""

    cpus: Annotated[float, Field(gt=0)] | None = None
    memory: Bytes | None = None
    timeout: Seconds | None = None
    disk: Bytes | None = None
    pids: Annotated[int, Field(gt=0)] | None = None


class StepConfig(ConfigModel):
    """One container of the pipeline. The last step of the list writes the model.

    `inputs` are names of outputs of other steps, of `train.channels`, or `train`; a step sees nothing else.
    """

    id: StepId
    command: Annotated[tuple[Name, ...], Field(min_length=1)]
    inputs: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()
    outputs: Annotated[tuple[Output, ...], Field(max_length=MOST)] = ()
    container: ContainerConfig | None = None
    process: StepProcess | None = None
    resources: StepResources = StepResources()
    hardening: Hardening | None = None

    def limits(self, ceiling: Resources) -> Resources:
        """Its own limits, never above the ceiling."""
        own = self.resources
        return Resources(
            cpus=min(own.cpus or ceiling.cpus, ceiling.cpus),
            memory=min(own.memory or ceiling.memory, ceiling.memory),
            timeout=min(own.timeout or ceiling.timeout, ceiling.timeout),
            disk=min(own.disk or ceiling.disk, ceiling.disk),
            pids=min(own.pids or ceiling.pids, ceiling.pids),
        )
