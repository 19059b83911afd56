"""The `privacy:` part: planted canaries as digests, and columns that together tell who a row is about."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from mlops_actions.config.base import ConfigModel, Identifier, Mistake, Mistakes, Name

DIGEST = re.compile(r"[0-9a-f]{64}")
NO_DIGEST = "64 hex digits are required: the digest of the planted value, never the value"


class Canary(ConfigModel):
    """Planted values: per column a digest of a value that stands in it, never the value.

    Exactly one of the two is given. `sha256` of the UTF-8 text suits a value that nobody can guess; others
    are told with `hmac_sha256`, keyed with the secret in MLOPS_PROFILE_KEY.
    """

    id: Identifier
    sha256: dict[Name, str] = Field(default_factory=dict)
    hmac_sha256: dict[Name, str] = Field(default_factory=dict)
    role: Literal["train", "evaluation", "serving_log"] = "train"

    @property
    def keyed(self) -> bool:
        """Whether a secret is needed to look for it."""
        return bool(self.hmac_sha256)

    @property
    def digests(self) -> dict[str, str]:
        """Column to digest."""
        return {**self.sha256, **self.hmac_sha256}

    @field_validator("sha256", "hmac_sha256", mode="before")
    @classmethod
    def _digests(cls, value: Any) -> Any:
        """What is no digest may be a planted value, which no message may repeat."""
        if not isinstance(value, dict):
            return value
        wrong = [name for name, each in value.items() if not DIGEST.fullmatch(str(each).lower())]
        if wrong:
            raise Mistakes(Mistake((name,), NO_DIGEST, "Write its sha256 or its HMAC.") for name in wrong)
        return {name: str(each).lower() for name, each in value.items()}

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
