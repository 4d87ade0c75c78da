"""Places at which a claim is tried besides the points drawn for it: one kind each."""
