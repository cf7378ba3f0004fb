"""Taking an organisation along: a sealed backup of everything, and putting it back under a new name or elsewhere."""
