"""A real Airflow for the twin: imported once, its components forked, all of it ended together."""
