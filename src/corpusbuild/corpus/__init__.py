"""The corpus folder: its config, its files, and how they are read."""
