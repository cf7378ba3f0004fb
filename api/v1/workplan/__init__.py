"""The project of each pair: aim and reasons, measures, plan, people around it, files."""
