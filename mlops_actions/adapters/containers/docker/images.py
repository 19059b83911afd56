"""The image of a job, built from the repository without what the job leaves out."""

from __future__ import annotations

import os
import re
import stat
import tarfile
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.buildkit import (
    BuildRequest,
    build_with_buildkit,
    buildkit_client,
    secret_values,
)
from mlops_actions.adapters.containers.docker.engine import LABEL
from mlops_actions.adapters.containers.docker.ignore_file import read_ignored
from mlops_actions.adapters.containers.dockerfile import needs_buildkit
from mlops_actions.adapters.containers.exclusion import Exclusion, inside, visible
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from docker import DockerClient

    from mlops_actions.adapters.containers.docker.build_log import BuildLog
    from mlops_actions.adapters.containers.job import BuildSpec

BEFORE = "-before"
_IN_MEMORY = 16 * 2**20
_ARG = re.compile(r"^\s*ARG\s+BASE_IMAGE\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class BuildOptions:
    """What the caller adds to a build: a base that stands in for ARG BASE_IMAGE, network, seconds.

    `environ` holds the values of secrets and finds the docker command line.
    """

    base_image: str | None = None
    network: str | None = None
    timeout_seconds: float = 1800.0
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)


def build(
    client: DockerClient,
    source: Path,
    spec: BuildSpec,
    exclusion: Exclusion,
    options: BuildOptions,
    log: BuildLog,
) -> str:
    """Build; returns the image id. ConfigError: no Dockerfile. ContainerError: last lines of the build.

    The engine's classic build is used unless the Dockerfile or its secrets need BuildKit. The image that had
    the tag of `spec` before stays under <tag>-before, so that building it again finds its layers and gives
    the same id; the one that was there is removed when nothing else names or runs it.
    """
    text = _dockerfile(source, spec)
    arguments = dict(spec.build_args)
    if options.base_image and _ARG.search(text):
        arguments["BASE_IMAGE"] = options.base_image
    program = _buildkit(spec, text, options)
    before = _tagged(client, spec.tag)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as archive:
        write_context(source, spec, exclusion, archive)
        archive.seek(0)
        if program is not None:
            request = BuildRequest(
                spec.dockerfile,
                arguments,
                {LABEL: "image"},
                secret_values(spec.secrets, options.environ),
                spec.tag,
                options.network,
                options.timeout_seconds,
            )
            image = build_with_buildkit(program, archive, request, options.environ, log)
        else:
            image = _build_classic(client, archive, spec, arguments, options, log)
    _keep_before(client, spec.tag, before, image)
    return image


def _build_classic(
    client: DockerClient,
    archive: IO[bytes],
    spec: BuildSpec,
    arguments: Mapping[str, str],
    options: BuildOptions,
    log: BuildLog,
) -> str:
    stream = client.api.build(
        fileobj=archive,
        custom_context=True,
        dockerfile=spec.dockerfile,
        buildargs=dict(arguments),
        tag=spec.tag or None,
        labels={LABEL: "image"},
        network_mode=options.network,
        rm=True,
        forcerm=True,
        decode=True,
        timeout=int(options.timeout_seconds),
    )
    return _follow(stream, options.timeout_seconds, log)


def _buildkit(spec: BuildSpec, text: str, options: BuildOptions) -> str | None:
    """The docker command line when the build needs BuildKit; ContainerError when it is not there."""
    found = needs_buildkit(text)
    if found is None and not spec.secrets:
        return None
    program = buildkit_client(options.environ)
    if program is None:
        what = f"{spec.dockerfile}:{found[0]}: {found[1]}" if found is not None else "train.container.secrets"
        raise ContainerError(
            f"{what} needs BuildKit, and no docker command line that offers it is on PATH",
            hint="Install docker with its plug-in buildx, or write the step without it.",
        )
    return program


def _tagged(client: DockerClient, tag: str) -> str:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    with suppress(DockerException):
        return str(client.images.get(tag).id) if tag else ""
    return ""


