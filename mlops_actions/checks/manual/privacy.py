"""DS7xx and DS8xx: sources and personal data."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

ENTRIES = {
    "DS701": Entry(
        "The file's path and sha256 against the declarations in data.sources.",
        "every file belongs to a declared source with a sha256, which is the file's; no as_of lies ahead",
        "a declared sha256 of zeros",
        "data/train.csv: sha256 111111111111... is not the declared 000000000000... of source train (MIT)",
    ),
    "DS702": Entry(
        "Owner, licence and authorised_by of the file's source; the licence as an SPDX id or its terms. What "
        "ends as a document does (.md, .pdf, ...) or is one word with a slash is a file of the repository, "
        "which must be there and not empty, beside the declaration: the base commit's for evaluation data, "
        "else the change's own. Anything else is a person or a ticket in words, and is taken as it stands.",
        "all three are there and say something (n/a, unknown, tbd do not)",
        "a source that nobody authorised",
        "data/train.csv: source train, owner o, licence MIT (SPDX): authorised_by is empty, its use is "
        "not authorised",
        "SPDX License List",
    ),
    "DS703": Entry(
        "The file's sha256 against the base commit's, and whether its declaration changed with it. Of a file "
        "of which the base commit's copy is read (evaluation data, serving log, files of the schema's "
        "references) the change's own copy is judged beside it, by the change's own declaration.",
        "changed bytes need a changed sha256, version or as_of",
        "other bytes under the same declaration",
        "data/train.csv: sha256 changed from 999999999999... to 111111111111..., and unchanged is the "
        "declaration of source train",
    ),
    "DS704": Entry(
        "The source's retention_until against the run's date (UTC).",
        "the day itself is allowed",
        "a retention that ended yesterday",
        "data/train.csv: source train may be kept until 2025-12-31, 1 day past (today 2026-01-01)",
    ),
    "DS801": Entry(
        "Distinct values of text columns that look like addresses, names, cards, accounts or national "
        "numbers; check digits are verified (ISO 13616 for IBANs, Luhn for cards). Telephone numbers without "
        "a + and names of people are told by most of a column, and by its name. Keys and data.sensitive "
        "are excepted. Only how many is written, never which. Of too many distinct values all texts are "
        "looked at, too; what most of a column tells is told by a sample, and the sentence says so. What the "
        "base commit's copies hold (the reference, evaluation and served rows that the change replaces) is "
        "told and not judged: no change can mend it.",
        "max_rows, 0 by default",
        "an e-mail address and two telephone numbers among the cities",
        "train.city: 1 e-mail address, 2 telephone numbers, maximum 0 (n=400)",
        "ISO 13616; ISO/IEC 7812-1",
    ),
    "DS802": Entry(
        "Distinct values whose digest privacy.canaries declares. What is digested is the value's text: a "
        "text as it stands; a number as 12.5 or 123456 (123456.0 is found, too); true or false (True, TRUE, "
        "1); a date as 2024-01-31; a time in UTC as 2024-01-31T18:30:00 (a blank for the T, Z or +00:00, "
        "and fractions where there are any, are found, too). The values of several columns are looked for "
        "by themselves: they need not stand in one row.",
        "each value is found at least once",
        "a planted row taken out",
        "train: canary planted is not found in customer (1 planted value, n=400)",
    ),
    "DS803": Entry(
        "Rows that are alone in their combination of privacy.quasi_identifiers.",
        "max_alone, where it is declared; else the figure is only told",
        "one combination that only one row has",
        "train: 1 of n=400 rows (share 0.0025) are alone in their combination of city, member; 7 "
        "combinations, k = 1, maximum share 0",
        "Sweeney 2002 (k-anonymity)",
    ),
}
