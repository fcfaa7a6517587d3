"""Reading the office's untidy spreadsheets: bounded, coded refusals, every row and cell accounted for."""
