"""The pages and the API of an office. The factory is `citycard.web.app.create_app`; nothing is imported here."""
