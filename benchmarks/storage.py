"""How the pages do with a thousand notes and five thousand cards in the reader's browser.

They are taken in as a file, as a reader takes them. Then three things are timed: the export, from the press of its
button to the finished file; the list of notes, from its address to what it shows; and a letter typed into a note, until
it is kept.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import courses
from browser import chromium
from interactive import visit
from pages import built

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOTES, CARDS, RUNS, LETTERS = 1000, 5000, 5, 20
CARD = {
    "due": 1, "stability": 1.5, "difficulty": 5.5, "days": 3, "step": 0, "reps": 2, "lapses": 0, "state": 2,
    "reviewed": 1, "changed": 1,
}  # fmt: skip


def main() -> None:
    """Measure, print, and write the results."""
    with tempfile.TemporaryDirectory(prefix="site-") as folder, chromium() as browser:
        site = built(Path(folder))
        page = browser.new_context(accept_downloads=True).new_page()
        visit(page, (site / "my-course.html").as_uri())
        take_in(page)
        shown = statistics.median(until_shown(page, site) for _ in range(RUNS))
        export = statistics.median(until_exported(page) for _ in range(RUNS))
        visit(page, (site / "03-similarity-geometry.html").as_uri())
        letters = letters_until_kept(page)
    print(f"list shown {shown:.2f} s, export {export:.2f} s, a letter kept {1000 * statistics.median(letters):.0f} ms")
    seconds = {"shown": shown, "export": export, "letter": statistics.median(letters)}
    courses.keep("storage", {"notes": NOTES, "cards": CARDS, "seconds": seconds})


def take_in(page: Page) -> None:
    """A file with all of them, as another browser would have written it."""
    records: dict[str, Any] = {f"card:x-{number}": CARD for number in range(CARDS)}
    records |= {
        f"note:{number}": {"text": f"note {number} " * 50, "revision": 1, "changed": 1} for number in range(NOTES)
    }
    content = json.dumps({"format": "embedding-space-math/progress", "version": 1, "records": records})
    page.locator('input[type="file"]').set_input_files(
        {"name": "much.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    page.locator("my-course").get_by_text(f"Taken in: {NOTES + CARDS} records.").wait_for()


def until_shown(page: Page, site: Path) -> float:
    """Seconds until the page of all notes shows them."""
    began = time.perf_counter()
    visit(page, (site / "my-course.html").as_uri())
    page.locator("my-course").get_by_text(f"{NOTES} notes.").wait_for()
    return time.perf_counter() - began


def until_exported(page: Page) -> float:
    """Seconds until the file is written."""
    began = time.perf_counter()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All as one file").click()
    Path(waiting.value.path())
    return time.perf_counter() - began


def letters_until_kept(page: Page) -> list[float]:
    """Seconds for each letter typed into a note."""
    desk = page.locator('section-desk[section="3.1"]')
    desk.locator("summary").click()
    found = []
    for number in range(1, LETTERS + 1):
        began = time.perf_counter()
        desk.get_by_role("textbox").press_sequentially("x")
        desk.get_by_text(f"{number} of 8,000 characters. Kept").wait_for()
        found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()
