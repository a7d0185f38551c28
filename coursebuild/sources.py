"""What the course cites: papers, code and documentation, each with an id that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coursebuild.chapter import Chapter
from coursebuild.errors import CourseError

CITATION = re.compile(r"\[@([a-z0-9-]+)\]")
_FORMS = {
    "arxiv": re.compile(r"\d{4}\.\d{4,5}"),
    "acl": re.compile(r"[A-Z]\d{2}-\d{4}|20\d\d\.[a-z0-9]+-[a-z0-9]+\.\d+"),
    "doi": re.compile(r"10\.\d{4,9}/\S+"),
    "url": re.compile(r"https://\S+"),
}
_ADDRESS = {
    "arxiv": "https://arxiv.org/abs/{}",
    "acl": "https://aclanthology.org/{}",
    "doi": "https://doi.org/{}",
    "url": "{}",
}
_NAMED = {"arxiv": "arXiv:{}", "acl": "ACL {}", "doi": "doi:{}"}
_FIELDS = frozenset({"short", "authors", "title", "venue", "year", "note", *_FORMS})


@dataclass(frozen=True, slots=True)
class Source:
    """One work: ``short`` is what stands in the text, such as "Bengio et al. 2003"."""

    key: str
    short: str
    authors: str
    title: str
    venue: str
    year: int | None
    ids: tuple[tuple[str, str], ...]
    note: str

    @property
    def address(self) -> str | None:
        """Where it can be read."""
        return _ADDRESS[self.ids[0][0]].format(self.ids[0][1]) if self.ids else None

    def as_markdown(self) -> str:
        """Its line in a list of sources."""
        title = f"[{self.title}]({self.address})" if self.address else f"*{self.title}*"
        said = [self.authors, title, self.venue, str(self.year or "")]
        said += [_NAMED[kind].format(value) for kind, value in self.ids if kind in _NAMED]
        return ". ".join(part.rstrip(".") for part in said if part) + "." + (f" {self.note}" if self.note else "")


def read_sources(root: Path, chapters: tuple[Chapter, ...]) -> dict[str, Source]:
    """All sources, by key: those of ``course/sources.yml`` and those that a chapter's front matter adds.

    Raises CourseError for a key that is there twice, a missing field, or an id that can't be one.
    """
    path = root / "course" / "sources.yml"
    found: dict[str, Source] = {}
    for where, entries in [
        (path, yaml.safe_load(path.read_text())),
        *((c.path, c.meta.get("sources")) for c in chapters),
    ]:
        for key, entry in (entries or {}).items():
            if key in found:
                raise CourseError(where, None, f"the source {key!r} is there twice")
            found[key] = _source(where, key, entry)
    return found


def _source(path: Path, key: str, entry: Mapping[str, Any]) -> Source:
    strange = set(entry) - _FIELDS
    if strange or not {"short", "title"} <= set(entry):
        raise CourseError(path, None, f"the source {key!r} needs short and title, and knows only {sorted(_FIELDS)}")
    ids = tuple((kind, str(entry[kind])) for kind in _FORMS if kind in entry)
    for kind, value in ids:
        if not _FORMS[kind].fullmatch(value):
            raise CourseError(path, None, f"the source {key!r} has {value!r} as its {kind}, which can't be one")
    return Source(
        key, entry["short"], entry.get("authors", ""), entry["title"], entry.get("venue", ""), entry.get("year"), ids,
        entry.get("note", ""),
    )  # fmt: skip


def cited(text: str) -> tuple[str, ...]:
    """The keys that a text cites, each once, in order."""
    return tuple(dict.fromkeys(CITATION.findall(text)))
