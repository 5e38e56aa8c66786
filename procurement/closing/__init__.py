"""Credit, performance, archive and statistics (R-055 … R-058)."""
