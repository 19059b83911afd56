"""DS701: every file belongs to a declared source. DS801: personal data, on distinct values, never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.config.data import DataSource
    from mlops_actions.profile.column import ColumnProfile, TableProfile
    from mlops_actions.results.dataset import CheckResult

EMAIL = re.compile(r"^[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
PHONE = re.compile(r"^\+[1-9][0-9 ().-]{6,18}[0-9]$")
IBAN = re.compile(r"^[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?$")
CARD = re.compile(r"^[0-9](?:[ -]?[0-9]){12,18}$")
IBAN_MODULUS = 97
NINE = 9


def check_sources(
    tables: tuple[TableProfile, ...], sources: tuple[DataSource, ...]
) -> tuple[CheckResult, ...]:
    """One verdict a file: declared, and the declared sha256 is the file's."""
    found = []
    for table in tables:
        subject = Subject(table.role, table.path, table.rows)
        source = next((each for each in sources if each.path == table.path), None)
        if not sources:
            found.append(skipped(catalog.SOURCE, subject, "data.sources is not declared"))
        elif source is None:
            text = f"{table.path}: belongs to none of the {len(sources)} declared sources"
            found.append(result(catalog.SOURCE, subject, Outcome.FAIL, text))
        elif source.sha256 is None:
            text = f"{table.path}: source {source.id} declares no sha256, so a change would go unnoticed"
            found.append(result(catalog.SOURCE, subject, Outcome.WARN, text))
        else:
            same = source.sha256 == table.sha256
            verb = "is" if same else "is not"
            text = (
                f"{table.path}: sha256 {table.sha256[:12]}... {verb} the declared {source.sha256[:12]}... "
                f"of source {source.id} ({source.licence})"
            )
            found.append(result(catalog.SOURCE, subject, Outcome.PASS if same else Outcome.FAIL, text))
    return tuple(found)


def luhn(text: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [2 * digit - (NINE if 2 * digit > NINE else 0) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The check digits of an IBAN (ISO 13616)."""
    plain = text.replace(" ", "")
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % IBAN_MODULUS == 1


KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("e-mail addresses", lambda text: EMAIL.match(text) is not None),
    ("telephone numbers", lambda text: PHONE.match(text) is not None),
    ("IBANs", lambda text: IBAN.match(text) is not None and iban(text)),
    ("card numbers", lambda text: CARD.match(text) is not None and luhn(text)),
)


def check_personal(table: TableProfile, declared: frozenset[str]) -> tuple[CheckResult, ...]:
    """Text columns whose distinct values look personal; declared columns (sensitive, key) are excepted."""
    return tuple(
        _personal(table.role, column)
        for column in table.columns
        if column.kind == "string" and column.counts is not None and column.name not in declared
    )


def _personal(role: str, column: ColumnProfile) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    hits = {name: 0 for name, _ in KINDS}
    for value, count in column.counts or ():
        for name, looks in KINDS:
            if looks(str(value)):
                hits[name] += count
                break
    seen = [f"{count:,} {name}" for name, count in hits.items() if count]
    text = f"{role}.{column.name}: {', '.join(seen) or 'nothing personal'} (n={column.present:,})"
    total = float(sum(hits.values()))
    return result(
        catalog.PERSONAL, subject, Outcome.FAIL if seen else Outcome.PASS, text, observed=total, limit=0.0
    )
