"""One form or question a file."""
