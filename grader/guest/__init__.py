"""All that runs in the student's process: it holds programs and inputs, and no answers.

Leans on the standard library, numpy and `grader.domain` alone.
"""
