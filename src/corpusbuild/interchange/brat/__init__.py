"""brat standoff: a text and its ``.ann`` beside it, one record a line."""
