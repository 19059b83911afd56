"""Runs a consumer's workflow under act, on the host, offline, and reads its log back as facts."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.consumer import Consumer

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(sys.executable).with_name("act")
STANDINS = ROOT / "tests" / "e2e" / "standins"
STANDS_FOR = {
    "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02": STANDINS / "upload-artifact",
    "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093": STANDINS / "download-artifact",
}
TOKEN = "ghs_tokenOfThisRun"
TIMEOUT_SECONDS = 240


@dataclass(frozen=True)
class ActRun:
    """What act said: every log record, in order."""

    code: int
    records: tuple[dict[str, Any], ...]
    stderr: str = field(repr=False, default="")

    @property
    def log(self) -> str:
        """All messages."""
        return "\n".join(str(record.get("msg", "")).rstrip("\n") for record in self.records) + self.stderr

    @property
    def plain(self) -> str:
        """The log without colours."""
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.log)

    def step(self, name: str) -> str:
        """The result of the last step of this name."""
        found = [r["stepResult"] for r in self.records if r.get("stepResult") and r.get("step") == name]
        return str(found[-1]) if found else "none"

    def job(self, name: str) -> str:
        """A job's result: success or failure."""
        found = [r["jobResult"] for r in self.records if r.get("jobResult") and r.get("jobID") == name]
        return str(found[-1]) if found else "none"

    def summaries(self) -> str:
        """Everything written to the job summaries."""
        return "\n".join(str(r.get("content", "")) for r in self.records if r.get("command") == "summary")

    def told(self, name: str) -> str:
        """What a workflow step echoed as `told NAME=VALUE`."""
        start = f"told {name}="
        found = [line for line in self.log.splitlines() if line.startswith(start)]
        assert len(found) == 1, (name, found)
        return found[0].removeprefix(start)


def run_act(
    consumer: Consumer,
    place: Path,
    toolkit: Path,
    api_url: str,
    *,
    run_id: int = 5,
    token: str = TOKEN,
    environment: dict[str, str] | None = None,
    event: str = "pull_request",
) -> ActRun:
    """One run for the consumer's event (a pull request's, or what `event` names).

    The installed environment of these tests stands in for the locked one that install.sh makes
    (test_install.py runs that for real). Everything act keeps lies under `place`.
    """
    artifacts = place / f"artifacts-{run_id}"
    artifacts.mkdir(parents=True, exist_ok=True)
    variables = {
        "GITHUB_API_URL": api_url,
        "GITHUB_REPOSITORY": "org/consumer",
        "GITHUB_RUN_ID": str(run_id),
        "GITHUB_RUN_ATTEMPT": "1",
        "MLOPS_ACTIONS_ENV": sys.prefix,
        "MLOPS_TEST_ARTIFACTS": str(artifacts),
        "OMP_NUM_THREADS": "1",
        **(environment or {}),
    }
    command = [str(ACT), event, "--json", "--no-cache-server", "-P", "ubuntu-latest=-self-hosted"]
    command += ["--artifact-server-addr", "127.0.0.1", "--action-cache-path", str(place / "act")]
    command += ["--eventpath", str(consumer.event), "--secret", f"GITHUB_TOKEN={token}"]
    for name, folder in {"org/mlops-actions@v1": toolkit, **STANDS_FOR}.items():
        command += ["--local-repository", f"{name}={folder}"]
    for name, value in variables.items():
        command += ["--env", f"{name}={value}"]
    child = subprocess.Popen(
        command,
        cwd=consumer.folder,
        env={**os.environ, "XDG_CONFIG_HOME": str(place / "config")},  # no actrc of this machine
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = child.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        raise AssertionError(f"act took over {TIMEOUT_SECONDS} s:\n{out[-4000:]}\n{err[-2000:]}") from None
    return ActRun(child.returncode, tuple(_records(out)), err)


def copy_toolkit(folder: Path) -> Path:
    """This repository as a runner would download it: what git knows or would add, not .venv."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def _records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
