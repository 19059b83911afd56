"""The pods of the cluster double: their commands really run, in a folder that stands for the pod's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Script:
    """What happens to a pod and in it.

    waiting: (reason, message) of a container that cannot start. unschedulable: the scheduler's message.
    no_pod: why the controller makes none. seconds: how long the code runs. cut_log: the log's connection
    breaks once after so many lines. vanishes: the pod is gone, and its Job failed for this reason.
    """

    lines: tuple[str, ...] = ()
    code: int = 0
    reason: str = "Completed"
    metrics: str = ""
    files: Mapping[str, bytes] = field(default_factory=lambda: {"model/model.txt": b"weights\n"})
    seconds: float = 0.0
    evicted: str = ""
    waiting: tuple[str, str] | None = None
    unschedulable: str = ""
    no_pod: str = ""
    cut_log: int = 0
    vanishes: str = ""
    port: int = 0


class Pod:
    """One pod: a thread plays the node."""

    def __init__(
        self, name: str, labels: Mapping[str, str], script: Script, work: Path, holds: bool = True
    ) -> None:
        self.name, self.script, self.work = name, script, work
        self.labels, self.holds = dict(labels), holds
        self.logged: list[tuple[str, str]] = []  # time, line
        self.main: dict[str, Any] = {"waiting": {"reason": "PodInitializing"}}
        self.phase, self.why, self.said = "Pending", "", ""
        self.gone = threading.Event()
        self.cut = script.cut_log
        for part in ("input", "written/model", "written/output/data"):
            (work / part).mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._live, daemon=True).start()

    @property
    def ended(self) -> bool:
        return "terminated" in self.main or self.gone.is_set()

    def document(self) -> dict[str, Any]:
        """As the API gives it."""
        status: dict[str, Any] = {"phase": self.phase, "reason": self.why, "message": self.said}
        if self.script.unschedulable:
            said = {"reason": "Unschedulable", "message": self.script.unschedulable}
            status["conditions"] = [{"type": "PodScheduled", "status": "False", **said}]
        else:
            before = "waiting" in self.main
            receive: dict[str, Any] = {"running": {}} if before else {"terminated": {"exitCode": 0}}
            if self.script.waiting is not None:
                receive = {"waiting": dict(zip(("reason", "message"), self.script.waiting, strict=True))}
            hold = "running" if not before and self.phase == "Running" else "waiting"
            status["initContainerStatuses"] = [{"name": "receive", "image": "i", "state": receive}]
            status["containerStatuses"] = [
                {"name": "main", "image": "i", "state": self.main},
                {"name": "hold", "image": "i", "state": {hold: {}}},
            ]
        return {"metadata": {"name": self.name, "labels": self.labels}, "status": status}

    def run(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A command in one of its containers."""
        places = {"/work": str(self.work), "/claim": str(self.work.parent)}
        here = [re.sub("/work|/claim", lambda found: places[found[0]], part) for part in command]
        pipe = subprocess.PIPE
        return subprocess.Popen(here, stdin=pipe, stdout=pipe, stderr=pipe)

    def remove(self) -> None:
        """Its end by the API."""
        self.gone.set()
        if self.work.parent.name != "claim":  # a claim outlives its pods
            shutil.rmtree(self.work, ignore_errors=True)

    def _live(self) -> None:
        while not (self.work / "input/.ready").exists():
            if self.gone.wait(0.02) or self.script.waiting or self.script.unschedulable:
                return
        self.phase, self.main = "Running", {"running": {}}
        for name, content in self.script.files.items():
            path = self.work / "written" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for line in self.script.lines:
            self.logged.append((datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), line))
            time.sleep(0.001)
        if self.gone.wait(self.script.seconds):
            return
        if self.script.evicted:
            self.phase, self.why, self.said = "Failed", "Evicted", self.script.evicted
        if self.script.vanishes:
            self.gone.set()
        ended = {"exitCode": self.script.code, "reason": self.script.reason, "message": self.script.metrics}
        self.main = {"terminated": ended}
        while self.holds and not (self.gone.wait(0.02) or (self.work / "written/.done").exists()):
            pass
        if self.work.parent.name == "claim" and self.holds:
            shutil.rmtree(self.work)
        if self.phase == "Running":
            self.phase = "Failed" if self.script.code else "Succeeded"


class TransferPod(Pod):
    """A pod between the claim and an object store: its command really runs."""

    def __init__(self, name: str, labels: Mapping[str, str], container: dict[str, Any], claim: Path) -> None:
        self.container, self.claim = container, claim
        super().__init__(name, labels, Script(), claim / f".{name}")

    def _live(self) -> None:
        environment = {each["name"]: each["value"] for each in self.container["env"]}
        self.phase = "Running"
        command = [sys.executable, *self.container["command"][1:-1]]
        folder = self.container["command"][-1].replace("/claim", str(self.claim))
        done = subprocess.run(
            [*command, folder], env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.logged += [(stamp, line) for line in done.stderr.splitlines()]
        self.main = {"terminated": {"exitCode": done.returncode}}
        self.phase = "Failed" if done.returncode else "Succeeded"
