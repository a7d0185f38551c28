import logging
import os
import sys
import warnings

from IPython.display import display


def flood(count):
    for number in range(count):
        print("\x1b[31m" + "\u202e" + "x" * 1000)
        os.write(1, b"\xff" * 1000)
        os.write(2, b"\x00" * 1000)
        sys.stderr.write("\ud800" * 100)
        warnings.warn(f"warning {number}")
        logging.warning("y" * 1000)


warnings.simplefilter("always")
for number in range(20_000):
    display(
        {"image/png": "A" * 10_000, "text/html": "<b>" * 1000, "application/x-own": {"a": [1] * 100}},
        raw=True,
        display_id=str(number % 7),
        update=number % 2 == 1,
    )
