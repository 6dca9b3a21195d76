"""Data sets as they stand: opened where they lie, packed into archives, proved whole."""
