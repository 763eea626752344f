output "domain_name" {
  description = "CloudFront's name for it."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "distribution_id" {
  description = "The distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "paths" {
  description = "Which paths lead to the APIs."
  value       = local.api_behaviours
}

output "cache_rules" {
  description = "How long browsers keep each file."
  value       = { for name, file in merge(aws_s3_object.assets, aws_s3_object.pages) : name => file.cache_control }
}

output "page_policy" {
  description = "The code that says what the page may load in a tab of its own."
  value       = aws_cloudfront_function.page_policy.code
}

output "proxied_paths" {
  description = "Below which paths Kaltura's bytes are passed on."
  value       = toset([for key in keys(var.proxied_hosts) : "/k/${key}/*"])
}
