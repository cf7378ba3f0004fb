"""The work of pairs: shared tasks, decisions, results and their witnesses."""
