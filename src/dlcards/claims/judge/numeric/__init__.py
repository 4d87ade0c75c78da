"""The numeric reading of the claim language: random values, exact laws, an evaluator."""
