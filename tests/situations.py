"""Golden submissions: one folder a situation under ``tests/hostile``, with the verdict that it must get.

The folder that it lies in is its kind:

``honest``
    what tricks and harm are compared with: right, wrong and half-right answers without a trick
``score``
    forge points, or what points are made of: tests, names, comparisons, errors
``secrets``
    read what is hidden: tests, expected values, the reference, the gradebook, the work of others
``others``
    end, stop or outlive processes, those of others or the own one; write where others read
``resources``
    use up time, memory, processes, disks or room for output
``escape``
    leave the sandbox: mounts, namespaces, the network, the kernel's odder calls
``reader``
    files that are no notebook, or an odd one
``pages``
    act on whoever opens a feedback page, or formgrader
``terminal``
    act on the terminal in which the instructor grades
``wire``
    answers, and bytes in place of answers, that break what reads them
``gradebook``
    ids and dates that break the gradebook and what is exported from it
``cache``
    files that would be taken for ours: verdicts, configurations, marks of what is done

A situation is a folder with

``expected.json``
    ``course`` ("quickstart", "ex08" or "helpers"), ``says`` (one sentence: what is tried), ``same_as`` (optional: the
    situation with the same answer and no trick, whose points it must have), and ``expect`` (see ``check``; its
    ``problem`` is part of what the run must report as not recorded).
``<grade_id>.py`` / ``<grade_id>.md``
    the text of that cell as the learner wrote it; cells without a file are as they were released
``first.py``, ``last.py``
    cells of the learner's own before and after all others
``files/``
    further files, handed in beside the notebook
``build.py``
    for what can't be kept as a file: ``build(folder, notebook)`` gets the folder of the submission (with the
    notebook already in it as ``<name>.ipynb``) and the name, and changes it as it likes
``name.txt``
    the student id, for odd ones (otherwise it is the folder's name); its bytes are those of the folder's name
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOSTILE = Path(__file__).with_name("hostile")
NOTEBOOK = {
    "quickstart": ("ps1", "problem1"),
    "ex08": ("ex08_rope_rotation", "ex08_rope_rotation"),
    "helpers": ("ps", "helpers"),
}


@dataclass(frozen=True)
class Situation:
    """One folder under ``tests/hostile/<kind>``."""

    folder: Path
    course: str
    student_id: str
    says: str
    same_as: str | None
    expect: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def kind(self) -> str:
        return self.folder.parent.name

    def submit(self, course: Path) -> None:
        """Put the submission where nbgrader looks for it in ``course``, which must have its release."""
        assignment, notebook = NOTEBOOK[self.course]
        target = course / "submitted" / self.student_id / assignment
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(course / "release" / assignment, target)
        path = target / f"{notebook}.ipynb"
        content = json.loads(path.read_text())
        for cell in content["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            for own in (self.folder / f"{grade_id}.py", self.folder / f"{grade_id}.md"):
                if own.exists():
                    cell["source"] = own.read_text()
        for place, index in (("first", 0), ("last", len(content["cells"]) + 1)):
            own = self.folder / f"{place}.py"
            if own.exists():
                cell = {"cell_type": "code", "metadata": {}, "source": own.read_text(), "outputs": []}
                if (content["nbformat"], content["nbformat_minor"]) >= (4, 5):
                    cell["id"] = f"own-{place}"
                content["cells"].insert(index, cell | {"execution_count": None})
        path.write_text(json.dumps(content))
        if (self.folder / "files").is_dir():
            shutil.copytree(self.folder / "files", target, dirs_exist_ok=True)
        if (self.folder / "build.py").exists():
            spec = importlib.util.spec_from_file_location(f"build_{self.name}", self.folder / "build.py")
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            module.build(target, notebook)

    def check(self, verdict: dict[str, Any]) -> None:
        """Compare a verdict with ``expect``.

        ``points`` (of the notebook), ``status``, ``cells`` ({grade_id: outcome, or {"outcome", "points", "message",
        "cause"}}, texts as substrings), ``repairs``, ``reason``, ``notes`` (lists or text: substrings that must
        be said). What is not named is not compared.
        """
        expect = self.expect
        _, name = NOTEBOOK[self.course]
        notebook = next(item for item in verdict["notebooks"] if item["notebook"] == name)
        assert notebook["status"] == expect.get("status", "graded"), notebook["reason"]
        cells = {cell["grade_id"]: cell for cell in notebook["cells"]}
        for grade_id, wanted in expect.get("cells", {}).items():
            cell = cells[grade_id]
            if isinstance(wanted, str):
                wanted = {"outcome": wanted}
            for key, value in wanted.items():
                if key in ("message", "cause"):
                    assert value in cell[key], (grade_id, key, cell)
                else:
                    assert cell[key] == value, (grade_id, key, cell)
        if "points" in expect:
            assert sum(cell["points"] for cell in cells.values()) == expect["points"], cells
        assert expect.get("reason", "") in notebook["reason"]
        for key, said in (("repairs", notebook["repairs"]), ("notes", verdict["notes"])):
            for wanted in expect.get(key, []):
                assert any(wanted in sentence for sentence in said), (key, wanted, said)
        if expect.get("repairs") == []:
            assert notebook["repairs"] == []


def load(folder: Path) -> Situation:
    """Read one situation."""
    record = json.loads((folder / "expected.json").read_text())
    named = folder / "name.txt"
    student_id = os.fsdecode(named.read_bytes().removesuffix(b"\n")) if named.exists() else folder.name
    return Situation(
        folder=folder,
        course=record["course"],
        student_id=student_id,
        says=record["says"],
        same_as=record.get("same_as"),
        expect=record["expect"],
    )


def situations() -> list[Situation]:
    """All situations, by kind and name."""
    return [load(path.parent) for path in sorted(HOSTILE.glob("*/*/expected.json"))]
