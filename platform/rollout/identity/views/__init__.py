"""Pages on the sign-in host about proving who one is."""
