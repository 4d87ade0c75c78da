"""What learners already have, and what a new release does to it."""
