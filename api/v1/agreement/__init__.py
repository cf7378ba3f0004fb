"""How two partners agree to work: what they share, principles, time, and what helps each to take part."""
