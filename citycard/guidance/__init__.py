"""What is said at the counter: for each step what to say, what to keep in mind, what never to ask.

Texts are files, one for each language (`texts/*.toml`), so that a city changes them without touching code:
`shipped` finds them · `reading` reads them, with a sentence for each mistake · `words` is what they hold.
"""
