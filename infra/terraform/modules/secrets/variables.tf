variable "store" {
  description = "Where they are kept: ssm or secrets_manager."
  type        = string
}

variable "folder" {
  description = "The folder of all folders, without a slash at either end."
  type        = string
}

variable "readers" {
  description = "Which secrets each function reads, by its name."
  type        = map(list(string))
}

variable "values" {
  description = "The secrets by name."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}

variable "values_version" {
  description = "Another number has them written again."
  type        = number
}

variable "key_arn" {
  description = "The KMS key for secrets in Secrets Manager; null: AWS's own, for which nothing is paid."
  type        = string
  default     = null
}

variable "key_alias" {
  description = "An alias of the same key, another one for each version of the values: the key for parameters. Null: AWS's own."
  type        = string
  default     = null
}
