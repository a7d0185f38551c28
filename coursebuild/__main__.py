"""For authors: check and execute chapters without building the site, and say what is in them.

python -m coursebuild 03 [04 ...]     these chapters alone; without a number all of them
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

from coursebuild import glossary, lint
from coursebuild.book import chapter_files
from coursebuild.chapter import Chapter, read_chapter
from coursebuild.errors import CourseError, ToolMissing
from coursebuild.execution import execute
from coursebuild.markup import INLINE
from coursebuild.mathematics import BadFormula, Formula, located, set_formulas, written_formulas
from coursebuild.measure import measured, words
from coursebuild.notebook import as_notebook
from coursebuild.page import as_page
from coursebuild.questions import read_questions
from coursebuild.sources import read_sources


def main() -> int:
    """Check what is asked for; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m coursebuild", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN", help="the numbers of chapters, such as 03")
    parser.add_argument("--notebooks", type=Path, metavar="FOLDER", help="also write the notebooks there")
    parser.add_argument("--values", action="store_true", help="also print the text with its computed values")
    options = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    paths = [path for path in chapter_files(root) if not options.numbers or path.stem[:2] in options.numbers]
    try:
        for path in paths:
            chapter = read_chapter(path)
            sources = read_sources(root, (chapter,))
            lint.check_chapter(chapter, sources)
            list(glossary.terms((chapter,)))
            questions = read_questions(chapter, root)
            executed = execute(chapter, root)
            page = as_page(executed, sources, questions)
            _check_formulas(root, chapter)
            notebook = as_notebook(executed, sources)
            if options.notebooks:
                options.notebooks.mkdir(parents=True, exist_ok=True)
                (options.notebooks / f"{chapter.slug}.ipynb").write_text(notebook)
            if options.values:
                print(page)
            _report(chapter, page)
    except (CourseError, ToolMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check_formulas(root: Path, chapter: Chapter) -> None:
    """Set the formulas of the chapter's source, so that an author need not build the site to see a bad one."""
    written = [Formula(INLINE.sub("1", tex), display) for _, (tex, display) in written_formulas(chapter)]
    try:
        set_formulas(root, written)
    except BadFormula as error:
        raise located((chapter,), error) from None


def _report(chapter: Chapter, page: str) -> None:
    found = measured(chapter)
    print(
        f"{chapter.slug}: {found.words} words, {found.formulas} formulas, {found.cells} cells, {found.figures} "
        f"figures, about {found.minutes} minutes, difficulty {found.difficulty}; Markdown with outputs "
        f"{len(gzip.compress(page.encode())) / 1000:.0f} KB gzipped"
    )
    for section in chapter.sections:
        print(f"  {section.number} {section.title}: {words(lint.section_source(chapter, section))} words of prose")


if __name__ == "__main__":
    sys.exit(main())
