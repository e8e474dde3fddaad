"""How likely, by when, what decides it."""
