"""An autograder for courses in which students write their own autodiff."""

__version__ = "0.1.0"
