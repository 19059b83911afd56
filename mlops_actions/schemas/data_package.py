"""A Frictionless Data Package: the schema of one resource, and what its files' sources are. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import UsageError
from mlops_actions.schemas.frictionless import from_table_schema, is_table_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.schemas.draft import Draft

SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
UNKNOWN = "TODO"
TOP = frozenset(
    {"resources", "name", "title", "description", "licenses", "sources", "contributors", "$schema"}
)
TOP_QUIET = frozenset({"profile", "id", "version", "created", "homepage", "keywords", "image"})
RESOURCE = frozenset(
    {"name", "path", "schema", "licenses", "sources", "hash", "title", "description", "bytes", "mediatype"}
)
RESOURCE_QUIET = frozenset({"format", "encoding", "profile", "scheme", "type", "fields", "rows", "$schema"})


def is_package(value: Mapping[str, Any]) -> bool:
    """Whether it has resources, or is one."""
    return isinstance(value.get("resources"), list) or isinstance(value.get("schema"), dict | str)


def from_package(value: Mapping[str, Any], resource: str | None = None) -> Draft:
    """The schema of the one resource that has one, or of the named one; sources of all of them.

    Raises:
        UsageError: no such resource, or several to choose from.
    """
    listed = value.get("resources") or [value]
    resources = [each for each in listed if isinstance(each, dict)]
    chosen = _chosen(resources, resource)
    schema = chosen["schema"]
    if not isinstance(schema, dict) or not is_table_schema(schema):
        hint = "Import that file." if isinstance(schema, str) else "It needs a list of fields."
        raise UsageError(
            f"the schema of the resource {_name(chosen)} is no Table Schema: {schema!r:.100}", hint=hint
        )
    draft = from_table_schema(schema, {_name(each): _path(each) for each in resources if _path(each)})
    draft.form = "Frictionless Data Package"
    for each in resources:
        _source(draft, each, value)
    _lost(draft, value, chosen)
    return draft


def _chosen(resources: list[dict[str, Any]], name: str | None) -> dict[str, Any]:
    with_schema = [each for each in resources if each.get("schema")]
    found = [each for each in with_schema if name is None or _name(each) == name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(_name, with_schema)) or "none"
    if name is not None:
        raise UsageError(f"no resource {name!r} with a schema", hint=f"Resources with one: {names}.")
    raise UsageError(
        f"{len(found)} resources with a schema; one is imported", hint=f"--resource, one of: {names}."
    )


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource.get("name") or _path(resource) or "unnamed")


def _path(resource: Mapping[str, Any]) -> str:
    """Of a resource of several files the first."""
    path = resource.get("path")
    return str(path[0] if isinstance(path, list) and path else path or "")


def _source(draft: Draft, resource: Mapping[str, Any], package: Mapping[str, Any]) -> None:
    """A declared source needs an owner and a licence; what is not told is left for a person."""
    path, name = _path(resource), _name(resource)
    if not path:
        draft.note(name, "a resource without a path")
        return
    if isinstance(resource.get("path"), list) and len(resource["path"]) > 1:
        draft.note(name, "only its first file becomes a source:", path)
    found = {
        "id": (re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "source")[:60],
        "owner": _first(_parts(resource, package, "sources"), "title", "path", "email"),
        "licence": _first(_parts(resource, package, "licenses"), "name", "title", "path"),
        "path": path,
    }
    if not found["id"][0].isalpha():
        found["id"] = f"s_{found['id']}"
    if found["owner"] == UNKNOWN:
        found["owner"] = _first(_parts(package, {}, "contributors"), "title", "organization", "email")
    stated = str(resource.get("hash") or "")
    match = SHA256.fullmatch(stated)
    if match:
        found["sha256"] = match[1].lower()
    elif stated:
        draft.note(name, "a hash that is no sha256:", stated)
    draft.sources.append(found)
    for key in ("sources", "licenses"):
        if len(_parts(resource, package, key)) > 1:
            draft.note(name, f"only the first of its {key} is carried over")


def _parts(near: Mapping[str, Any], far: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The resource's own, else the package's."""
    listed = near.get(key) or far.get(key) or []
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _first(parts: list[dict[str, Any]], *keys: str) -> str:
    return next((str(parts[0][key]) for key in keys if parts and parts[0].get(key)), UNKNOWN)


def _lost(draft: Draft, package: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    _note_all(draft, package, (TOP | TOP_QUIET) if package.get("resources") else (RESOURCE | RESOURCE_QUIET))
    if package.get("resources"):
        _note_all(draft, chosen, RESOURCE | RESOURCE_QUIET)


def _note_all(draft: Draft, value: Mapping[str, Any], known: Iterable[str]) -> None:
    for key, each in value.items():
        if key not in known:
            draft.note(key, "not carried over:", each)
