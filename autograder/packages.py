"""Which installed distributions learners may import: what the notebooks that they get import."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterable

from autograder.course import Assignment
from autograder.names import imported_modules
from autograder.runtime import top_level


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
    # Most are called as their distribution is; to look through all that is installed takes half a second.
    named = {module for module in modules if _is_distribution_of(module)}
    distributions = importlib.metadata.packages_distributions() if modules - named else {}
    return tuple(sorted(named | {name for module in modules - named for name in distributions.get(module, ())}))


def _is_distribution_of(module: str) -> bool:
    try:
        tops = set(top_level(importlib.metadata.distribution(module)))
    except importlib.metadata.PackageNotFoundError:
        return False
    return not tops.isdisjoint((module, f"{module}.py"))
