"""Panel, review, scoring, pricing, ranking, report (R-089 … R-094)."""
