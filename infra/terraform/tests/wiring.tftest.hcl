# A small deployment that has one of each kind of function and queue: is everything connected, and set as it should be?

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
  environment     = "dev"
  functions_file  = "tests/small_deployment/functions.json"
  packages_folder = "tests/small_deployment/packages"
  static_folder   = "tests/small_deployment/static"
  settings        = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2", KALTURA_CDN_URL = "https://cdn.example.org/p" }
  secrets         = { DISCORD_BOT_TOKEN = "a$b#c 'd' \"e\"", JWT_SECRET = "x" }
  secret_names    = ["DISCORD_BOT_TOKEN", "JWT_SECRET"]
}

# One run, as each takes seconds.
run "a_small_deployment" {
  command = plan

  # --- functions

  assert {
    condition     = length(module.function) == 7
    error_message = "Each function of the list is deployed."
  }

  assert {
    condition     = alltrue([for function in module.function : function.alias_name == "live"])
    error_message = "Functions are asked by an alias."
  }

  assert {
    condition = { for name, queue in module.function : name => length(queue.reads) if length(queue.reads) > 0 } == {
      tasks    = 1
      notifier = 1
    }
    error_message = "Each reader reads its queue, and nobody else reads one."
  }

  assert {
    condition     = module.function["api"].environment["PUBLIC_BASE_URL"] == "https://d111111abcdef8.cloudfront.net"
    error_message = "Functions know the one public address."
  }

  assert {
    condition     = module.function["tasks"].environment["SOCKET_CALLBACK_URL"] == "https://a1b2c3.execute-api.us-east-1.amazonaws.com/ws"
    error_message = "Sockets are posted to at the API itself, with the stage."
  }

  assert {
    condition = alltrue([
      for name in ["TABLE_NAME", "TASKS_QUEUE_URL", "NOTIFICATIONS_QUEUE_URL", "LOG_LEVEL", "DISCORD_PUBLIC_KEY"] :
      contains(keys(module.function["interactions"].environment), name)
    ])
    error_message = "Functions know table, queues and settings."
  }

  assert {
    condition     = alltrue([for function in module.function : !anytrue([for name in keys(function.environment) : can(regex("SECRET$|TOKEN", name))])])
    error_message = "No secret stands in a function's environment."
  }

  # --- roles

  assert {
    condition = jsonencode({
      for name, statements in output.function_policies : name => sort([for statement in statements : statement.Sid])
      }) == jsonencode({
      interactions    = ["ReadOwnSecrets", "SendTasks", "UseTable", "WriteOwnLog"]
      api             = ["ReadOwnSecrets", "UseTable", "WriteOwnLog"]
      room_authorizer = ["UseTable", "WriteOwnLog"]
      room_socket     = ["SpeakToSockets", "WriteOwnLog"]
      tasks           = ["WorkOffQueue", "WriteOwnLog"]
      notifier        = ["WorkOffQueue", "WriteOwnLog"]
      housekeeping    = ["WriteOwnLog"]
    })
    error_message = "A role may do what the list says, and nothing besides."
  }

  assert {
    condition     = one([for statement in output.function_policies["room_authorizer"] : statement.Action if statement.Sid == "UseTable"]) == ["dynamodb:DeleteItem"]
    error_message = "Only the actions that are named."
  }

  assert {
    condition     = one([for statement in output.function_policies["interactions"] : length(statement.Resource) if statement.Sid == "UseTable"]) == 2
    error_message = "Whoever queries may query the index."
  }

  assert {
    condition     = one([for statement in output.function_policies["api"] : length(statement.Resource) if statement.Sid == "UseTable"]) == 1
    error_message = "Whoever does not query has no business with the index."
  }

  assert {
    condition = one([for statement in output.function_policies["api"] : statement.Resource[0] if statement.Sid == "ReadOwnSecrets"]) == (
      "arn:aws:ssm:us-east-1:123456789012:parameter/kaltura-discord/dev/api"
    )
    error_message = "A function reads its own folder of secrets only."
  }

  assert {
    condition = one([for statement in output.function_policies["room_socket"] : statement.Resource if statement.Sid == "SpeakToSockets"]) == [
      "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/ws/POST/@connections/*",
      "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/ws/DELETE/@connections/*",
    ]
    error_message = "Posting and hanging up, at this stage."
  }

  assert {
    condition = alltrue(flatten([
      for statements in output.function_policies : [for statement in statements : [for resource in statement.Resource : resource != "*"]]
    ]))
    error_message = "No role reaches beyond this deployment."
  }

  # --- secrets

  assert {
    condition     = module.secrets.names == toset(["/kaltura-discord/dev/interactions/DISCORD_BOT_TOKEN", "/kaltura-discord/dev/api/JWT_SECRET"])
    error_message = "Each reader has its own folder; what is not set has no parameter."
  }

  assert {
    condition     = module.function["interactions"].environment["SECRETS_PATH"] == "/kaltura-discord/dev/interactions"
    error_message = "Readers know their folder."
  }

  assert {
    condition     = !contains(keys(module.function["room_socket"].environment), "SECRETS_PATH")
    error_message = "Who reads none is not told where any are."
  }

  assert {
    condition     = module.function["api"].environment["SECRETS_VERSION"] == "1" && !contains(keys(module.function["room_socket"].environment), "SECRETS_VERSION")
    error_message = "Another version of the secrets is another version of each function that reads any, and of no other."
  }

  # --- apis

  assert {
    condition     = module.http_api.route_keys == toset(["ANY /discord/interactions", "ANY /api/v1/{proxy+}", "ANY /j/{token}"])
    error_message = "Each route of the list is a route of the API."
  }

  assert {
    condition     = module.websocket_api.routes == { "$connect" = "CUSTOM", "$disconnect" = "NONE", "$default" = "NONE", "clock" = "NONE" }
    error_message = "Connecting needs the authorizer."
  }

  assert {
    condition     = module.websocket_api.answering == toset(["$default", "clock"])
    error_message = "What a function returns for a message goes back to its sender."
  }

  assert {
    condition = alltrue([
      for format in [module.http_api.log_format, module.websocket_api.log_format] :
      !can(regex("\\$context\\.(path|http\\.path|authorizer\\.ticket|identity)|[qQ]uery", format)) && can(regex("routeKey", format))
    ])
    error_message = "Access logs hold no path, no query string, nobody's address."
  }

  assert {
    condition     = module.http_api.throttle.rate > 0 && module.http_api.throttle.burst > 0
    error_message = "Both values, or everything is refused."
  }

  assert {
    condition     = module.websocket_api.throttle.rate > 0 && module.websocket_api.throttle.burst > 0
    error_message = "Both values, or everything is refused."
  }

  # --- queues

  assert {
    condition = { for name, queue in module.queue : name => [queue.name, queue.dead_letters_name] } == {
      tasks         = ["kaltura-discord-dev-tasks", "kaltura-discord-dev-tasks-dead-letters"]
      notifications = ["kaltura-discord-dev-notifications.fifo", "kaltura-discord-dev-notifications-dead-letters.fifo"]
    }
    error_message = "Each queue has its dead letters, and FIFO ones are called so."
  }

  assert {
    condition     = alltrue([for queue in module.queue : jsondecode(queue.redrive_policy).maxReceiveCount >= 5])
    error_message = "A message is tried often enough."
  }

  # --- schedule

  assert {
    condition     = { for name, schedule in module.schedule : name => schedule.expression } == { housekeeping = "rate(1 minute)" }
    error_message = "What is scheduled is called every minute."
  }

  assert {
    condition     = { for name, schedule in module.schedule : name => schedule.again } == { housekeeping = { qualifier = "live", attempts = 0, seconds = 60 } }
    error_message = "Lambda repeats no call of a schedule, and keeps none for hours."
  }

  # --- one address

  assert {
    condition     = module.static_site.paths == { "/api/*" = "http-api", "/j/*" = "http-api", "/discord/*" = "http-api", "/kaltura/*" = "http-api", "/ws" = "websocket-api" }
    error_message = "Everything stands behind one origin, and no video bytes by default."
  }

  assert {
    condition     = module.static_site.cache_rules == { "index.html" = "no-cache", "assets/app-abc.js" = "public, max-age=31536000, immutable" }
    error_message = "What bears a hash is kept, what does not is asked for again."
  }

  assert {
    condition     = can(regex("https://cdn.example.org\"", module.static_site.page_policy)) && can(regex("frame_id", module.static_site.page_policy))
    error_message = "The page in a tab may load from the hosts that are set, without their paths."
  }

  assert {
    condition     = output.portal_fields.interactions_endpoint_url == "https://d111111abcdef8.cloudfront.net/discord/interactions"
    error_message = "What goes into the portal is said."
  }

  # --- monitoring

  assert {
    condition     = length(output.alarms) <= 10
    error_message = "Ten alarms cost nothing."
  }

  assert {
    condition     = module.monitoring.paid == { alarm_metrics = 10, composite_alarms = 0, dashboards = 1 }
    error_message = "AWS counts metrics in alarms."
  }

  assert {
    condition     = alltrue([for key in ["tasks-dead-letters", "notifications-dead-letters", "tasks-waits"] : contains(keys(output.alarms), key)])
    error_message = "Each queue is watched."
  }

  assert {
    condition = output.guarding_alarms == [
      "kaltura-discord-dev-function-errors", "kaltura-discord-dev-http-errors", "kaltura-discord-dev-socket-errors",
    ]
    error_message = "A deployment is watched by whatever can tell that new versions are worse."
  }

  # --- what costs extra

  assert {
    condition     = length(aws_kms_key.own) + length(aws_wafv2_web_acl.this) + length(module.egress) == 0
    error_message = "A key, a firewall and a fixed address are not there unless they are asked for."
  }

  assert {
    condition     = alltrue([for function in module.function : function.tracing == "PassThrough"])
    error_message = "X-Ray is told nothing."
  }
}
