"""The `privacy:` part: planted canaries as digests, and columns that together tell who a row is about."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Identifier, Mistake, Mistakes, Name

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Canary(ConfigModel):
    """A planted row: per column a digest of the value it holds there, never the value.

    Exactly one of the two is given. `sha256` of the UTF-8 text suits a value that nobody can guess; others
    are told with `hmac_sha256`, keyed with the secret in MLOPS_PROFILE_KEY.
    """

    id: Identifier
    sha256: dict[Name, Digest] = Field(default_factory=dict)
    hmac_sha256: dict[Name, Digest] = Field(default_factory=dict)
    role: Name = "train"

    @property
    def keyed(self) -> bool:
        """Whether a secret is needed to look for it."""
        return bool(self.hmac_sha256)

    @property
    def digests(self) -> dict[str, str]:
        """Column to digest."""
        return {**self.sha256, **self.hmac_sha256}

    @model_validator(mode="after")
    def _one(self) -> Canary:
        if bool(self.sha256) == bool(self.hmac_sha256):
            message = "one of sha256 and hmac_sha256 is required: column to digest"
            raise ValueError(message)
        return self


class PrivacyConfig(ConfigModel):
    """What the data holds about people, as far as only its owner can know."""

    canaries: tuple[Canary, ...] = ()
    quasi_identifiers: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> PrivacyConfig:
        ids = [each.id for each in self.canaries]
        twice = [
            Mistake(("canaries", index, "id"), f"{name!r} stands twice", "Give each canary an id of its own.")
            for index, name in enumerate(ids)
            if name in ids[:index]
        ]
        if twice:
            raise Mistakes(twice)
        return self

    def named_columns(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every column named here, with its path in mlops.yaml."""
        path = ("privacy", "quasi_identifiers")
        return [((*path, index), name) for index, name in enumerate(self.quasi_identifiers)]
