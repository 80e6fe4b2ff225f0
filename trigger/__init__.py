"""The Lambda function that turns an image push, or a new raw file, into DAG runs.

Read `handler` first: an event is parsed (`event`), the runs that it asks for are worked out
(`runs`) from what was staged (`staged`), and Airflow is asked to start them (`airflow_client`).
It ships alone: it imports nothing of the repository but itself.
"""
