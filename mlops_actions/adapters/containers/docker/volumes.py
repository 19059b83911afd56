"""Folders of a job in an engine elsewhere: volumes, filled and emptied by archives.

Nothing of this machine can be mounted there. A container of the job's image that is never started holds the
volumes, so that the engine's archive routes reach them.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.unpacked import packed, unpack
from mlops_actions.adapters.containers.docker.watch import remove_container
from mlops_actions.errors import ContainerError, TrustError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from docker import DockerClient

_PLACE = "/mlops"
_IN_MEMORY = 16 * 2**20
_CHUNK = 2**20
LOOK_SECONDS = 0.5
BLIND_SECONDS = 30.0


@dataclass(frozen=True)
class Volumes:
    """Volumes by their part (input, model, output), and the container that holds them."""

    client: DockerClient
    holder: str
    names: Mapping[str, str]

    def mount(self, part: str, target: str, *, read_only: bool = True) -> Any:
        """A mount of one of them; what the image has at the target is not copied into it."""
        from docker.types import Mount  # noqa: PLC0415 - heavy, optional

        return Mount(target, self.names[part], type="volume", read_only=read_only, no_copy=True)

    def fill(self, entries: Iterable[tuple[str, Path | None, int]]) -> None:
        """Put (part/name, file or None for a folder, owner) into them. ContainerError."""
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as archive, _engine("takes no archive"):
            packed(entries, archive)
            archive.seek(0)
            self.client.api.put_archive(self.holder, _PLACE, archive)

    def fetch(self, part: str, folder: Path, allowed: int) -> int:
        """Unpack one of them into an empty folder; bytes. TooLarge, TrustError, ContainerError."""
        api: Any = (
            self.client.api
        )  # its get_archive() cannot be given up halfway: the engine would wait for us
        url = api._url("/containers/{0}/archive", self.holder)  # noqa: SLF001
        with (
            _engine("gives no archive"),
            api._get(url, params={"path": f"{_PLACE}/{part}"}, stream=True) as answer,  # noqa: SLF001
        ):
            api._raise_for_status(answer)  # noqa: SLF001
            return unpack(answer.iter_content(_CHUNK), folder, allowed)


@contextmanager
def volumes(
    client: DockerClient, image: str, parts: Iterable[str], labels: Mapping[str, str]
) -> Iterator[Volumes]:
    """New volumes for one job; they and their holder are always removed on leaving. ContainerError."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from docker.types import Mount  # noqa: PLC0415 - heavy, optional

    token = uuid.uuid4().hex[:12]
    names = {part: f"mlops-{token}-{part}" for part in parts}
    try:
        with _engine("makes no volume"):
            for name in names.values():
                client.volumes.create(name, labels=dict(labels))
            mounts = [
                Mount(f"{_PLACE}/{part}", name, type="volume", no_copy=True) for part, name in names.items()
            ]
            client.containers.create(
                image,
                ["never-started"],
                name=f"mlops-{token}",
                mounts=mounts,
                network_mode="none",
                labels=dict(labels),
            )
        yield Volumes(client, f"mlops-{token}", names)
    finally:
        remove_container(client, f"mlops-{token}")
        for name in names.values():
            with suppress(DockerException):
                client.api.remove_volume(name, force=True)


class VolumeGuard:
    """Looks through the engine whether volumes hold more than allowed; asked often, it looks seldom.

    A look costs the engine a count of its files, so the pause is ten times as long as the last look took.
    """

    def __init__(
        self,
        client: DockerClient,
        names: tuple[str, ...],
        allowed: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._names = names
        self._allowed = allowed
        self._clock = clock
        self._held = 0
        self._next = self._seen = clock()

    def is_over(self) -> bool:
        """As of the last look. TrustError: the engine has not told for half a minute."""
        began = self._clock()
        if began >= self._next:
            held = _held(self._client, self._names)
            now = self._clock()
            self._next = now + max(LOOK_SECONDS, 10 * (now - began))
            if held is not None:
                self._held, self._seen = held, now
            elif now - self._seen > BLIND_SECONDS:
                raise TrustError("the engine does not tell how much the training has written")
        return self._held > self._allowed

    def ends_over(self) -> bool:
        """The same by a look of now, for a job that has ended."""
        self._next = self._clock()
        return self.is_over()


def _held(client: DockerClient, names: tuple[str, ...]) -> int | None:
    """Bytes in the volumes, None when the engine does not say (it counts for one client at a time)."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    api: Any = client.api  # its df() cannot ask for volumes alone, which spares newer engines the rest
    try:
        answer = api._result(api._get(api._url("/system/df"), params={"type": "volume"}), json=True)  # noqa: SLF001
    except (DockerException, RequestException):
        return None
    sizes = {
        each["Name"]: (each.get("UsageData") or {}).get("Size", -1) for each in answer.get("Volumes") or ()
    }
    found = [int(sizes.get(name, -1)) for name in names]
    return None if any(size < 0 for size in found) else sum(found)


@contextmanager
def _engine(what: str) -> Iterator[None]:
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    try:
        yield
    except (DockerException, RequestException) as error:
        raise ContainerError(f"the engine {what}: {error}") from error
