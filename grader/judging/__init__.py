"""Arithmetic on transcripts: starts nothing, reads nothing."""
