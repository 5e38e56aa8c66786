"""Confirmation of the result and the award notice (R-087, R-088, L-271 … L-274)."""
