variable "name" {
  description = "The API's name."
  type        = string
}

variable "stage" {
  description = "The stage's name, which is the path that pages connect to."
  type        = string
  default     = "ws"
}

variable "route_selection" {
  description = "What of a message decides its route."
  type        = string
  default     = "$request.body.action"
}

variable "functions" {
  description = "The functions behind it, by a name that the routes use."
  type        = map(object({ name = string, alias_name = string, invoke_arn = string }))
}

variable "routes" {
  description = "Which function answers which route, such as $connect."
  type        = map(string)

  validation {
    condition     = alltrue([for key in ["$connect", "$disconnect", "$default"] : contains(keys(var.routes), key)])
    error_message = "A WebSocket API has functions for connect, disconnect and default."
  }
}

variable "authorizer" {
  description = "The function that is asked who may connect."
  type        = object({ name = string, alias_name = string, invoke_arn = string })
}

variable "identity_sources" {
  description = "What a connection has to bring along for the authorizer to be asked at all."
  type        = list(string)
}

variable "throttle" {
  description = "Messages per second, and at once."
  type        = object({ rate = number, burst = number })
}

variable "set_log_role" {
  description = "Whether to set the role that API Gateway logs with, for the whole account and region."
  type        = bool
}

variable "partition" {
  description = "AWS's partition: aws, aws-cn or aws-us-gov."
  type        = string
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
