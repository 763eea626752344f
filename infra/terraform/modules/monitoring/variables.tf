variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "deployment" {
  description = "The deployment's name, which the functions' own metrics bear."
  type        = string
}

variable "region" {
  description = "The region of what is drawn."
  type        = string
}

variable "account_id" {
  description = "The account whose alarms may tell."
  type        = string
}

variable "level" {
  description = "basic or full."
  type        = string
}

variable "email" {
  description = "Who is told; empty: nobody."
  type        = string
}

variable "budget_dollars" {
  description = "What a month may cost; 0: no budget."
  type        = number
}

variable "functions" {
  description = "The functions' full names, by their names in the list."
  type        = map(string)
}

variable "queues" {
  description = "The queues' full names, by their names in the list."
  type        = map(object({ name = string, dead_letters_name = string }))
}

variable "table_name" {
  description = "The table."
  type        = string
}

variable "http_api_id" {
  description = "The HTTP API."
  type        = string
}

variable "websocket_api_id" {
  description = "The WebSocket API."
  type        = string
}

variable "websocket_stage" {
  description = "Its stage."
  type        = string
}

variable "key_arn" {
  description = "The KMS key for messages; null: none, as alarms cannot use AWS's own key for SNS."
  type        = string
  default     = null
}
