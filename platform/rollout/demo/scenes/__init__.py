"""How the people of the demo act out what the script says, room by room: each in their own name."""
