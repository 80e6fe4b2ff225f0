"""The ETL: raw objects in, validated splits with a quarantine and a manifest out. Ships alone."""
