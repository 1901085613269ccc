"""Results into other systems: one renderer a format, each of the neutral `results.json`."""
