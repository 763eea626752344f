variable "name" {
  description = "The schedule's name, which is the function's."
  type        = string
}

variable "every_seconds" {
  description = "How far apart the calls are, in seconds: whole minutes."
  type        = number
}

variable "function_name" {
  description = "The function's full name."
  type        = string
}

variable "alias_name" {
  description = "The alias of it that is called."
  type        = string
}

variable "alias_arn" {
  description = "The same alias."
  type        = string
}

variable "account_id" {
  description = "The account whose schedules may take the role."
  type        = string
}
