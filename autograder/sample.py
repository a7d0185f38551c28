"""A class that never was: submissions under ``submitted/`` for trying out a course, its tests and its feedback.

Every learner hands in the *released* notebook with cells filled in, as real ones do: right, unusual but right, with
mistakes that the course's author knows, half finished, untouched, broken, hostile, late. The same seed gives the same
class.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import UsageError
from autograder.files import TIMESTAMP_FILE, write_atomically
from autograder.names import bound_names
from autograder.regions import regions
from autograder.source import Kind, SourceCell, SourceNotebook
from autograder.versions import ALTERNATIVES, MISTAKES, Version, load_versions, submitted_text

NAMES = (
    "ada", "amara", "anders", "aylin", "bao", "bruno", "carmen", "chidi", "dana", "diego", "elif", "emeka",
    "farah", "felix", "greta", "hana", "ines", "ivan", "jonas", "kaito", "lena", "lucia", "malik", "mei",
    "nadia", "nils", "noor", "olga", "omar", "paula", "priya", "quentin", "rafael", "rosa", "samir", "sofia",
    "tariq", "tove", "uma", "viktor", "wanjiru", "xiu", "yara", "yusuf", "zeynep", "zoe",
)  # fmt: skip

# What a class of two dozen hands in of one assignment; others in proportion.
_DECK = {
    "right": 5,
    "unusual but right": 4,
    "one mistake": 6,
    "several mistakes": 2,
    "half finished": 2,
    "untouched": 1,
    "not handed in": 1,
    "broken": 1,
    "hostile": 1,
    "right, and late": 1,
}
_POPULAR = 3
# Each takes the place of a solution cell, with the name of a function that the cell should define.
_HOSTILE = {
    "leaves Python": "import os\n\ndef {name}(*args, **kwargs):\n    os._exit(0)\n",
    "never comes back": "def {name}(*args, **kwargs):\n    while True:\n        pass\n",
    "wants all the memory": "def {name}(*args, **kwargs):\n    return [bytearray(2**30) for _ in range(1000)]\n",
    "looks for the reference": (
        "import importlib\n\ndef {name}(*args, **kwargs):\n"
        "    module = importlib.import_module('reference.{assignment}.solution')\n"
        "    return getattr(module, '{name}')(*args, **kwargs)\n"
    ),
    "equals everything": (
        "class Anything(float):\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
        "    def __array__(self, *args, **kwargs):\n        raise SystemExit\n\n"
        "def {name}(*args, **kwargs):\n    return Anything()\n"
    ),
    "rewrites numpy's own tests": (
        "import numpy as np\nnp.testing.assert_allclose = lambda *args, **kwargs: None\n"
        "np.allclose = np.array_equal = lambda *args, **kwargs: True\n\n"
        "def {name}(*args, **kwargs):\n    return 0\n"
    ),
    "prints a page of scripts": (
        "from IPython.display import HTML, display\n"
        "display(HTML('<script>document.title = \"mine\"</script>'))\n"
        "print('<script>alert(1)</script>' * 100)\n\n"
        "def {name}(*args, **kwargs):\n    return None\n"
    ),
}
_MARKUP = "<b>See</b> <script>alert(1)</script> [here](javascript:alert(1))."
_BROKEN = ("a cell that is no Python", "cut off in the middle", "test cells deleted", "another file name")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What one learner handed in of one assignment, in words and by the names of the known versions in it."""

    student_id: str
    assignment: str
    what: str
    versions: tuple[str, ...] = ()


def make_sample(
    course: Course, assignments: Sequence[Assignment], learners: int, seed: int, due: datetime
) -> tuple[HandedIn, ...]:
    """Write a class's submissions, most of them before ``due``.

    Raises UsageError where there is no release, or a submission in the way; nothing is written then.
    """
    students = [
        NAMES[i] if i < len(NAMES) else f"{NAMES[i % len(NAMES)]}-{i // len(NAMES) + 1}" for i in range(learners)
    ]
    for assignment in assignments:
        for notebook in assignment.notebooks:
            path = course.path("release", ".", assignment.name) / f"{notebook.name}.ipynb"
            if not path.is_file():
                raise UsageError(f"{path} does not exist: release first, autograder release {assignment.name}")
        for student_id in students:
            folder = course.path("submitted", student_id, assignment.name)
            if folder.exists():
                raise UsageError(f"{folder} exists already, and a sample never replaces a submission: move it away")
    before = list(sys.path)
    sys.path.insert(0, str(course.root))
    try:
        return tuple(item for one in assignments for item in _Class(course, one, students, seed, due).hand_in())
    finally:
        sys.path[:] = before


class _Class:
    """The submissions of one assignment."""

    def __init__(
        self, course: Course, assignment: Assignment, students: Sequence[str], seed: int, due: datetime
    ) -> None:
        self._course, self._assignment, self._students, self._due = course, assignment, students, due
        self._random = random.Random(f"{seed}/{assignment.name}")
        self._known = {kind: list(load_versions(assignment.name, kind)) for kind in (MISTAKES, ALTERNATIVES)}
        for versions in self._known.values():
            self._random.shuffle(versions)
        self._hostile = list(_HOSTILE)
        self._broken = list(_BROKEN)
        # In turn, so that a small class has some of each.
        self._qualities = ["full", "full", "half", "half", "vague", "markup", "none"]
        self._random.shuffle(self._qualities)
        self._random.shuffle(self._hostile)
        self._random.shuffle(self._broken)

    def hand_in(self) -> Iterator[HandedIn]:
        kinds = _dealt(len(self._students))
        self._random.shuffle(kinds)
        for student_id, kind in zip(self._students, kinds, strict=True):
            yield self._one(student_id, kind)

    def _one(self, student_id: str, kind: str) -> HandedIn:
        if kind == "not handed in":
            return HandedIn(student_id, self._assignment.name, kind)
        minutes = self._random.randint(20, 2000) if kind.endswith("late") else -self._random.randint(5, 9000)
        folder = self._course.path("submitted", student_id, self._assignment.name)
        what, versions = kind, list[str]()
        for source in self._assignment.notebooks:
            filled, said, used = self._filled(source, kind)
            what = said or what
            versions += used
            name, data = self._file(source, filled, what if kind == "broken" else "")
            write_atomically(folder / name, data)
        for name, data in self._assignment.data_files:
            write_atomically(folder / name, data)
        handed_in = self._due + timedelta(minutes=minutes)
        write_atomically(folder / TIMESTAMP_FILE, f"{handed_in:%Y-%m-%d %H:%M:%S} UTC\n".encode())
        return HandedIn(student_id, self._assignment.name, what, tuple(versions))

    def _filled(self, source: SourceNotebook, kind: str) -> tuple[dict[str, str], str, list[str]]:
        """New texts by grade_id, what to call it, and the known versions that are in it."""
        cells = {cell.grade_id or "": _solution(self._course, cell) for cell in _solution_cells(source)}
        functions = {name: cell.grade_id or "" for cell in _solution_cells(source) for name in bound_names(cell.source)}
        used: list[str] = []
        what = ""
        written = dict(self._answers(source))
        if kind == "untouched":
            return {}, "", []
        if kind == "half finished":
            kept = list(cells)[: max(1, len(cells) // 2)]
            return {key: cells[key] for key in kept}, "", []
        if kind in ("unusual but right", "one mistake", "several mistakes"):
            versions = self._versions(kind, functions)
            for version in versions:
                group = ALTERNATIVES if kind.startswith("unusual") else MISTAKES
                cells[functions[version.function]] = submitted_text(self._assignment.name, group, version.name)
                used.append(version.name)
        elif kind == "broken":
            what = self._broken[0]
            self._broken.append(self._broken.pop(0))
            if what == "a cell that is no Python" and cells:
                key = self._random.choice(list(cells))
                cells[key] = cells[key].replace(":", "", 1)
        elif kind == "hostile" and functions:
            label = self._hostile[0]
            self._hostile.append(self._hostile.pop(0))
            name = self._random.choice(sorted(functions))
            cells[functions[name]] = _HOSTILE[label].format(name=name, assignment=self._assignment.name)
            what = f"{name} {label}"
        return {**cells, **written}, what, used

    def _versions(self, kind: str, functions: Mapping[str, str]) -> list[Version]:
        """One version of one function, or of each; an unpopular one has its turn before any comes twice."""
        versions = self._known[ALTERNATIVES if kind.startswith("unusual") else MISTAKES]
        chosen: dict[str, Version] = {}
        most = {"one mistake": 1, "several mistakes": 2}.get(kind, len(functions))
        # Some mistakes are made by many: half of the class makes one of the first few.
        popular = versions[:_POPULAR] if not kind.startswith("unusual") and self._random.random() < 0.5 else []
        for version in [*self._random.sample(popular, len(popular)), *versions[_POPULAR:], *versions[:_POPULAR]]:
            if len(chosen) == most:
                break
            if version.function in functions and version.function not in chosen:
                chosen[version.function] = version
                if version not in versions[:_POPULAR]:
                    versions.remove(version)
                    versions.append(version)
        return list(chosen.values())

    def _answers(self, source: SourceNotebook) -> Iterator[tuple[str, str]]:
        """Written answers of varying quality, from the model answer where the source holds one."""
        for cell in source.cells:
            if cell.kind is not Kind.MANUAL or cell.cell_type != "markdown":
                continue
            model = _model_answer(self._course, cell)
            sentences = [part for part in model.replace("\n", " ").split(". ") if part]
            quality = self._qualities[0]
            self._qualities.append(self._qualities.pop(0))
            if quality == "none":
                continue
            text = {
                "full": model,
                "half": ". ".join(sentences[: max(1, len(sentences) // 2)]),
                "vague": "Because the vectors have a direction, and the model has learned it. That works better.",
                "markup": f"# My answer\n\n{sentences[0] if sentences else 'Yes'}.\n\n{_MARKUP}",
            }[quality]
            yield cell.grade_id or "", text.strip() or "It depends."

    def _file(self, source: SourceNotebook, filled: Mapping[str, str], broken: str) -> tuple[str, bytes]:
        path = self._course.path("release", ".", self._assignment.name) / f"{source.name}.ipynb"
        notebook: dict[str, Any] = json.loads(path.read_bytes())
        tests = {cell.grade_id for cell in source.cells if cell.kind is Kind.TEST}
        cells = []
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if broken == "test cells deleted" and grade_id in tests:
                continue
            if grade_id in filled:
                cell["source"] = filled[grade_id]
            cells.append(cell)
        notebook["cells"] = cells
        data = json.dumps(notebook, indent=1, ensure_ascii=False).encode()
        if broken == "cut off in the middle":
            data = data[: len(data) // 2]
        name = f"{source.name} (1).ipynb" if broken == "another file name" else f"{source.name}.ipynb"
        return name, data


def _dealt(number: int) -> list[str]:
    """As many kinds as there are learners, in the proportions of the deck."""
    total = sum(_DECK.values())
    shares = {kind: number * count / total for kind, count in _DECK.items()}
    dealt = {kind: int(share) for kind, share in shares.items()}
    for kind in sorted(shares, key=lambda kind: dealt[kind] - shares[kind])[: number - sum(dealt.values())]:
        dealt[kind] += 1
    return [kind for kind, count in dealt.items() for _ in range(count)]


def _solution_cells(source: SourceNotebook) -> list[SourceCell]:
    return [cell for cell in source.cells if cell.kind is Kind.SOLUTION and cell.cell_type == "code"]


def _solution(course: Course, cell: SourceCell) -> str:
    marks = course.markers.begin_solution, course.markers.end_solution
    return "\n".join(line for line in cell.source.split("\n") if not any(mark in line for mark in marks)) + "\n"


def _model_answer(course: Course, cell: SourceCell) -> str:
    """The solution region without the mark scheme in it."""
    markers = course.markers
    found = regions(cell.source, markers.begin_solution, markers.end_solution)
    text = found[0] if found else ""
    for scheme in regions(text, markers.begin_scheme, markers.end_scheme):
        text = text.replace(scheme, "")
    kept = [line for line in text.split("\n") if markers.begin_scheme not in line and markers.end_scheme not in line]
    return "\n".join(kept).replace("**A full answer.**", "").strip()
