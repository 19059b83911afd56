"""What looks personal among distinct values, and what only resembles it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.checks.check_digits import codes, luhn
from mlops_actions.checks.limits import KINDS, Kind
from mlops_actions.checks.looks import by_chance
from mlops_actions.checks.person_columns import expected, words_of
from mlops_actions.checks.personal import find, worth_a_look
from mlops_actions.profile.counts import ValueCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

CARDS = [
    number
    for number in map(str, range(4_111_111_111_111_000, 4_111_111_111_112_000))
    if luhn(codes([number], 16))[0]
]


def found(
    values: Sequence[Any], name: str = "a", kind: str = "string", others: tuple[str, ...] = ()
) -> dict[Kind, int]:
    """Rows by kind."""
    counts = ValueCounts.of(Counter(values).items())
    marks = find(name, kind, counts, KINDS, others)
    return {each: counts.rows_where(where) for each, where in marks.items()}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("ann.lee+x@mail.example.org", "email"),
        ("https://example.org/u?mail=ann%40example.org", "email"),
        ("write to ann@example.org, please", "email"),
        ("two\nlines ann@example.org", "email"),
        ("+47 22 85 50 50", "phone"),
        ("+1 (212) 555-0100", "phone"),
        ("(212) 555-0100", "phone"),
        ("call +4722855050 now", "phone"),
        ("GB82 WEST 1234 5698 7654 32", "iban"),
        ("DE89370400440532013000", "iban"),
        ("paid from IBAN: DE89370400440532013000.", "iban"),
        ("4111 1111 1111 1111", "card"),
        ("3782-822463-10005", "card"),
        ("378282246310005", "card"),
        ("blåbær 4111111111111111 ok", "card"),
        ("123-45-6789", "national_id"),
        ("his ssn is 123-45-6789", "national_id"),
        ("AB 12 34 56 C", "national_id"),
        ("811218-9876", "national_id"),
        ("131052-308T", "national_id"),
        ("131052A308T", "national_id"),
        ("529.982.247-25", "national_id"),
        ("RSSMRA85T10A562S", "national_id"),
        ("290296 00013", "national_id"),
        ("2 55 08 14 168 025 38", "national_id"),
        ("192.168.1.20", "ip"),
        ("2001:db8::1", "ip"),
        ("00:1A:2b:3c:4d:5e", "mac"),
        ("DE89-3704-0044-0532-0130-00", "iban"),
        ("paid (DE89370400440532013000) today", "iban"),
        ("4111.1111.1111.1111", "card"),
        ("bob@b\u00fccher.example", "email"),
        ('"bob smith"@example.org', "email"),
        ("nino AB123456C.", "national_id"),
        ("login from 192.168.1.20 failed", "ip"),
        ("see http://192.168.1.20/x", "ip"),
        ("from 2001:db8::42:1, twice", "ip"),
    ],
)
def test_a_personal_value_is_found_among_others(value: str, kind: Kind) -> None:
    assert found([value, value, "plain", "also plain"]) == {kind: 2}


@pytest.mark.parametrize(
    "value",
    [
        "ann@localhost",
        "@example.org",
        "@handle",
        "a@b",
        "22 85 50 50",
        "+4",
        "+12345.678",
        "+1234567.5",
        "GB82 WEST 1234 5698 7654 33",  # one check digit off
        "4111 1111 1111 1112",
        "1234567890123",
        "666-45-6789",
        "529.982.247-26",
        "2024-01-31",
        "2024-01-31 12:30:45",
        "12:30:45",
        "7590-VHVEG",
        "1.2.3.4",
        "3.11.0.17",
        "300.1.1.1",
        "123456782",  # passes the Dutch test, as one in eleven do
        "234123412346",  # passes the Indian one
        "550e8400-e29b-41d4-a716-446655440000",
        "00-11-22-33-44-55-66",
        "spare part AB123456C for it",
        "Chrome/80.0.3.122 Safari/537.36",
        "since version 10.0.19.41 of it",
        "std::vector of Ab::Cd",
        "",
        "\n",
    ],
)
def test_what_only_resembles_it_is_left_alone(value: str) -> None:
    assert found([value]) == {}


@pytest.mark.parametrize("length", [9, 10, 11, 12, 13, 15, 16])
@pytest.mark.parametrize("kind", ["string", "integer"])
def test_a_column_of_ids_is_no_column_of_cards_or_national_numbers(length: int, kind: str) -> None:
    """Of 30,000 random numbers thousands pass some rule: that is chance."""
    numbers = np.unique(np.random.default_rng(length).integers(10 ** (length - 1), 10**length, 30_000))
    assert found([str(each) if kind == "string" else int(each) for each in numbers], kind=kind) == {}


@pytest.mark.parametrize("start", [4_000_000_000_000_000, 100_000_000, 10_000_000_000])
def test_running_numbers_are_no_cards(start: int) -> None:
    assert found(list(range(start, start + 5_000)), kind="integer") == {}


@pytest.mark.parametrize("kind", ["string", "integer", "number"])
def test_cards_kept_as_numbers_are_found(kind: str) -> None:
    made = {"string": str, "integer": int, "number": float}[kind]
    assert found([made(each) for each in CARDS], kind=kind) == {"card": len(CARDS)}


def test_few_cards_among_many_other_numbers_are_chance_and_too_few_tell_nothing() -> None:
    others = list(range(4_000_000_000_000_001, 4_000_000_000_009_001, 3))
    assert found([*others, *map(int, CARDS[:20])], kind="integer") == {}
    assert found([int(each) for each in CARDS[:4]], kind="integer") == {}


def test_national_numbers_kept_as_numbers_lose_their_zero_and_are_found() -> None:
    """Every PESEL of a day in 2002: their first digit is a zero."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    bodies = [f"022708{serial:04d}" for serial in range(0, 4_000, 37)]
    full = [body + str(-sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 10) for body in bodies]
    assert found([int(each) for each in full], kind="integer") == {"national_id": len(full)}


