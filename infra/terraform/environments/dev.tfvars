# The deployment to try things in. Settings and secrets come from .env, not from here.

environment            = "dev"
log_level              = "DEBUG"
log_retention_days     = 14
protect_data           = false
backup_days            = 7
monthly_budget_dollars = 10
http_throttle          = { rate = 100, burst = 100 }
websocket_throttle     = { rate = 200, burst = 200 }
