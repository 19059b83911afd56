"""Numbers with their nouns, for sentences that people read."""

from __future__ import annotations

MOST_DECIMALS = 8
SMALLEST_P = 1e-300
SMALLEST_WHOLE, LARGEST_WHOLE = 1e3, 1e15  # at most four digits are asked for, and a power of ten is shorter


def count(n: int, word: str, plural: str = "") -> str:
    """1 rule, 2 rules, 2 batches; another plural where that is not enough."""
    ending = "es" if word.endswith(("ch", "s", "sh", "x")) else "s"
    return f"{n:,} {word}" if n == 1 else f"{n:,} {plural or f'{word}{ending}'}"


def share(n: int, total: int, word: str, verb: str) -> str:
    """1 of 1 rule holds, 1 of 2 rules hold; the verb is given in its plural."""
    ends = ("es" if verb.endswith("s") else "s") if total == 1 else ""
    return f"{n:,} of {count(total, word)} {verb}{ends}"


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{n:,}{'th' if n % 100 in {11, 12, 13} else ends.get(n % 10, 'th')}"


def noticed(n: int, total: int) -> str:
    """What the self-test of the schema found: what it does not notice, it would let pass in new data."""
    if n == total:
        return f"self-test: every injected fault noticed ({total:,})"
    said = f"{n:,} of {count(total, 'injected fault')}"
    return f"self-test of the schema, not of the data: it notices {said}; the rest would pass"


def p_value(p: float, sign: str = "") -> str:
    """To two digits, after the sign; one too small for a float to hold is no 0."""
    return f"< {SMALLEST_P:g}" if p < SMALLEST_P else f"{sign}{p:.2g}"


def few_digits(value: float, digits: int = 3, sign: str = "") -> str:
    """So many digits, thousands separated: 0.0123, 24.1 and 24,100, where `g` has 2.41e+04; "+" signs all."""
    text = f"{value:{sign}.{digits}g}"
    rounded = float(text)
    return f"{rounded:{sign},.0f}" if SMALLEST_WHOLE <= abs(rounded) < LARGEST_WHOLE else text


def told_from_zero(decimals: int, *values: float) -> int:
    """Those decimals, or more, up to eight, where otherwise all of the values would be shown as 0."""
    if any(round(value, decimals) for value in values):
        return decimals
    seen = [value for value in values if round(value, MOST_DECIMALS)]
    if not seen:
        return decimals
    enough = (d for d in range(decimals, MOST_DECIMALS) if all(round(value, d) for value in seen))
    return next(enough, MOST_DECIMALS)
