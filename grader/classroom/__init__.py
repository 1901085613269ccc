"""A class: many submissions, each graded once, whatever happens on the way."""
