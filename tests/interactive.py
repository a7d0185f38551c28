"""What the tests of the interactive figures share: their arithmetic called in Node, and the pages that they are in."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pages import ROOT, lay_out

from coursebuild.bundle import bundled
from coursebuild.node import node

if TYPE_CHECKING:
    from playwright.sync_api import Page

Compute = Callable[[Sequence[Sequence[Any]]], list[Any]]


def calling(folder: Path, part: str = "arithmetic") -> Compute:
    """Calls the widgets' own functions: (module, function, arguments) each; the script is written to ``folder``.

    ``part`` is the folder below ``widgets/src`` whose index names the modules.
    """
    script = folder / f"{part}.mjs"
    script.write_text(bundled(ROOT, ROOT / "widgets" / "src" / part / "index.ts", form="esm"))

    def call(calls: Sequence[Sequence[Any]]) -> list[Any]:
        done = subprocess.run(
            [str(node()), str(ROOT / "widgets" / "agree.mjs"), str(script)],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        answers: list[Any] = json.loads(done.stdout)
        return answers

    return call


def agree(found: Any, wanted: Any) -> None:
    """Equal to 1e-9 of the largest number there is."""
    wanted = np.asarray(wanted, dtype=float)
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())


def normals(seed: int, rows: int, columns: int) -> NDArray[np.float64]:
    """The random numbers that the widgets draw: 32 bits by xorshift, pairs of them made normal by Box and Muller."""
    state, uniform = seed * 0x9E3779B1 % 2**32, np.empty(2 * rows * columns)
    for place in range(uniform.size):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        uniform[place] = state / 2**32
    radius, angle = uniform[::2], uniform[1::2]
    return np.asarray(np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)).reshape(rows, columns)


def begin(page: Page, address: str) -> None:
    """Open a page whose scripts have begun: they wait until it has been painted."""
    page.goto(address)
    page.locator("script[data-src]").first.wait_for(state="detached")


def visit(page: Page, address: str) -> None:
    """Open a page, come by all of it, and press a key that does nothing: figures off the screen wait for the reader."""
    begin(page, address)
    lay_out(page)
    page.keyboard.press("Shift")


def address_is(page: Page, wanted: str | re.Pattern[str]) -> None:
    """The address gets there: it follows once the hand rests."""
    pattern = wanted.pattern if isinstance(wanted, re.Pattern) else re.escape(wanted)
    page.wait_for_function("wanted => new RegExp(`^${wanted}$`).test(location.hash)", arg=pattern)
