"""The version of the grader, and nothing that would be slow to import."""

__version__ = "0.1.0"
