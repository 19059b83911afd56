"""DS802: planted canaries, which must be found: in the values that are counted, else in all of them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog_privacy
from mlops_actions.checks.canary_texts import texts_of
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.profile.needs import Matching
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.config.privacy import Canary
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

NO_CANARIES = "privacy.canaries is not declared"


def planted_needs(
    tables: Mapping[str, TableProfile], canaries: Iterable[Canary], secret: bytes | None
) -> dict[tuple[str, str, bool], Matching]:
    """(role, column, keyed) of each wide column that a canary names: all its values are looked at, once."""
    digests: dict[tuple[str, str, bool], set[str]] = {}
    kinds: dict[tuple[str, str, bool], str] = {}
    for canary in canaries:
        table = tables.get(canary.role)
        for name, digest in canary.digests.items() if table is not None else ():
            column = table.column(name) if table is not None else None
            if column is not None and column.counts is None and (secret or not canary.keyed):
                where = (canary.role, name, canary.keyed)
                digests.setdefault(where, set()).add(digest)
                kinds[where] = column.kind
    return {
        (role, name, keyed): Matching(
            role,
            name,
            DigestFold(frozenset(held), kinds[role, name, keyed], secret if keyed else None),
        )
        for (role, name, keyed), held in digests.items()
    }


def check_canaries(
    tables: Mapping[str, TableProfile],
    canaries: Iterable[Canary],
    secret: bytes | None,
    planted: Mapping[tuple[str, str, bool], frozenset[str]] | None = None,
) -> tuple[CheckResult, ...]:
    """One verdict a canary: each of its columns holds a value of its digest. Neither is ever shown."""
    listed = tuple(canaries)
    if not listed:
        return (skipped(catalog_privacy.CANARY, Subject("train", "privacy.canaries", 0), NO_CANARIES),)
    return tuple(_canary(tables.get(each.role), each, secret, planted or {}) for each in listed)


def _canary(
    table: TableProfile | None,
    canary: Canary,
    secret: bytes | None,
    planted: Mapping[tuple[str, str, bool], frozenset[str]],
) -> CheckResult:
    subject = Subject(canary.role, canary.id, table.rows if table is not None else 0)
    if table is None:
        return skipped(catalog_privacy.CANARY, subject, f"there is no split {canary.role}")
    if canary.keyed and not secret:
        why = f"canary {canary.id} has keyed digests, and MLOPS_PROFILE_KEY is not set"
        return result(
            catalog_privacy.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why
        )
    wide = [
        name
        for name in canary.digests
        if (column := table.column(name)) is not None
        and column.counts is None
        and (canary.role, name, canary.keyed) not in planted
    ]
    if wide:
        why = f"canary {canary.id}: {', '.join(wide)} has too many distinct values to look at each"
        return result(
            catalog_privacy.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why
        )
    lost = [
        name
        for name, digest in canary.digests.items()
        if digest not in planted.get((canary.role, name, canary.keyed), ())
        and not _holds(table.column(name), digest, canary, secret)
    ]
    total = count(len(canary.digests), "planted value")
    total += ", each looked for in its own column" if len(canary.digests) > 1 else ""
    if lost:
        text = (
            f"{canary.role}: canary {canary.id} is not found in {', '.join(lost)} ({total}, n={table.rows:,})"
        )
    else:
        text = f"{canary.role}: canary {canary.id} is found ({total}, n={table.rows:,})"
    return result(catalog_privacy.CANARY, subject, Outcome.FAIL if lost else Outcome.PASS, text)


def _holds(column: ColumnProfile | None, digest: str, canary: Canary, secret: bytes | None) -> bool:
    if column is None or column.counts is None:
        return False
    key = secret if canary.keyed else None
    values = column.counts.values.tolist()
    return any(text_digest(text, key) == digest for value in values for text in texts_of(value, column.kind))


@dataclass(frozen=True)
class DigestFold:
    """Which of the digests some value has; values are read until all are found."""

    digests: frozenset[str]
    kind: str
    secret: bytes | None = field(default=None, repr=False)

    def __call__(self, batches: Iterable[ValueCounts], /) -> frozenset[str]:
        """Of all batches."""
        found: set[str] = set()
        for batch in batches:
            values = batch.values.tolist()
            texts = (text for value in values for text in texts_of(value, self.kind))
            found |= {text_digest(text, self.secret) for text in texts} & self.digests
            if len(found) == len(self.digests):
                break
        return frozenset(found)


def text_digest(text: str, secret: bytes | None) -> str:
    """What mlops.yaml names a planted value by: sha256 of its UTF-8, keyed (HMAC) where a secret is given."""
    data = text.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, data, "sha256").hex() if secret else hashlib.sha256(data).hexdigest()
