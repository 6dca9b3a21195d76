"""Write a data set: Parquet, card, manifest; and put it in place in one step."""