def test_a_long_cell_is_read_in_pieces_to_its_two_millionth_character() -> None:
    assert found(["x" * 9_995 + " ann@example.org"]) == {"email": 1}
    assert found(["x " * 900_000 + " ann@example.org", "x" * 10**6, "plain"]) == {"email": 1}
    assert found(["x" * 5_000_000 + " ann@example.org"]) == {}


@pytest.mark.parametrize(
    "form",
    [
        "0171/12345{:02d}",
        "07123 4567{:02d}",
        "06 12 34 56 {:02d}",
        "0047 22 85 50 {:02d}",
        "(030) 12345{:02d}",
    ],
)
def test_numbers_as_written_at_home_are_told_by_most_of_a_column(form: str) -> None:
    calls = [form.format(each) for each in range(40)]
    assert found(calls) == {"phone": 40}
    assert found([*calls, *(f"no {each}" for each in range(20))]) == {}
    assert found(calls[:4]) == {}


@pytest.mark.parametrize(
    "form", ["{:010d}", "0{:04d}-{:04d}", "{1:04d}-{0:06d}", "01-02-20{:02d}", "0.{:03d}"]
)
def test_padded_ids_postcodes_and_dates_are_no_telephone_numbers(form: str) -> None:
    assert found([form.format(each, each * 7) for each in range(1, 60)]) == {}


def test_a_surrogate_or_a_null_byte_is_text_like_any_other() -> None:
    assert found(["\udcff ann@example.org", "a\0b", "\udcff 4111111111111111"]) == {"email": 1, "card": 1}


@pytest.mark.parametrize(
    ("hits", "seen", "chance", "bound"), [(3, 3, 0.1, 1e-3), (1, 10, 0.1, 1.0), (0, 5, 0.1, 1.0)]
)
def test_chance_is_bounded_from_above(hits: int, seen: int, chance: float, bound: float) -> None:
    assert by_chance(hits, seen, chance) == pytest.approx(bound)


