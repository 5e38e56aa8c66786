"""质疑: letters and replies on line, with their clocks (R-100, R-101, L-401 … L-408)."""
