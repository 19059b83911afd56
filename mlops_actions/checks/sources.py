"""DS701: every file belongs to a declared source. DS801: personal data, on distinct values, never shown."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.parameters import Kind, PersonalParameters
    from mlops_actions.config.data import DataSource
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile
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
        file = PurePosixPath(table.path)  # so that ./data/a.csv is data/a.csv
        source = next((each for each in sources if PurePosixPath(each.path) == file), None)
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


def judge(case: Case) -> tuple[CheckResult, ...]:
    """Every file, and every text column of both splits."""
    data = case.setting.data
    tables = tuple(table for role, table in case.tables.items() if role != "reference")  # head's own
    declared = frozenset((*data.sensitive, *data.key))
    personal = [check_personal(table, declared, case.setting.limits.personal) for table in tables]
    return (*(each for found in personal for each in found), *check_sources(tables, data.sources))


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


LOOKS: tuple[tuple[Kind, str, Callable[[str], bool]], ...] = (
    ("email", "e-mail addresses", lambda text: EMAIL.match(text) is not None),
    ("phone", "telephone numbers", lambda text: PHONE.match(text) is not None),
    ("iban", "IBANs", lambda text: IBAN.match(text) is not None and iban(text)),
    ("card", "card numbers", lambda text: CARD.match(text) is not None and luhn(text)),
)


def check_personal(
    table: TableProfile, declared: frozenset[str], limits: PersonalParameters
) -> tuple[CheckResult, ...]:
    """Text columns whose distinct values look personal; declared columns (sensitive, key) are excepted."""
    return tuple(
        _personal(table.role, column, limits)
        for column in table.columns
        if column.kind == "string" and column.name not in declared
    )


def _personal(role: str, column: ColumnProfile, limits: PersonalParameters) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    if column.counts is None:
        return skipped(catalog.PERSONAL, subject, TOO_MANY.format(column.distinct))
    looks = [(name, look) for kind, name, look in LOOKS if kind in limits.kinds]
    hits = {name: 0 for name, _ in looks}
    for value, count in column.counts:
        kind = next((name for name, look in looks if look(str(value))), None)
        if kind is not None:
            hits[kind] += count
    seen = ", ".join(f"{count:,} {name}" for name, count in hits.items() if count)
    total, most = sum(hits.values()), limits.max_rows
    maximum = f", maximum {most:,}" if seen else ""
    text = f"{role}.{column.name}: {seen or 'nothing personal'}{maximum} (n={column.present:,})"
    outcome = Outcome.FAIL if total > most else Outcome.PASS
    return result(catalog.PERSONAL, subject, outcome, text, observed=float(total), limit=float(most))
