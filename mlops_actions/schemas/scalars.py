"""Single values as YAML that reads back as the very same value. Pure."""

from __future__ import annotations

import math
import re

import yaml

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
MAX_PLAIN = 2**63
TWO, FOUR = 0xFF, 0xFFFF


def quoted(text: str) -> str:
    """In quotes on one line; what cannot be seen in a review is escaped."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'
    return f'"{"".join(SHORT.get(sign) or _sign(sign) for sign in text)}"'


def _sign(sign: str) -> str:
    if sign == " " or sign.isprintable():
        return sign
    code = ord(sign)
    if code <= TWO:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= FOUR else f"\\U{code:08x}"


def plain(name: str) -> str:
    """Unquoted where YAML reads it as this very text: not `yes`, `null` or `1st: x`."""
    return name if WORD.fullmatch(name) and yaml.safe_load(name) == name else quoted(name)


def number(value: float) -> str:
    """Whole numbers without a dot, but for very large ones; floats have a dot before the exponent."""
    if not math.isfinite(value):
        message = f"{value} is no bound"
        raise ValueError(message)
    if isinstance(value, int) or (value == int(value) and abs(value) < MAX_PLAIN):
        return repr(int(value))
    text = repr(float(value))
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def flow(value: object) -> str:
    """A plain value on one line: texts in quotes, lists and mappings in brackets."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{plain(str(key))}: {flow(each)}' for key, each in value.items())}}}"
    return quoted(str(value))
