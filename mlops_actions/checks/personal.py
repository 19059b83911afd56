"""Personal values among a column's distinct values: found by form and check digits, never shown. Pure.

A million texts take a second or two: one translation turns all of them into masks, and only values whose mask
is a known form are looked at. A long value is read in pieces, to its first 2,000,000 characters.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import looks
from mlops_actions.checks.check_digits import codes, number_codes
from mlops_actions.checks.looks import LOOKS, Look
from mlops_actions.checks.national_calls import national_calls
from mlops_actions.checks.person_columns import expected, looking_so, words_of
from mlops_actions.checks.person_names import names_of_people

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from mlops_actions.checks.limits import Kind
    from mlops_actions.profile.counts import ValueCounts

    Marks = NDArray[np.bool_]

PIECE, OVERLAP = 10_000, 200  # characters of a long value that are looked at together
FIRST = 2_000_000  # characters of a value
MASK = bytes.maketrans(
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0" * 10 + b"A" * 52
)
FEWEST_NUMBERS = 5  # distinct; of fewer nothing can be said
SMALLEST = 1e8  # no card or national number is smaller
LARGEST, MOST_INT = 2.0**63, 2**63 - 1
VERSION_WORDS = frozenset(("build", "oid", "release", "version", "ver", "section", "firmware"))
OCTET = 32  # a version seldom has a part so large
COLONS, DOTS, IPV4_LENGTH, MAC_LENGTH = 7, 3, 15, 17
ENOUGH = 10_000  # candidates, to see whether a form is what it seems
MOST_MASKS = 10_000  # remembered
NEW_LINE = ord("\n")
FEW, BEGINNINGS = 3, (b"AA00", b"AAAA")  # letters of a form; only IBANs and Italy's have more
CHUNK = 50_000  # values whose digits are held at once
Inside = tuple[int, str]


def find(
    name: str,
    kind: str,
    counts: ValueCounts,
    wanted: Collection[Kind],
    others: Iterable[str] = (),
    *,
    firm: bool = False,
) -> dict[Kind, Marks]:
    """Which distinct values look personal.

    Args:
        name: of the column.
        kind: string, integer, ...
        counts: its distinct values and their rows.
        wanted: kinds that are looked for.
        others: the names of the table's other columns.
        firm: of texts, leave out what has no check digits and may be an article's number.

    Returns:
        Per kind with a hit (k,) marks.
    """
    found: dict[Kind, Marks] = {}
    announced = expected(name, others)
    if announced in wanted and announced is not None:
        found[announced] = looking_so(announced, kind, counts)
    if kind == "string":
        texts, owners = _pieces(looks.with_plain_separators(counts.values.tolist()))
        for each, marks in _texts(name, texts, wanted, firm=firm):
            found[each] = found.get(each, False) | _folded(marks, owners, len(counts))
        if "phone" in wanted and not firm:
            found["phone"] = found.get("phone", False) | _of(national_calls(texts), len(texts))[: len(counts)]
        if "name" in wanted and "name" not in found:
            found["name"] = names_of_people(name, counts, others)
    elif kind in {"integer", "number"}:
        for each, marks in _numbers(counts, wanted):
            found[each] = found.get(each, False) | marks
    return {each: marks for each, marks in found.items() if marks.any()}


def worth_a_look(name: str, kind: str, counts: ValueCounts | None, others: Iterable[str] = ()) -> bool:
    """Texts are looked at; others by their column's name, or where numbers are large enough."""
    if kind == "string" or expected(name, others) is not None:
        return True
    if kind not in {"integer", "number"}:
        return False
    return counts is None or (len(counts) >= FEWEST_NUMBERS and bool(counts.values[-1] >= SMALLEST))


def _pieces(values: list[str]) -> tuple[list[str], NDArray[np.intp] | None]:
    """Long values in overlapping pieces, and which value each piece is of (None: there is no long one).

    The first pieces of all values come first, in their order.
    """
    long = [at for at, text in enumerate(values) if len(text) > PIECE]
    if not long:
        return values, None
    owners, pieces = list(range(len(values))), [text[:PIECE] for text in values]
    for at in long:
        text = values[at][:FIRST]
        starts = range(PIECE - OVERLAP, len(text) - OVERLAP, PIECE - OVERLAP)
        pieces += [text[start : start + PIECE] for start in starts]
        owners += [at] * len(starts)
    return pieces, np.array(owners, dtype=np.intp)


def _folded(marks: Marks, owners: NDArray[np.intp] | None, size: int) -> Marks:
    """(size,) values of which some piece is marked."""
    if owners is None:
        return marks
    found = np.zeros(size, dtype=np.bool_)
    found[owners[marks]] = True
    return found


