"""Check digits of cards, accounts and national numbers, for many texts of one length at once. Pure.

Every function takes codes (k, L), a text's characters less "0" (digits are 0-9, "A" is 17): (k,) bool.
Sources: ISO/IEC 7812 and 7064, ISO 13616, and the issuing authorities' published rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Marks = NDArray[np.bool_]

A = ord("A") - ord("0")
DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27,
    "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24,
    "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
DNI_LETTERS = np.array([ord(each) - ord("0") for each in "TRWAGMYFPDXBNJZSQVHLCKE"])
HETU_SIGNS = np.array([ord(each) - ord("0") for each in "0123456789ABCDEFHJKLMNPRSTUVWXY"])
CF_ODD = np.array(
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
)
CF_MONTHS = np.array([ord(each) - ord("0") for each in "ABCDEHLMPRST"])
VERHOEFF_TURN = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
DIHEDRAL = np.array(  # Verhoeff multiplies in the group of the pentagon's turns (0-4) and flips (5-9)
    [[(i % 5 + (j if i < 5 else -j)) % 5 + 5 * ((i < 5) != (j < 5)) for j in range(10)] for i in range(10)]
)


def codes(texts: Sequence[str], length: int) -> Codes:
    """(k, length) of ASCII texts that all have that length."""
    units = np.array(texts, dtype=f"U{length}").view(np.uint32).reshape(len(texts), length)
    return units.astype(np.int64) - ord("0")


def number_codes(values: NDArray[np.int64], length: int) -> Codes:
    """(k, length) of whole numbers, with leading zeros."""
    return values[:, None] // 10 ** np.arange(length - 1, -1, -1, dtype=np.int64) % 10


def _value(c: Codes, start: int, end: int) -> Codes:
    powers = 10 ** np.arange(end - start - 1, -1, -1, dtype=np.int64)
    found: Codes = c[:, start:end] @ powers
    return found


def _date(day: Codes, month: Codes) -> Marks:
    fits = (month >= 1) & (month <= 12)
    found: Marks = fits & (day >= 1) & (day <= DAYS[np.where(fits, month, 0)])
    return found


def luhn(c: Codes) -> Marks:
    """Cards and others: ISO/IEC 7812-1."""
    turned = c[:, ::-1].copy()
    doubled = turned[:, 1::2] * 2
    turned[:, 1::2] = doubled - 9 * (doubled > 9)
    found: Marks = turned.sum(axis=1) % 10 == 0
    return found


def issued(c: Codes) -> Marks:
    """Card numbers of a length and with a beginning that an issuer has."""
    length = c.shape[1]
    one, two, three, four = (_value(c, 0, size) for size in (1, 2, 3, 4))
    visa, unionpay = one == 4, two == 62
    found: Marks = np.zeros(len(c), dtype=np.bool_)
    if length == 13:
        found = visa
    elif length == 14:
        found = (two == 36) | (two == 38) | ((three >= 300) & (three <= 305))
    elif length == 15:
        found = (two == 34) | (two == 37)
    elif length == 16:
        mastercard = ((two >= 51) & (two <= 55)) | ((four >= 2221) & (four <= 2720))
        discover = (four == 6011) | (two == 65) | ((three >= 644) & (three <= 649))
        found = visa | mastercard | discover | unionpay | ((four >= 3528) & (four <= 3589))
    elif length == 19:
        found = visa | unionpay
    return found


def iban(c: Codes) -> Marks:
    """The country's length and the remainder of 97."""
    length = c.shape[1]
    countries = [code for code, size in IBAN_LENGTHS.items() if size == length]
    known = np.zeros(len(c), dtype=np.bool_)
    for code in countries:
        known |= (c[:, 0] == ord(code[0]) - ord("0")) & (c[:, 1] == ord(code[1]) - ord("0"))
    rest = np.zeros(len(c), dtype=np.int64)
    for sign in np.c_[c[:, 4:], c[:, :4]].T:
        letter = sign >= A
        rest = np.where(letter, rest * 100 + sign - A + 10, rest * 10 + sign) % 97
    found: Marks = known & (rest == 1)
    return found


def ssn(c: Codes) -> Marks:
    """US: no check digit; area, group and serial that were never issued are not."""
    area, group, serial = _value(c, 0, 3), _value(c, 3, 5), _value(c, 5, 9)
    found: Marks = (area > 0) & (area != 666) & (area < 900) & (group > 0) & (serial > 0)
    return found


def nino(c: Codes) -> Marks:
    """UK: no check digit; prefixes and suffixes that are not given."""
    first, second, last = ("".join(chr(code + ord("0")) for code in c[:, at]) for at in (0, 1, 8))
    refused = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    marks = [
        a not in "DFIQUV" and b not in "DFIQUVO" and z in "ABCD" and a + b not in refused
        for a, b, z in zip(first, second, last, strict=True)
    ]
    return np.array(marks, dtype=np.bool_)


