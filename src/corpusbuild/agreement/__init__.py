"""How far two annotators agree: which of their rows are the same, and the coefficients of the field. Pure; driven by the schemas."""
