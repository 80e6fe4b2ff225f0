"""`make deploy-roles`: the roles that the workflows take on, as JSON."""

from ops.start import start

start("deploy-roles", "ops.deploy_roles.command")
