"""What a learner wrote or printed, made safe to show in a terminal and in the instructor's own browser.

Formgrader shows the autograded notebook in the instructor's Jupyter origin and renders Markdown with raw HTML
let through, so only plain text, verified pictures and disarmed Markdown get that far.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

MAX_CELL_TEXT = 64 * 1024
MAX_CELL_OUTPUTS = 100
# What nbconvert colours takes a time that grows with the square of a line's length
MAX_CODE = 30_000
MAX_CODE_LINE = 1000
_GOES_ON = "\n\u21aa "  # an arrow that is in no code: what follows belongs to the line before
MAX_MARKDOWN = 30_000  # nbconvert's parser takes a time that grows with the square of the length
MAX_PICTURE = 8 * 1024 * 1024  # learners attach photographs of what they wrote by hand
MAX_SIDE = 16_384
MAX_PIXELS = 50_000_000
PICTURES = ("image/png", "image/jpeg")

# Escape sequences first, as they are longer than the one control character that starts them
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# Every quantifier here is possessive, bounded, or stops where the next match would start: no text is slow
_FENCE = re.compile(r"((?<!`)`{3,}+|(?<!~)~{3,}+)(?=[^\S\n]*(?:mermaid|[^\s`~&\\]*[&\\]))", re.IGNORECASE)
# They would be decoded after all this has looked: into backslashes, dollars, and what cannot be seen
_REFERENCE = re.compile(r"&(?=#|\w{1,40};)(?!(?:lt|gt|nbsp);)")
# MathJax commands that reach out of the formula: links, styles over the page, extensions, own tags and commands
_MATH = re.compile(
    r"\\(?=(?:href|require|style|class|cssId|unicode|html\w*|mmlToken|bbox|enclose|data|includegraphics"
    r"|[egx]?def|let|(?:re)?newcommand|(?:re)?newenvironment|csname)(?![A-Za-z]))"
)
# Formulas may be opened this often: for each, nbconvert looks for its end through all of the text
_MATH_OPENED = re.compile(r"\\\\(?=[(\[])|\\(?=begin\{)")
_MAX_MATH_OPENED = 200
_NAME = r"attachment:(?P<name>(?:[^()\s<>]|\([^()\s]{0,100}\)){1,300})"
_LINK = re.compile(
    rf"!\[(?P<alt>[^\[\]\n]{{0,500}})\]\({_NAME}\)"
    r"|(?P<image>!)(?=\[)"
    r"|(?P<link>\])(?=\()(?!\((?:https?://|mailto:|#))"
    # x[1]: in code defines no link, as no link's name starts within a line
    r"|(?P<index>[\w\]]\[[^\[\]\\\n]{0,100}\]):"
    r"|(?P<definition>\])(?=:)(?!:[ \t]*+(?:https?://|mailto:|#))"
)
_ATTACHMENT = re.compile(rf"(?<=\()(?=[^\S\n]{{0,100}}<?{_NAME})")
_PNG = b"\x89PNG\r\n\x1a\n"
# What is left out cannot change what is seen, but can hide compressed bombs, text and animations
_PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs"))
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def plain_text(text: str, limit: int, *, unseen: str = "") -> str:
    """At most ``limit`` characters without escape sequences, control and bidi characters, lone surrogates.

    What cannot be seen becomes ``unseen``; a cut is marked, and counts for the limit.
    """
    cut = len(text) - limit
    if cut > 0:
        mark = f"\n[... {cut} more characters]"
        text = text[: max(0, limit - len(mark))]
    text = _ESCAPES.sub(unseen, text)
    text = _UNSEEN.sub(unseen, _LINE_ENDS.sub("\n", text))
    text = _SURROGATES.sub("\ufffd", text)
    return text + mark[:limit] if cut > 0 else text


def one_line(text: str, limit: int) -> str:
    """Plain text for the middle of a sentence: white space joined, at most ``limit`` characters."""
    line = " ".join(plain_text(text[: limit * 4], limit * 4).split())
    return line if len(line) <= limit else (line[: max(0, limit - 3)] + "...")[:limit]


def code_text(text: str) -> str:
    """Code to show: what cannot be seen becomes a visible sign, so that nothing reads as other code.

    Long lines go on in further ones, marked with an arrow.
    """
    shown = plain_text(text, MAX_CODE, unseen="\ufffd")
    return "\n".join(
        _GOES_ON.join(line[start : start + MAX_CODE_LINE] for start in range(0, len(line), MAX_CODE_LINE))
        for line in shown.split("\n")
    )


def markdown(text: str, attachments: object = None) -> tuple[str, dict[str, dict[str, str]]]:
    """A learner's Markdown that opens no tag, runs nothing and fetches nothing, and its verified pictures.

    The text stays readable; of links those to the web stay, of pictures the attached ones, under new names
    (nbconvert finds no name that a URL would have to escape, and then refuses the whole notebook).
    """
    verified = cell_attachments(attachments)
    names = {name: f"picture-{number}" for number, name in enumerate(verified, start=1)}
    text = _TAG.sub("< ", _REFERENCE.sub("& ", plain_text(text, MAX_MARKDOWN)))
    text = _MATH.sub(r"\\ ", text)
    if len(_MATH_OPENED.findall(text)) > _MAX_MATH_OPENED:
        text = _MATH_OPENED.sub(lambda found: found[0] + " ", text)
    text = _LINK.sub(lambda found: _disarm_link(found, names), text)
    return _FENCE.sub(r"\1text ", text), {names[name]: bundle for name, bundle in verified.items()}


def _disarm_link(found: re.Match[str], names: Mapping[str, str]) -> str:
    if found["index"] is not None:
        return found[0]
    if found["name"] is None:
        return found[0] + " "
    name = names.get(found["name"]) or names.get(unquote(found["name"]))
    if name is None:
        return f"! [{found['alt']}] (attachment:{found['name']})"
    return f"![{found['alt']}](attachment:{name})"


def break_references(text: str, attachments: Iterable[str]) -> str:
    """The instructor's Markdown with references to pictures that are not attached broken.

    nbconvert refuses a whole notebook for one such reference.
    """
    kept = frozenset(attachments)
    return _ATTACHMENT.sub(lambda found: "" if found["name"] in kept else "missing ", text)


def picture(mime: str, data: object) -> str | None:
    """The base64 text of a small, well-formed PNG or JPEG file, or None; a PNG keeps only what is seen."""
    if isinstance(data, list) and all(isinstance(line, str) for line in data):
        data = "".join(data)
    if not isinstance(data, str) or mime not in PICTURES or len(data) > 2 * MAX_PICTURE:
        return None
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
        clean = (_clean_png if mime == "image/png" else _clean_jpeg)(raw)
    except (binascii.Error, ValueError, struct.error, IndexError):
        return None
    return base64.b64encode(clean).decode("ascii") if len(clean) <= MAX_PICTURE else None


def cell_attachments(attachments: object) -> dict[str, dict[str, str]]:
    """The verified pictures among a cell's attachments, by name."""
    kept: dict[str, dict[str, str]] = {}
    if not isinstance(attachments, Mapping):
        return kept
    for name, bundle in list(attachments.items())[:MAX_CELL_OUTPUTS]:
        if not isinstance(name, str) or not isinstance(bundle, Mapping):
            continue
        verified = {mime: shown for mime in PICTURES if (shown := picture(mime, bundle.get(mime)))}
        if verified and not _SURROGATES.search(name):
            kept[name] = verified
    return kept


