"""The pages as they are built for a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def lay_out(page: Page) -> None:
    """Have all sections laid out, as for a reader who has come by them: one far from the screen has no measures yet."""
    page.locator(".part").evaluate_all("parts => parts.forEach((part) => { part.style.contentVisibility = 'visible' })")


def violations(page: Page, context: str | None = None, *, rules: Sequence[str] = WCAG) -> dict[str, str]:
    """What axe finds wrong with a page, or with an element of it: by rule, the first place."""
    lay_out(page)
    # What lies half under it is a matter of where the page stands.
    page.locator(".md-header").evaluate_all("bars => bars.forEach((bar) => { bar.style.position = 'static' })")
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return {item["id"]: item["nodes"][0]["html"] for item in found}


def built(folder: Path) -> Path:
    """Build them into a folder, strictly."""
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "mkdocs-offline.yml", "-d", str(folder)]
    done = subprocess.run(call, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder
