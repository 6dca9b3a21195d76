"""Bring work in from other annotation tools, and give it back: one module a format, and what they share."""
