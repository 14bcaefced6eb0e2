"""How cities trust each other: what a city says about itself, how it is published, fetched and judged.

`statement` what a city says · `judgement` whether we may believe it · `repository` publishing it in a small TUF
repository · `fetcher` how files are fetched · `client` from a compared fingerprint to a statement · `fingerprint` what
two officials read to each other · `lists` which cards have ended.

Nothing here knows the database or the web pages: folders, keys, clocks and fetchers come in as arguments. The one rule
that everything serves: a key counts because two officials compared a fingerprint, never because a card, an address or
a partner named it.
"""
