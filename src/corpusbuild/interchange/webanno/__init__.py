"""WebAnno TSV 3, which WebAnno and INCEpTION read and write."""
