"""What a city accepts as evidence, as data: which papers count, for how much, and what is still missing.

`rules` is a rule set · `reading` reads one from a file, with a sentence for each mistake · `tally` counts what lies on
a desk · `filling` finds what would complete it · `explain` says a whole set in words · `shipped` finds the sets.

Nothing here keeps, logs or prints what was ticked. The same counting runs in the browser (`static/js/evidence`); a test
asks both the same questions.
"""
