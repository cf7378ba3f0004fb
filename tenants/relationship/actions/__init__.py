"""What partners do with how they work together. Every act locks its row first.

What only its author reads leaves no entry in the pair's record: the partner reads that record, and an entry would
tell that something was written.
"""

from tenants.relationship.actions import balance, differences, snapbacks, trying
from tenants.relationship.actions.reasons import say_why, share_why, unshare_why

__all__ = ["balance", "differences", "say_why", "share_why", "snapbacks", "trying", "unshare_why"]
