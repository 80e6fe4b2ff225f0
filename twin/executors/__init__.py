"""What runs the compute that moto only pretends; nothing here knows moto."""
