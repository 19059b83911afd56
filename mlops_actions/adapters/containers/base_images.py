"""The images that a Dockerfile takes from elsewhere: pinned by digest, or a tag that can move. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.containers.dockerfile import frontend, instructions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_actions.adapters.containers.dockerfile import Instruction

_DIGEST = re.compile(r"(?:^|@)(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$")
_WORD = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+?])((?:[^{}]|\{[^{}]*\})*))?\})")
_ARG = re.compile(r"(\w+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")
_MOUNT_FROM = re.compile(r"(?:^|,)from=([^,]+)")
_WHERE = ("PLATFORM", "OS", "ARCH", "VARIANT")
_AUTOMATIC = {f"{side}{what}" for side in ("BUILD", "TARGET") for what in _WHERE}
Kind = Literal["digest", "scratch", "stage", "floating", "unknown"]


@dataclass(frozen=True)
class BaseImage:
    """One mention of an image.

    `written` is what stands in the file, `image` what it means with the build's arguments, `argument` the ARG
    whose value decides it (empty: none). `kind` is `unknown` where an argument has no value, or the file uses
    a substitution that is not understood here. `what`: a base image, or the frontend that `# syntax=` names.
    """

    line: int
    written: str
    image: str
    kind: Kind
    argument: str = ""
    what: str = "base image"


def base_images(text: str, build_args: Mapping[str, str] = MappingProxyType({})) -> tuple[BaseImage, ...]:
    """Every image of `# syntax=`, FROM, COPY --from and RUN --mount=from, in order."""
    values: dict[str, str | None] = dict.fromkeys(_AUTOMATIC, "any")
    stages: list[str] = []
    found = []
    if (named := frontend(text)) is not None:
        found.append(BaseImage(*named, named[1], _kind(named[1], []), what="Dockerfile frontend"))
    for each in instructions(text):
        if each.word == "ARG" and not stages:  # an ARG below a FROM is not seen by the next one
            values |= _declared(each.rest, values, build_args)
        elif each.word == "FROM":
            found.append(_from(each, values, stages))
            stages.append(_stage_name(each) or str(len(stages)))
        else:
            found += [_copied(each.line, name, stages) for name in _sources(each)]
    return tuple(found)


def _declared(
    rest: str, values: Mapping[str, str | None], build_args: Mapping[str, str]
) -> dict[str, str | None]:
    made = dict(values)
    for found in _ARG.finditer(rest):
        name, default = found[1], found[2]
        own = made.get(name) if default is None else _substituted(default.strip("\"'"), made)
        made[name] = build_args.get(name, own)
    return made


def _from(each: Instruction, values: Mapping[str, str | None], stages: list[str]) -> BaseImage:
    written = (each.rest.split() or [""])[0].strip("\"'")
    image = _substituted(written, values)
    used = _WORD.search(written)
    argument = (used[1] or used[2]) if used is not None else ""
    return BaseImage(each.line, written, image or "", _kind(image, stages), argument)


def _copied(line: int, written: str, stages: list[str]) -> BaseImage:
    if written.isdigit() and int(written) < len(stages):
        return BaseImage(line, written, written, "stage")
    return BaseImage(line, written, written, _kind(written, stages))


def _kind(image: str | None, stages: list[str]) -> Kind:
    if not image:
        return "unknown"
    if image == "scratch":
        return "scratch"
    if image.lower() in stages:
        return "stage"
    return "digest" if _DIGEST.search(image) else "floating"


def _stage_name(each: Instruction) -> str:
    words = each.rest.split()
    named = len(words) == 3 and words[1].upper() == "AS"  # noqa: PLR2004 - image AS name
    return words[2].lower() if named else ""


def _sources(each: Instruction) -> Iterator[str]:
    for name, value in each.flags:
        if each.word in {"COPY", "ADD"} and name == "from":
            yield value
        elif each.word == "RUN" and name == "mount" and (found := _MOUNT_FROM.search(value)):
            yield found[1]


def _substituted(text: str, values: Mapping[str, str | None]) -> str | None:
    """The text with $NAME, ${NAME}, ${NAME:-default} and ${NAME:+other}; None when a value is missing."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        have, sign, word = values.get(found[1] or found[2]), found[3] or "", found[4] or ""
        there = bool(have) if sign.startswith(":") else have is not None
        if sign.endswith("+"):
            made: str | None = _substituted(word, values) if there else ""
        elif sign.endswith("-") and not there:
            made = _substituted(word, values)
        else:
            made = have
        missing = missing or made is None
        return made or ""

    made = _WORD.sub(value, text)
    return None if missing or "$" in made else made
