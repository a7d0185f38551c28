from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

BAD = "<img src=x onerror=alert(1)><script>alert(1)</script>"


class Own:
    def __repr__(self):
        return BAD

    def _repr_mimebundle_(self, **_):
        return {
            "text/html": BAD,
            "image/png": '"><script>alert(1)</script>',
            "image/jpeg": BAD,
            "image/svg+xml": BAD,
        }, {"image/png": {"width": '1" onload="alert(1)', "height": BAD}}


display(HTML(BAD), Markdown(BAD), Latex(r"$\href{javascript:alert(1)}{x}$"), Javascript("alert(1)"), Own())
print('\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07 \x1b[38;2;1;2;3"onload=alert(1)m' + BAD)
raise type(BAD, (Exception,), {})(BAD)
