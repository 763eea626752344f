variable "name" {
  description = "The table's name."
  type        = string
}

variable "index" {
  description = "The name of its index, which the index's keys begin with."
  type        = string
}

variable "ttl_attribute" {
  description = "The attribute that says when an item expires, in epoch seconds."
  type        = string
}

variable "backup_days" {
  description = "How far back it can be restored to any second."
  type        = number
}

variable "protect" {
  description = "Whether it refuses to be deleted."
  type        = bool
}

variable "key_arn" {
  description = "The KMS key for what is in it; null: AWS's own."
  type        = string
  default     = null
}
