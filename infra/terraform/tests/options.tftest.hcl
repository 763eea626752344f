# What is off by default, switched on, all of it at once: one run, as each takes seconds.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

mock_provider "aws" {
  alias           = "us_east_1"
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment     = "prod"
  functions_file  = "tests/small_deployment/functions.json"
  packages_folder = "tests/small_deployment/packages"
  static_folder   = "tests/small_deployment/static"
  settings        = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2" }
  secrets         = {}
}

run "everything_switched_on" {
  command = plan

  variables {
    certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    domain_name          = "kaltura.example.org"
    monitoring           = "full"
    queue_concurrency    = { tasks = 3 }
    proxied_media_hosts  = { cfvod-kaltura-com = "cfvod.kaltura.com" }
    reserved_concurrency = { interactions = 5 }
    secret_names         = ["DISCORD_BOT_TOKEN", "JWT_SECRET"]
    secret_store         = "secrets_manager"
    secrets_version      = 4294967295
    tracing              = true
    use_customer_key     = true
    use_firewall         = true
    use_fixed_address    = true
  }

  # --- A key of one's own

  assert {
    condition     = length([for statement in output.function_policies["room_authorizer"] : statement if statement.Sid == "UseOwnKey"]) == 1
    error_message = "Functions may use the key."
  }

  assert {
    condition     = jsonencode(module.secrets.written) == jsonencode({ keys = [aws_kms_key.own[0].arn], versions = [8589934591] })
    error_message = "Secrets are encrypted with it."
  }

  assert {
    condition     = aws_kms_alias.secrets[0].name == "alias/kaltura-discord-prod-secrets-4294967295"
    error_message = "Changed secrets are written under another name of the key."
  }

  assert {
    condition = { for statement in jsondecode(aws_kms_key.own[0].policy).Statement : statement.Sid => try(statement.Condition, null) } == {
      TheAccountManages = null
      AlarmsEncrypt     = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
      LogsEncrypt       = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:us-east-1:123456789012:log-group:*" } }
    }
    error_message = "Alarms and logs use it for this account alone, each named as it names itself."
  }

  # --- A firewall, and a fixed address

  assert {
    condition     = length(aws_wafv2_web_acl.this) == 1
    error_message = "There is a firewall."
  }

  assert {
    condition = alltrue([
      for statements in output.function_policies : length([for statement in statements : statement if statement.Sid == "AttachToNetwork"]) == 1
    ])
    error_message = "Functions may attach themselves to the network."
  }

  # --- Secrets in Secrets Manager, changed

  assert {
    condition     = module.function["interactions"].environment["SECRETS_VERSION"] == "4294967295"
    error_message = "A new version is made of functions that read secrets."
  }

  assert {
    condition     = module.secrets.names == toset(["kaltura-discord/prod/interactions", "kaltura-discord/prod/api"])
    error_message = "Each reader has one secret of its own; who reads none has none."
  }

  assert {
    condition = one([for statement in output.function_policies["api"] : [statement.Action, statement.Resource] if statement.Sid == "ReadOwnSecrets"]) == [
      ["secretsmanager:GetSecretValue"], ["arn:aws:secretsmanager:us-east-1:123456789012:secret:some-AbCdEf"],
    ]
    error_message = "A function reads its own secret only."
  }

  assert {
    condition     = module.function["api"].environment["SECRETS_PATH"] == "arn:aws:secretsmanager:us-east-1:123456789012:secret:some-AbCdEf"
    error_message = "Readers know their secret."
  }

  # --- A domain, and Kaltura's bytes through CloudFront

  assert {
    condition     = output.public_base_url == "https://kaltura.example.org" && output.websocket_endpoint == "wss://kaltura.example.org/ws"
    error_message = "It is the public address."
  }

  assert {
    condition     = module.static_site.proxied_paths == toset(["/k/cfvod-kaltura-com/*"])
    error_message = "Only the hosts that are named."
  }

  # --- Full monitoring

  assert {
    condition     = length([for key in keys(output.alarms) : key if endswith(key, "-errors")]) == 12
    error_message = "Each function has an alarm beside those for all."
  }

  assert {
    condition     = length([for key in keys(output.alarms) : key if strcontains(key, "-burn-")]) == 16
    error_message = "Each of four objectives has an alarm in each of four severities."
  }

  assert {
    condition     = length(output.guarding_alarms) == 3 && alltrue([for name in output.guarding_alarms : contains(values(output.alarms), name)])
    error_message = "A deployment is watched by the same alarms."
  }

  assert {
    condition = module.monitoring.burn_rules["latency-burn-high"] == join(" AND ", [
      "ALARM(\"kaltura-discord-prod-latency-burn-high-long\")", "ALARM(\"kaltura-discord-prod-latency-burn-high-short\")",
    ])
    error_message = "It rings while both the long and the short span are bad."
  }

  assert {
    condition     = module.monitoring.paid == { alarm_metrics = 99, composite_alarms = 16, dashboards = 2 }
    error_message = "What is paid for is what docs/cost.md says: 10 + 10 + one for each function + 72 in burn rates."
  }

  assert {
    condition     = module.monitoring.shares == { posts-gone = "IF(FILL(total, 0) >= 1000, FILL(part, 0) / total, 0)" }
    error_message = "Many who are gone are many of those that are posted to, and not many in a crowd."
  }

  # --- Traces

  assert {
    condition     = alltrue([for function in module.function : function.tracing == "Active"])
    error_message = "X-Ray is told of each function."
  }

  assert {
    condition = alltrue([
      for statements in output.function_policies :
      jsonencode([for statement in statements : statement.Action if statement.Sid == "WriteTraces"]) == jsonencode([["xray:PutTraceSegments", "xray:PutTelemetryRecords"]])
    ])
    error_message = "Each function may tell X-Ray, and nothing else of it."
  }

  # --- Reserved concurrency

  assert {
    condition     = module.function["interactions"].reserved_concurrency == 5 && module.function["api"].reserved_concurrency == -1
    error_message = "Only where it is asked for."
  }

  assert {
    condition     = { for name, function in module.function : name => function.reads_at_once if length(function.reads) > 0 } == { tasks = [3], notifier = [] }
    error_message = "Only the queue that is named has a limit."
  }
}

