"""Graphs that nobody wrote: drawn from a seed, with numbers at which a gradient means something."""

from grader.generating.random_graphs import Wanted, random_graphs

__all__ = ["Wanted", "random_graphs"]
