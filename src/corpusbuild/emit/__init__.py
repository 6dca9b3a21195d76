"""Write a data set: Parquet, card, Croissant, manifest; and put it in place in one step."""
