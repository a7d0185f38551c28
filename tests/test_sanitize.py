"""What learners write and print, before a terminal or the instructor's browser shows it."""

from __future__ import annotations

import base64
import re
import struct
import time
import zlib
from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from autograder.sanitize import (
    MAX_CELL_TEXT,
    MAX_CODE_LINE,
    MAX_PICTURE,
    break_references,
    cell_outputs,
    code_text,
    markdown,
    one_line,
    picture,
    plain_text,
)

_ALLOWED_TAG = re.compile(
    r"p|a|em|strong|code|pre|span|div|h[1-6]|ul|ol|li|blockquote|hr|br|del|table|thead|tbody|tr|th|td|img|input"
    r"|dl|dt|dd"
)


class _Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.pictures: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not _ALLOWED_TAG.fullmatch(tag):
            self.dangers.append(f"<{tag}>")
        for name, value in attrs:
            target = (value or "").strip()
            if name.startswith("on"):
                self.dangers.append(f"{tag}.{name}")
            if name == "class" and "mermaid" in target.split():
                self.dangers.append("mermaid")
            if name == "href" and not target.startswith(("http://", "https://", "mailto:", "#")):
                self.dangers.append(f"{name}={target}")
            if name == "src":
                self.pictures.append(target)

    def handle_comment(self, data: str) -> None:
        self.dangers.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.dangers.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.dangers.append(f"<?{data}")


