"""Evidence documents: `mlops/evidence/<ID>.md`, a test done by hand, with its numbers, worth a half point."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.results.score import Answer
    from mlops_actions.rubric.probe import Probe

MAXIMUM_BYTES = 65_536
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class EvidenceDocument:
    """A document as read. `problems` says why its text cannot be understood."""

    path: str
    sha256: str
    front: Mapping[str, Any]
    body: str
    problems: tuple[str, ...] = ()

    @property
    def test(self) -> str:
        """The id the document speaks about: its front matter's, else its file name's."""
        named = self.front.get("test")
        return named if isinstance(named, str) else self.stem

    @property
    def stem(self) -> str:
        """The file name without its ending."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")


@dataclass(frozen=True)
class DocumentVerdict:
    """Whether a document earns a half point, and if not, why."""

    path: str
    sha256: str
    valid: bool
    self_reviewed: bool = False
    answer: Answer | None = None
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def template(probe: Probe) -> str:
    """The text to start from; as it stands it earns nothing."""
    return (
        f"---\ntest: {probe.id}\nquestion: {json.dumps(probe.question)}\nmethod: <how it was measured>\n"
        "dataset: sha256:<64 hex digits>\nmodel: sha256:<64 hex digits>\n"
        "numbers: {}\nverdict: <pass or fail>\nauthor: <name>\ndate: <YYYY-MM-DD>\n---\n\n"
        f"# {probe.id} {probe.title}\n\n{probe.half_point}\n\n"
        "Say what was done, on which data, what came out, and what follows.\n"
    )


def parse_document(text: str, path: str) -> EvidenceDocument:
    """Front matter and body; never raises, what cannot be read is a problem of the document."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    if len(text.encode()) > MAXIMUM_BYTES:
        return EvidenceDocument(path, digest, {}, "", (f"larger than {MAXIMUM_BYTES:,} bytes",))
    match = _FRONT_MATTER.match(text)
    if match is None:
        return EvidenceDocument(path, digest, {}, text, ("no front matter between two --- lines",))
    try:
        front = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return EvidenceDocument(path, digest, {}, match[2], (f"its front matter is no YAML: {reason}",))
    if not isinstance(front, dict):
        return EvidenceDocument(path, digest, {}, match[2], ("its front matter is no mapping",))
    return EvidenceDocument(path, digest, front, match[2])
