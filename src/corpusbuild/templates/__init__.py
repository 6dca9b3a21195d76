"""The corpora that ``corpusbuild init`` starts from: plain files, copied as they are."""
