"""Fault injection: the n-th call of a route answers otherwise, late, or not at all."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr


class Fault(BaseModel):
    """From the `nth` matching call on, `times` calls go wrong."""

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    path: str = Field(default="*", description="shell pattern over the whole path, e.g. */issues/*/comments")
    nth: int = Field(default=1, ge=1)
    times: int = Field(default=1, ge=1)
    status: int | None = Field(default=None, description="answer this instead; 2xx is not a fault")
    message: str = "injected fault"
    headers: dict[str, str] = {}
    delay: float = Field(default=0.0, ge=0.0, le=30.0, description="seconds before the answer")
    reset: bool = Field(default=False, description="close the connection with RST, no answer")
    after: bool = Field(default=False, description="do what was asked first, then fail: the ambiguous case")

    _seen: int = PrivateAttr(default=0)

    def strikes(self, method: str, path: str) -> bool:
        """Count a call; true when this one goes wrong."""
        if not fnmatchcase(method, self.method) or not fnmatchcase(path, self.path):
            return False
        self._seen += 1
        return self.nth <= self._seen < self.nth + self.times
