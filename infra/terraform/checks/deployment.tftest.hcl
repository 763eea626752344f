# The list of functions as it is (infra/functions.json), in both environments.

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
  functions_file  = "../functions.json"
  packages_folder = "tests/packages"
  static_folder   = "tests/small_deployment/static"
  settings        = { DISCORD_APPLICATION_ID = "1", DISCORD_PUBLIC_KEY = "ab", KALTURA_PARTNER_ID = "2" }
  secrets         = {}
}

run "everything_of_the_list_is_deployed" {
  command = plan

  variables {
    environment = "prod"
  }

  assert {
    condition     = toset(keys(module.function)) == toset([for function in jsondecode(file("../functions.json")).functions : function.name])
    error_message = "Each function of the list is deployed."
  }

  assert {
    condition     = toset(keys(module.queue)) == toset([for queue in jsondecode(file("../functions.json")).queues : queue.name])
    error_message = "Each queue of the list is deployed."
  }

  assert {
    condition     = length(output.alarms) <= 10
    error_message = "Basic monitoring costs nothing."
  }

  assert {
    condition     = alltrue([for function in module.function : length(jsonencode(function.environment)) < 4096])
    error_message = "A function's environment holds 4 KB."
  }

  assert {
    condition = alltrue([
      for key in module.http_api.route_keys :
      anytrue([for pattern in keys(module.static_site.paths) : startswith(split(" ", key)[1], trimsuffix(pattern, "*"))])
    ])
    error_message = "Each route of the API is reached through the one address."
  }
}
