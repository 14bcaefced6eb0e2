"""The demonstration: two invented cities with invented residents, made by the operations that a real office uses.

- :mod:`residents` says who lives there, :mod:`portraits`, :mod:`heads` and :mod:`pen` draw their faces.
- :mod:`offices` founds the two offices, :mod:`counter` does a day's work in each, :mod:`papers` keeps what the holders
  were handed.
- :mod:`both` runs the two servers side by side, :mod:`screen` says on the terminal what to try.

Nothing here is needed by a real office. The cities' addresses end in `.invalid`, so that no reader outside a
demonstration accepts their cards.
"""
