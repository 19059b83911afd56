"""Where symbolic links in a channel may lead: to its own files, and to what nobody keeps from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.log_text import shown_name
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob

HINT = "Commit the file itself: a channel holds what is below its own path."


class Links:
    """The links of one job's channels. Files are hashed only when a link is followed."""

    def __init__(self, job: TrainingJob) -> None:
        self._job = job
        self._declared = {**job.channels, **job.declared}
        self._others: dict[str, Exclusion] = {}

    def files(self, channel: str, given: Path) -> Iterator[tuple[str, Path]]:
        """Path below the channel, and the real file, of a file or of all files in a folder.

        Raises:
            TrustError: a link leads to a folder, to nothing, or to what is not the channel's (`real`).
        """
        if given.is_file():
            yield given.name, self.real(channel, given, given)
            return
        self.real(channel, given, given)
        for place in sorted(given.rglob("*")):
            if place.is_file():
                yield place.relative_to(given).as_posix(), self.real(channel, given, place)
            elif place.is_symlink():
                what = "a folder" if place.exists() else "nothing"
                raise self._refused(channel, place, f"a symbolic link to {what}")

    def real(self, channel: str, given: Path, place: Path) -> Path:
        """What a path below a channel's stands for.

        A link is followed to what lies below the channel's own path; to another file of the source that the
        code may see and no other channel holds; and to `job.cached`.

        Raises:
            TrustError: it leads elsewhere.
        """
        source = self._job.source
        top = source if given.is_relative_to(source) else given.parent
        root, found = top.resolve(), place.resolve()
        if found == root / place.relative_to(top) or self._is_own(channel, found):
            return found
        if found not in self._job.cached:
            if not found.is_relative_to(root):
                raise self._refused(channel, place, "a symbolic link out of the repository")
            if Exclusion.of(self._job.left_out, ()).matches(found.relative_to(root).as_posix()):
                raise self._refused(channel, place, "a symbolic link to what training code does not see")
        for name in self._declared:
            if name != channel and self._is_in(name, found):
                raise self._refused(channel, place, f"a symbolic link to data of the channel {name}")
        return found

    def _is_own(self, channel: str, found: Path) -> bool:
        """Whether it lies below the channel's path, which is no link itself."""
        source = self._job.source
        for each in _several(self._declared.get(channel, ())):
            top = source if each.is_relative_to(source) else each.parent
            if found.is_relative_to(top.resolve() / each.relative_to(top)):
                return True
        return False

    def _is_in(self, name: str, found: Path) -> bool:
        """Whether another channel holds it, or the same bytes."""
        paths = [each for each in _several(self._declared[name]) if each.exists()]
        if any(found.is_relative_to(each.resolve()) for each in paths):
            return True
        if not found.is_file():
            return False
        if name not in self._others:
            self._others[name] = Exclusion.of((), paths)
        return self._others[name].holds(found)

    def _refused(self, channel: str, place: Path, what: str) -> TrustError:
        source = self._job.source
        shown = place.relative_to(source).as_posix() if place.is_relative_to(source) else place.name
        return TrustError(
            f"channel {channel}: {shown_name(shown.encode(errors='replace'))}: {what}", hint=HINT
        )


def _several(given: Path | tuple[Path, ...]) -> tuple[Path, ...]:
    return given if isinstance(given, tuple) else (given,)
