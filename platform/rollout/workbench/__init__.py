"""What makes the whole service run on one machine: the embedded database, the numbered steps, the demo.

Nothing here is part of the service that runs in production, and nothing here needs Django: the first
steps run on the system's Python, before anything is installed.
"""