run "a_key_that_is_given_up" {
  command = plan

  variables {
    keep_customer_key = true
  }

  assert {
    condition     = jsonencode(module.secrets.written) == jsonencode({ keys = ["alias/aws/ssm"], versions = [2] })
    error_message = "Nothing new is encrypted with it."
  }

  assert {
    condition = length(aws_kms_key.own) == 1 && alltrue([
      for statements in output.function_policies : length([for statement in statements : statement if statement.Sid == "UseOwnKey"]) == 1
    ])
    error_message = "What is live was encrypted with it, so it stays and may be used."
  }
}

# The provider sends a parameter's key only where its name has changed, and its value only where the version has. So both
# have to change with each of these, or AWS gets half of it.

run "parameters_under_awss_own_key" {
  command = plan
  module { source = "./modules/secrets" }

  variables {
    folder         = "kaltura-discord/prod"
    readers        = { api = ["JWT_SECRET"] }
    store          = "ssm"
    values         = {}
    values_version = 1
  }

  assert {
    condition     = jsonencode(output.written) == jsonencode({ keys = ["alias/aws/ssm"], versions = [2] })
    error_message = "AWS's own key is named, so that it can be gone back to."
  }
}

run "secrets_under_awss_own_key" {
  command = plan
  module { source = "./modules/secrets" }

  variables {
    folder         = "kaltura-discord/prod"
    readers        = { api = ["JWT_SECRET"] }
    store          = "secrets_manager"
    values         = {}
    values_version = 1
  }

  assert {
    condition     = jsonencode(output.written) == jsonencode({ keys = ["alias/aws/secretsmanager"], versions = [2] })
    error_message = "It is named here, too: where none is, the provider leaves the one that was there."
  }
}

run "parameters_under_a_key_of_ones_own" {
  command = plan
  module { source = "./modules/secrets" }

  variables {
    folder         = "kaltura-discord/prod"
    readers        = { api = ["JWT_SECRET"] }
    store          = "ssm"
    values         = {}
    values_version = 1
    key_alias      = "alias/some-secrets-1"
  }

  assert {
    condition     = jsonencode(output.written) == jsonencode({ keys = ["alias/some-secrets-1"], versions = [3] })
    error_message = "Switched on later, they are written again, under it."
  }
}
