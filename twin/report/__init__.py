"""The report of the latest run: one HTML page that needs nothing but a browser."""
