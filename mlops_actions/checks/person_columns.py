"""Columns that say by their name that they are about a person, with values that look so. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mlops_actions.checks.limits import Kind
    from mlops_actions.profile.counts import ValueCounts

MOST = 0.8  # of the distinct values of such a column look so
SOME = 0.5
FEWEST = 5  # distinct values; fewer are categories
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SIGNS = str.maketrans({"ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L", "đ": "d"})
NAMES = frozenset((
    "firstname", "lastname", "surname", "forename", "givenname", "familyname", "fullname", "middlename",
    "maidenname", "legalname", "vorname", "nachname", "familienname", "zuname", "prenom",
    "nomdefamille", "apellido", "apellidos", "primerapellido", "cognome", "fornavn", "etternavn",
    "efternavn", "fornamn", "efternamn", "etunimi", "sukunimi", "voornaam", "achternaam", "imie",
    "nazwisko", "sobrenome",
))  # fmt: skip
PEOPLE = frozenset((
    "applicant", "author", "borrower", "cardholder", "child", "client", "contact", "customer", "doctor",
    "driver", "employee", "father", "guest", "holder", "member", "mother", "owner", "passenger",
    "patient", "patron", "pensioner", "person", "recipient", "sender", "spouse", "student",
    "subscriber", "teacher", "tenant", "user", "victim", "witness", "worker",
))  # fmt: skip
COMPANY = frozenset(("birth", "dob", "email", "gender", "phone", "sex", "ssn", "surname"))
BIRTH = frozenset((
    "dob", "birthdate", "birthday", "dateofbirth", "birthdt", "geburtsdatum", "geburtstag",
    "datenaissance", "datedenaissance", "fechanacimiento", "fechadenacimiento", "datanascita",
    "datadinascita", "datanascimento", "datadenascimento", "fodselsdato", "fodelsedatum", "syntymaaika",
    "geboortedatum", "dataurodzenia", "bdate", "bday", "birthd", "dobirth", "gebdat", "gebdatum", "gebtag",
    "datenaiss", "ddn", "fechanac", "fecnac", "fnac", "datanasc", "dtnasc", "dtnascimento", "fodselsdag",
    "fodelsedag", "syntymapaiva", "dataur", "datumnarozeni", "dogumtarihi", "szuletesidatum",
))  # fmt: skip
BORN = frozenset((
    "birth", "born", "geb", "geboren", "geburt", "naissance", "nacimiento", "nacido", "nascita", "nascimento",
    "fodt", "fodd", "fodsel", "geboorte", "urodzony", "urodzenia", "syntynyt",
))  # fmt: skip
WHEN = frozenset(("am", "at", "d", "dat", "date", "datum", "day", "dt", "iso", "on"))  # may follow: born_on
FUSED = ("birthdate", "birthday", "dateofbirth", "geburtsdatum")  # userbirthdate
STREETS = frozenset((
    "address", "addr", "street", "streetname", "streetaddress", "strasse", "adresse", "adress",
    "direccion", "indirizzo", "adres", "osoite", "endereco", "domicilio",
))  # fmt: skip
NO_STREET = frozenset((
    "bus", "btc", "contract", "email", "eth", "hash", "host", "ip", "mac", "mail", "mem", "memory",
    "network", "node", "server", "url", "wallet", "web",
))  # fmt: skip
CALLS = frozenset((
    "phone", "phonenumber", "phoneno", "telephone", "telefon", "telefono", "telefone", "tel", "mobile",
    "mobilenumber", "mobil", "cell", "cellphone", "fax", "handy", "msisdn", "puhelin", "telefoon",
    "tlf", "tlfnr", "telefonnr", "telefonnummer", "telefonnumer", "mobilnr", "mobilnummer", "phoneint",
))  # fmt: skip
NATIONAL = frozenset((
    "aadhaar", "aadhar", "bsn", "burgerservicenummer", "codicefiscale", "cpf", "cpr", "cprnummer", "dni",
    "fodselsnummer", "henkilotunnus", "hetu", "insee", "nationalid", "nationalidnumber", "nationalinsurance",
    "nino", "nir", "numerodesecuritesociale", "passport", "passportno", "passportnumber", "personnummer",
    "pesel", "socialinsurancenumber", "socialsecurity", "socialsecurityno", "socialsecuritynumber", "ssn",
    "sozialversicherungsnummer", "steuerid", "svnr", "taxpayerid", "tin",
))  # fmt: skip
IDENTITY = re.compile(r"(?=(?:[^0-9]*[0-9]){6})[A-Za-z]{0,3}[ -]?[0-9](?:[ ./-]{0,1}[0-9A-Za-z]){5,14}")
NAME = re.compile(r"[^\W\d_][^\d_@/\\<>{}\[\]#=|]{1,80}")
CALL = re.compile(r"\+?\(?[0-9](?:[ ()./-]{0,2}[0-9]){6,14}")
DATE = re.compile(r"(?:1[89]|20)\d\d([-./])[01]?\d\1[0-3]?\d.*|[0-3]?\d([-./])[0-3]?\d\2(?:1[89]|20)?\d\d")
STREET = re.compile(r"(?=.*[^\W\d_]{3})(?=.*\d)(?=.*\s).{6,200}", re.DOTALL)
ARTICLES = frozenset(("article", "part", "product", "serial", "sku"))
FIRST_YEAR, LAST_YEAR = 1850, 2100


def words_of(name: str) -> tuple[str, ...]:
    """A column's name in small words: customerFirstName, customer_first_name -> customer, first, name."""
    plain = unicodedata.normalize("NFKD", name.translate(SIGNS)).encode("ascii", "ignore").decode()
    return tuple(word.lower() for word in WORDS.findall(plain))


