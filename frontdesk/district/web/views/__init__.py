"""What each page shows and does, one module for each part of the district's work."""
