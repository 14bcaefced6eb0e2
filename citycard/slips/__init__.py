"""What people take home on paper: what to bring, what was missing, the slip that comes with a card.

Slips live in a catalogue of their own, apart from the four languages of the pages: one file for each language, so that
an association adds Pashto, Tigrinya or easy-to-read French by dropping a file into the office's folder `slips`.

`reading` reads such a file, with a sentence for each mistake · `catalogue` knows which there are and what stands in for
a sentence that is missing · `saying` says a sentence · `listing` says which papers would do · `bring`, `refusal` and
`letter` are the slips · `pictograms` are their pictures. Drawing is `citycard.printing.paper`.
"""
