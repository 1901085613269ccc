"""Hostile and broken submissions, and proof that each meets a wall that holds."""
