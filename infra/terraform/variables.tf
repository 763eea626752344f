# --- Which deployment -------------------------------------------------------------------------------------------------

variable "environment" {
  description = "Which deployment this is; a part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,11}$", var.environment))
    error_message = "An environment's name is 2 to 12 small letters, digits and hyphens, such as dev or prod."
  }
}

variable "region" {
  description = "The AWS region of everything but CloudFront."
  type        = string
  default     = "us-east-1"
}

variable "tags" {
  description = "More tags for everything, beside the project's and the environment's."
  type        = map(string)
  default     = {}
}

# --- What is deployed -------------------------------------------------------------------------------------------------

variable "functions_file" {
  description = "The list of functions, queues and the table, which the local stack reads too."
  type        = string
  default     = "../functions.json"
}

variable "packages_folder" {
  description = "The folder that `make package` made; packages.json in it says what each zip is for."
  type        = string
  default     = "../../.local/packages/arm64-python3.13"
}

variable "static_folder" {
  description = "The built page of the Activity."
  type        = string
  default     = "../../activity_client/dist"
}

# --- What a person sets (.env) ----------------------------------------------------------------------------------------

variable "settings" {
  description = "The settings of .env that are no secrets, by name. Every function gets them."
  type        = map(string)

  validation {
    condition = alltrue([
      for name in ["DISCORD_APPLICATION_ID", "DISCORD_PUBLIC_KEY", "KALTURA_PARTNER_ID"] :
      length(trimspace(lookup(var.settings, name, ""))) > 0
    ])
    error_message = "DISCORD_APPLICATION_ID, DISCORD_PUBLIC_KEY and KALTURA_PARTNER_ID have to be set; .env.example says where they are found."
  }

  validation {
    condition     = length([for name in keys(var.settings) : name if can(regex("TOKEN|SECRET", name))]) == 0
    error_message = "Secrets belong into var.secrets: what is in var.settings can be read by whoever may look at a function."
  }

  validation {
    condition     = length([for name in keys(var.settings) : name if can(regex("^(AWS_|LAMBDA_|_)|_QUEUE_URL$|^(DEPLOYMENT_NAME|PUBLIC_BASE_URL|SOCKET_CALLBACK_URL|TABLE_NAME)$", name))]) == 0
    error_message = "Names that AWS reserves, and addresses that the deployment finds out by itself, cannot be set."
  }
}

variable "secrets" {
  description = "The secrets of .env, by name. They are written where secret_store says, and kept in no plan and no state."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
  default     = {}
}

variable "secret_names" {
  description = "Which secrets are set: their names decide which parameters there are, and names are no secrets."
  type        = set(string)
  default = [
    "DISCORD_BOT_TOKEN",
    "DISCORD_CLIENT_SECRET",
    "JWT_SECRET",
    "KALTURA_ADMIN_SECRET",
    "KALTURA_WEBHOOK_TOKEN",
  ]
}

variable "secrets_version" {
  description = "Another number has the secrets written again, and a new version made of each function that reads any: Terraform does not remember secrets, so it cannot see a change."
  type        = number
  default     = 1
}

variable "secret_store" {
  description = "Where secrets are kept: ssm (Parameter Store, which costs nothing) or secrets_manager ($0.40 a month for each function that reads any)."
  type        = string
  default     = "ssm"

  validation {
    condition     = contains(["ssm", "secrets_manager"], var.secret_store)
    error_message = "Secrets are kept in ssm or in secrets_manager."
  }
}

variable "log_level" {
  description = "How much the functions log: DEBUG, INFO, WARNING or ERROR."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "A log level is DEBUG, INFO, WARNING or ERROR."
  }
}

# --- Limits -----------------------------------------------------------------------------------------------------------

variable "http_throttle" {
  description = "Requests per second, and at once, that the HTTP API takes."
  type        = object({ rate = number, burst = number })
  default     = { rate = 1000, burst = 500 }

  validation {
    condition     = var.http_throttle.rate > 0 && var.http_throttle.burst > 0
    error_message = "Zero would refuse everything."
  }
}