def cell_outputs(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Outputs of one code cell as nbformat has them: streams, plain text, pictures and errors, all capped."""
    clean: list[dict[str, Any]] = []
    text_left, picture_left = MAX_CELL_TEXT, 2 * MAX_PICTURE
    for output in outputs[:MAX_CELL_OUTPUTS]:
        if text_left <= 0:
            clean.append(_stream("stdout", "[... more output]\n"))
            break
        shown = _output(output, text_left, picture_left)
        if shown is not None:
            pictures = sum(len(shown.get("data", {}).get(mime, "")) for mime in PICTURES)
            picture_left -= pictures
            text_left -= len(str(shown)) - pictures
            clean.append(shown)
    if len(outputs) > MAX_CELL_OUTPUTS:
        clean.append(_stream("stdout", f"[... {len(outputs) - MAX_CELL_OUTPUTS} more outputs]\n"))
    return clean


def _output(output: Mapping[str, Any], text_left: int, picture_left: int) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _stream(name, plain_text(_joined(output.get("text")), text_left))
    if kind == "error":
        lines = output.get("traceback")
        traceback = plain_text("\n".join(_strings(lines)), text_left)
        return {
            "output_type": "error",
            "ename": one_line(_joined(output.get("ename")), 200),
            "evalue": plain_text(_joined(output.get("evalue")), min(text_left, 2000)),
            "traceback": traceback.split("\n") if traceback else [],
        }
    bundle = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(bundle, Mapping):
        return None
    data: dict[str, str] = {}
    for mime in PICTURES:
        shown = picture(mime, bundle[mime]) if mime in bundle else None
        if shown is not None and len(shown) <= picture_left:
            picture_left -= len(shown)
            data[mime] = shown
    if "text/plain" in bundle:
        data["text/plain"] = plain_text(_joined(bundle["text/plain"]), text_left)
    if not data:
        return None
    clean: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    return clean if kind == "display_data" else {**clean, "execution_count": None}


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _strings(value: object) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, (list, tuple)) else []


def _joined(value: object) -> str:
    return value if isinstance(value, str) else "".join(_strings(value))


def _clean_png(raw: bytes) -> bytes:
    if raw[:8] != _PNG or raw[12:16] != b"IHDR":
        raise ValueError("no PNG")
    width, height = struct.unpack(">II", raw[16:24])
    _check_size(width, height)
    kept, position, kind = [_PNG], len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", raw[position : position + 8])
        end = position + 12 + length
        if end > len(raw):
            raise ValueError("truncated PNG")
        if kind in _PNG_CHUNKS:
            kept.append(raw[position:end])
        position = end
    return b"".join(kept)


def _clean_jpeg(raw: bytes) -> bytes:
    if raw[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    position, marker, sized = 2, 0, False
    while marker != 0xDA:  # the picture's data starts
        if raw[position] != 0xFF:
            raise ValueError("no JPEG segment")
        marker = raw[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        (length,) = struct.unpack(">H", raw[position + 2 : position + 4])
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", raw[position + 5 : position + 9])
            _check_size(width, height)
            sized = True
        position += 2 + length
    if not sized:
        raise ValueError("JPEG without a size")
    return raw[: raw.rindex(b"\xff\xd9") + 2]


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise ValueError(f"a picture of {width} x {height} pixels")