def bsn(c: Codes) -> Marks:
    """Netherlands, nine digits: the eleven test."""
    found: Marks = ((c @ np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])) % 11 == 0) & c.any(axis=1)
    return found


def personnummer(c: Codes) -> Marks:
    """Sweden, ten or twelve digits: a date (coordination numbers add 60 to the day) and Luhn."""
    ten = c[:, -10:]
    day = _value(ten, 4, 6)
    found: Marks = luhn(ten) & _date(np.where(day > 60, day - 60, day), _value(ten, 2, 4))
    return found


def fodselsnummer(c: Codes) -> Marks:
    """Norway: a date (D numbers add 40 to the day) and two check digits."""
    first = c[:, :10] @ np.array([3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
    second = c @ np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
    day = _value(c, 0, 2)
    born = _date(np.where(day > 40, day - 40, day), _value(c, 2, 4))
    found: Marks = born & (first % 11 == 0) & (second % 11 == 0)
    return found


def cpr(c: Codes) -> Marks:
    """Denmark: a date; the check digit was given up in 2007."""
    return _date(_value(c, 0, 2), _value(c, 2, 4))


def hetu(c: Codes) -> Marks:
    """Finland, without the sign of the century: a date and a check character."""
    sign = HETU_SIGNS[_value(c, 0, 9) % 31]
    found: Marks = _date(_value(c, 0, 2), _value(c, 2, 4)) & (c[:, 9] == sign)
    return found


def pesel(c: Codes) -> Marks:
    """Poland: a date (the century in the month) and a check digit."""
    born = _date(_value(c, 4, 6), _value(c, 2, 4) % 20)
    found: Marks = born & ((c @ np.array([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1])) % 10 == 0)
    return found


def cpf(c: Codes) -> Marks:
    """Brazil: two check digits, and not one digit eleven times."""
    first = c[:, :9] @ np.arange(10, 1, -1) * 10 % 11 % 10
    second = c[:, :10] @ np.arange(11, 1, -1) * 10 % 11 % 10
    found: Marks = (c[:, 9] == first) & (c[:, 10] == second) & (c != c[:, :1]).any(axis=1)
    return found


def steuer_id(c: Codes) -> Marks:
    """Germany: ISO 7064 mod 11,10; of the first ten digits one stands twice or thrice, the others once."""
    product = np.full(len(c), 10, dtype=np.int64)
    for at in range(10):
        rest = (c[:, at] + product) % 10
        product = np.where(rest == 0, 10, rest) * 2 % 11
    often = (c[:, :10, None] == np.arange(10)).sum(axis=1)
    once = ((often >= 2).sum(axis=1) == 1) & (often.max(axis=1) <= 3)
    found: Marks = once & (c[:, 0] > 0) & ((11 - product) % 10 == c[:, 10])
    return found


def aadhaar(c: Codes) -> Marks:
    """India: Verhoeff's check digit; the first digit is 2 to 9."""
    powers = [np.arange(10)]
    for _ in range(7):
        powers.append(VERHOEFF_TURN[powers[-1]])
    state = np.zeros(len(c), dtype=np.int64)
    for place, digit in enumerate(c[:, ::-1].T):
        state = DIHEDRAL[state, powers[place % 8][digit]]
    found: Marks = (state == 0) & (c[:, 0] >= 2)
    return found


def nir(c: Codes) -> Marks:
    """France, 13 digits and the key: sex, a month (or 20 and more: not known), remainder of 97."""
    month = _value(c, 3, 5)
    born = ((month >= 1) & (month <= 12)) | ((month >= 20) & (month <= 42))
    sex = np.isin(c[:, 0], (1, 2, 3, 4, 7, 8))
    found: Marks = sex & born & (97 - _value(c, 0, 13) % 97 == _value(c, 13, 15))
    return found


def dni(c: Codes) -> Marks:
    """Spain: eight digits (or X, Y, Z for 0, 1, 2 and seven) and a letter."""
    first = c[:, 0]
    foreign = (first >= A + 23) & (first <= A + 25)
    digits = c[:, :8].copy()
    digits[:, 0] = np.where(foreign, first - A - 23, first)
    legal = foreign | (first <= 9)
    found: Marks = legal & (DNI_LETTERS[_value(digits, 0, 8) % 23] == c[:, 8])
    return found


def codice_fiscale(c: Codes) -> Marks:
    """Italy: a month's letter, a day (women's plus 40), and a check letter."""
    plain = np.where(c >= A, c - A, c)
    total = CF_ODD[plain[:, 0:15:2]].sum(axis=1) + plain[:, 1:15:2].sum(axis=1)
    day = _value(c, 9, 11)
    born = np.isin(c[:, 8], CF_MONTHS) & (np.where(day > 40, day - 40, day) >= 1) & (day <= 71)
    found: Marks = born & (total % 26 == plain[:, 15])
    return found


def north_american(c: Codes) -> Marks:
    """Telephone numbers: area and exchange begin with 2 to 9."""
    found: Marks = (c[:, 0] >= 2) & (c[:, 3] >= 2)
    return found
