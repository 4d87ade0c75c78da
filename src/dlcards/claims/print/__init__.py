"""The printers of formulas: LaTeX, one line of a terminal, the hypotheses of a card."""
