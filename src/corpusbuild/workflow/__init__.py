"""The use cases: what the command line can do, in one call each."""
