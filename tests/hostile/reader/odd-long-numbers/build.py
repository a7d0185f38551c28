"""Put numbers into the metadata that take Python long to read, or that JSON does not have."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    digits = "9" * 1_000_000
    numbers = f'[{digits}, -{digits}, 1e{digits}, 0.{digits}, NaN, Infinity, -Infinity, 1e999]'
    path.write_text(f'{{"numbers": {numbers},' + path.read_text().lstrip().removeprefix("{"))
