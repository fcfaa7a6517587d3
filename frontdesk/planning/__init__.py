"""Planning: linear models of rosters, their proof and their improvement. Pure: no file, no screen.

`linear` holds a model apart from any solver, `stretch` builds one person's duty into it, `cover` the demand, `highs`
solves it, `generation` bounds it by whole rows (which `pricing` finds), `search` plans a whole problem in two
processes. The model is the same for the published instances and for a centre's own roster.
"""
