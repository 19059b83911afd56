#!/usr/bin/env python3
"""Cut GitHub's OpenAPI description down to the operations that mlops-actions uses.

    npm install @octokit/openapi
    scripts/trim_openapi.py node_modules/@octokit/openapi/generated/api.github.com.json
    scripts/trim_openapi.py --check node_modules/@octokit/openapi/generated/api.github.com.json

The trimmed copy says where it came from: npm version, sha256 of the full file, and a digest of its own
content, so that neither an old copy nor a hand edit goes unnoticed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

PACKAGE = "@octokit/openapi"
SOURCE_KEY = "x-mlops-source"
TRIMMED = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "github" / "openapi-trimmed.json"
_REPO = "/repos/{owner}/{repo}"
OPERATIONS: tuple[tuple[str, str], ...] = (
    ("get", "/user"),
    ("get", _REPO),
    ("get", f"{_REPO}/branches/{{branch}}"),
    ("get", f"{_REPO}/commits/{{ref}}"),
    ("get", f"{_REPO}/contents/{{path}}"),
    ("get", f"{_REPO}/git/blobs/{{file_sha}}"),
    ("get", f"{_REPO}/pulls"),
    ("get", f"{_REPO}/pulls/{{pull_number}}"),
    ("get", f"{_REPO}/issues/{{issue_number}}/comments"),
    ("post", f"{_REPO}/issues/{{issue_number}}/comments"),
    ("patch", f"{_REPO}/issues/comments/{{comment_id}}"),
    ("delete", f"{_REPO}/issues/comments/{{comment_id}}"),
    ("get", f"{_REPO}/commits/{{ref}}/statuses"),
    ("post", f"{_REPO}/statuses/{{sha}}"),
    ("get", f"{_REPO}/actions/runs/{{run_id}}"),
    ("get", f"{_REPO}/actions/runs/{{run_id}}/jobs"),
    ("get", f"{_REPO}/actions/runs/{{run_id}}/attempts/{{attempt_number}}"),
    ("get", f"{_REPO}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs"),
    ("get", f"{_REPO}/actions/artifacts"),
    ("get", f"{_REPO}/actions/artifacts/{{artifact_id}}"),
    ("get", f"{_REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}"),
)
# Shared examples that the operations themselves do not refer to, but the double starts its bodies from.
ALWAYS: tuple[str, ...] = ("#/components/schemas/basic-error",)
PROSE = frozenset({"description", "summary", "externalDocs", "x-github", "title"})


def digest(document: dict[str, Any]) -> str:
    """Sha256 of a trimmed description, its own source note left out."""
    content = {key: value for key, value in document.items() if key != SOURCE_KEY}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def without_prose(node: Any, *, names: bool = False) -> Any:
    """Drop text that only people read; `names` says that the keys are a schema's own property names."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value
        if key in {"example", "examples", "default", "enum"} and not names
        else without_prose(value, names=key == "properties" and not names)
        for key, value in node.items()
        if names or key not in PROSE
    }


def references(node: Any) -> set[str]:
    """All local `$ref` targets below a node."""
    if isinstance(node, list):
        return {found for item in node for found in references(item)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own | {found for value in node.values() for found in references(value)}


def trim(full_text: bytes, version: str) -> dict[str, Any]:
    """The description with only OPERATIONS and what they refer to.

    Raises:
        SystemExit: an operation is not in the full description.
    """
    full = json.loads(full_text)
    missing = [f"{verb} {path}" for verb, path in OPERATIONS if verb not in full["paths"].get(path, {})]
    if missing:
        raise SystemExit(f"not in GitHub's description any more: {', '.join(missing)}")
    paths: dict[str, dict[str, Any]] = {}
    for verb, path in OPERATIONS:
        paths.setdefault(path, {})[verb] = without_prose(full["paths"][path][verb])
    components: dict[str, dict[str, Any]] = {}
    queue = sorted(references(paths) | set(ALWAYS))
    while queue:
        _, _, kind, name = queue.pop().split("/")
        if name in components.setdefault(kind, {}):
            continue
        value = full["components"][kind][name]
        components[kind][name] = value if kind == "examples" else without_prose(value)
        queue += sorted(references(components[kind][name]))
    document = {
        "openapi": full["openapi"],
        "info": {"title": "GitHub REST API, trimmed", "version": full["info"]["version"]},
        "servers": full["servers"],
        "paths": paths,
        "components": components,
    }
    source = {"package": PACKAGE, "version": version, "sha256": hashlib.sha256(full_text).hexdigest()}
    return {**document, SOURCE_KEY: {**source, "digest": digest(document)}}


def packaged_version(full: Path) -> str:
    """The npm version in the package.json above the file."""
    manifest = full.resolve().parents[1] / "package.json"
    return str(json.loads(manifest.read_text("utf-8"))["version"]) if manifest.is_file() else "unknown"


def rendered(document: dict[str, Any]) -> str:
    """The bytes that are committed: sorted keys, one component or operation a line."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n"


def main() -> int:
    """Write the trimmed copy, or check the committed one; exit 1 when it is not current."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("full", type=Path, help="api.github.com.json of @octokit/openapi")
    parser.add_argument("--check", action="store_true", help="compare with the committed copy, write nothing")
    options = parser.parse_args()
    text = rendered(trim(options.full.read_bytes(), packaged_version(options.full)))
    if not options.check:
        TRIMMED.write_text(text, "utf-8")
        print(f"wrote {TRIMMED} ({len(text.encode()):,} bytes, {len(OPERATIONS)} operations)")
        return 0
    if TRIMMED.read_text("utf-8") == text:
        print(f"{TRIMMED.name} is current")
        return 0
    print(f"{TRIMMED} is not current: run scripts/trim_openapi.py {options.full}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