class _Text(HTMLParser):
    """Collects the text in which MathJax looks for formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _rendered(text: str) -> _Page:
    return _Page(markdown2html_mistune(markdown(text)[0]))


def _png(width: int = 3, height: int = 2, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden --><?php ?><!DOCTYPE x>",
    "<details open ontoggle=alert(1)>",
    "</div></div><h1>Full marks</h1>",
    "[click](javascript:alert(1))",
    "[click]( javascript:alert(1))",
    "[click](<javascript:alert(1)>)",
    "[click](java&#115;cript:alert(1))",
    "[click](\\javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](/hub/logout)",
    "[click]\n\n[click]: javascript:alert(1)",
    "[click]\n\n[click]:\n   javascript:alert(1)",
    "[click]\n\n[click]: &#x6a;avascript:alert(1)",
    "[click][x]\n\n> [x]: <javascript:alert(1)>",
    "[click][x]\n\n[x]: /files/submitted/eve/ps1/x.html",
    "[click][x]\n\n[x]:\n  ../../logout",
    "[click][x]\n\n[x]: //evil.example/x",
    "[click][x]\n\n[x]:x.html",
    "[click][x]\n\n[x]:\u00a0http://a.example",
    "[click][x\ny]\n\n> - [x\n>   y]: <x.html>",
    "[click][x\\[1]\n\n[x\\[1]: x.html",
    "term\n: [click][x]\n\n: [x]: /files/x\n",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/pixel.png)",
    "![x][y]\n\n[y]: https://tracker.example/pixel.png",
    '[x](https://a.example/"onclick="alert(1))',
    '[x](https://a.example "title\\" onclick=alert(1)")',
    "```mermaid\ngraph LR; A-->B; click A href 'javascript:alert(1)'\n```",
    "~~~ &#109;ermaid\nx\n~~~",
    "- > ```` \\mermaid\n  > x",
    "# <svg/onload=alert(1)>",
    "|a|\n|-|\n|<b onclick=x>|",
    "`<script>`\n\n    <script>\n",
    "$<script>alert(1)</script>$ and $$a<b$$",
    "<\nscript>",
    "<\x00script>alert(1)</script>",
    "<\u200bscript>alert(1)</script>",
    "<\x1b[0mscript>alert(1)</script>",
    "!\x00[x](https://tracker.example/)",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_markdown_opens_nothing_in_nbconverts_page(text: str) -> None:
    page = _rendered(text)
    assert page.dangers == []
    assert page.pictures == []


_PIECES = (
    *'<>[]()!:\\`\n $"x|',
    *("```", "~~~", "&#106;", "javascript:", "https://a.example", "mermaid", "attachment:p", "script"),
    *("\x1b[", "\u202e", "\t"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_no_mixture_of_markdown_gets_through(text: str) -> None:
    page = _rendered(text)
    assert page.dangers == []
    assert page.pictures == []


def test_ordinary_markdown_stays_as_it_is() -> None:
    text = (
        "# Answer\n\nFor $n < 1$ it is **wrong**, see [the docs](https://numpy.org/x) and `a[0]`:\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nfor i in x[1]:\n    print(i)\n```\n\n"
        "x<3, 2 <= y\n\té \u05e9\u05dc 😀"
    )
    assert markdown(text) == (text, {})


def test_links_to_the_web_may_be_defined() -> None:
    text = "[a][a] [b][b] [c][c]\n\n[a]: https://a.example/\n[b]: mailto:a@b.example\n[c]: #part\n"
    assert markdown(text) == (text, {})


def test_math_commands_that_leave_the_formula_are_broken() -> None:
    text, _ = markdown(r"$\href{javascript:x}{y} \style{position:fixed}{z} \frac{1}{2} \classical$")
    assert r"\href" not in text
    assert r"\style" not in text
    assert r"\frac{1}{2} \classical" in text


@pytest.mark.parametrize(
    "command",
    [
        *("mmlToken", "bbox", "enclose", "data", "htmlData", "includegraphics"),
        *("def", "gdef", "let", "newcommand", "renewcommand", "newenvironment", "renewenvironment", "csname"),
    ],
)
def test_each_math_command_that_reaches_out_is_broken(command: str) -> None:
    assert "\\" + command not in markdown(f"$\\{command}{{x}}{{y}}$")[0]


@pytest.mark.parametrize(
    "text",
    [
        "&#36;&#92;href{javascript:alert(1)}{x}&#36;",
        "&dollar;&bsol;href{javascript:alert(1)}{x}&dollar;",
        "$&#x5C;href{javascript:alert(1)}{x}$",
        "`&bsol;href` and &#8238; and &rlm;",
    ],
)
def test_no_character_is_decoded_after_the_look_at_the_text(text: str) -> None:
    page = _Text()
    page.feed(markdown2html_mistune(markdown(text)[0]))
    page.close()
    shown = "".join(page.parts)
    assert "\\href" not in shown
    assert not set("\u202e\u200f") & set(shown)


def test_references_that_learners_write_are_shown() -> None:
    assert markdown("a &lt; b&nbsp;&gt; c & d; $x &y$")[0] == "a &lt; b&nbsp;&gt; c & d; $x &y$"


def test_an_attached_picture_is_shown_and_others_are_not_asked_for() -> None:
    attachments = {
        "image (1).png": {"image/png": _base64(_png())},
        "evil.svg": {"image/svg+xml": "PHN2Zy8+"},
        "fake.png": {"image/png": _base64(b"<script>")},
    }
    text, kept = markdown(
        "![a](attachment:image%20(1).png) ![b](attachment:evil.svg) ![c](attachment:fake.png) ![d](attachment:no)",
        attachments,
    )
    assert kept == {"picture-1": {"image/png": _base64(_png())}}
    assert "![a](attachment:picture-1)" in text
    # An unknown attachment makes nbconvert refuse the whole notebook
    assert text.count("](attachment:") == 1


@pytest.mark.parametrize("attachments", [None, [], {"a": 1}, {"a": {"image/png": 5}}, {"\ud800": {}}, "x"])
def test_malformed_attachments_are_dropped(attachments: object) -> None:
    assert markdown("text", attachments) == ("text", {})


def test_the_instructors_text_asks_only_for_pictures_that_are_there() -> None:
    text = "![x](attachment:a.png) ![y](attachment:b.png)"
    assert break_references(text, ["a.png", "b.png"]) == text
    assert break_references(text, ["a.png"]) == "![x](attachment:a.png) ![y](missing attachment:b.png)"


@pytest.mark.parametrize(
    "unit",
    ["]:", "```", "~~~a", "![", "](", "<a", "\x1b[0", "`~", "\\href", "![a](attachment:(", "]: \n", "(("],
)
def test_no_text_makes_it_slow(unit: str) -> None:
    started = time.process_time()
    markdown(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize("unit", ["\\begin{a}", "\\\\(", "\\\\[", "$a", "[a](", "`a"])
def test_no_text_makes_nbconvert_slow(unit: str) -> None:
    text, _ = markdown(unit * 100_000)
    started = time.process_time()
    markdown2html_mistune(text)
    assert time.process_time() - started < 2


def test_terminal_text_holds_nothing_unseen() -> None:
    text = "a\x1b[31mred\x1b[0m \x1b]0;title\x07b\x00\x08\u202ec\ud800\r\nd\re\x9b1m"
    assert plain_text(text, 100) == "ared bc\ufffd\nd\ne1m"
    assert one_line(text, 100) == "ared bc\ufffd d e1m"


@given(st.text(st.characters(), max_size=300), st.integers(0, 80))
def test_terminal_text_is_as_short_as_asked_for_and_encodable(text: str, limit: int) -> None:
    for shown in (plain_text(text, limit), one_line(text, limit)):
        assert len(shown) <= limit
        assert not any(ord(character) < 32 and character not in "\t\n" for character in shown)
        shown.encode()


def test_code_shows_what_cannot_be_seen() -> None:
    assert code_text("a = 1 \u202e# x\x00\n\tb") == "a = 1 \ufffd# x\ufffd\n\tb"


def test_a_long_line_of_code_is_broken_where_it_can_be_seen_and_nothing_is_lost() -> None:
    line = "x = '" + "0123456789" * 350 + "'"
    shown = code_text(f"{line}\n\ny = 1\n")
    assert shown.replace("\n\u21aa ", "") == f"{line}\n\ny = 1\n"
    assert max(map(len, shown.split("\n"))) <= MAX_CODE_LINE + 2
    assert code_text("#" * MAX_CODE_LINE) == "#" * MAX_CODE_LINE


def test_a_long_cell_of_code_stays_whole_and_a_longer_one_is_cut_where_it_can_be_seen() -> None:
    whole = "answer = compute(1, 2)  # and why\n" * 800
    assert code_text(whole) == whole
    assert "more characters]" in code_text(whole * 2)
    assert len(code_text("a." * 100_000)) < 31_000


def test_a_real_figure_survives_without_its_comments() -> None:
    from matplotlib.figure import Figure

    buffer = BytesIO()
    figure = Figure(figsize=(1, 1))
    figure.savefig(buffer, format="png")
    shown = picture("image/png", _base64(buffer.getvalue()))
    assert shown is not None
    clean = base64.b64decode(shown)
    assert b"tEXt" in buffer.getvalue()
    assert b"tEXt" not in clean
    assert b"IDAT" in clean
    buffer = BytesIO()
    figure.savefig(buffer, format="jpeg")
    assert picture("image/jpeg", [_base64(buffer.getvalue())[:40] + "\n", _base64(buffer.getvalue())[40:]])
    assert picture("image/png", _base64(buffer.getvalue())) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        _png(width=60_000, height=60_000),
        _png(width=0),
        _png()[:-6],
        b"<svg onload='x'/>",
        b"\xff\xd8\xff\xff\xff",
        b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 1000,
    ],
)
def test_what_is_no_small_picture_is_dropped(data: bytes) -> None:
    assert picture("image/png", _base64(data)) is None
    assert picture("image/jpeg", _base64(data)) is None


def test_a_picture_loses_what_hides_behind_it() -> None:
    bomb = struct.pack(">I", 4) + b"zTXt" + b"bomb" + b"crc!"
    assert picture("image/png", _base64(_png(extra=bomb) + b"<script>")) == _base64(_png())
    assert picture("image/png", "not base64!") is None
    assert picture("image/png", 5) is None
    assert picture("image/svg+xml", _base64(_png())) is None
    assert picture("image/png", _base64(_png(extra=b"\x00\x90\x00\x00IDAT" + bytes(MAX_PICTURE * 2)))) is None


def test_outputs_keep_text_and_pictures_only() -> None:
    outputs = cell_outputs(
        [
            {"output_type": "stream", "name": "stderr", "text": ["a\x1b[1m", "b"]},
            {"output_type": "stream", "name": ["x"], "text": 5},
            {
                "output_type": "execute_result",
                "execution_count": "<b>",
                "metadata": {"x": 1},
                "data": {"text/html": "<b>", "text/plain": "4", "application/javascript": "alert(1)"},
            },
            {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}},
            {
                "output_type": "display_data",
                "data": {"image/png": _base64(_png())},
                "metadata": {"isolated": 1},
            },
            {"output_type": "error", "ename": "E\n", "evalue": "v\x00", "traceback": ["\x1b[31ma", 5, "b"]},
            {"output_type": "update_display_data", "data": {"text/plain": "x"}},
            {"output_type": None},
        ]
    )
    assert outputs == [
        {"output_type": "stream", "name": "stderr", "text": "ab"},
        {"output_type": "stream", "name": "stdout", "text": ""},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "4"},
            "metadata": {},
            "execution_count": None,
        },
        {"output_type": "display_data", "data": {"image/png": _base64(_png())}, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
    ]


def test_outputs_are_capped_in_number_and_size() -> None:
    long = cell_outputs([{"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}])
    assert len(str(long)) < MAX_CELL_TEXT + 200
    assert "more characters" in long[0]["text"]
    many = cell_outputs([{"output_type": "stream", "name": "stdout", "text": "x"}] * 5000)
    assert len(many) <= 101
    assert "4900 more outputs" in many[-1]["text"]
    wide = cell_outputs([{"output_type": "stream", "name": "stdout", "text": "x" * MAX_CELL_TEXT}] * 50)
    assert len(str(wide)) < MAX_CELL_TEXT + 1000


@pytest.mark.parametrize("unseen", ["\U0001d173", "\U0001d17a", "\U0001bca0"])
def test_signs_of_music_and_shorthand_that_nobody_sees_are_left_out(unseen: str) -> None:
    assert plain_text(f"a{unseen}b", 10) == "ab"
