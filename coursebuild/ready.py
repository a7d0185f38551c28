"""What Material would do to a page with scripts, done once while it is built: a phone need not do it at each visit."""

from __future__ import annotations

import re
from itertools import count

_TABLE = re.compile("<table>.*?</table>", re.DOTALL)
_CODE = re.compile("<pre>((?:<span></span>)?)<code>")
_BUTTON = (
    '<span class="md-code__nav"><button type="button" class="md-code__button" title="Copy to clipboard"'
    ' data-clipboard-target="#code-{number}" data-md-type="copy"></button></span>'
)


def ready(html: str) -> str:
    """The page with a button that copies on every box of code, and every plain table in a box that scrolls."""
    numbers = count()

    def with_button(found: re.Match[str]) -> str:
        number = next(numbers)
        return f'<pre>{found[1]}{_BUTTON.format(number=number)}<code id="code-{number}">'

    html = _TABLE.sub(
        lambda table: f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{table[0]}</div></div>', html
    )
    return _CODE.sub(with_button, html)