def cut_short(counts: ValueCounts) -> bool:
    """Whether some text is longer than what is read of it."""
    return counts.values.dtype == object and any(
        isinstance(text, str) and len(text) > FIRST for text in counts.values.tolist()
    )


def _texts(
    name: str, texts: list[str], wanted: Collection[Kind], *, firm: bool
) -> Iterable[tuple[Kind, Marks]]:
    size, joined = len(texts), "\n".join(texts)
    if joined.count("\n") != size - 1:
        texts = [text.replace("\n", " ") for text in texts]
        joined = "\n".join(texts)
    if "email" in wanted and ("@" in joined or looks.AT_IN_URL in joined):
        yield "email", _of((at for at, text in enumerate(texts) if _is_mail(text)), size)
    if "phone" in wanted and "+" in joined:
        yield "phone", _of((at for at, text in enumerate(texts) if "+" in text and _is_call(text)), size)
    if "mac" in wanted and (":" in joined or "-" in joined):
        yield "mac", _of((at for at, text in enumerate(texts) if _is_mac(text)), size)
    if "ip" in wanted and (":" in joined or "." in joined):
        yield "ip", _addresses(name, texts)
    masks = joined.encode("utf-8", "surrogatepass").translate(MASK)
    whole, inside = _candidates(texts, masks)
    for at, look in enumerate(LOOKS):
        if look.kind in wanted and (look.firm or not firm) and (whole.get(at) or inside.get(at)):
            yield look.kind, _judged(look, texts, whole.get(at, []), inside.get(at, []))


def _of(places: Iterable[int], size: int) -> Marks:
    marks = np.zeros(size, dtype=np.bool_)
    marks[list(places)] = True
    return marks


def _is_mail(text: str) -> bool:
    if looks.AT_IN_URL in text:
        text = text.replace(looks.AT_IN_URL, "@")
    return "@" in text and looks.EMAIL.search(text) is not None


def _is_call(text: str) -> bool:
    return any(not looks.SIGNED.fullmatch(each.group()) for each in looks.PHONE.finditer(text))


def _is_mac(text: str) -> bool:
    return len(text) == MAC_LENGTH and looks.MAC.fullmatch(text) is not None


def _candidates(texts: list[str], masks: bytes) -> tuple[dict[int, list[int]], dict[int, list[Inside]]]:
    """Look to the places of values of its form; look to (place, part) where it is inside a longer text."""
    lines = masks.split(b"\n")
    forms = _forms(lines)
    whole: dict[int, list[int]] = {}
    for mask, places in forms.items():
        for look in _looks_of(mask):
            whole.setdefault(look, []).extend(places)
    inside: dict[int, list[Inside]] = {}
    for place in _hinted(masks):
        if lines[place] in forms:
            continue
        for each in looks.EMBEDDED.finditer(lines[place]):
            part = texts[place].encode("utf-8", "surrogatepass")[each.start() : each.end()].decode("ascii")
            for look in _looks_of(each.group()):
                cue = LOOKS[look].cue
                if LOOKS[look].embedded and (cue is None or cue.search(texts[place])):
                    inside.setdefault(look, []).append((place, part))
    return whole, inside


def _forms(masks: list[bytes]) -> dict[bytes, list[int]]:
    """The masks that are a form, and where each stands."""
    forms: dict[bytes, list[int]] = {}
    others: set[bytes] = set()  # masks seen before that are none
    for place, mask in enumerate(masks):
        if b"00" not in mask or len(mask) > looks.LONGEST or mask in others:
            continue
        if mask in forms:
            forms[mask].append(place)
        elif mask.count(b"A") > FEW and mask[:4] not in BEGINNINGS:
            continue
        elif looks.ANY.fullmatch(mask):
            forms[mask] = [place]
        elif len(others) < MOST_MASKS:
            others.add(mask)
    return forms


def _hinted(masks: bytes) -> list[int]:
    """The places whose mask may hold an embedded form."""
    begun = b"\n" + masks
    found = [each.start() for hint in looks.HINTS for each in re.finditer(re.escape(hint), begun)]
    ends = np.flatnonzero(np.frombuffer(masks, dtype=np.uint8) == NEW_LINE)
    places: list[int] = np.unique(np.searchsorted(ends, found)).tolist()
    return places


def _looks_of(mask: bytes) -> list[int]:
    return [at for at, form in enumerate(looks.WHOLE) if form.fullmatch(mask)]


def _judged(look: Look, texts: list[str], whole: list[int], inside: list[Inside]) -> Marks:
    """The values that pass, where they are more than chance; of very many a part tells first."""
    step = len(whole) // ENOUGH
    if step > 1 and not inside:
        part = whole[::step]
        seen, hits = _passing(look, [(at, texts[at]) for at in part])
        if not look.enough(len(hits), seen, looks.CHANCE_LIMIT):
            return np.zeros(len(texts), dtype=np.bool_)
    seen, hits = _passing(look, [*((at, texts[at]) for at in whole), *inside])
    return _of(hits if look.enough(len(hits), seen, looks.CHANCE_LIMIT) else (), len(texts))


