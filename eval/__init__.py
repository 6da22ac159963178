"""How good it is: scores of edits, measured beside doing nothing."""
