"""What leaves the office on plastic and paper: codes, cards, sheets and the holder's slip.

- :mod:`codes` draws the QR codes, :mod:`faces` says what is printed, :mod:`words` holds every printed sentence.
- :mod:`coverage` refuses a text that our typefaces cannot draw; typesetting would show boxes and say nothing.
- :mod:`card` makes the PDFs. :mod:`typesetting` is the only module that calls typst.

Everything happens in memory: no file with personal data is written, not even a temporary one. What the typesetter
remembers between two documents stays in the memory of the process, like every string it was given; a worker that
printed is replaced as the office's rules on memory say.
"""
