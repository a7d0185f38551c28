"""What is asked beside the chapters: keys that code computes, and a reason for every answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from coursebuild.asked import as_markdown, practice, shuffled, skill_check
from coursebuild.book import chapter_files
from coursebuild.chapter import read_chapter
from coursebuild.errors import CourseError
from coursebuild.misconceptions import in_mistakes, read_registry
from coursebuild.questions import Questions, read_questions

ROOT = Path(__file__).resolve().parent.parent
CHAPTER = (
    '# 3 Angles\n\nText.\n\n## 3.1 Right ones\n\n!!! misconception all-are-right "All angles are right."\n    No.\n'
)
GIVEN = {
    "misconceptions": {
        "half-is-whole": {"section": "3.1", "claim": "A half turn is a whole one.", "truth": "It is not."}
    },
    "questions": [
        {
            "id": "degrees",
            "section": "3.1",
            "kind": "number",
            "asks": "How many degrees has a quarter of a turn?",
            "code": "answer = 360 / 4\nhalf = 180",
            "options": [
                {"value": 90, "right": True, "why": "Four of them make a turn."},
                {"value": 180, "misconception": "half-is-whole", "why": "That is {{ half:d }}, half a turn."},
            ],
            "otherwise": "Divide a turn by four.",
        },
        {
            "id": "acute",
            "section": "3.1",
            "kind": "choice",
            "asks": "Which is acute?",
            "code": "answer = [n for n, angle in enumerate([30, 90, 120], 1) if angle < 90]",
            "options": [
                {"says": "30", "right": True, "why": "It is below 90."},
                {"says": "90", "misconception": "all-are-right", "why": "It is right."},
                {"says": "120", "misconception": "half-is-whole", "why": "It is obtuse."},
            ],
        },
        {
            "id": "by-size",
            "section": "3.1",
            "kind": "order",
            "misconception": "all-are-right",
            "asks": "From small to large.",
            "code": "answer = [30, 90, 120]",
            "options": [{"says": name, "why": "by its degrees"} for name in ("acute", "right", "obtuse")],
            "review": True,
        },
    ],
    "practice": {
        "3.1": {
            level: {"asks": "Add.", "hint": "Carry.", "code": "print(1 + 1)", "solution": "It is {{ 1 + 1 }}."}
            for level in ("easy", "medium", "hard")
        }
    },
}


def read(folder: Path, given: object, chapter: str = CHAPTER) -> Questions:
    path = folder / "course" / "03-angles.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(chapter)
    path.with_suffix(".yml").write_text(given if isinstance(given, str) else yaml.safe_dump(given, sort_keys=False))
    return read_questions(read_chapter(path), folder)


def changed(path: str, value: object) -> dict[str, object]:
    """The questions above with one thing changed, or removed where the value is None."""
    made = yaml.safe_load(yaml.safe_dump(GIVEN))
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    at = made
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return dict(made)


def test_keys_values_and_what_is_printed_are_computed(tmp_path: Path) -> None:
    found = read(tmp_path, GIVEN)
    degrees = found.questions[0]
    assert [option.why for option in degrees.options] == ["Four of them make a turn.", "That is 180, half a turn."]
    assert [problem.printed for problem in found.problems] == ["2\n"] * 3
    assert found.problems[0].solution == "It is 2."
    # Once more from what was kept.
    assert read(tmp_path, GIVEN) == found


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("questions/0/code", "answer, half = 91, 180", "the key of 'degrees' is 90, and its code computes 91"),
        ("questions/0/code", "half = 180", "the code of 'degrees' sets no 'answer'"),
        ("questions/0/code", "1 / 0", "the code of 'degrees' fails: ZeroDivisionError"),
        ("questions/0/options/1/value", 90.5, "the wrong answer 90.5 of 'degrees' would count as right"),
        ("questions/0/otherwise", None, "says under 'otherwise'"),
        ("questions/1/code", "answer = [2]", "the right options of 'acute' are [1], and its code computes [2]"),
        ("questions/1/options/1/right", True, "has 2 right options"),
        ("questions/1/options/1/misconception", None, "a wrong option without its misconception: '90'"),
        ("questions/1/options/1/why", None, "'why' is a required property"),
        ("questions/1/section", "3.7", "needs a section of this chapter, got '3.7'"),
        ("questions/1/id", "degrees", "'degrees' is there twice"),
        ("questions/2/code", "answer = [30, 120, 90]", "the order of 'by-size' does not rise"),
        ("questions/2/misconception", None, "needs a 'misconception'"),
        ("practice/3.1/hard/solution", "It is {{ missing }}.", "NameError"),
        ("practice/3.1/hard", None, "'hard' is a required property"),
        ("practice/3.1", None, "no practice for 3.1"),
        ("questions/0/colour", "red", "'colour' was unexpected"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(tmp_path: Path, path: str, value: object, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, changed(path, value))
    assert said in str(caught.value)
    assert "03-angles.yml" in str(caught.value)


def test_no_id_hangs_in_the_air(tmp_path: Path) -> None:
    chapter = read_chapter(tmp_path / "course" / "03-angles.md") if read(tmp_path, GIVEN) else None
    assert chapter is not None
    beside = read(tmp_path, changed("questions/1/options/1/misconception", "nowhere"))
    with pytest.raises(CourseError, match=r"03-angles.yml:\d+: the question 'acute' names 'nowhere'"):
        read_registry([chapter], {chapter.slug: beside}, tmp_path)
    twice = read(tmp_path, changed("misconceptions/all-are-right", GIVEN["misconceptions"]["half-is-whole"]))  # type: ignore[index]
    with pytest.raises(CourseError, match=r"'all-are-right' is in 03-angles\.md already"):
        read_registry([chapter], {chapter.slug: twice}, tmp_path)
    mistakes = tmp_path / "reference" / "ex01" / "mistakes.py"
    mistakes.parent.mkdir(parents=True)
    mistakes.write_text("def f__x(): ...\n\nMISCONCEPTIONS = {'all-are-right': ('f__x',), 'nobody': ('f__x',)}\n")
    assert in_mistakes(mistakes) == {"all-are-right": ("f__x",), "nobody": ("f__x",)}
    with pytest.raises(CourseError, match="names 'nobody', which is no misconception"):
        read_registry([chapter], {chapter.slug: read(tmp_path, GIVEN)}, tmp_path)


def test_a_question_is_read_without_scripts_and_its_order_is_hidden(tmp_path: Path) -> None:
    found = read(tmp_path, GIVEN)
    told = {"half-is-whole": ("03-angles.md#s3-1", "A half turn is a whole one.")}
    text = as_markdown(found.questions[0], lambda name: told[name])
    assert '<details class="whys"' in text
    assert "**No.** 180: That is 180, half a turn. [A half turn is a whole one.](03-angles.md#s3-1)" in text
    by_size = found.questions[2]
    assert sorted(option.says for option in shuffled(by_size)) == ["acute", "obtuse", "right"]
    assert shuffled(by_size) != by_size.options
    # What is for reviews alone is not in the check.
    assert "by-size" not in skill_check(found, lambda name: ("", name))
    assert practice(found.problems).count("??? solution") == 3


def all_questions() -> dict[str, Questions]:
    return {path.stem: read_questions(read_chapter(path), ROOT) for path in chapter_files(ROOT)}


def test_every_chapter_asks_and_every_section_is_practised() -> None:
    found = all_questions()
    in_checks = {slug: [q for q in beside.questions if not q.is_for_review] for slug, beside in found.items()}
    assert sum(len(asked) for asked in in_checks.values()) >= 60
    for slug, asked in in_checks.items():
        if int(slug[:2]) <= 9:
            assert len(asked) >= 6, slug
            assert {question.kind for question in asked} == {"choice", "choices", "number", "order"}, slug
    ids = [question.id for beside in found.values() for question in beside.questions]
    assert len(ids) == len(set(ids))
    practised = {problem.section for beside in found.values() for problem in beside.problems}
    assert len(practised) == 40
    # The right answer is not to be found by its place.
    places = [
        [option.is_right for option in question.options].index(True)
        for beside in found.values()
        for question in beside.questions
        if question.kind == "choice"
    ]
    assert max(places.count(place) for place in set(places)) <= 0.6 * len(places)


def test_exercises_are_read_after_the_same_sections_in_chapter_ten_and_on_the_map() -> None:
    table = (ROOT / "course" / "10-exercises.md").read_text()
    rows = re.findall(r"^\| `(ex\d\d_\w+)` \|.*$", table, re.MULTILINE)
    listed = yaml.safe_load((ROOT / "course" / "map.yml").read_text())["exercises"]
    assert rows == list(listed)
    for slug in rows:
        row = next(line for line in table.splitlines() if line.startswith(f"| `{slug}`"))
        assert re.findall(r"\[(\d\.\d)\]", row) == listed[slug]["requires"]
