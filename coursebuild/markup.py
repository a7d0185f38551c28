"""Which stretches of Markdown are not prose: fences, code, formulas, computed values, links."""

from __future__ import annotations

import re

# Indented too: a fence may stand in an admonition.
FENCE = re.compile(r"^ *(`{3,}).*?^ *\1`*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
# The TeX of a formula is in the first group where it has a line of its own, else in the second.
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
# With a space inside the braces, so that TeX's own double braces are left alone.
INLINE = re.compile(r"\{\{ (.+?) ?\}\}")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def blanked(text: str, *patterns: re.Pattern[str]) -> str:
    """The text with spaces for whatever matches, so that every place and line stays where it was."""
    for pattern in patterns:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text
