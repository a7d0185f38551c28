"""Makes this folder an nbgrader course; what is not set here is nbgrader's default."""

import os

c = get_config()

c.CourseDirectory.course_id = "embedding-space-math"
# nbgrader's own list, and the caches that our tools leave.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".DS_Store",
]

# Where the course's pages are, for links from feedback pages (docs/results.md).
# c.Autograder.site = "https://example.org/course"

# `nbgrader autograde` and formgrader's button hand the submission to `autograder grade`, so they too judge
# outside the learner's process. AUTOGRADER_PLAIN=1 brings back nbgrader's own way, to compare the two.
if os.environ.get("AUTOGRADER_PLAIN") != "1":
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = ["autograder.nbgrader_plugin.GradeWithAutograder"]
