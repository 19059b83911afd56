"""The catalog's entries on where the data comes from and whom it is about."""

from __future__ import annotations

from mlops_actions.checks.check import Check

LICENCE = Check(
    "DS702",
    "Licence",
    "Has the source an owner, a licence, and somebody who authorised its use?",
    "Ask the owner; write licence (an SPDX id or the terms) and authorised_by into data.sources; commit the "
    "file that authorised_by names.",
    ("data.sources",),
)
SOURCE_CHANGE = Check(
    "DS703",
    "Source change",
    "Did the bytes change only together with their declaration?",
    "Say in data.sources what the new bytes are: sha256, and version or as_of.",
    ("data.sources", "a base commit"),
)
RETENTION = Check(
    "DS704",
    "Retention",
    "May the data still be kept?",
    "Delete the data, or have its owner prolong retention_until.",
    ("data.sources",),
)
CANARY = Check(
    "DS802",
    "Canaries",
    "Does the scan find the planted rows?",
    "If the row was removed on purpose, remove it from privacy.canaries; else rows were lost.",
    ("privacy.canaries",),
)
SMALL_GROUPS = Check(
    "DS803",
    "Small groups",
    "How many rows are alone in their combination of quasi-identifiers?",
    "Coarsen the columns (age bands, shorter postcodes), or drop one of them.",
    ("privacy.quasi_identifiers",),
)
