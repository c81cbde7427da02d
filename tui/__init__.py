"""What a person sees and types. Holds no rule and no SQL."""
