"""Consultations, on the pages of the office and for the devices at its desks."""
