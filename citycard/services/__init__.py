"""What the card opens: the register of a city's services, from a file that the city writes by hand.

`categories` is the closed list of codes that all cities share · `service` is what one service says · `reading` reads
the file, with a sentence for each mistake · `register` follows it as it changes · `decision` says whether a card opens
a service, from what that service needs and nothing else · `announced` compares it with what partner cities are told.
"""
