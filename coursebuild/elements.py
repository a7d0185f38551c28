"""Tells Markdown which of our elements are blocks: what stands in them is Markdown again."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension

BLOCKS = ("skill-check", "review-queue", "my-course", "my-results", "concept-map")


class Elements(Extension):  # type: ignore[misc]
    """Used with ``md_in_html``, as in ``<skill-check markdown="1">``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add them to what Markdown knows as blocks."""
        md.block_level_elements.extend(BLOCKS)
