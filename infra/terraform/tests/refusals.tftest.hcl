# What is set wrong is refused before anything is made. Variables are tried without what is made of them (variables_alone
# holds a link to variables.tf), as the whole configuration takes seconds each time.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  environment     = "dev"
  functions_file  = "tests/small_deployment/functions.json"
  packages_folder = "tests/small_deployment/packages"
  static_folder   = "tests/small_deployment/static"
  settings        = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2" }
}

run "an_environment_of_a_strange_name" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { environment = "Prod Env" }
  expect_failures = [var.environment]
}

run "a_setting_that_is_missing" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { settings = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = " ", KALTURA_PARTNER_ID = "2" } }
  expect_failures = [var.settings]
}

run "a_secret_among_the_settings" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables {
    settings = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2", JWT_SECRET = "open" }
  }
  expect_failures = [var.settings]
}

run "an_address_that_is_found_out" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables {
    settings = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2", TABLE_NAME = "mine" }
  }
  expect_failures = [var.settings]
}

run "a_store_of_secrets_that_is_none" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { secret_store = "a_drawer" }
  expect_failures = [var.secret_store]
}

run "a_throttle_of_zero" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { websocket_throttle = { rate = 100, burst = 0 } }
  expect_failures = [var.websocket_throttle]
}

run "a_queue_that_is_read_one_at_a_time" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { queue_concurrency = { tasks = 1 } }
  expect_failures = [var.queue_concurrency]
}

run "a_domain_without_its_certificate" {
  command = plan
  module { source = "./tests/variables_alone" }
  variables { domain_name = "kaltura.example.org" }
  expect_failures = [var.certificate_arn]
}

run "a_message_that_is_shown_again_too_early" {
  command = plan
  module { source = "./modules/queue" }
  variables {
    name                       = "tasks"
    fifo                       = false
    visibility_timeout_seconds = 359
    maximum_receives           = 5
    consumer_timeout_seconds   = 60
  }
  expect_failures = [aws_sqs_queue.this]
}

run "a_schedule_of_seconds" {
  command = plan
  module { source = "./modules/schedule" }
  variables {
    name          = "housekeeping"
    every_seconds = 90
    function_name = "some"
    alias_name    = "live"
    alias_arn     = "arn:aws:lambda:us-east-1:123456789012:function:some:live"
    account_id    = "123456789012"
  }
  expect_failures = [aws_scheduler_schedule.this]
}
