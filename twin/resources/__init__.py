"""Creates resources in the twin's AWS account, from Pulumi type tokens and plain inputs.

    Factory(cloud.client, account=..., region=...).create("aws:s3/bucket:Bucket", "data", {...})

One module a service; each ends in a table of the types that it knows. Nothing here knows Pulumi's
engine: front ends (`twin.provision`, later a provider plugin) hand over JSON values and bytes.
"""
