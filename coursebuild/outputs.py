"""What came out of a cell, as the kernel said it and as a page can show it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from coursebuild.chapter import Chapter

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
Output = Mapping[str, Any]


def is_figure(output: Output) -> bool:
    """Whether an output is a drawing."""
    return "image/svg+xml" in output.get("data", {})


def joined(outputs: Sequence[Output]) -> list[dict[str, Any]]:
    """The outputs, with printed text that came in several messages as one."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        if (
            joined
            and output["output_type"] == "stream" == joined[-1]["output_type"]
            and joined[-1]["name"] == output["name"]
        ):
            joined[-1]["text"] += output["text"]
        else:
            joined.append(json.loads(json.dumps(output)))
    return joined


def checked(chapter: Chapter, line: int, output: dict[str, Any]) -> dict[str, Any]:
    """An output that a page can show: no warning, and nothing that differs from run to run."""
    if output["output_type"] == "stream" and output["name"] == "stderr":
        raise chapter.error(line, f"the cell writes to stderr: {output['text'].strip()[:300]}")
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    if not is_figure(output) and (address := _ADDRESS.search(text)):
        raise chapter.error(
            line, f"the output has an address that differs from run to run ({address[0]}); end the line with ';'"
        )
    if is_figure(output):
        # What a browser can't show says nothing but how many inches it has.
        output["data"] = {"image/svg+xml": output["data"]["image/svg+xml"]}
    output.pop("execution_count", None)
    return output
