"""The log of a container as it is written, taken up again where a connection broke."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.plan import MAIN

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster
    from mlops_actions.adapters.containers.log_capture import LogCapture

_PAUSE = 0.5
_READ_SECONDS = 120.0  # of silence; then the log is asked for anew, from its last line on
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.]{8,18}Z ")
_MAX_LINE = 64 * 1024


class PodLog:
    """A thread that feeds a capture. Lines come with their time, by which a second reading starts."""

    def __init__(self, cluster: Cluster, pod: str, capture: LogCapture) -> None:
        self._cluster, self._pod, self._capture = cluster, pod, capture
        self._last = ""  # the time of the last whole line
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """The container has ended: wait for the rest of its log, at most so long."""
        self._over.set()
        self._thread.join(timeout=seconds)
        self._capture.finish()

    def _follow(self) -> None:
        while True:
            over = self._over.is_set()  # asked before: one more reading after the end
            try:
                self._read()
            except ApiError as error:
                if over and error.status:
                    return
            else:
                return  # the log ended by itself, and so has the container
            if over:
                return
            self._over.wait(_PAUSE)

    def _read(self) -> None:
        query = {"container": MAIN, "follow": "true", "timestamps": "true"}
        if since := self._last:
            query["sinceTime"] = since
        rest, begun = b"", False
        for chunk in self._cluster.stream(f"{self._cluster.pods}/{self._pod}/log", _READ_SECONDS, **query):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                begun = self._take(line + b"\n", since, begun=begun)
            while len(rest) > _MAX_LINE:  # a line without an end
                begun = self._take(rest[:_MAX_LINE], since, begun=begun)
                rest = rest[_MAX_LINE:]
        if rest:
            self._take(rest, since, begun=begun)

    def _take(self, line: bytes, since: str, *, begun: bool) -> bool:
        """One line without its time, unless it was read before; whether its end is still to come."""
        if not begun:
            stamp = _STAMP.match(line)
            if stamp is None:  # the node's own words, of a container that is gone
                return not line.endswith(b"\n")
            when, text = stamp[0].decode().strip(), line[stamp.end() :]
            if since and _order(when) <= _order(since):
                return not line.endswith(b"\n")
            self._last, line = when, text
        self._capture.feed(line)
        return not line.endswith(b"\n")


def _order(stamp: str) -> str:
    """RFC 3339 with nanoseconds, whose zeros at the end are left out, as text that sorts."""
    whole, _, fraction = stamp.rstrip("Z").partition(".")
    return f"{whole}.{fraction:0<9}"
