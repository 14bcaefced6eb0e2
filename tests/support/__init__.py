"""Real parts for the tests: a PostgreSQL, a Chromium, a gunicorn. Nothing here pretends to be something else."""
