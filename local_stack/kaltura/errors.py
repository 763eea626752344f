"""What api_v3 answers when it refuses: codes, their arguments and their sentences.

    ApiError          a KalturaAPIException, answered with HTTP 200
    PlaybackRefused   playManifest and thumbnails say no: HTTP 404 and an X-Kaltura-App header

The sentences and the order of arguments are those of Kaltura's server (KalturaErrors.php and APIErrors.class.php);
`@NAME@` stands for an argument.
"""

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "SERVICE_NOT_SPECIFIED": "Service name was not specified, please specify one",
    "ACTION_NOT_SPECIFIED": "Action name was not specified, please specify one",
    "SERVICE_DOES_NOT_EXISTS": 'Service "@SERVICE_NAME@" does not exists',
    "ACTION_DOES_NOT_EXISTS": 'Action "@ACTION_NAME@" does not exists for service "@SERVICE_NAME@"',
    "SERVICE_FORBIDDEN": "The access to service [@SERVICE@] is forbidden",
    "ACTION_BLOCKED": "The usage of this API action has been blocked, or rate limited",
    "MISSING_KS": "Missing KS, session not established",
    "INVALID_KS": 'Invalid KS "@KSID@", Error "@ERR_CODE@,@ERR_DESC@"',
    "START_SESSION_ERROR": "Error while starting session for partner [@PID@]",
    "INVALID_WIDGET_ID": 'The widget id "@WID@" is invalid',
    "INVALID_ACTIONS_LIMIT": "Session privilege, Actions limit must be a positive number",
    "UNKNOWN_ROLE_ID": 'Unknown role id "@RID@"',
    "PARTNER_ACCESS_FORBIDDEN": "Partner [@PARTNER_ID@] is not allowed to access partner [@OTHER_PARTNER@]",
    "MISSING_MANDATORY_PARAMETER": "Missing parameter @PARAM_NAME@",
    "INVALID_PARAMETER_CHAR": "Invalid char in parameter @PARAM_NAME@",
    "INVALID_OBJECT_TYPE": "Invalid object type, @TYPE_NAME@",
    "OBJECT_TYPE_ABSTRACT": 'The object type "@TYPE_NAME@" is abstract, use one of the object implementations',
    "INVALID_ENUM_VALUE": (
        'The value "@GIVEN_VALUE@" is not a valid value for parameter "@PARAM_NAME@", enum type is "@ENUM_TYPE@"'
    ),
    "PROPERTY_VALIDATION_CANNOT_BE_NULL": "The property [@PROP_NAME@] cannot be null",
    "PROPERTY_VALIDATION_MIN_LENGTH": "The property [@PROP_NAME@] must have a min length of @MIN_LENGTH@ characters",
    "PROPERTY_VALIDATION_MAX_LENGTH": "The property [@PROP_NAME@] cannot have more than @MAX_LENGTH@ characters",
    "PROPERTY_VALIDATION_NO_UPDATE_PERMISSION": (
        "The current user does not have permission to update the property [@PROP_NAME@]"
    ),
    "PROPERTY_VALIDATION_NOT_UPDATABLE": "The property [@PROP_NAME@] cannot be updated",
    "ENTRY_ID_NOT_FOUND": 'Entry id "@ENTRY_ID@" not found',
    "INVALID_USER_ID": "Invalid user id",
    "INVALID_FIELD_VALUE": "The value in field [@FIELD_NAME@] is not valid",
    "DUPLICATE_USER_BY_ID": "User with id [@USER_ID@] already exists in system",
    "USER_NOT_FOUND": "User was not found",
    "GROUP_NOT_FOUND": "Group was not found",
    "INVALID_GROUP_ID": "Invalid group id",
    "GROUP_USER_ALREADY_EXISTS": "GroupUser already exists",
    "GROUP_USER_DOES_NOT_EXISTS": 'Invalid GroupUser for group ["@GROUP@"] and for user ["@USER@"]',
    "USER_EXCEEDED_MAX_GROUPS": "User exceeded max number of groups",
    "CATEGORY_NOT_FOUND": 'Category id "@CATEGORY_ID@" not found',
    "CATEGORY_ENTRY_ALREADY_EXISTS": "Entry already assigned to this category",
    "CAPTION_ASSET_ID_NOT_FOUND": "The caption asset id [@ID@] not found",
    "APP_TOKEN_ID_NOT_FOUND": "Application token id [@ID@] not found",
    "APP_TOKEN_NOT_ACTIVE": "Application token id [@ID@] is not active",
    "APP_TOKEN_EXPIRED": "Application token id [@ID@] expired",
    "INVALID_APP_TOKEN_HASH": "Invalid application token hash",
    "SCHEDULE_EVENT_ID_NOT_FOUND": "Schedule event id [@ID@] not found",
    "SCHEDULE_RESOURCE_ID_NOT_FOUND": "Schedule resource id [@ID@] not found",
    "SCHEDULE_EVENT_RESOURCE_NOT_FOUND": (
        "Schedule event resource with event id [@EVENT_ID@] and resource id [@RESOURCE_ID@] not found"
    ),
    "RESOURCE_IS_ALREADY_ASSIGNED": "Resource [@RESOURCE_ID@] is already assigned to event [@EVENT_ID@]",
    "INVALID_SCHEDULE_END_BEFORE_START": (
        "Schedule end date [@END_TIME@] can't be earlier than start date [@START_TIME@]"
    ),
    "MAX_SCHEDULE_DURATION_REACHED": "Max schedule duration reached, max duration [@MAX_DURATION@]",
    "FEATURE_FORBIDDEN": "The usage of feature [@FEATURE@] is forbidden",
    "EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND": "Event notification template id [@ID@] not found",
    "EVENT_NOTIFICATION_WRONG_TYPE": "Event notification template id [@ID@] wrong type [@TYPE@]",
    "EVENT_NOTIFICATION_TEMPLATE_DUPLICATE_SYSTEM_NAME": (
        "Event notification template with system name [@NAME@] already exists"
    ),
    "EVENT_NOTIFICATION_DISPATCH_DISABLED": "Event notification template id [@ID@] manual dispatch is disabled",
    "EVENT_NOTIFICATION_DISPATCH_FAILED": "Event notification failed to dispatch",
    "USER_ROLE_NOT_FOUND": "A user role with the given id could not be found",
    "ACCESS_CONTROL_ID_NOT_FOUND": "Access control id [@ACCESS_CONTROL_ID@] not found",
    "INVALID_UI_CONF_ID": "Invalid ui conf id [@UI_CONF_ID@]",
    "QUERY_EXCEEDED_MAX_MATCHES_ALLOWED": "Unable to generate list. max matches value was reached",
    "INTERNAL_SERVERL_ERROR": "Internal server error occurred",
}


