"""The rules of a city card, for anybody to import.

What a card is, how it becomes a code, whose signatures count, how a card is checked. This package knows nothing of
offices, databases, web pages, files, networks or clocks: time, chance and keys come in as arguments. It needs `cbor2`
and `cryptography` and nothing else, so that a partner city can check our cards with this folder alone.

Start with :func:`citycard.core.verify.verify`.
"""
