"""The evidence rules on a page: the sheet to tick, and what is said of it. For the counter and for everybody.

`ticks` reads a request · `sheet` is what a page shows to be ticked · `saying` has the words, in any of our languages.
What was ticked lives in a request and its answer, and nowhere else: no file, no session, no address, no log.
"""
