"""Read each input once, judge each document by itself, and keep only facts."""
