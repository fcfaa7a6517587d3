"""Reports at the district: taken in, and read across centres, streets and periods."""
