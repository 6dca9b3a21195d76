"""A compiler for annotated corpora."""
