"""Where a course lies, how nbgrader is configured there, and what an assignment consists of."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autograder.errors import UsageError
from autograder.folders import list_folder, listed_ids, read_data_files
from autograder.source import Markers, SourceNotebook, parse_source

CONFIG_NAMES = ("nbgrader_config.py", "nbgrader_config.json")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/@!$&*+,;=%\[\]-]+")
_IGNORE = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")


@dataclass(frozen=True, slots=True)
class Course:
    """An nbgrader course folder and the part of its configuration that grading depends on.

    ``site`` is where the course's pages are: http(s), or the way there from a feedback page; "" if there are none.
    """

    root: Path
    course_id: str = ""
    directory_structure: str = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")
    source_directory: str = "source"
    release_directory: str = "release"
    submitted_directory: str = "submitted"
    autograded_directory: str = "autograded"
    feedback_directory: str = "feedback"
    db_url: str = ""
    ignore: tuple[str, ...] = _IGNORE
    header: Path | None = None
    footer: Path | None = None
    packages: tuple[str, ...] = ()
    markers: Markers = field(default_factory=Markers)
    late_penalty: bool = False
    site: str = ""

    @property
    def reference(self) -> Path | None:
        """The course's own package of reference solutions, if it has one."""
        folder = self.root / "reference"
        return folder if folder.is_dir() else None

    def path(self, step: str, student_id: str, assignment: str) -> Path:
        """The folder of one step ("source", "release", "submitted", ...); the ids are never patterns.

        Raises UsageError for an id that would lead out of the step's folder.
        """
        for what, value in (("student id", student_id), ("assignment", assignment)):
            nobody = value == "." and what == "student id" and step in ("source", "release")
            if not value or (value in (".", "..") and not nobody) or "/" in value or "\0" in value:
                raise UsageError(f"{what} must be the name of one folder, got {value!r}")
        directory = {
            "source": self.source_directory,
            "release": self.release_directory,
            "submitted": self.submitted_directory,
            "autograded": self.autograded_directory,
            "feedback": self.feedback_directory,
        }[step]
        relative = self.directory_structure.format(
            nbgrader_step=directory, student_id=student_id, assignment_id=assignment
        )
        # Joined as text: to join parsed paths takes longer than to open a file.
        return Path(os.path.join(self.root, relative))


@dataclass(frozen=True, slots=True)
class Assignment:
    """The source of an assignment: its notebooks, and the data files that lie beside them."""

    name: str
    notebooks: tuple[SourceNotebook, ...]
    data_files: tuple[tuple[str, bytes], ...]

    @property
    def max_points(self) -> float:
        """Sum of the points of all notebooks."""
        return sum(notebook.max_points for notebook in self.notebooks)


def find_course(start: Path | None = None, explicit: Path | None = None) -> Course:
    """The course at ``explicit``, or the innermost one around ``start`` (default: the working directory).

    Never one inside a folder of submissions, whose configuration a learner could have written.
    Raises UsageError where there is none.
    """
    if explicit is not None:
        root = Path(explicit).resolve()
        if not _is_course(root):
            raise UsageError(f"No course at {root}: it has no nbgrader_config.py and no source folder with notebooks")
        return _load(root)
    start = Path(start or Path.cwd()).resolve()
    found: Course | None = None
    for folder in reversed((start, *start.parents)):
        if found is not None and folder.is_relative_to(found.root):
            learners = {found.submitted_directory, found.autograded_directory, found.feedback_directory}
            if learners.intersection(folder.relative_to(found.root).parts):
                break
        if _is_course(folder):
            course = _load(folder)
            # a configuration may say that the course lies elsewhere
            if start.is_relative_to(course.root):
                found = course
            elif folder == start:
                return course
    if found is None:
        raise UsageError(
            f"No course here: no folder from {start} upward has an nbgrader_config.py or a source folder "
            "with notebooks; go into the course folder or name it with --course"
        )
    return found


def assignments(course: Course) -> tuple[str, ...]:
    """Names of the assignments under source/ that hold a notebook, sorted."""
    names = listed_ids(course.root, _structure(course, course.source_directory, student_id="."), "{assignment_id}")
    return tuple(name for name in names if _notebook_names(course.path("source", ".", name)))


def chosen_assignments(course: Course, names: Sequence[str]) -> tuple[str, ...]:
    """These assignments, or all without any; raises UsageError where that is none."""
    chosen = tuple(names) or assignments(course)
    if not chosen:
        raise UsageError(
            f"There is no assignment in {course.root / course.source_directory}: each is a folder with a notebook in it"
        )
    return chosen


def students(course: Course, assignment: str) -> tuple[str, ...]:
    """Ids of those who submitted, sorted, exactly as the folders are called (odd bytes included)."""
    structure = _structure(course, course.submitted_directory, assignment_id=assignment)
    return listed_ids(course.root, structure, "{student_id}")


def load_assignment(course: Course, name: str) -> Assignment:
    """Read an assignment from source/; raises UsageError that names the file and what is wrong with it."""
    folder = course.path("source", ".", name)
    if not folder.is_dir():
        known = assignments(course)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise UsageError(f"No assignment {name!r} in {course.root / course.source_directory}: {hint}")
    names = _notebook_names(folder)
    if not names:
        raise UsageError(f"The assignment {name!r} has no notebook: {folder} holds no .ipynb file")
    header = _read_included(course.header, "header")
    footer = _read_included(course.footer, "footer")
    notebooks = tuple(
        parse_source(
            file_name.removesuffix(".ipynb"),
            _read(folder / file_name),
            header=header,
            footer=footer,
            markers=course.markers,
            where=os.path.relpath(folder / file_name, course.root),
        )
        for file_name in names
    )
    return Assignment(name, notebooks, read_data_files(folder, course.ignore))


