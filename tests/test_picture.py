"""A figure's picture is drawn once, and is what matplotlib's two drawings give."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from typing import Any

import matplotlib
import numpy as np
import pytest
from IPython.core.pylabtools import print_figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from autograder.sandboxed.picture import picture_of

Make = Callable[[], Figure]


def _figure(**options: Any) -> Figure:
    figure = Figure(**options)
    FigureCanvasAgg(figure)
    return figure


def _lines(**options: Any) -> Figure:
    figure = _figure(**options)
    axes = figure.subplots()
    axes.plot([1, 2, 4], [3, 1, 2], label="a line")
    axes.set_title("three points")
    axes.set_xlabel("one")
    axes.legend()
    return figure


def _fitted() -> Figure:
    return _lines(layout="constrained")


def _tight() -> Figure:
    return _lines(layout="tight")


def _map() -> Figure:
    figure = _figure(figsize=(9, 3.3), layout="constrained")
    left, right = figure.subplots(1, 2)
    figure.colorbar(left.imshow(np.arange(12).reshape(3, 4)), ax=left)
    right.hist([1, 2, 2, 3], bins=3)
    return figure


def _polar() -> Figure:
    figure = _figure(dpi=70)
    figure.add_subplot(projection="polar").plot([0, 1, 2], [1, 2, 3])
    return figure


def _parts() -> Figure:
    figure = _figure(layout="constrained", facecolor="#203040")
    for part in figure.subfigures(1, 2):
        part.subplots().plot([2, 1])
    return figure


def _beside() -> Figure:
    figure = _lines()
    figure.axes[0].legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    return figure


def _see_through() -> Figure:
    return _lines(facecolor=(1, 0, 0, 0.3))


def _framed() -> Figure:
    return _lines(edgecolor="red", linewidth=4)


def _without_patch() -> Figure:
    return _lines(frameon=False)


ONCE = [_lines, _fitted, _tight, _map, _polar, _parts]
AS_EVER = [_beside, _see_through, _framed, _without_patch]


def _twice(figure: Figure) -> str:
    found: str = print_figure(figure, "png", base64=True, bbox_inches="tight")
    return found


def _pixels(picture: str) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"), dtype=np.int64)


@pytest.mark.parametrize("make", ONCE)
def test_one_drawing_gives_the_picture_of_two(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _pixels(_twice(make()))
    monkeypatch.setattr("IPython.core.pylabtools.print_figure", _refuse)
    picture = picture_of(make())
    assert picture is not None
    found = _pixels(picture)
    assert abs(np.subtract(found.shape, wanted.shape)).max() <= 1
    height, width = np.minimum(found.shape, wanted.shape)[:2]
    # What lies between two pixels falls to one or the other; all else is where it was, so no other place fits as well.
    errors = {
        (down, right): abs(np.roll(found, (down, right), (0, 1))[:height, :width] - wanted[:height, :width]).mean()
        for down, right in product((-1, 0, 1), repeat=2)
    }
    assert min(errors, key=errors.__getitem__) == (0, 0)
    assert errors[0, 0] < 5


@pytest.mark.parametrize("make", AS_EVER)
def test_what_can_not_be_cut_is_drawn_as_ever(make: Make) -> None:
    assert picture_of(make()) == _twice(make())


def test_a_figure_is_drawn_again_as_it_was() -> None:
    figure = _lines()
    assert picture_of(figure) == picture_of(figure)
    assert _twice(figure) == _twice(_lines())


def test_the_edge_is_the_one_that_is_set() -> None:
    with matplotlib.rc_context({"savefig.pad_inches": 0.5}):
        wanted, found = _twice(_lines()), picture_of(_lines())
        assert found is not None
        assert abs(np.subtract(_pixels(found).shape, _pixels(wanted).shape)).max() <= 1


def test_nothing_is_no_picture() -> None:
    assert picture_of(_figure()) is None


SHELL = """
import json
from autograder.sandboxed import session
from autograder.sandboxed.picture import picture_of
session.warm()
shell = session._shell
shell.outputs.take()
shown, ours = [], []
for code in (
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()",
    "%config InlineBackend.figure_format = 'retina'",
    "plt.plot([1, 2]); plt.show()",
):
    shell.run_cell(code)
    shown.append(shell.outputs.take())
    ours.append(picture_of in shell.display_formatter.formatters["image/png"].type_printers.values())
print(json.dumps([shown, ours]))
"""


def test_a_learners_figures_are_made_so_until_he_asks_for_others() -> None:
    backend = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run(
        [sys.executable, "-c", SHELL], env=os.environ | backend, capture_output=True, text=True, check=True
    )
    (first, _, second), ours = json.loads(done.stdout.splitlines()[-1])
    assert ours == [True, False, False]
    pictures = [
        Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
        for outputs in (first, second)
        for output in outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 2
    # A retina screen's has twice as many pixels.
    assert 1.9 < pictures[1].width / pictures[0].width < 2.1


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("it was drawn twice")
