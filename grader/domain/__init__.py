"""The nouns of the project: frozen values that every other package speaks of.

Standard library only. These modules are also loaded where the student's code runs, so they hold
no answers and do no work beyond checking that they are well-formed.
"""
