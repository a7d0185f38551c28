"""What runs in otter-grader's own environment: grade notebooks through its API, and say how long each took.

``otter run`` without a container, which is the least that it does; its containers come on top.
"""

from __future__ import annotations

import json
import sys
import time

from otter.run import main as run


def main() -> None:
    """Grade each ``[autograder.zip, notebook]`` of the JSON in ``sys.argv[1]``."""
    found = []
    for autograder, notebook in json.loads(sys.argv[1]):
        began = time.perf_counter()
        results = run(notebook, autograder=autograder, output_dir="", no_logo=True)
        seconds = time.perf_counter() - began
        scores = {name: result.score for name, result in results.results.items()}
        found.append({"seconds": seconds, "scores": scores})
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main()
