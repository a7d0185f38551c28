"""Grades as CSV: what a spreadsheet reads back, and that none of it is run there."""

import csv
import io
from dataclasses import replace

import pytest

from autograder.export import Grade, as_csv

PLAIN = Grade("ps1", "ada", "Ada", "Lovelace", "ada@example.org", "2026-10-30 18:00:00", 0.0, 12.5, 20.0, 0.0, 1)


def read_back(*grades: Grade) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(grades), newline="")))


def test_a_grade_is_a_row() -> None:
    assert read_back(PLAIN) == [
        {
            "assignment": "ps1",
            "student_id": "ada",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "ada@example.org",
            "handed_in": "2026-10-30 18:00:00",
            "late_hours": "0",
            "score": "12.5",
            "max_score": "20",
            "late_penalty": "0",
            "needs_manual_grade": "1",
        }
    ]


def test_commas_quotes_and_lines_stay_in_their_field() -> None:
    (row,) = read_back(replace(PLAIN, last_name='Love, "Countess"\nof'))
    assert row["last_name"] == 'Love, "Countess" of'
    assert row["email"] == "ada@example.org"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://127.0.0.1")'])
def test_a_formula_is_a_text(text: str) -> None:
    (row,) = read_back(replace(PLAIN, student_id=text))
    assert row["student_id"] == f"'{text}"


def test_a_formula_is_a_text_where_semicolons_part_cells_and_signs_are_wide() -> None:
    (row,) = read_back(replace(PLAIN, student_id="eve; =1+1;-1", last_name="\uff1d1+1"))
    assert row["student_id"] == "eve; '=1+1;'-1"
    assert row["last_name"] == "'\uff1d1+1"


def test_what_can_not_be_seen_is_left_out() -> None:
    (row,) = read_back(replace(PLAIN, first_name="A\x00d\x1b[31ma\u202e", last_name="\t=1+1"))
    assert (row["first_name"], row["last_name"]) == ("Ada", "'=1+1")


def test_without_grades_there_is_a_header() -> None:
    assert as_csv([]).startswith("assignment,student_id,")
    assert read_back() == []
