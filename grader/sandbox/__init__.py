"""Starts guests, feeds them, limits them, buries them."""

from grader.sandbox.conversation import Performance
from grader.sandbox.guest import Guest
from grader.sandbox.hostile import fitted
from grader.sandbox.intake import files_of, read_bytes, read_submission
from grader.sandbox.levels import REQUIRED_LEVEL, Protection

__all__ = [
    "REQUIRED_LEVEL",
    "Guest",
    "Performance",
    "Protection",
    "files_of",
    "fitted",
    "read_bytes",
    "read_submission",
]
