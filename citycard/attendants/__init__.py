"""The guide for whoever checks cards at a desk: two pages with pictures, to be read standing.

What it quotes from the screen is handed in, so that paper and screen say the same (`citycard.web.attendants`).
"""
