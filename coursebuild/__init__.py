"""One Markdown source a chapter, executed once, becomes page, notebook and test."""
