"""Checks in seconds what MWAA only reports after half an hour: `make preflight STACK=dev`.

It reads and changes nothing. The evaluated program says what is wanted (`wanted.py`), one module
asks AWS what is there (`reading.py`), pure checks compare the two (`checks.py`). It can be run at
any time: what is not there yet is said to be missing, and is a failure only once the Airflow
environment exists.
"""
