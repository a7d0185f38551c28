"""Run in the kernel before a chapter's own cells: figures for a page, the same bytes every time."""

import matplotlib as _matplotlib
from IPython import get_ipython as _get_ipython
from matplotlib_inline.backend_inline import set_matplotlib_formats as _formats

_get_ipython().run_line_magic("matplotlib", "inline")
_formats("svg", bbox_inches="tight", pad_inches=0.04)
_matplotlib.rcParams.update(
    {
        "svg.hashsalt": "embedding-space-math",
        # Text stays text: it can be selected and searched, and weighs a tenth of its outlines.
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "figure.figsize": (6.4, 3.4),
        "figure.facecolor": GROUND,
        "axes.facecolor": GROUND,
        "savefig.facecolor": GROUND,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.titlesize": 10,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "axes.prop_cycle": _matplotlib.cycler(color=SERIES),
        "image.cmap": "viridis",
    }
)
