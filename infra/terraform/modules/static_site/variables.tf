variable "name" {
  description = "The name of what belongs to it."
  type        = string
}

variable "bucket_name" {
  description = "The bucket's name, which no other bucket in the world may have."
  type        = string
}

variable "folder" {
  description = "The built files."
  type        = string
}

variable "http_api_domain" {
  description = "The host of the HTTP API."
  type        = string
}

variable "websocket_api_domain" {
  description = "The host of the WebSocket API."
  type        = string
}

variable "websocket_path" {
  description = "The path of the WebSocket API, which is its stage's name."
  type        = string
}

variable "page_origins" {
  description = "What the page may load from in a browser tab, besides itself: Kaltura's addresses."
  type        = list(string)
}

variable "proxied_hosts" {
  description = "Hosts that are passed on below /k/, by host key."
  type        = map(string)
}

variable "domain_name" {
  description = "A domain of one's own; empty: CloudFront's."
  type        = string
}

variable "certificate_arn" {
  description = "Its certificate, in us-east-1."
  type        = string
}

variable "price_class" {
  description = "Where CloudFront answers from."
  type        = string
}

variable "protect" {
  description = "Whether the bucket refuses to be deleted while files are in it."
  type        = bool
}

variable "firewall_arn" {
  description = "The WAF rules in front; null: none."
  type        = string
  default     = null
}
