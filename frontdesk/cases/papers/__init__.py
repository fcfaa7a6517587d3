"""What is printed of cases and registers, and the files in which registers come in and go out."""