def _keep_before(client: DockerClient, tag: str, old: str, new: str) -> None:
    """Name the image that had the tag, and let go of the one that had that name; no image of others."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    if not old or old == new:
        return
    named = ":" in tag.rsplit("/", 1)[-1]
    repository, _, name = tag.rpartition(":") if named else (tag, "", "latest")
    earlier = _tagged(client, f"{repository}:{name}{BEFORE}")
    with suppress(DockerException):
        image = client.images.get(old)
        if image.labels.get(LABEL) == "image":
            image.tag(repository, f"{name}{BEFORE}")
    _remove_superseded(client, earlier, old)


def _remove_superseded(client: DockerClient, old: str, new: str) -> None:
    """Without force: the engine refuses when a container still uses it. Named anew: it stays."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional

    if not old or old == new:
        return
    with suppress(DockerException):
        image = client.images.get(old)
        if image.labels.get(LABEL) == "image" and not image.tags:
            client.images.remove(old)


def write_context(source: Path, spec: BuildSpec, exclusion: Exclusion, archive: IO[bytes]) -> None:
    """A deterministic tar of the context: .dockerignore obeyed, excluded and withheld files never in it."""
    context = inside(source, spec.context, "train.container.build")
    prefix = context.relative_to(source.resolve()).as_posix()
    ignored = read_ignored(context, spec.dockerfile)
    shown = _below(prefix, exclusion)
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for relative, status in visible(context, shown):
            if not ignored.leaves_out(relative):
                _add(tar, context / relative, relative, status.st_mode)


def _below(prefix: str, exclusion: Exclusion) -> Exclusion:
    """The same exclusion for paths relative to a folder of the repository."""
    if prefix == ".":
        return exclusion
    return _Prefixed(exclusion.patterns, exclusion.contents, prefix)


@dataclass(frozen=True)
class _Prefixed(Exclusion):
    prefix: str = ""

    def matches(self, relative: str) -> bool:
        return super().matches(f"{self.prefix}/{relative}")


def _add(tar: tarfile.TarFile, path: Path, relative: str, mode: int) -> None:
    entry = tarfile.TarInfo(relative)
    entry.mode = 0o755 if stat.S_ISDIR(mode) or mode & stat.S_IXUSR else 0o644
    if stat.S_ISDIR(mode):
        entry.type = tarfile.DIRTYPE
        tar.addfile(entry)
    elif stat.S_ISLNK(mode):
        entry.type, entry.linkname = tarfile.SYMTYPE, str(path.readlink())
        tar.addfile(entry)
    else:
        entry.size = path.stat().st_size
        with path.open("rb") as content:
            tar.addfile(entry, content)


def _dockerfile(source: Path, spec: BuildSpec) -> str:
    path = inside(source, f"{spec.context}/{spec.dockerfile}", "train.container.dockerfile")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"train.container: {spec.context}/{spec.dockerfile} cannot be read: {error}",
            hint="Name the Dockerfile with train.container.dockerfile, relative to build.",
        ) from error
    return text


def _follow(stream: Iterator[Mapping[str, Any]], seconds: float, log: BuildLog) -> str:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    deadline = time.monotonic() + seconds
    image = ""
    try:
        for event in stream:
            log.take(event)
            image = (event.get("aux") or {}).get("ID", image)
            if "error" in event:
                message = plain_line(str(event["error"]).replace("\n", " "))
                raise ContainerError(f"the image does not build: {message}", hint=log.hint, log_tail=log.tail)
            if time.monotonic() > deadline:
                raise ContainerError(f"the image build took more than {seconds:g} s", log_tail=log.tail)
    except (DockerException, RequestException) as error:
        raise ContainerError(f"the image does not build: {error}", log_tail=log.tail) from error
    if not image:
        raise ContainerError("the engine ended the build without an image", log_tail=log.tail)
    log.end()
    return image