def test_the_bound_is_never_below_the_binomial_tail() -> None:
    from scipy.special import bdtrc

    for seen in (1, 5, 30, 1000):
        for hits in range(1, seen + 1, max(1, seen // 20)):
            for chance in (0.01, 0.1, 0.64):
                assert by_chance(hits, seen, chance) >= bdtrc(hits - 1, seen, chance) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("name", "others", "kind"),
    [
        ("first_name", (), "name"),
        ("customerLastName", (), "name"),
        ("Surname", (), "name"),
        ("NACHNAME", (), "name"),
        ("prénom", (), "name"),
        ("förnamn", (), "name"),
        ("patient_name", (), "name"),
        ("name", ("sex", "fare"), "name"),
        ("name", ("iata", "lat"), None),
        ("product_name", ("sex",), None),
        ("carrier", (), None),
        ("date_of_birth", (), "birth_date"),
        ("DOB", (), "birth_date"),
        ("fødselsdato", (), "birth_date"),
        ("born", (), "birth_date"),
        ("birth", (), "birth_date"),
        ("Born on", (), "birth_date"),
        ("patient_birth", (), "birth_date"),
        ("userBirthDate", (), "birth_date"),
        ("userbirthdate", (), "birth_date"),
        ("birth_d", (), "birth_date"),
        ("b_date", (), "birth_date"),
        ("d_o_b", (), "birth_date"),
        ("geb", (), "birth_date"),
        ("geb_dat", (), "birth_date"),
        ("geboren am", (), "birth_date"),
        ("date_naissance", (), "birth_date"),
        ("nacimiento", (), "birth_date"),
        ("dt_nasc", (), "birth_date"),
        ("født", (), "birth_date"),
        ("surname_at_birth", (), "name"),
        ("birth_year", (), None),
        ("birth_rate", (), None),
        ("birth_weight", (), None),
        ("births", (), None),
        ("births_week", (), None),
        ("born_in_us", (), None),
        ("newborn_date", (), None),
        ("rebirth", (), None),
        ("sub_date", (), None),
        ("birth_time", (), None),
        ("home_address", (), "address"),
        ("Straße", (), "address"),
        ("ip_address", (), None),
        ("email_address", (), None),
        ("phone_number", (), "phone"),
        ("tlf", (), "phone"),
        ("mobil_nr", (), "phone"),
        ("phoneint", (), "phone"),
        ("PhoneService", (), "phone"),
        ("microphone", (), None),
        ("ssn", (), "national_id"),
        ("Social_Security_Number", (), "national_id"),
        ("Name of customer", (), "name"),
        ("name_of_product", (), None),
    ],
)
def test_what_a_columns_name_announces(name: str, others: tuple[str, ...], kind: Kind | None) -> None:
    assert expected(name, others) == kind


def test_words_of_a_name() -> None:
    assert words_of("customerFirstName_2") == ("customer", "first", "name")
    assert words_of("DOBChild") == ("dob", "child")


NAMES = ["Ann", "Bo", "Çelik", "O'Neil", "García López", "van der Berg", "Braund, Mr. Owen Harris"]


@pytest.mark.parametrize(
    ("name", "kind", "values", "rows"),
    [
        ("surname", "string", NAMES, {"name": 7}),
        ("surname", "string", [f"{each:064x}" for each in range(7)], {}),
        ("surname", "string", ["u1", "u2", "u3", "u4", "u5", "u6"], {}),
        ("surname", "string", ["REDACTED"] * 9, {}),
        ("dob", "date", [1, 2, 3], {"birth_date": 3}),
        ("dob", "string", ["1980-02-01", "1.2.1980", "unknown"], {"birth_date": 2}),
        ("dob", "integer", [19800201, 19991231], {"birth_date": 2}),
        ("dob", "integer", [1, 0, 1], {}),
        ("address", "string", [f"{each} Main Street" for each in range(6)], {"address": 6}),
        ("address", "string", ["0x1f", "0x2f", "0x3f", "0x4f", "0x5f"], {}),
        ("phone", "string", [f"22 85 50 5{each}" for each in range(6)], {"phone": 6}),
        ("phone", "integer", [22855050 + each for each in range(6)], {"phone": 6}),
        ("phone", "integer", [0, 1, 2, 3, 4, 5], {}),
        ("PhoneService", "string", ["Yes", "No"], {}),
        ("ssn", "string", [f"{each:09d}" for each in range(10**6, 10**6 + 6)], {"national_id": 6}),
        ("ssn", "integer", list(range(1_020_003, 1_020_009)), {"national_id": 6}),
        ("ssn", "string", ["yes", "no", "unknown", "1", "2"], {}),
    ],
)
def test_a_name_alone_is_not_enough(name: str, kind: str, values: list[Any], rows: dict[Kind, int]) -> None:
    assert found(values, name, kind) == rows


def test_only_columns_that_could_hold_something_are_looked_at() -> None:
    small = ValueCounts.of([(each, 1) for each in range(100)])
    large = ValueCounts.of([(10**9 + each, 1) for each in range(100)])
    assert [
        worth_a_look("a", "string", None),
        worth_a_look("a", "integer", large),
        worth_a_look("a", "integer", None),
        worth_a_look("a", "integer", small),
        worth_a_look("dob", "integer", small),
        worth_a_look("a", "boolean", None),
        worth_a_look("a", "timestamp", None),
    ] == [True, True, True, False, True, False, False]


def test_only_the_wanted_kinds_are_looked_for() -> None:
    counts = ValueCounts.of([("ann@example.org", 1), ("+4722855050", 1), ("4111111111111111", 1)])
    wanted: tuple[Kind, ...] = ("phone",)
    assert set(find("a", "string", counts, wanted)) == {"phone"}
    assert find("a", "string", counts, ()) == {}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("4111\u00a01111\u00a01111\u00a01111", "card"),
        ("paid with 4111\u00a01111\u00a01111\u00a01111 today", "card"),
        ("4111\u20131111\u20131111\u20131111", "card"),
        ("DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "iban"),
        ("+47\u202f22\u202f85\u202f50\u202f50", "phone"),
    ],
)
def test_separators_that_are_not_ascii(value: str, kind: Kind) -> None:
    assert found([value, "bl\u00e5b\u00e6r"]) == {kind: 1}