def _any(words: tuple[str, ...], known: frozenset[str]) -> bool:
    """One word, or neighbours put together (first + name)."""
    parts = ("".join(words[at:end]) for at in range(len(words)) for end in range(at + 1, len(words) + 1))
    return any(part in known for part in parts)


def _ends_with_born(words: tuple[str, ...]) -> bool:
    """Born, born_on, patient_birth, but not births, birth_rate and born_in_us."""
    return next((word for word in reversed(words) if word not in WHEN), "") in BORN


def of_articles(name: str) -> bool:
    """Whether a column's name says that it numbers things: part_no, sku, productCode, serial."""
    return not ARTICLES.isdisjoint(words_of(name))


def expected(name: str, others: Iterable[str]) -> Kind | None:
    """What the column's name announces; a bare `name` is a person's only beside a sex, a birth or such."""
    words = words_of(name)
    listed: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("birth_date", BIRTH), ("phone", CALLS), ("national_id", NATIONAL), ("address", STREETS),
        ("name", NAMES),
    )  # fmt: skip
    if any(word.endswith(FUSED) for word in words):
        return "birth_date"
    for kind, known in listed:
        if _any(words, known) and not (kind == "address" and {*words} & NO_STREET):
            return kind
    if words and words[-1] == "name":
        beside = {word for other in others for word in words_of(other)}
        if {*words[:-1]} & PEOPLE or (len(words) == 1 and beside & COMPANY):
            return "name"
    if words[:2] == ("name", "of") and {*words[2:]} & PEOPLE:
        return "name"
    return "birth_date" if _ends_with_born(words) else None


def looking_so(kind: Kind, column_kind: str, counts: ValueCounts) -> NDArray[np.bool_]:
    """(k,) the distinct values that look as the name announces; none where too few do."""
    marks = _marks(kind, column_kind, counts)
    needed = MOST if kind == "name" else SOME
    fewest = 1 if kind == "birth_date" else FEWEST
    enough = len(counts) >= fewest and marks.sum() >= needed * len(counts)
    return marks if enough else np.zeros(len(counts), dtype=np.bool_)


def _marks(kind: Kind, column_kind: str, counts: ValueCounts) -> NDArray[np.bool_]:
    nothing = np.zeros(len(counts), dtype=np.bool_)
    if kind == "birth_date" and column_kind in {"date", "timestamp"}:
        return ~nothing
    if column_kind == "string":
        pattern = {
            "name": NAME, "phone": CALL, "birth_date": DATE, "address": STREET, "national_id": IDENTITY,
        }[kind]  # fmt: skip
        return counts.marked(lambda text: pattern.fullmatch(text[:200].strip()) is not None)
    if column_kind not in {"integer", "number"}:
        return nothing
    numbers = counts.values.astype(np.float64)
    if kind in {"phone", "national_id"}:
        found: NDArray[np.bool_] = (numbers >= 1e6) & (numbers < 1e15) & (numbers % 1 == 0)  # noqa: PLR2004
        return found
    if kind == "birth_date":
        year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
        born = (year >= FIRST_YEAR) & (year < LAST_YEAR) & (month >= 1) & (month <= 12)  # noqa: PLR2004
        dates: NDArray[np.bool_] = born & (day >= 1) & (day <= 31) & (numbers % 1 == 0)  # noqa: PLR2004
        return dates
    return nothing
