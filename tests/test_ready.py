"""What a page is given while it is built, that Material would add in the browser."""

from __future__ import annotations

from coursebuild.ready import ready


def test_every_box_of_code_gets_a_button_that_copies_it() -> None:
    html = ready("<pre><span></span><code>a = 1\n</code></pre><pre><code>b</code></pre>")
    assert html.count("<button") == 2
    for number, code in enumerate(("a = 1\n", "b")):
        assert f'data-clipboard-target="#code-{number}"' in html
        assert f'<code id="code-{number}">{code}</code></pre>' in html


def test_plain_tables_stand_in_a_box_that_scrolls_and_others_are_left_alone() -> None:
    plain, other = "<table><tr><td>1</td></tr></table>", '<table class="own"><tr><td>2</td></tr></table>'
    box = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    assert ready(plain + other + plain) == f"{box}{plain}</div></div>{other}{box}{plain}</div></div>"


def test_inline_code_and_code_that_speaks_of_tables_stay_as_they_are() -> None:
    html = "<p><code>x</code> and <code>&lt;table&gt;</code></p>"
    assert ready(html) == html