class ApiError(Exception):
    """api_v3 refuses; `code` is a key of SENTENCES, `arguments` fill its `@NAME@`s."""

    def __init__(self, code: str, **arguments: object) -> None:
        self.code = code
        self.arguments = {name: str(value) for name, value in arguments.items()}
        sentence = SENTENCES[code]
        for name, value in self.arguments.items():
            sentence = sentence.replace(f"@{name}@", value)
        self.message = sentence
        super().__init__(code)


ENTRY_NOT_FOUND: Final = 1
ACCESS_CONTROL_RESTRICTED: Final = 3
FLAVOR_NOT_FOUND: Final = 6
INVALID_ENTRY_TYPE: Final = 12
PARTNER_NOT_FOUND: Final = 14
UI_CONF_NOT_FOUND: Final = 22
BAD_QUERY: Final = 25
ENTRY_NOT_LIVE: Final = 36

_PLAYBACK_SENTENCES: Final = {
    ENTRY_NOT_FOUND: "requested entry not found",
    ACCESS_CONTROL_RESTRICTED: "entry restricted due to access-control",
    FLAVOR_NOT_FOUND: "requested flavor was not found",
    INVALID_ENTRY_TYPE: "requested entry type is invalid for the requested format",
    PARTNER_NOT_FOUND: "requested partner not found",
    UI_CONF_NOT_FOUND: "requested ui_conf not found",
    BAD_QUERY: "wrong query attributes",
    ENTRY_NOT_LIVE: "The given entry is not broadcasting",
}


class PlaybackRefused(Exception):
    """A URL endpoint refuses: 404, no body, and headers that say why.

    Source: Kaltura's KExternalErrors.class.php, numbers and sentences; playManifest and thumbnails set the 404.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        sentence = _PLAYBACK_SENTENCES[number]
        self.headers = {
            "X-Kaltura": f"error-{number}",
            "X-Kaltura-App": f"exiting on error {number} - {sentence}",
        }
        super().__init__(sentence)
