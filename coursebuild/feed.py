"""An Atom feed of the changelog."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"
_VERSION = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?\s*$", re.MULTILINE)


def as_atom(changelog: str) -> str:
    """One entry a version. A version that is not out yet has the date of the epoch: two builds give the same bytes."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", "Embedding space mathematics: what changed")
    _add(feed, "id", "urn:embedding-space-math:changelog")
    headings = list(_VERSION.finditer(changelog))
    dates = [f"{heading['date'] or '1970-01-01'}T00:00:00Z" for heading in headings]
    _add(feed, "updated", max(dates, default="1970-01-01T00:00:00Z"))
    author = ET.SubElement(feed, f"{{{_ATOM}}}author")
    _add(author, "name", "The Embedding Space Math authors")
    for heading, date in zip(headings, dates, strict=True):
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "title", heading["name"])
        _add(entry, "id", f"urn:embedding-space-math:changelog:{heading['name'].lower()}")
        _add(entry, "updated", date)
        later = next((other.start() for other in headings if other.start() > heading.start()), len(changelog))
        _add(entry, "content", changelog[heading.end() : later].strip()).set("type", "text")
    return ET.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = text
    return child
