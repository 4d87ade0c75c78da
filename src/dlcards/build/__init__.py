"""The steps of a build, in the order of the flow: verify, illustrate, prepare, compose, package."""
