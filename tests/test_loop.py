"""From a notebook with three known mistakes, graded by the real command, to the paragraphs that are about them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from browser import chromium
from commands import EX08, grade
from handed_in import hand_in, with_versions
from pages import violations

# Each known mistake with the misconception behind it.
MADE = {
    "rope__clockwise": "either-way-is-a-rotation",
    "half_split_permutation__identity": "a-layout-is-only-an-order",
    "rope_shapes__positions_in_batch": "positions-belong-to-one-text",
}


def test_a_learner_lands_on_the_paragraphs_about_the_mistakes(ex08_released: Path, site: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(ex08_released, tmp_path / "course"))
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Autograder.site = {'../../../pages'!r}\n")
    shutil.copytree(site, course / "pages")
    hand_in(course, "ada", EX08, EX08, with_versions(EX08, "mistakes", *MADE))
    grade(course, EX08)
    feedback = course / "feedback" / "ada" / EX08
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.set_offline(offline=True)
        page = context.new_page()
        # The page is all that nbgrader hands out: the result is in it.
        page.goto((feedback / f"{EX08}.html").as_uri())
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save the result as a file").click()
        result = tmp_path / saved.value.suggested_filename
        saved.value.save_as(result)
        assert result.read_bytes() == (feedback / "result.json").read_bytes()
        page.goto((course / "pages" / "my-results.html").as_uri())
        page.get_by_text("None is known.").wait_for()
        page.locator('input[type="file"]').set_input_files(result)
        page.get_by_text("Taken in: Exercise 8: RoPE rotation.").wait_for()
        links = page.locator("my-results ul.open a")
        assert links.count() == 3
        assert violations(page, "my-results") == {}
        claims = links.all_inner_texts()
        places = [str(link.get_attribute("href")) for link in links.all()]
        for claim, place in zip(claims, places, strict=True):
            page.goto(f"{(course / 'pages').as_uri()}/{place}")
            target = page.locator(f"#{place.partition('#')[2]}")
            assert target.count() == 1, (claim, place)
            assert page.url.startswith((course / "pages" / "06-positional-information.html").as_uri())
        # Their cards wait in the practice.
        page.goto((course / "pages" / "practice.html").as_uri())
        page.get_by_text("3 to go.").wait_for()
        shown = page.locator("[slot=now]").get_attribute("data-card") or ""
        assert shown.removeprefix("m-") in MADE.values()
        # The feedback page itself leads to the same places.
        page.goto((feedback / f"{EX08}.html").as_uri())
        read = page.get_by_role("link", name="Read about it")
        assert read.count() == 3
        led = set()
        for link in read.all():
            signpost = (feedback / str(link.get_attribute("href"))).resolve()
            led.add(re.findall(r'<a href="(?:\.\./)*([^"]+)"', signpost.read_text())[0])
        assert led == set(places)
