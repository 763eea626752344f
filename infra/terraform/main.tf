locals {
  secrets_folder = "kaltura-discord/${var.environment}"

  # What every function finds in its environment. No secret is among it.
  common_environment = merge(
    { for name, value in var.settings : name => value if value != "" },
    { for name, queue in module.queue : "${upper(replace(name, "-", "_"))}_QUEUE_URL" => queue.url },
    {
      DEPLOYMENT_NAME     = var.environment
      LOG_LEVEL           = var.log_level
      PUBLIC_BASE_URL     = local.public_base_url
      SOCKET_CALLBACK_URL = module.websocket_api.callback_url
      TABLE_NAME          = module.table.name
    },
  )

  # Where the page loads from in a browser tab: the hosts of Kaltura that the functions speak of, too.
  kaltura_hosts = concat(
    [for name, default in {
      KALTURA_CDN_URL     = "https://cdnapisec.kaltura.com"
      KALTURA_SERVICE_URL = "https://www.kaltura.com"
    } : coalesce(lookup(var.settings, name, ""), default)],
    split(",", coalesce(lookup(var.settings, "KALTURA_MEDIA_HOSTS", ""), "cfvod.kaltura.com")),
  )
  page_origins = distinct([
    for host in local.kaltura_hosts :
    regex("^https?://[^/]+", can(regex("://", host)) ? trimspace(host) : "https://${trimspace(host)}")
  ])
}

module "table" {
  source = "./modules/table"

  name          = "${local.described.table.name}-${var.environment}"
  index         = local.described.table.index
  ttl_attribute = local.described.table.ttl_attribute
  backup_days   = var.backup_days
  protect       = var.protect_data
  key_arn       = local.key_arn
}

module "queue" {
  source   = "./modules/queue"
  for_each = local.queues

  name                       = "${local.name}-${each.key}"
  fifo                       = try(each.value.fifo, false)
  visibility_timeout_seconds = each.value.visibility_timeout_seconds
  maximum_receives           = each.value.maximum_receives
  key_arn                    = local.key_arn

  consumer_timeout_seconds = try(local.functions[local.consumers[each.key]].timeout, 0)
}

module "secrets" {
  source = "./modules/secrets"

  store          = var.secret_store
  folder         = local.secrets_folder
  readers        = { for name, function in local.functions : name => function.access.secrets }
  values         = var.secrets
  values_version = var.secrets_version
  key_arn        = local.key_arn
  key_alias      = var.use_customer_key ? aws_kms_alias.secrets[0].name : null
}

module "function" {
  source   = "./modules/function"
  for_each = local.functions

  name         = "${local.name}-${each.key}"
  description  = each.value.description
  handler      = each.value.handler
  runtime      = local.packages.runtime
  architecture = local.packages.architecture
  timeout      = each.value.timeout
  memory       = each.value.memory

  package = {
    path   = "${var.packages_folder}/${local.packages.packages[each.key].file}"
    sha256 = local.packages.packages[each.key].sha256
  }

  environment = merge(
    local.common_environment,
    length(each.value.access.secrets) == 0 ? {} : {
      SECRETS_PATH = module.secrets.places[each.key]
      # Nobody reads it. Processes keep what they have read, so changed secrets need a new version of the function, and
      # this makes one.
      SECRETS_VERSION = tostring(var.secrets_version)
    },
  )

  queue = each.value.queue == "" ? null : {
    arn        = module.queue[each.value.queue].arn
    batch_size = each.value.batch_size
    at_once    = lookup(var.queue_concurrency, each.value.queue, 0)
  }

  statements           = local.statements[each.key]
  reserved_concurrency = lookup(var.reserved_concurrency, each.key, -1)
  tracing              = var.tracing
  log_retention_days   = var.log_retention_days
  key_arn              = local.key_arn
  readable_key_arn     = local.readable_key_arn
  network              = var.use_fixed_address ? module.egress[0].network : null
}

module "http_api" {
  source = "./modules/http_api"

  name               = "${local.name}-http"
  routes             = local.http_routes
  throttle           = var.http_throttle
  log_retention_days = var.log_retention_days
  key_arn            = local.key_arn

  functions = {
    for name in local.http_functions : name => {
      name       = module.function[name].name
      alias_name = module.function[name].alias_name
      invoke_arn = module.function[name].invoke_arn
    }
  }
}

module "websocket_api" {
  source = "./modules/websocket_api"

  name               = "${local.name}-websocket"
  routes             = local.socket_routes
  route_selection    = try(local.described.websocket_route_selection, "$request.body.action")
  identity_sources   = local.functions[local.authorizer].identity_sources
  throttle           = var.websocket_throttle
  set_log_role       = var.set_gateway_log_role
  partition          = data.aws_partition.current.partition
  log_retention_days = var.log_retention_days
  key_arn            = local.key_arn

  authorizer = {
    name       = module.function[local.authorizer].name
    alias_name = module.function[local.authorizer].alias_name
    invoke_arn = module.function[local.authorizer].invoke_arn
  }

  functions = {
    for name in local.socket_functions : name => {
      name       = module.function[name].name
      alias_name = module.function[name].alias_name
      invoke_arn = module.function[name].invoke_arn
    }
  }
}

module "schedule" {
  source   = "./modules/schedule"
  for_each = local.scheduled

  name          = "${local.name}-${each.key}"
  every_seconds = each.value
  function_name = module.function[each.key].name
  alias_name    = module.function[each.key].alias_name
  alias_arn     = module.function[each.key].alias_arn
  account_id    = data.aws_caller_identity.current.account_id
}

module "static_site" {
  source = "./modules/static_site"

  name                 = local.name
  bucket_name          = "${local.name}-${data.aws_caller_identity.current.account_id}"
  folder               = var.static_folder
  http_api_domain      = module.http_api.domain_name
  websocket_api_domain = module.websocket_api.domain_name
  websocket_path       = module.websocket_api.stage
  page_origins         = local.page_origins
  proxied_hosts        = var.proxied_media_hosts
  domain_name          = var.domain_name
  certificate_arn      = var.certificate_arn
  price_class          = var.price_class
  protect              = var.protect_data
  firewall_arn         = var.use_firewall ? aws_wafv2_web_acl.this[0].arn : null
}

module "monitoring" {
  source = "./modules/monitoring"

  name             = local.name
  deployment       = var.environment
  region           = var.region
  account_id       = data.aws_caller_identity.current.account_id
  level            = var.monitoring
  email            = var.alarm_email
  budget_dollars   = var.monthly_budget_dollars
  functions        = { for name, function in module.function : name => function.name }
  queues           = { for name, queue in module.queue : name => { name = queue.name, dead_letters_name = queue.dead_letters_name } }
  table_name       = module.table.name
  http_api_id      = module.http_api.id
  websocket_api_id = module.websocket_api.id
  websocket_stage  = module.websocket_api.stage
  key_arn          = local.key_arn
}

module "egress" {
  source = "./modules/egress"
  count  = var.use_fixed_address ? 1 : 0

  name   = local.name
  region = var.region
}
