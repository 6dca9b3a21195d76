"""What differs between two data sets: schema, records, splits, metadata. Compares; judges nothing."""