variable "websocket_throttle" {
  description = "Messages per second, and at once, that the WebSocket API takes."
  type        = object({ rate = number, burst = number })
  default     = { rate = 2000, burst = 1000 }

  validation {
    condition     = var.websocket_throttle.rate > 0 && var.websocket_throttle.burst > 0
    error_message = "Zero would refuse every connection."
  }
}

variable "reserved_concurrency" {
  description = "Environments that a function has for itself and no more than, by function name. A new account has 10 in all, so there are none by default."
  type        = map(number)
  default     = {}
}

variable "queue_concurrency" {
  description = "How many environments read a queue at once at most, by the queue's name. As many as Lambda gives by default; in an account that has 10 in all, queues could take those that answer people."
  type        = map(number)
  default     = {}

  validation {
    # Lambda guide, "Configuring maximum concurrency for Amazon SQS event sources".
    condition     = alltrue([for limit in values(var.queue_concurrency) : limit >= 2 && limit <= 1000])
    error_message = "Lambda reads a queue with 2 to 1,000 at once."
  }
}

# --- Keeping ----------------------------------------------------------------------------------------------------------

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30
}

variable "protect_data" {
  description = "Whether table and bucket refuse to be deleted while something is in them."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "How far back the table can be restored to any second (point-in-time recovery)."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "Point-in-time recovery reaches back 1 to 35 days."
  }
}

# --- The address ------------------------------------------------------------------------------------------------------

variable "domain_name" {
  description = "A domain of your own instead of CloudFront's; its DNS record is yours to set. Empty: CloudFront's."
  type        = string
  default     = ""
}

variable "certificate_arn" {
  description = "The certificate of that domain, in ACM in us-east-1."
  type        = string
  default     = ""

  validation {
    condition     = (var.certificate_arn == "") == (var.domain_name == "")
    error_message = "A domain needs its certificate, and a certificate its domain."
  }
}

variable "price_class" {
  description = "Where CloudFront answers from: PriceClass_100 (America, Europe), PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
}

variable "proxied_media_hosts" {
  description = "Kaltura's hosts whose bytes CloudFront passes on below /k/, by host key. None by default: inside Discord the portal's URL mappings lead to them directly, and a tab asks them itself."
  type        = map(string)
  default     = {}
}

# --- Watching over it -------------------------------------------------------------------------------------------------

variable "monitoring" {
  description = "basic: one dashboard and at most 10 alarms. full: an alarm for each function and queue too."
  type        = string
  default     = "basic"

  validation {
    condition     = contains(["basic", "full"], var.monitoring)
    error_message = "Monitoring is basic or full."
  }
}

variable "alarm_email" {
  description = "Who is told of alarms and of the budget. Empty: nobody, but the alarms can be seen."
  type        = string
  default     = ""
}

variable "monthly_budget_dollars" {
  description = "What the account, with all that is in it, may cost a month before somebody is told; 0: no budget is set up."
  type        = number
  default     = 20
}

# --- What costs extra (docs/deployment.md has the prices) -------------------------------------------------------------

variable "use_customer_key" {
  description = "Encrypt table, queues, logs and secrets with a KMS key of your own instead of AWS's. Switched off again in two steps: keep_customer_key."
  type        = bool
  default     = false
}

variable "keep_customer_key" {
  description = "Keep that key, for what was encrypted with it, after use_customer_key was switched off: versions that are live or may be again, messages, logs, backups."
  type        = bool
  default     = false
}

variable "use_firewall" {
  description = "Put WAF in front of CloudFront, with AWS's common rules and a limit for each address."
  type        = bool
  default     = false
}

variable "use_fixed_address" {
  description = "Let the functions reach the internet from one fixed IP address, for a Kaltura that only lets known ones in."
  type        = bool
  default     = false
}

variable "tracing" {
  description = "Let X-Ray trace invocations: the first of each second, and a twentieth of the others."
  type        = bool
  default     = false
}

variable "set_gateway_log_role" {
  description = "Whether this deployment sets the role that API Gateway logs with. There is one for each account and region: false for the second deployment in the same."
  type        = bool
  default     = true
}
