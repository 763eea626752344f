variable "name" {
  description = "The function's full name."
  type        = string
}

variable "description" {
  description = "What it is for."
  type        = string
}

variable "handler" {
  description = "Module and function, such as api.handler."
  type        = string
}

variable "package" {
  description = "The zip, and its SHA-256 as Lambda writes it."
  type        = object({ path = string, sha256 = string })
}

variable "runtime" {
  description = "Lambda's name of the Python that the package is for."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64, as the package is."
  type        = string
}

variable "timeout" {
  description = "Seconds until it is ended."
  type        = number
}

variable "memory" {
  description = "Megabytes; processor time grows with them."
  type        = number
}

variable "environment" {
  description = "Its environment variables. Whoever may look at the function can read them."
  type        = map(string)
}

variable "statements" {
  description = "What its role may do, besides writing its log."
  type        = list(object({ sid = string, actions = list(string), resources = list(string) }))
}

variable "queue" {
  description = "The queue that it reads, how many messages in one call, and how many calls at once (0: as many as Lambda gives); null: none."
  type        = object({ arn = string, batch_size = number, at_once = number })
  default     = null
}

variable "reserved_concurrency" {
  description = "Environments that it has for itself, and no more than; -1: as many as the account has left."
  type        = number
  default     = -1
}

variable "tracing" {
  description = "Whether X-Ray is told of its invocations."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "How long its log is kept."
  type        = number
}

variable "key_arn" {
  description = "The KMS key for its log and its environment; null: AWS's own."
  type        = string
  default     = null
}

variable "readable_key_arn" {
  description = "The KMS key that it may use, though nothing new may be encrypted with it; null: none."
  type        = string
  default     = null
}

variable "network" {
  description = "Subnets and security groups to run in; null: none, as is usual."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null
}
