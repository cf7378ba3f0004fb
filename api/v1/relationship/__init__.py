"""How two people work together: what they write for themselves, what they show each other, and what they try."""
