"""For people who travel on: a sheet in six languages that says what a card of this city is, and a page that checks it.

- :mod:`sentences` holds what both say, and the warning that is read aloud before a sheet is given.
- :mod:`sheet` draws the sheet: one page of A4, with the light code unless the holder wants the full one.
- :mod:`bundle` makes one script of the modules in `static/js`, so that there is one reader only.
- :mod:`published` collects what a check page is made from, and :mod:`check_page` writes it: one file of HTML that opens
  from a stick, asks nobody, and runs nothing that is not in it.
"""
