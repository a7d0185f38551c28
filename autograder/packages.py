"""Which installed distributions learners may import: what the notebooks that they get import."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterable

from autograder.course import Assignment
from autograder.names import imported_modules


def imported_distributions(assignments: Iterable[Assignment]) -> tuple[str, ...]:
    """Distributions of the modules that released code cells import: not those of hidden tests and solutions."""
    modules: set[str] = set()
    for assignment in assignments:
        for notebook in assignment.notebooks:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    modules |= imported_modules(cell.released)
    modules -= sys.stdlib_module_names
    if not modules:
        return ()
    distributions = importlib.metadata.packages_distributions()
    return tuple(sorted({name for module in modules for name in distributions.get(module, ())}))
