"""Creates, changes and deletes resources in the twin's AWS account, from plain inputs.

    Factory(cloud.client, account=..., region=...).create("aws:s3/bucket:Bucket", "data", {...})

One module a service; each ends in a table of the types that it knows. Nothing here knows Pulumi's
engine: front ends (`twin.provision`, `twin.provider`) hand over JSON values and bytes.
"""
