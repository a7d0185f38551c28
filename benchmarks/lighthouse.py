"""Lighthouse's four scores of every chapter, served on this machine as a static host serves it: compressed.

Each is the median of several visits, as one alone may find the machine at something else. Lighthouse gets a folder of
its own, made here once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import courses
from browser import chromium_path

from coursebuild.node import node

# Later versions want a newer Node than the pages do.
VERSION = "12.2.3"
HOME = courses.ROOT / "build" / "lighthouse"
KINDS = ("performance", "accessibility", "best-practices", "seo")
# Lighthouse's two ways to look: a phone slowed down to a quarter on a slow network, or a desktop as it is.
FORMS = {"phone": (), "desktop": ("--preset=desktop",)}
_TEXT = {
    ".json": "application/json",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class Compressed(SimpleHTTPRequestHandler):
    """Files of a folder; text compressed, and kept by the browser as a static host lets it."""

    def do_GET(self) -> None:
        """Answer with a file."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        kind = _TEXT.get(path.suffix)
        if kind is None or not path.is_file():
            super().do_GET()
            return
        content = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Let the browser keep it."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapters", nargs="*", help="such as 04; without any, all of them")
    parser.add_argument("--visits", type=int, default=3, help="of each chapter, as a phone and as a desktop")
    options = parser.parse_args()
    program = installed()
    scores: dict[str, dict[str, dict[str, int]]] = {form: {} for form in FORMS}
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        build(Path(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for path in sorted(Path(folder).glob("[0-9][0-9]-*")):
            if not options.chapters or path.name[:2] in options.chapters:
                address = f"http://127.0.0.1:{server.server_port}/{path.name}/"
                for form in FORMS:
                    reports = [audit(program, address, form) for _ in range(options.visits)]
                    found = {kind: middle(reports, kind) for kind in KINDS}
                    scores[form][path.name] = found
                    print(f"{path.name:26} {form:8} {found}  {failed(reports[-1])}", flush=True)
        server.shutdown()
    if not options.chapters:
        courses.keep("lighthouse", {"version": VERSION, "visits": options.visits, "scores": scores})


def middle(reports: list[dict[str, Any]], kind: str) -> int:
    """The median of a score, of 100; the lower one of two."""
    return round(100 * statistics.median_low(report["categories"][kind]["score"] for report in reports))


def installed() -> Path:
    """Lighthouse's program, brought where it is not there."""
    program = HOME / "node_modules" / "lighthouse" / "cli" / "index.js"
    described = HOME / "node_modules" / "lighthouse" / "package.json"
    if not described.exists() or json.loads(described.read_text())["version"] != VERSION:
        HOME.mkdir(parents=True, exist_ok=True)
        (HOME / "package.json").write_text('{"private": true}\n')
        call = ["npm", "install", "--no-fund", "--no-audit", "--no-update-notifier", "--ignore-scripts", "-E"]
        subprocess.run([*call, f"lighthouse@{VERSION}"], cwd=HOME, check=True)
    return program


def build(folder: Path) -> None:
    """The pages as a server has them."""
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)]
    subprocess.run(
        call, cwd=courses.ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True, capture_output=True
    )


def audit(program: Path, address: str, form: str) -> dict[str, Any]:
    """Lighthouse's report on one page, with its own settings for a phone or a desktop."""
    flags = ["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    call = [str(node()), str(program), address, "--quiet", "--output=json", f"--only-categories={','.join(KINDS)}"]
    call += FORMS[form]
    call.append(f"--chrome-flags={' '.join(flags)}")
    environment = os.environ | {"CHROME_PATH": chromium_path()}
    done = subprocess.run(call, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Lighthouse failed on {address}: {done.stderr.strip()[-1000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def failed(report: dict[str, Any]) -> list[str]:
    """The audits that cost points, but for timings."""
    return [
        name
        for name, item in report["audits"].items()
        if item["score"] is not None and item["score"] < 0.9 and item["scoreDisplayMode"] in ("binary", "metricSavings")
    ]


if __name__ == "__main__":
    main()
