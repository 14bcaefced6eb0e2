"""Citycard: municipal identity cards.

This module imports nothing, so that a partner city can use ``citycard.core`` on a machine that has
neither Flask nor SQLAlchemy. The web application is made by ``citycard.web.app.create_app``.
"""

__version__ = "0.1.0"
