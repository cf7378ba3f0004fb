"""Jobs under fire: workers are killed while they work, the broker is wiped, the database crashes.

At the end every pack is there once, every notice once and every letter is one, else it says what is not.
`make torture` runs it in full, the suite in small.
"""
