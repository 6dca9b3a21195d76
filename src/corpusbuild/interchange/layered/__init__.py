"""A corpus's tables as the layers of annotations that WebAnno, INCEpTION and UIMA know."""
