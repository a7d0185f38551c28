"""Source notebooks in a few lines, for tests that need no file."""

import json
from typing import Any

from autograder.source import SourceNotebook, parse_source

_ROLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "locked": {"locked": True},
    "solution": {"solution": True},
    "test": {"grade": True, "locked": True, "points": 1},
    "manual": {"grade": True, "solution": True, "points": 1},
}


def notebook(*cells: tuple[str, str]) -> SourceNotebook:
    """A source notebook of code cells, each given as its kind and its text; their grade_ids are c0, c1, ..."""
    made = []
    for number, (kind, text) in enumerate(cells):
        role = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, **_ROLES[kind]}
        metadata = {} if kind == "plain" else {"nbgrader": role | {"grade_id": f"c{number}"}}
        made.append({"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None})
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return parse_source("it", json.dumps(content).encode())
