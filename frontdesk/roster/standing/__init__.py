"""The standing order: posts, shifts, opening hours, A and B, contracts; filed, printed, changed with approval."""
