"""The site to read a corpus in: pages made of shapes and rows, which need no server and no network."""
