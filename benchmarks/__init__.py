"""How fast the tenancy is, beside plain Django, beside django-tenants as it comes, and beside the raw limit."""
