variable "name" {
  description = "The API's name."
  type        = string
}

variable "functions" {
  description = "The functions behind it, by a name that the routes use."
  type        = map(object({ name = string, alias_name = string, invoke_arn = string }))
}

variable "routes" {
  description = "Which function answers which route, such as ANY /api/v1/{proxy+}."
  type        = map(string)
}

variable "throttle" {
  description = "Requests per second, and at once."
  type        = object({ rate = number, burst = number })
}

variable "log_retention_days" {
  description = "How long the access log is kept."
  type        = number
}

variable "key_arn" {
  description = "The KMS key for the access log; null: AWS's own."
  type        = string
  default     = null
}
