"""Rules that a stack keeps, as plain data and pure functions over its graph."""
