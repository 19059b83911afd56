"""Licence declarations: SPDX ids and expressions, texts, and words that name no terms. Pure."""

from __future__ import annotations

import difflib
import re

# The SPDX ids that data and its code are given under (spdx.org/licenses), not the whole list.
SPDX = frozenset((
    "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0",
    "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "C-UDA-1.0", "CC-BY-2.0", "CC-BY-2.5",
    "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-3.0",
    "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-3.0", "CC-BY-ND-4.0",
    "CC-BY-SA-2.0", "CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC0-1.0",
    "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0",
    "ECL-2.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-2.0-only",
    "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "MS-PL", "NLOD-1.0", "NLOD-2.0",
    "O-UDA-1.0", "ODC-By-1.0", "ODbL-1.0", "OFL-1.1", "OGL-Canada-2.0", "OGL-UK-1.0", "OGL-UK-2.0",
    "OGL-UK-3.0", "OSL-3.0", "PDDL-1.0", "Python-2.0", "Unlicense", "W3C", "WTFPL", "Zlib",
    "etalab-2.0",
))  # fmt: skip
UNKNOWN = frozenset(
    {"", "-", "?", "n/a", "na", "none", "noassertion", "tbd", "tba", "todo", "unknown", "unclear"}
)
OPERATORS = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")
REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
NEAR = 0.75
_SMALL = {each.lower(): each for each in SPDX}


def is_spdx(licence: str) -> bool:
    """An SPDX id, a LicenseRef, or an expression of such."""
    parts = [part.strip() for part in OPERATORS.split(licence) if part.strip()]
    return bool(parts) and all(part in SPDX or REFERENCE.fullmatch(part) for part in parts)


def near_spdx(licence: str) -> str:
    """The SPDX id that was most likely meant; empty where it is one, or a text of its own."""
    if is_spdx(licence):
        return ""
    plain = re.sub(r"[\s_]+", "-", licence.strip().lower())
    near = difflib.get_close_matches(plain, _SMALL, n=1, cutoff=NEAR)
    return _SMALL[near[0]] if near else ""


def is_unknown(licence: str) -> bool:
    """A word that stands for no terms at all."""
    return licence.strip().lower() in UNKNOWN
