"""One screen a file, each beside its style."""
