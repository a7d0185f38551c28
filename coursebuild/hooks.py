"""What MkDocs calls; each step is a function of its own module and can be called without MkDocs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

# MkDocs loads this file by its path, wherever `mkdocs` was started from.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from coursebuild.book import Book, read_book
from coursebuild.elements import Elements
from coursebuild.errors import CourseError, ToolMissing
from coursebuild.finish import finish
from coursebuild.parts import in_parts
from coursebuild.ready import ready

_books: dict[str, Book] = {}


def _book(config: Any) -> Book:
    return _books[config.config_file_path]


def on_config(config: Any) -> Any:
    """Our elements are blocks to Markdown."""
    config.markdown_extensions.append(Elements())
    return config


def on_pre_build(config: Any) -> None:
    """Read, check and execute the chapters before anything is written."""
    root = Path(config.config_file_path).parent
    try:
        _books[config.config_file_path] = read_book(root, has_folders=config.use_directory_urls)
    except (CourseError, ToolMissing) as error:
        raise PluginError(str(error)) from None


def on_files(files: Files, config: Any) -> Files:
    """Add what the build makes: notebooks, the glossary, styles and scripts from npm."""
    for name, content in _book(config).files().items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001
    """The executed chapter instead of its source; front matter is read once, by us."""
    try:
        return _book(config).page(page.file.src_uri, markdown)
    except CourseError as error:
        raise PluginError(str(error)) from None


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001
    """The page as it is read, with the sections of a chapter as parts that wait for the reader."""
    html = ready(html)
    try:
        return in_parts(html) if _book(config).is_chapter(page.file.src_uri) else html
    except ValueError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from None


def on_post_build(config: Any) -> None:
    """Set the formulas of all pages, after the search index was made of them."""
    try:
        finish(_book(config), Path(config.site_dir))
    except (CourseError, ToolMissing) as error:
        raise PluginError(str(error)) from None
