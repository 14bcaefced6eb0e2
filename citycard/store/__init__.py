"""The register: tables by concept, and how a database is opened. SQLAlchemy only, no Flask.

What the tables hold is what a seizure may find: numbers, days and states of cards, staff pseudonyms, public keys of
partners, coarse counters, and enrolments that only today's wrapping key can open. No column holds a name, a date of
birth, a portrait, an address or a document of a holder in the clear; `tests/store` reads the columns to see to it.
"""
