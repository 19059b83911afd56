"""What each kind of personal value looks like: its form, its check digits, and what is evidence. Pure.

A form is a mask over a value's characters: 0 for a digit, A for a letter, everything else as it is.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.checks import check_digits as digits

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mlops_actions.checks.limits import Kind

    Marks = Callable[[NDArray[np.int64]], NDArray[np.bool_]]

SHARE = 0.5  # of the values of that form must pass
CHANCE_LIMIT = 1e-3  # so often may a text column of other numbers pass by chance
NUMBER_LIMIT = 1e-5  # the same of a column of numbers, most of which are ids
TITLES: dict[Kind, tuple[str, str]] = {
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("telephone number", "telephone numbers"),
    "iban": ("IBAN", "IBANs"),
    "card": ("card number", "card numbers"),
    "national_id": ("national id number", "national id numbers"),
    "ip": ("IP address", "IP addresses"),
    "mac": ("MAC address", "MAC addresses"),
    "name": ("name of a person", "names of people"),
    "birth_date": ("date of birth", "dates of birth"),
    "address": ("postal address", "postal addresses"),
}
STRONG: frozenset[Kind] = frozenset({"email", "phone", "iban", "card", "national_id"})  # the others warn


@dataclass(frozen=True)
class Look:
    """One form of one kind.

    Args:
        form: regular expression over the mask.
        passes: (k, L) codes of letters and digits alone to (k,) bool.
        chance: how often a value of this form passes that is no such number.
        alone: one such value is evidence: form and check are seldom met together elsewhere.
        length: of the digits, where whole numbers are looked at, too; 0: never.
        among: which values of the form count at all (others are neither for nor against).
        embedded: also looked for inside longer texts.
        firm: has check digits, or a form that is hardly met elsewhere; an article's number may be any other.
        cue: what such a text must say, too, where the form alone is met elsewhere.
    """

    kind: Kind
    form: str
    passes: Marks
    chance: float
    alone: bool = False
    length: int = 0
    among: Marks | None = None
    embedded: bool = False
    firm: bool = True
    cue: re.Pattern[str] | None = None

    def enough(self, hits: int, seen: int, limit: float) -> bool:
        """Whether so many passing values of so many of that form are no chance."""
        if not hits or hits < SHARE * seen:
            return False
        return (self.alone and limit == CHANCE_LIMIT) or by_chance(hits, seen, self.chance) < limit


def by_chance(hits: int, seen: int, chance: float) -> float:
    """Upper bound of P(X >= hits) for seen tries (Chernoff; exact where all hit)."""
    share = hits / seen
    if share <= chance:
        return 1.0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-seen * (share * math.log(share / chance) + rest))


def _card(form: str, length: int = 0) -> Look:
    return Look("card", form, digits.luhn, 0.1, alone=True, length=length, among=digits.issued, embedded=True)


def _national(
    form: str,
    passes: Marks,
    chance: float,
    *,
    alone: bool = False,
    length: int = 0,
    embedded: bool = False,
    firm: bool = True,
) -> Look:
    return Look("national_id", form, passes, chance, alone, length, None, embedded, firm)


NINO, CALL = "AA ?00 ?00 ?00 ?A", r"\(000\) ?000[-.]0000"
NINO_CUE = re.compile(r"\bnino\b|\bNI ?(?:no|number|#)|national insurance", re.IGNORECASE)


LOOKS: tuple[Look, ...] = (
    _card("0000[ .-]0000[ .-]0000[ .-]0000"),
    _card("0000[ -]000000[ -]00000"),
    *(_card(f"0{{{length}}}", length) for length in (13, 14, 15, 16, 19)),
    Look(
        "iban", "AA00(?:[ -]?[A0]{4}){2,7}(?:[ -]?[A0]{1,3})?", digits.iban, 0.001, alone=True, embedded=True
    ),
    Look(
        "phone", r"\(000\) ?000[-.]0000", digits.north_american, 0.64, alone=True, embedded=True, firm=False
    ),
    Look("phone", r"000-000-0000|000\.000\.0000", digits.north_american, 0.64, firm=False),
    _national("000-00-0000", digits.ssn, 0.9, alone=True, embedded=True, firm=False),
    Look("national_id", NINO, digits.nino, 0.08, alone=True, embedded=True, firm=False, cue=NINO_CUE),
    _national("[A0]0{7}-?A", digits.dni, 1 / 23),
    _national("A{6}00A00A000A", digits.codice_fiscale, 0.013, alone=True, embedded=True),
    _national("0 00 00 00 000 000 00|0{15}", digits.nir, 3e-4, length=15),
    _national("0{9}", digits.bsn, 1 / 11, length=9),
    _national("(?:00)?0{6}[-+]0{4}", digits.personnummer, 0.008, alone=True),
    _national("0{10}|0{12}", digits.personnummer, 0.008, length=10),
    _national("0{6}-0{4}", digits.cpr, 0.037, firm=False),
    _national("0{6} ?0{5}", digits.fodselsnummer, 7e-4, length=11),
    _national("0{6}[-+A]000[A0]", digits.hetu, 0.0012, alone=True),
    _national("0{11}", digits.pesel, 0.019, length=11),
    _national("00 000 000 000|0{11}", digits.steuer_id, 0.004, length=11),
    _national(r"000\.000\.000-00", digits.cpf, 0.01, alone=True, embedded=True),
    _national("0{11}", digits.cpf, 0.01, length=11),
    _national("0000 0000 0000|0{12}", digits.aadhaar, 0.08, length=12),
)
HETU = next(look for look in LOOKS if look.passes is digits.hetu)
WHOLE = tuple(re.compile(look.form.encode()) for look in LOOKS)
EMBEDDED = re.compile(
    rb"(?<![A0@.+/_-])(?:"
    + b"|".join(f"(?:{look.form})".encode() for look in LOOKS if look.embedded)
    + rb")(?![A0@/_-])"
)
ANY = re.compile(b"|".join(f"(?:{look.form})".encode() for look in LOOKS))
HINTS = (  # one of them is in every text that holds an embedded form
    b"0000000000000", b"0000 0000", b"0000-0000", b"0000 000000", b"0000-000000", b"000-00-0000", b"(000)",
    b"000.000.000-00", b" AA00", b":AA00", b"\nAA00", b"AAAAAA00A00A000A", b"0000.0000.0000",
    b"(AA00", b",AA00", b";AA00", b"=AA00", b"[AA00", b'"AA00', b"'AA00", b" AA000000A", b":AA000000A",
)  # fmt: skip
LONGEST = 44  # of a form
AT_IN_URL = "%40"
EMAIL = re.compile(
    r"(?:[\w.!#$%&'*+/=?^`{|}~-]|\"[^\"\n@]{1,62}\")@(?:(?:[^\W_]|-){1,63}\.)+"
    r"(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})(?!\w)"
)
PHONE = re.compile(r"(?<![\w+.])\+[1-9](?:[ ().-]{0,2}[0-9]){7,14}(?![\w.]\d|\d)")
SIGNED = re.compile(r"\+[0-9]+\.[0-9]+")
MAC = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")
IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}", re.ASCII)
"""A version such as 1.2.3.4 is of the same form: see `personal.py`."""
OCTETS = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"
IPV4_INSIDE = re.compile(rf"(?:(?<![\w./+-])|(?<=://))(?<!\d,){OCTETS}(?![\w-]|\.\d)", re.ASCII)
IPV6_INSIDE = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{1,4}(?:::?[0-9A-Fa-f]{1,4}){2,7}(?![\w:])", re.ASCII)


SPACES, DASHES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000", "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
SEPARATORS = re.compile(f"(?P<space>[{SPACES}])|[{DASHES}]")


def with_plain_separators(texts: list[str]) -> list[str]:
    """No-break and other spaces as a space, dashes as a hyphen; each text keeps its length."""
    return [
        text if text.isascii() else SEPARATORS.sub(lambda each: " " if each["space"] else "-", text)
        for text in texts
    ]


def plain(look: Look, text: str) -> str:
    """Letters and digits alone, as the check digits are defined over them."""
    kept = "".join(sign for sign in text.upper() if sign.isalnum())
    return kept[:6] + kept[7:] if look is HETU and len(kept) == 11 else kept  # noqa: PLR2004 - its century
