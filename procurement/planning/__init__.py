"""Budget, intention, requirement, plan and entrustment (R-046 … R-050)."""
