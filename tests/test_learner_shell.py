"""The shell of the sandbox reads a cell as IPython does, where it takes a shorter way too."""

from __future__ import annotations

import json
import subprocess
import sys

CELLS = [
    "x = 1",
    "x = 1\n",
    "\n\n  \nx = 1\ny = 2",
    "    x = 1\n    y = 2\n",
    'def f():\n    """Double.\n\n    >>> f()\n    3\n    ... and so on\n    """\n    return 3\n',
    ">>> x = 1\n>>> y = 2\n",
    "x = 1\n>>> y = 2\n",
    "In [1]: x = 1\n   ...: y = 2\n",
    'text = """\n>>> shown\n"""\n',
    "text = '''\n   >>> shown\n'''\n",
    "f = [\n    ...\n]\n",
    "...\n...\n",
    "x: int\nIn [3]: x\n",
    "%time x = 1\n",
    "!ls\n",
    "len?\n",
    "x = !ls\n",
    "a = 1\x0c\nb = 2",
    "# >>> a comment\nx = 1\n",
    "x = (\n",
    "",
]
SAME = """
import json, sys
from IPython.core.inputtransformer2 import TransformerManager
from autograder.sandboxed.learner_shell import LearnerShell
shell = LearnerShell()
cells = json.load(sys.stdin)
print(json.dumps([[shell.transform_cell(cell), TransformerManager().transform_cell(cell)] for cell in cells]))
"""


def test_cells_are_read_as_ipython_reads_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAME], input=json.dumps(CELLS), capture_output=True, text=True, check=True
    )
    for cell, (ours, theirs) in zip(CELLS, json.loads(done.stdout.splitlines()[-1]), strict=True):
        assert ours == theirs, cell