def _passing(look: Look, candidates: list[Inside]) -> tuple[int, list[int]]:
    """How many count at all, and the places of those that pass."""
    by_length: dict[int, list[Inside]] = {}
    for place, text in candidates:
        kept = text if text.isdigit() else looks.plain(look, text)
        by_length.setdefault(len(kept), []).append((place, kept))
    seen, hits = 0, []
    for length, parts in by_length.items():
        for start in range(0, len(parts), CHUNK):
            some = parts[start : start + CHUNK]
            signs = codes([text for _, text in some], length)
            among = look.among(signs) if look.among is not None else np.ones(len(some), dtype=np.bool_)
            seen += int(among.sum())
            hits += [some[at][0] for at in np.flatnonzero(among & look.passes(signs)).tolist()]
    return seen, hits


def _numbers(counts: ValueCounts, wanted: Collection[Kind]) -> Iterable[tuple[Kind, Marks]]:
    """Cards and national numbers kept as numbers: most of the column must be such, far beyond chance.

    One in ten ids passes Luhn, one in eleven the Dutch test: a column of ids is told from cards by the share.
    """
    if not worth_a_look("", "integer", counts) or not np.issubdtype(counts.values.dtype, np.number):
        return
    values = counts.values
    if values.dtype == np.float64 and not (
        np.all(np.isfinite(values)) and np.all(values % 1 == 0) and values[-1] < LARGEST
    ):
        return
    whole = values.astype(np.int64)
    for look in LOOKS:
        if look.length and look.kind in wanted:
            hits = _number_hits(look, whole)
            if look.enough(len(hits), len(counts), looks.NUMBER_LIMIT):
                yield look.kind, _of(hits.tolist(), len(counts))


def _number_hits(look: Look, whole: NDArray[np.int64]) -> NDArray[np.intp]:
    """Places of passing numbers of that length; of very many a part tells first."""
    least = look.length - 1 if look.kind == "card" else look.length - 2  # a leading zero is lost
    places = np.flatnonzero((whole >= 10**least) & (whole <= min(10**look.length - 1, MOST_INT)))
    part = whole[places[:: max(1, len(places) // ENOUGH)]]
    if (
        len(places) < max(FEWEST_NUMBERS, looks.SHARE * len(whole))
        or _passes(look, part).mean() < looks.SHARE
    ):
        return places[:0]
    parts = [places[start : start + CHUNK] for start in range(0, len(places), CHUNK)]
    return np.concatenate([some[_passes(look, whole[some])] for some in parts])


def _passes(look: Look, values: NDArray[np.int64]) -> Marks:
    signs = number_codes(values, look.length)
    return look.passes(signs) & look.among(signs) if look.among is not None else look.passes(signs)


def _addresses(name: str, texts: list[str]) -> Marks:
    """IPv4 and IPv6, alone or inside a text; what may be a version is none."""
    dotted = [at for at, text in enumerate(texts) if len(text) <= IPV4_LENGTH and text.count(".") == DOTS]
    version = bool({*words_of(name)} & VERSION_WORDS)
    four = [at for at in dotted if looks.IPV4.fullmatch(texts[at])] if not version else []
    large = any(int(part) >= OCTET for at in four for part in texts[at].split("."))
    long = [at for at, text in enumerate(texts) if ":" in text and _is_six(text)]
    alone = {*dotted, *long}
    inside = [at for at, text in enumerate(texts) if at not in alone and not version and _holds_address(text)]
    return _of([*(four if large else ()), *long, *inside], len(texts))


def _holds_address(text: str) -> bool:
    """An address between other words; 1.2.3.4 is a version, and what stands after that word."""
    if text.count(".") >= DOTS:
        for each in looks.IPV4_INSIDE.finditer(text):
            before = words_of(text[max(0, each.start() - 12) : each.start()])
            if max(map(int, each.group().split("."))) >= OCTET and not {*before} & VERSION_WORDS:
                return True
    return text.count(":") >= 2 and any(  # noqa: PLR2004 - the fewest of an IPv6 address
        sum(map(bool, part.group().split(":"))) > 2 and _is_six(part.group())  # noqa: PLR2004 - C::d is none
        for part in looks.IPV6_INSIDE.finditer(text)
    )


def _is_six(text: str) -> bool:
    if "::" not in text and text.count(":") != COLONS:
        return False
    try:
        return not ipaddress.IPv6Address(text).is_unspecified
    except ValueError:
        return False