def _is_course(folder: Path) -> bool:
    if any((folder / name).is_file() for name in CONFIG_NAMES):
        return True
    return any(_notebook_names(Path(entry.path)) for entry in list_folder(folder / "source") if entry.is_dir())


def _notebook_names(folder: Path) -> tuple[str, ...]:
    names = (entry.name for entry in list_folder(folder) if entry.is_file())
    return tuple(sorted(name for name in names if name.endswith(".ipynb") and not name.startswith(".")))


def _structure(course: Course, step_directory: str, **ids: str) -> str:
    fields = {"student_id": "{student_id}", "assignment_id": "{assignment_id}", **ids}
    return course.directory_structure.format(nbgrader_step=step_directory, **fields)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _read_included(path: Path | None, what: str) -> bytes | None:
    if path is None:
        return None
    if not path.is_file():
        raise UsageError(f"{path} does not exist, but IncludeHeaderFooter.{what} in nbgrader_config.py names it")
    return _read(path)


def read_config(root: Path) -> Any:
    """The traitlets ``Config`` of the course's own nbgrader_config.py and .json, if there is one."""
    from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader

    config = Config()
    loaders = zip(CONFIG_NAMES, (PyFileConfigLoader, JSONFileConfigLoader), strict=True)
    for name, loader in loaders:
        if not (root / name).is_file():
            continue
        try:
            config.merge(loader(name, path=str(root)).load_config())
        except Exception as error:
            kind = type(error).__name__
            raise UsageError(f"{root / name} cannot be loaded: {kind}: {error}") from None
    return config


def _load(root: Path) -> Course:
    config = read_config(root)
    directory = config.CourseDirectory
    configured_root = _value(directory, "root", "")
    if configured_root:
        root = (root / configured_root).resolve()
    include = config.IncludeHeaderFooter
    header, footer = _value(include, "header", ""), _value(include, "footer", "")
    defaults = Course(root)
    steps = ("source", "release", "submitted", "autograded", "feedback")
    names = ("course_id", "directory_structure", *(f"{step}_directory" for step in steps))
    return Course(
        root=root,
        db_url=_db_url(root, _value(directory, "db_url", "")),
        ignore=tuple(_value(directory, "ignore", list(_IGNORE))),
        header=root / header if header else None,
        footer=root / footer if footer else None,
        packages=tuple(_value(config.Autograder, "packages", [])),
        markers=_markers(config),
        site=_site(root, _value(config.Autograder, "site", "")),
        late_penalty=bool(config.AssignLatePenalties or config.LateSubmissionPlugin),
        **{name: _value(directory, name, getattr(defaults, name)) for name in names},
    )


def _markers(config: Any) -> Markers:
    given: dict[str, Any] = {}
    renamed: tuple[tuple[Any, dict[str, str]], ...] = (
        (
            config.ClearSolutions,
            {
                "code_stub": "code_stub",
                "text_stub": "text_stub",
                "begin_solution": "begin_solution_delimeter",
                "end_solution": "end_solution_delimeter",
            },
        ),
        (
            config.ClearHiddenTests,
            {"begin_hidden": "begin_test_delimeter", "end_hidden": "end_test_delimeter"},
        ),
        (
            config.ClearMarkScheme,
            {"begin_scheme": "begin_mark_scheme_delimeter", "end_scheme": "end_mark_scheme_delimeter"},
        ),
    )
    for section, options in renamed:
        for name, option in options.items():
            given[name] = _value(section, option, getattr(Markers(), name))
    if isinstance(given["code_stub"], str):
        # the form of old nbgrader versions, which it still accepts
        given["code_stub"] = {"python": given["code_stub"]}
    return Markers(**given)


def _value(section: Any, name: str, default: Any) -> Any:
    """A configured value, or the default; ``c.X.y.append(...)`` on a default arrives as a lazy value."""
    from traitlets.config.loader import LazyConfigValue

    if name not in section:
        return default
    value = section[name]
    if isinstance(value, LazyConfigValue):
        if isinstance(default, Mapping):
            default = dict(default)
        return value.get_value(default)
    return value


def _site(root: Path, configured: object) -> str:
    """The address as it may stand in a page: nothing in it that could be read as another kind of link."""
    if configured == "":
        return ""
    try:
        parts = urlsplit(configured) if isinstance(configured, str) and _ADDRESS.fullmatch(configured) else None
    except ValueError:
        parts = None
    is_web = parts is not None and parts.scheme in ("http", "https") and parts.netloc != "" and "@" not in parts.netloc
    is_relative = parts is not None and not parts.scheme and not parts.netloc and not parts.path.startswith("/")
    if not (is_web or is_relative):
        raise UsageError(
            f"c.Autograder.site in {root / CONFIG_NAMES[0]} must be an address as in 'https://example.org/course', or "
            f"a relative path from a feedback page to the course's pages, got {configured!r}"
        )
    return str(configured)


def _db_url(root: Path, configured: str) -> str:
    """nbgrader runs in the course's root, so that is what a relative SQLite path is relative to."""
    prefix = "sqlite:///"
    if not configured:
        return f"{prefix}{root / 'gradebook.db'}"
    if configured.startswith(prefix) and not configured.startswith((f"{prefix}file:", f"{prefix}:memory:")):
        return f"{prefix}{root / configured[len(prefix) :]}"
    return configured
