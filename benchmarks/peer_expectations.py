"""The flights' 39 checks by Great Expectations on pandas; run by peers_validate.py with its interpreter.

PYTHON benchmarks/peer_expectations.py FOLDER
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from flights_checks import (
    CATEGORIES,
    DAYS,
    KEY,
    NEVER_NULL,
    NULL_SHARE,
    RANGES,
    SOME_NULL,
    TAIL,
)  # fmt: skip


def expectations(allowed: dict[str, list[str]]) -> list[Any]:
    """One expectation a check."""
    made: list[Any] = [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in NEVER_NULL]
    made += [gxe.ExpectColumnValuesToNotBeNull(column=name, mostly=1 - NULL_SHARE) for name in SOME_NULL]
    made += [
        gxe.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high)
        for name, (low, high) in RANGES.items()
    ]
    first, last = (datetime.fromisoformat(day) for day in DAYS)
    made.append(gxe.ExpectColumnValuesToBeBetween(column="time_hour", min_value=first, max_value=last))
    made += [gxe.ExpectColumnValuesToBeInSet(column=name, value_set=allowed[name]) for name in CATEGORIES]
    made.append(gxe.ExpectColumnValuesToMatchRegex(column="tailnum", regex=TAIL))
    made.append(gxe.ExpectCompoundColumnsToBeUnique(column_list=list(KEY)))
    return made


def main(folder: Path) -> None:
    """Read both files, validate all in boolean mode (the cheapest), print how many checks failed."""
    frames = (pd.read_parquet(folder / f"{split}.parquet") for split in ("train", "evaluation"))
    frame = pd.concat(frames, ignore_index=True)
    allowed = json.loads((folder / "categories.json").read_text(encoding="utf-8"))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("flights").add_dataframe_asset("flights")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="flights", expectations=expectations(allowed))
    found = batch.validate(suite, result_format="BOOLEAN_ONLY")
    failed = sum(not each.success for each in found.results)
    print(json.dumps({"failed": failed, "of": len(found.results), "rows": len(frame)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
