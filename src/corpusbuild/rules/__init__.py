"""One rule, one file: the docstring is its documentation, ``RULE`` its facts, ``check`` its behaviour."""
