"""Every chapter has all its parts, runs, and becomes a notebook that runs again where nothing else lies."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from coursebuild import lint
from coursebuild.book import chapter_files, read_book
from coursebuild.chapter import read_chapter
from coursebuild.errors import CourseError
from coursebuild.execution import execute
from coursebuild.notebook import as_notebook
from coursebuild.page import as_page
from coursebuild.parts import in_parts
from coursebuild.sources import read_sources

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = chapter_files(ROOT)
SECTIONS = """
From token ids to vectors; Why continuous geometry helps; Embedding space as model memory; Static versus contextual meaning; Pipeline position after tokenization
Embedding matrix; One-hot lookup equivalence; Batch sequence tensor shapes; Input output and tied embeddings; Residual stream initialization
Dot product; Cosine similarity; Euclidean distance; Norms and frequency effects; Nearest neighbors
Analogy directions; Subspaces and probes; Isotropy and anisotropy; Centering and whitening; Bias and representation directions
Language-model loss gradients; Word2vec and negative sampling; GloVe and co-occurrence factorization; Fine-tuning drift; Vocabulary resizing
Why positions are needed; Sinusoidal positional encodings; Learned positional embeddings; Rotary positional embeddings; ALiBi and relative biases
Query key value projections; Attention as soft nearest-neighbor lookup; Layer-wise contextualization; Dimensionality reduction diagnostics; Embedding geometry in RAG
Parameter counting; Memory and quantization; Norm and similarity dashboards; Outlier tokens and special tokens; Migration and compatibility tests
"""  # noqa: E501


def test_all_chapters_together_hold_what_is_asked_of_them() -> None:
    chapters = tuple(read_chapter(path) for path in CHAPTERS)
    lint.check(chapters, read_sources(ROOT, chapters))
    wanted = [line.split("; ") for line in SECTIONS.strip().splitlines()] + [[]] * 4
    assert [[section.title for section in chapter.sections] for chapter in chapters] == wanted


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_becomes_a_page_and_a_notebook_that_runs(path: Path, tmp_path: Path) -> None:
    chapter = read_chapter(path)
    sources = read_sources(ROOT, (chapter,))
    executed = execute(chapter, ROOT)
    page = as_page(executed, sources)
    assert "{{ " not in page
    assert page.count("<svg") >= sum("alt" in cell.options and not cell.is_hidden for cell in chapter.cells)
    notebook = as_notebook(executed, sources)
    (tmp_path / "sockets").mkdir()
    place = Config({"KernelManager": {"transport": "ipc", "ip": f"{tmp_path}/sockets/k"}})
    again = nbformat.reads(notebook, as_version=4)
    nbformat.validate(again)
    leads = re.findall(r"\]\(([^)]+)\)", "\n".join(cell.source for cell in again.cells if cell.cell_type == "markdown"))
    others = {f"{other.stem}.ipynb" for other in CHAPTERS}
    assert [lead for lead in leads if not lead.startswith("https://") and lead not in others] == []
    NotebookClient(
        again, config=place, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()


def _check(path: Path) -> None:
    chapter = read_chapter(path)
    lint.check_chapter(chapter, read_sources(ROOT, (chapter,)))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace("{: .idea }", "", 1), "lacks the idea in a sentence"),
        (lambda text: text.replace("[@", "[", 99), "lacks a source"),
        (lambda text: text + "\nIt takes 12 GiB of memory.\n", "is typed"),
        (lambda text: text.replace("## 1.3 ", "## ", 1), r"section 1\.3 is missing"),
        (lambda text: text + "\nThe row of <pad> is read.\n", "would be taken for HTML"),
        (lambda text: text.replace("# 1 Intuition", "# Intuition", 1), "must begin with its number"),
        (lambda text: text + "\n```python colour=red\n1\n```\n", "a cell has no option"),
        (lambda text: text.replace('color="C1"', 'color="black"', 1), "would not follow the page into the dark"),
    ],
)
def test_a_chapter_that_lacks_something_is_refused(damage, said: str, tmp_path: Path) -> None:
    path = tmp_path / "01-intuition.md"
    path.write_text(damage((ROOT / "course" / "01-intuition.md").read_text()))
    with pytest.raises(CourseError, match=said):
        _check(path)


def test_a_cell_that_fails_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "01-broken.md"
    path.write_text("# 1 Broken\n\n```python\na = 1\na / 0\n```\n")
    with pytest.raises(CourseError, match=r"01-broken\.md:5: the cell fails: ZeroDivisionError"):
        execute(read_chapter(path), tmp_path)


def test_a_widget_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "sources.yml").write_text("{}\n")
    path = tmp_path / "course" / "01-broken.md"
    path.write_text('# 1 Broken\n\n```python widget="rope-clok" alt="A clock."\n1\n```\n')
    with pytest.raises(CourseError, match=r"01-broken\.md:3: there is no widget 'rope-clok'"):
        read_book(tmp_path)


def test_each_section_is_a_part_with_the_sizes_of_what_is_seen_of_it() -> None:
    html = (
        '<h1>One</h1><p>Before</p><h2 id="a">A</h2><p>Three <b>words</b> here</p>'
        "<details><summary>Open</summary><p>not counted</p></details>"
        '<figure><svg id="drawing-1"></svg></figure><h2 id="b">B</h2><pre><code>x = 1\ny = 2\n</code></pre>'
        '<h2 id="c">C</h2><p>After</p>'
    )
    before, _, rest = in_parts(html).partition('<h2 id="a">A</h2>')
    first, _, rest = rest.partition('<h2 id="b">B</h2>')
    second, _, after = rest.partition('<h2 id="c">C</h2>')
    assert (before, after) == ("<h1>One</h1><p>Before</p>", "<p>After</p>")
    # Three words here, without the spaces at the ends of each piece; a paragraph, a summary, a figure.
    assert re.findall(r"--(\w+): (\d+)", first) == [
        ("letters", "14"),
        ("lines", "0"),
        ("blocks", "3"),
        ("figures", "1"),
    ]
    assert re.findall(r"--(\w+): (\d+)", second) == [
        ("letters", "0"),
        ("lines", "2"),
        ("blocks", "1"),
        ("figures", "0"),
    ]
    assert re.sub(r"\n?</?div[^>]*>\n?", "", in_parts(html)) == html


def test_a_section_is_cut_before_plain_paragraphs_and_listings_alone() -> None:
    listing, printed = '<div class="highlight">x</div>', '<div class="output highlight">1</div>'
    together = [
        '<p class="idea">Idea</p><ul><li><p>An item</p></li></ul>',
        f"{listing}{printed}<figure><path/><br></figure><p class='caption'>Of it</p>",
        '<p>Text</p><p><a id="m-place"></a></p><div class="admonition">Box</div>'
        '<div class="widget"></div><p>Under it</p>',
        '<p>The</p><p class="idea">end</p>',
    ]
    html = f'<h2 id="a">A</h2>{"".join(together)}<h2 id="b">B</h2>'
    kinds, boxes = zip(*re.findall(r'<div class="(part[^"]*)"[^>]*>(.*)</div>\n', in_parts(html)), strict=True)
    assert list(boxes) == together
    # The style sheet keeps the space between them.
    assert kinds == ("part goes-on", "part goes-on", "part goes-on", "part")


def test_a_section_that_leaves_an_element_open_is_refused() -> None:
    with pytest.raises(ValueError, match=r"what begins with '<p>open' has an element that does not end in its section"):
        in_parts('<h2 id="a">A</h2><p>open<h2 id="b">B</h2>')


def test_a_heading_that_nobody_meant_is_refused() -> None:
    html = '<h2 id="a">A</h2><details><p>cat and</p><h2 id="s">s. What is it?</h2></details>'
    with pytest.raises(ValueError, match=r"a heading stands within a box: 's. What is it\?'"):
        in_parts(html)
