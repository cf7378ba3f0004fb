"""The doors between the sign-in host and the organisations, and the operator's pages."""
