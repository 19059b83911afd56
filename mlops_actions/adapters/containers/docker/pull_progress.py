"""How far a pull is: every few seconds a line with the megabytes of all layers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVERY_SECONDS = 3.0
_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_BUILDKIT = re.compile(r"(sha256:[0-9a-f]+) ([0-9.]+)(B|kB|MB|GB) / ([0-9.]+)(B|kB|MB|GB)\b")


@dataclass
class PullProgress:
    """Sums the bytes that the engine tells of each layer; `clock` in seconds."""

    clock: Callable[[], float] = time.monotonic
    _done: dict[str, int] = field(default_factory=dict)
    _total: dict[str, int] = field(default_factory=dict)
    _told: float | None = None

    def take(self, event: Mapping[str, Any]) -> str | None:
        """An event of the engine's API; a line now and then."""
        layer = str(event.get("id") or "")
        detail = event.get("progressDetail") or {}
        if event.get("status") == "Downloading" and detail.get("total"):
            return self._layer(layer, int(detail.get("current") or 0), int(detail["total"]))
        if event.get("status") == "Download complete" and layer in self._total:
            self._done[layer] = self._total[layer]
        return None

    def take_buildkit(self, text: str) -> str | None:
        """The same of a line of BuildKit's plain log: `sha256:... 1.05MB / 29.13MB 0.3s`."""
        found = _BUILDKIT.match(text)
        if found is None:
            return None
        done = int(float(found[2]) * _UNITS[found[3]])
        return self._layer(found[1], done, int(float(found[4]) * _UNITS[found[5]]))

    def _layer(self, layer: str, done: int, total: int) -> str | None:
        self._done[layer], self._total[layer] = done, total
        now = self.clock()
        if self._told is None:
            self._told = now
        if now - self._told < EVERY_SECONDS:
            return None
        self._told = now
        sums = sum(self._done.values()) / 10**6, sum(self._total.values()) / 10**6
        return f"pulled {sums[0]:,.0f} of {sums[1]:,.0f} MB"
