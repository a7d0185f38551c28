"""The picture of a figure: as IPython's inline backend makes it, in one drawing instead of two."""

from __future__ import annotations

import binascii
import io
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What hangs out of a figure by less than this is no more than rounding.
_NOTHING = 0.5


def draw_once(shell: Any) -> None:
    """Have the shell make its pictures by :func:`picture_of`, where IPython's way is the one that it starts with.

    Who asks for other pictures later, by ``%config`` or ``set_matplotlib_formats``, gets those.
    """
    from matplotlib.figure import Figure

    formatter = shell.display_formatter.formatters["image/png"]
    usual = formatter.type_printers.get(Figure)
    if getattr(usual, "keywords", None) == {"fmt": "png", "base64": True, "bbox_inches": "tight"}:
        formatter.for_type(Figure, picture_of)


def picture_of(figure: Figure) -> str | None:
    """A PNG in base64, cut to what is drawn; None for a figure with nothing in it.

    matplotlib draws a figure once to find out where to cut, and again as large as that. What was drawn first can be cut
    as well, unless something hangs out of the figure; then matplotlib does as ever, as it does for a figure that is not
    simply opaque.
    """
    from IPython.core.pylabtools import print_figure
    from matplotlib import rcParams
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import to_rgba
    from matplotlib.image import imsave

    canvas: Any = figure.canvas
    patch = figure.patch
    colour = np.array(to_rgba(patch.get_facecolor()))
    is_opaque = patch.get_visible() and not patch.get_linewidth() and colour[3] == 1
    is_pixels = type(figure.canvas) is FigureCanvasAgg
    if is_pixels and is_opaque and (figure.axes or figure.lines):
        canvas.draw()
        drawn = np.asarray(canvas.buffer_rgba())[..., :3]
        height, width, _ = drawn.shape
        box = figure.get_tightbbox(canvas.get_renderer())
        left, bottom, right, top = (figure.dpi * inches for inches in box.extents)
        if left > -_NOTHING and bottom > -_NOTHING and right < width + _NOTHING and top < height + _NOTHING:
            edge = rcParams["savefig.pad_inches"] * figure.dpi
            picture = np.empty((int(top - bottom + 2 * edge), int(right - left + 2 * edge), 3), np.uint8)
            picture[:] = np.round(255 * colour[:3])
            # Where its first row and column lie in what was drawn; matplotlib counts from below.
            row, column = round(height - bottom + edge) - picture.shape[0], round(left - edge)
            seen = drawn[max(0, row) : row + picture.shape[0], max(0, column) : column + picture.shape[1]]
            below, beside = max(0, -row), max(0, -column)
            picture[below : below + seen.shape[0], beside : beside + seen.shape[1]] = seen
            file = io.BytesIO()
            imsave(file, picture, format="png", dpi=figure.dpi)
            return binascii.b2a_base64(file.getvalue(), newline=False).decode("ascii")
    found: str | None = print_figure(figure, "png", base64=True, bbox_inches="tight")
    return found
