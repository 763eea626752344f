variable "name" {
  description = "The queue's full name, without .fifo."
  type        = string
}

variable "fifo" {
  description = "Whether the order within a group is kept."
  type        = bool
}

variable "visibility_timeout_seconds" {
  description = "How long a message stays hidden while somebody works on it."
  type        = number
}

variable "maximum_receives" {
  description = "How often a message is tried before it goes to the dead letters."
  type        = number
}

variable "consumer_timeout_seconds" {
  description = "The time limit of the function that reads it; 0: nobody reads it."
  type        = number
  default     = 0
}

variable "key_arn" {
  description = "The KMS key for messages; null: SQS's own."
  type        = string
  default     = null
}
