"""The packages inside an image: its files are streamed from a container that is made and never started."""

from __future__ import annotations

import io
import tarfile
import time
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from mlops_actions.adapters.containers.docker.engine import LABEL, OWNER_LABEL, connect, owner
from mlops_actions.adapters.containers.docker.watch import remove_container
from mlops_actions.adapters.containers.inventory import Gathered
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

    from mlops_actions.results.packages import Inventory

MAX_FILES = 2_000_000
MAX_SECONDS = 180.0
_CHUNK = 2**20


def image_inventory(image: str) -> Inventory:
    """Every package of an image by id. ContainerError: it cannot be read, or within no sensible bounds."""
    client, _ = connect()
    name = f"mlops-{uuid.uuid4().hex[:12]}"
    try:
        try:
            return _exported(client, image, name)
        finally:
            remove_container(client, name)
    finally:
        client.close()


def _exported(client: DockerClient, image: str, name: str) -> Inventory:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    try:
        container = client.containers.create(
            image,
            ["never-started"],
            name=name,
            network_mode="none",
            labels={LABEL: "job", OWNER_LABEL: owner()},
        )
        with closing(_Stream(cast("Iterator[bytes]", container.export(chunk_size=_CHUNK)))) as stream:
            return read_archive(stream, image)
    except (DockerException, RequestException, tarfile.TarError, OSError) as error:
        raise ContainerError(f"the packages of image {image[:19]} cannot be read: {error}") from error


def read_archive(stream: io.RawIOBase | io.BytesIO, of: str, seconds: float = MAX_SECONDS) -> Inventory:
    """From a tar of a file system. Nothing is written anywhere: names in it lead nowhere.

    ContainerError: too many files, too large a database, or it takes too long.
    """
    gathered, deadline = Gathered(), time.monotonic() + seconds
    with tarfile.open(fileobj=stream, mode="r|", bufsize=_CHUNK) as archive:
        headers: list[Any] = vars(archive)["members"]
        for count, entry in enumerate(archive):
            headers.clear()  # else it keeps every one in memory
            if count > MAX_FILES or time.monotonic() > deadline:
                raise ContainerError(f"the image has too many files to list ({count:,} in {seconds:g} s)")
            name = entry.name.removeprefix("./").lstrip("/")
            if entry.isreg() and gathered.wants(name) and (content := archive.extractfile(entry)) is not None:
                gathered.take(name, content)
    return gathered.inventory(of)


class _Stream(io.RawIOBase):
    """What tarfile reads from, out of the engine's chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, wanted = [self._rest], size - len(self._rest)
        while size < 0 or wanted > 0:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            parts.append(chunk)
            wanted -= len(chunk)
        data = b"".join(parts)
        end = len(data) if size < 0 else size
        self._rest = data[end:]
        return data[:end]
