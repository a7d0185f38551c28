"""The file that a learner takes to the course's pages: the points, and which misconceptions the mistakes come from.

::

    {"format": "autograder/result", "version": 1, "assignment": "ps1", "score": 9.0, "max_score": 14.0,
     "mistakes": [{"says": "The sign of every sine is the other one.", "misconception": "turns-add-up"}]}

Every mistake that was named is in it once, in the order of the checks; ``misconception`` is null where the course knows
none. It says nothing that the feedback page does not say, and not whose it is. docs/results.md is for its readers.
"""

from __future__ import annotations

import json
import math
import re

from autograder.sanitize import one_line
from autograder.verdict import Verdict, is_misconception

RESULT_FILE = "result.json"
_FORMAT, _VERSION = "autograder/result", 1
_MOST_MISTAKES, _LONGEST_TEXT, _LONGEST_NAME = 1000, 2000, 100
_OTHER = re.compile(r"[^A-Za-z0-9_.-]")


def result_as_json(verdict: Verdict, score: float, max_score: float) -> str:
    """The text of ``result.json``: the same bytes for the same verdict and points."""
    found: dict[str, dict[str, str | None]] = {}
    for notebook in verdict.notebooks:
        for cell in notebook.cells:
            says = one_line(cell.diagnosis, _LONGEST_TEXT)
            if cell.mistake and says and cell.mistake not in found:
                misconception = cell.misconception if is_misconception(cell.misconception) else None
                found[cell.mistake] = {"says": says, "misconception": misconception}
    record = {
        "format": _FORMAT,
        "version": _VERSION,
        "assignment": _OTHER.sub("_", verdict.assignment)[:_LONGEST_NAME],
        "score": _points(score),
        "max_score": _points(max_score),
        "mistakes": list(found.values())[:_MOST_MISTAKES],
    }
    return json.dumps(record, ensure_ascii=True, allow_nan=False) + "\n"


def _points(value: float) -> float:
    """A damaged verdict or gradebook may hold any number; a result holds none that is not one."""
    return max(0.0, float(value)) if math.isfinite(value) else 0.0
