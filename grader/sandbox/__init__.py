"""Starts guests, feeds them, limits them, buries them."""

from grader.sandbox.guest import Guest, Performance
from grader.sandbox.intake import read_submission

__all__ = ["Guest", "Performance", "read_submission"]
