"""The organisation's memory of acts. `record` collects; entries are written once, last in the transaction."""
