"""A training whose log and whose reason are full of workflow commands: on a runner none of them is one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.trained_project import make_trained_project

if TYPE_CHECKING:
    import pytest

LEFT = Path(__file__).parents[1] / "fixtures/training/escapes/left.py"
OURS = re.compile(
    r"::error title=Training failed::training failed with exit code 1 after .* ::error title=planted"
)


def commands() -> list[str]:
    """The lines that the malicious repository writes."""
    text = LEFT.read_text()
    listed = re.search(r"^COMMANDS = (\(.*?^\))", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    found: list[str] = eval(listed[1], {})  # noqa: S307 - a tuple of texts of a fixture
    assert len(found) > 12
    return found


def test_no_line_of_a_training_is_a_workflow_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = (
        "sys.stdout.buffer.write(b'\\n'.join(each.encode() for each in " + repr(commands()) + ") + b'\\n')\n"
    )
    program += (
        "open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('::error title=planted::x\\n##[error]y')\n"
    )
    program += "raise SystemExit(1)"
    project = make_trained_project(tmp_path / "project", monkeypatch, capfd, program)
    monkeypatch.setattr("tests.e2e.small_project.RUNNER", ())
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    said = project.run("run")
    assert said.code == 7
    lines = re.split(r"[\r\n]+", said.out + said.err)
    carried_out = [line for line in lines if re.match(r"\s*::\w", line) or "##[" in line]
    planted = [line for line in carried_out if "planted" in line]
    assert len(planted) == 1, planted
    assert OURS.match(planted[0])  # ours, which quotes the reason behind the title
    assert "planted" in said.err  # they were really written
    outputs = (tmp_path / "GITHUB_OUTPUT").read_text()
    assert [line for line in outputs.splitlines() if line.startswith("outcome")][-1].startswith(
        "outcome<<mlops-"
    )
    report = (project.root / ".mlops/results/report.md").read_text()
    assert "planted" in report
    assert "\x1b" not in report + outputs + said.out + said.err
    json.loads((project.root / ".mlops/results/gate.json").read_text())
