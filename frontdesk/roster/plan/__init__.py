"""Plans: posed to the planner, kept as drafts, published, mended with the fewest changes."""
