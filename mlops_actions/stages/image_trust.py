"""What a build and a registry are trusted with in this run, and which base images can move under a commit."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.base_images import base_images
from mlops_actions.adapters.containers.docker.registry import Registry
from mlops_actions.adapters.containers.exclusion import inside
from mlops_actions.errors import MlopsError
from mlops_actions.results.envelope import Trust
from mlops_actions.stages.data_at_hand import is_local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.containers.base_images import BaseImage
    from mlops_actions.config.container import ContainerConfig
    from mlops_actions.stages.context import RunContext

NO_SECRETS = (
    "train.container.secrets: not given to this build: the Dockerfile of a {event} could print them; "
    "runs of pushes, merge queues and schedules get them"
)
MOVING = {"floating", "unknown"}
NOT_PUSHED = "train.registry: the image was not pushed: only runs of pushes, merge queues and schedules push"


def build_secrets(context: RunContext) -> Mapping[str, str]:
    """Secret id -> environment variable, as the base commit says; none where the code is not trusted yet."""
    declared = _declared_secrets(context)
    return declared if _trusted(context) or is_local(context) else {}


def registry_of(context: RunContext, environ: Mapping[str, str]) -> Registry | None:
    """The base commit's registry.

    On a trusted run with its credentials, on one's own machine with those that are there, on a pull request's
    run as nobody. ConfigError: a trusted run lacks a credential.
    """
    given = context.config.train.registry if context.config.train is not None else None
    if given is None:
        return None
    have = all(environ.get(name or "") for name in (given.username, given.password))
    if _trusted(context) or (is_local(context) and have):
        return Registry.of(given.repository, given.username, given.password, environ)
    return Registry(given.repository)


def pushes(context: RunContext) -> bool:
    """Whether the image of this run's candidate goes to the registry."""
    train = context.config.train
    if train is None or train.registry is None or not train.containers:
        return False
    return train.registry.push and train.containers[-1].build is not None and _trusted(context)


def image_tag(context: RunContext) -> str:
    """The tag under which it goes there: the commit. What counts is the digest."""
    return context.source.sha or "untagged"


def image_notes(context: RunContext) -> tuple[str, ...]:
    """What was not given away, one sentence each."""
    registry = context.config.train.registry if context.config.train is not None else None
    event = (context.source.event or "run").replace("_", " ")
    notes = []
    if _declared_secrets(context) and not build_secrets(context):
        notes.append(NO_SECRETS.format(event=event))
    if registry is not None and registry.push and not _trusted(context):
        notes.append(NOT_PUSHED)
    return tuple(notes)


def image_warnings(context: RunContext) -> tuple[str, ...]:
    """Images of the candidate's Dockerfiles that are not pinned by digest, each with its file and line."""
    containers = context.config.train.containers if context.config.train is not None else ()
    return tuple(dict.fromkeys(said for each in containers for said in _warnings(context, each)))


def _warnings(context: RunContext, container: ContainerConfig) -> tuple[str, ...]:
    if container.build is None:
        return ()
    shown = (PurePosixPath(container.build) / container.dockerfile).as_posix()
    try:
        text = inside(context.root, shown, "train.container.dockerfile").read_text(encoding="utf-8")
    except (MlopsError, OSError, UnicodeDecodeError):
        return ()  # the build itself says what is wrong with it
    images = base_images(text, container.build_args)
    told = {f"{shown}:{each.line}: {_sentence(each)}": None for each in images if each.kind in MOVING}
    return tuple(told)


def _sentence(each: BaseImage) -> str:
    if each.kind == "unknown":
        why = f"ARG {each.argument} has no value" if each.argument else "its name cannot be read here"
        return f"{each.what} {each.written}: {why}, so whether it is pinned by digest cannot be told"
    through = f" (ARG {each.argument})" if each.argument else ""
    return (
        f"{each.what} {each.image}{through} is a tag that can move, so the same commit may train in another "
        f"image; pin it as {each.image}@sha256:..."
    )


def _declared_secrets(context: RunContext) -> Mapping[str, str]:
    container = context.config.train.container if context.config.train is not None else None
    return (container.secrets or {}) if container is not None else {}


def _trusted(context: RunContext) -> bool:
    return context.trust is Trust.TRUSTED and not context.pull_request_event
