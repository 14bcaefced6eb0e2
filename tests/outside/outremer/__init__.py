"""What the programmer of an invented city, Outremer, wrote from docs/partner-guide.md and docs/card-format.md alone.

Nothing here imports citycard or its tests; python-tuf, cryptography and cbor2 do the work. It is as short as those two
documents allow, and good for learning from, not for a town hall: keys lie in memory.
"""
