"""What an unchanged run takes from an earlier one, and from which."""

from __future__ import annotations

from datetime import datetime

from mlops_actions.results.base import ResultModel


class Reused(ResultModel):
    """The earlier run: its commit ("" outside git) and when it made what is reused (UTC)."""

    sha: str = ""
    created_at: datetime

    @property
    def sentence(self) -> str:
        """unchanged, reused from 0123456789ab of 2026-03-01 12:00 UTC."""
        commit = f"{self.sha[:12]} of " if self.sha else ""
        return f"unchanged, reused from {commit}{self.created_at:%Y-%m-%d %H:%M} UTC"
