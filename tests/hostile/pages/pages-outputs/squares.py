from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display, publish_display_data

script = "<script>document.title = 'acted'</script>"
svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
display(HTML(script), Javascript("document.title = 'acted'"), SVG(svg), Latex(f"$\\href{{javascript:alert(1)}}{{x}}$"))
display(Markdown(script), IFrame("http://127.0.0.1:9/", 100, 100))
publish_display_data(
    {
        "application/vnd.jupyter.widget-view+json": {"model_id": "a"},
        "application/vnd.plotly.v1+json": {"data": script},
        "text/plain": script,
        "image/svg+xml": svg,
        "image/png": svg,
        "image/png\" onload=\"alert(1)": "AAAA",
    },
    {"isolated": False, "image/png": {"width": "1\" onload=\"alert(1)"}},
)
print(f"\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07 \x1b[31m{script}\x1b[0m")


class Shown:
    def __repr__(self):
        return script

    def _repr_html_(self):
        return script

    def _repr_mimebundle_(self, **_):
        return {"text/html": script, "application/javascript": "alert(1)", "text/plain": script}


Shown()


def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
