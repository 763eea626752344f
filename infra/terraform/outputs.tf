output "public_base_url" {
  description = "The one address of this deployment."
  value       = local.public_base_url
}

output "cloudfront_address" {
  description = "CloudFront's own address, which leads here whatever domain_name says."
  value       = "https://${module.static_site.domain_name}"
}

output "portal_fields" {
  description = "What goes into which field of Discord's developer portal."
  value = {
    interactions_endpoint_url = "${local.public_base_url}/discord/interactions"
    webhooks_endpoint_url     = "${local.public_base_url}/discord/events"
    url_mapping_root          = trimprefix(local.public_base_url, "https://")
  }
}

output "operator_environment" {
  description = "What goes into .env so that make allow-server, make doctor and the others work on this deployment. No secret is in it."
  value = merge(
    { for name, queue in module.queue : "${upper(replace(name, "-", "_"))}_QUEUE_URL" => queue.url },
    {
      AWS_REGION      = var.region
      PUBLIC_BASE_URL = local.public_base_url
      SECRETS_PATH    = lookup(module.secrets.places, "api", "")
      TABLE_NAME      = module.table.name
    },
  )
}

output "functions" {
  description = "Each function with its newest version and the alias that is asked."
  value = {
    for name, function in module.function :
    name => { name = function.name, version = function.version, alias = function.alias_name, log = function.log_group_name }
  }
}

output "function_policies" {
  description = "What each function's role may do."
  value       = { for name, function in module.function : name => jsondecode(function.policy).Statement }
}

output "dead_letters" {
  description = "Where to look for what was given up, by queue."
  value       = { for name, queue in module.queue : name => queue.dead_letters_url }
}

output "alarms" {
  description = "All alarms, by what they are called in the runbook."
  value       = module.monitoring.alarm_names
}

output "guarding_alarms" {
  description = "The names of the alarms that a deployment watches while new versions go live."
  value       = module.monitoring.guarding_names
}

output "distribution_id" {
  description = "The CloudFront distribution."
  value       = module.static_site.distribution_id
}

output "websocket_endpoint" {
  description = "Where pages open their socket."
  value       = "${replace(local.public_base_url, "https://", "wss://")}/${module.websocket_api.stage}"
}

output "fixed_address" {
  description = "The address that Kaltura sees; empty where it is not fixed."
  value       = var.use_fixed_address ? module.egress[0].address : ""
}
