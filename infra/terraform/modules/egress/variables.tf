variable "name" {
  description = "The network's name."
  type        = string
}

variable "region" {
  description = "The region it is in."
  type        = string
}
