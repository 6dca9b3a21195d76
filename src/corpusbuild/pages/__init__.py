"""Saved web pages: from the bytes of a page to the article on it, what the page says of it, and what was left out. No I/O."""
