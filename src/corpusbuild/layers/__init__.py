"""Rules about meaning: those of the layers that ship, and those that a corpus brings."""
