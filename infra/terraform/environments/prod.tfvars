# The deployment that people use. Settings and secrets come from .env, not from here.

environment            = "prod"
log_retention_days     = 30
protect_data           = true
backup_days            = 35
monthly_budget_dollars = 50
http_throttle          = { rate = 1000, burst = 500 }
websocket_throttle     = { rate = 4000, burst = 2000 }

# Dev set it for the account already, if both are in the same account and region.
# set_gateway_log_role = false
