"""The corpus's own JSON Schemas: what they allow, and what columns, anchors, references and keys they mean."""
