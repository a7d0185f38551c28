"""Errors that end a command with a sentence instead of a traceback. A leaf: imports nothing."""


class AutograderError(Exception):
    """Base of our own errors; ``exit_code`` is what the command line ends with."""

    exit_code = 3


class UsageError(AutograderError):
    """Wrong use or wrong input: the message names the file and the command that helps."""

    exit_code = 2


class SandboxError(AutograderError):
    """No sandbox of the level that was asked for; the message names the level and the fix."""

    exit_code = 2


class GradebookError(AutograderError):
    """The gradebook can't be read or written (locked, foreign, full disk); nothing was half-written."""

    exit_code = 3


class UnreadableSubmission(AutograderError):
    """This notebook can't be graded as it is; the message is what the instructor reads."""

    exit_code = 1
