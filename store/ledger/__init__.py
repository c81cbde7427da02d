"""The use cases, one transaction each, in modules named by their noun; and what screens show."""
