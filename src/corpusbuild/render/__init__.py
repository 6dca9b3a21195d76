"""Show findings: to people, to programs."""
