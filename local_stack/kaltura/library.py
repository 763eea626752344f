"""The library of the simulated Kaltura: the rows of library_titles.py made into entries, categories and the rest."""

from dataclasses import dataclass, field
from typing import Final

from .addresses import Addresses
from .library_titles import (
    ACCESS_CONTROLLED_ENTRY_ID,
    AUDIO_ENTRY_ID,
    CAPTIONS,
    CATEGORIES,
    CLIP_SECONDS,
    LIVE_ENTRY_ID,
    NOT_READY_ENTRY_ID,
    PUBLIC_PROFILE_ID,
    RESTRICTED_PROFILE_ID,
    ROLES,
    USERS,
    VIDEOS,
    Category,
    Video,
)
from .models import TYPE_LIVE, TYPE_MEDIA, CaptionLine, StoredCaption, StoredEntry
from .objects import Record

DAY_SECONDS: Final = 86_400
_MEDIA_VIDEO, _MEDIA_AUDIO, _MEDIA_LIVE = 1, 5, 201


@dataclass(slots=True)
class Library:
    """Everything a partner has that is not a session or a schedule, by id."""

    entries: dict[str, StoredEntry] = field(default_factory=dict)
    categories: dict[int, Record] = field(default_factory=dict)
    captions: dict[str, StoredCaption] = field(default_factory=dict)
    users: dict[str, Record] = field(default_factory=dict)
    roles: dict[int, Record] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Record] = field(default_factory=dict)
    access_profiles: dict[int, Record] = field(default_factory=dict)
    players: dict[int, Record] = field(default_factory=dict)


def build_library(addresses: Addresses, player_id: int, now: int) -> Library:
    """The seeded library; `now` in epoch seconds is what its ages count from."""
    library = Library()
    partner_id = addresses.partner_id
    for category in CATEGORIES:
        library.categories[category.id] = _category_record(category, partner_id, now)
    for video in VIDEOS:
        library.entries[video.id] = _stored_entry(video, addresses, now)
    for entry_id, lines in CAPTIONS.items():
        caption = _caption(entry_id, lines, partner_id, now)
        library.captions[str(caption.record["id"])] = caption
    for user_id, first_name, last_name in USERS:
        library.users[user_id] = _user(user_id, first_name, last_name, partner_id, now)
    for role_id, name, system_name in ROLES:
        library.roles[role_id] = _role(role_id, name, system_name, partner_id, now)
    library.access_profiles = _access_profiles(partner_id, now)
    library.players[player_id] = _player(player_id, partner_id, now)
    return library


def poster_of(category_ids: list[int]) -> str:
    """The picture that stands for entries of these categories."""
    posters = {category.id: category.poster for category in CATEGORIES}
    return next((posters[number] for number in category_ids if number in posters), "library")


def category_full_name(category_id: int) -> str:
    """`Riverside School>Biology`."""
    by_id = {category.id: category for category in CATEGORIES}
    category = by_id[category_id]
    return f"{by_id[category.parent_id].name}>{category.name}" if category.parent_id else category.name


def _stored_entry(video: Video, addresses: Addresses, now: int) -> StoredEntry:
    record = _media_record(video, addresses, now)
    entry = StoredEntry(record, clip=video.clip, poster=poster_of([video.category_id]))
    if video.id == LIVE_ENTRY_ID:
        record.update(_live_fields(now))
    if video.id == AUDIO_ENTRY_ID:
        record["mediaType"] = _MEDIA_AUDIO
    if video.id == NOT_READY_ENTRY_ID:
        record["status"] = "1"
        entry.clip = None
    if video.id == ACCESS_CONTROLLED_ENTRY_ID:
        record["accessControlId"] = RESTRICTED_PROFILE_ID
        entry.access_controlled = True
    return entry


def _media_record(video: Video, addresses: Addresses, now: int) -> Record:
    created_at = now - video.days_old * DAY_SECONDS - 3600
    seconds = CLIP_SECONDS[video.clip]
    record = entry_record("KalturaMediaEntry", video.id, addresses, created_at)
    record.update(
        name=video.name,
        description=video.description,
        userId=video.owner,
        creatorId=video.owner,
        tags=video.tags.replace(",", ", "),
        categories=category_full_name(video.category_id),
        categoriesIds=str(video.category_id),
        status="2",
        type=TYPE_MEDIA,
        mediaType=_MEDIA_VIDEO,
        sourceType="1",
        plays=video.plays,
        views=video.plays * 3,
        lastPlayedAt=now - 3600 if video.plays else None,
        width=426,
        height=240,
        duration=seconds,
        msDuration=seconds * 1000,
        dataUrl=addresses.play_manifest(video.id, "url", "a.mp4"),
        flavorParamsIds="0,487041",
        searchText=f"{video.name} {video.description} {video.tags}",
    )
    return record


def entry_record(class_name: str, entry_id: str, addresses: Addresses, created_at: int) -> Record:
    """What every new entry has; `created_at` in epoch seconds."""
    return {
        "objectType": class_name,
        "id": entry_id,
        "partnerId": addresses.partner_id,
        "moderationStatus": 6,
        "moderationCount": 0,
        "createdAt": created_at,
        "updatedAt": created_at,
        "rank": 0,
        "totalRank": 0,
        "votes": 0,
        "downloadUrl": addresses.raw(entry_id),
        "licenseType": -1,
        "version": 0,
        "thumbnailUrl": addresses.thumbnail(entry_id),
        "accessControlId": PUBLIC_PROFILE_ID,
        "replacementStatus": "0",
        "partnerSortValue": 0,
        "displayInSearch": 1,
    }


def _live_fields(now: int) -> Record:
    return {
        "objectType": "KalturaLiveStreamEntry",
        "type": TYPE_LIVE,
        "mediaType": _MEDIA_LIVE,
        "sourceType": "32",
        "duration": 0,
        "msDuration": 0,
        "recordStatus": 1,
        "dvrStatus": 1,
        "dvrWindow": 120,
        "liveStatus": 0,
        "explicitLive": 0,
        "viewMode": 1,
        "recordingStatus": 2,
        "firstBroadcast": now - 20 * DAY_SECONDS,
        "lastBroadcast": now - DAY_SECONDS,
        "segmentDuration": 4000,
    }


def _category_record(category: Category, partner_id: int, now: int) -> Record:
    full_ids = f"{category.parent_id}>{category.id}" if category.parent_id else str(category.id)
    return {
        "objectType": "KalturaCategory",
        "id": category.id,
        "parentId": category.parent_id,
        "depth": 1 if category.parent_id else 0,
        "partnerId": partner_id,
        "name": category.name,
        "fullName": category_full_name(category.id),
        "fullIds": full_ids,
        "createdAt": now - 400 * DAY_SECONDS,
        "updatedAt": now - 30 * DAY_SECONDS,
        "appearInList": 1,
        "privacy": 1,
        "inheritanceType": 2,
        "defaultPermissionLevel": 3,
        "contributionPolicy": 1,
        "status": 2,
        "directSubCategoriesCount": sum(child.parent_id == category.id for child in CATEGORIES),
    }


def _caption(entry_id: str, lines: tuple[str, ...], partner_id: int, now: int) -> StoredCaption:
    seconds_each = 8
    record: Record = {
        "objectType": "KalturaCaptionAsset",
        "id": f"1_c{entry_id[-7:]}",
        "entryId": entry_id,
        "partnerId": partner_id,
        "version": 1,
        "size": 1,
        "fileExt": "vtt",
        "createdAt": now - DAY_SECONDS,
        "updatedAt": now - DAY_SECONDS,
        "language": "English",
        "languageCode": "en",
        "isDefault": 1,
        "label": "English",
        "format": "3",
        "status": 2,
        "accuracy": 100,
        "displayOnPlayer": True,
        "usage": "0",
    }
    timed = [
        CaptionLine((1 + index * seconds_each) * 1000, (index + 1) * seconds_each * 1000, text)
        for index, text in enumerate(lines)
    ]
    return StoredCaption(record, timed)


def _user(user_id: str, first_name: str, last_name: str, partner_id: int, now: int) -> Record:
    return {
        "objectType": "KalturaUser",
        "id": user_id,
        "partnerId": partner_id,
        "screenName": f"{first_name} {last_name}",
        "fullName": f"{first_name} {last_name}",
        "firstName": first_name,
        "lastName": last_name,
        "email": f"{user_id}@example.org",
        "status": 1,
        "type": 0,
        "isAdmin": False,
        "createdAt": now - 300 * DAY_SECONDS,
        "updatedAt": now - 10 * DAY_SECONDS,
    }


def _role(role_id: int, name: str, system_name: str, partner_id: int, now: int) -> Record:
    return {
        "objectType": "KalturaUserRole",
        "id": role_id,
        "name": name,
        "systemName": system_name,
        "description": name,
        "status": 1,
        "partnerId": partner_id,
        "createdAt": now - 400 * DAY_SECONDS,
        "updatedAt": now - 400 * DAY_SECONDS,
    }


def _access_profiles(partner_id: int, now: int) -> dict[int, Record]:
    names = ((PUBLIC_PROFILE_ID, "Default", True), (RESTRICTED_PROFILE_ID, "Invited viewers only", False))
    return {
        number: {
            "objectType": "KalturaAccessControlProfile",
            "id": number,
            "partnerId": partner_id,
            "name": name,
            "isDefault": 1 if is_default else 0,
            "createdAt": now - 400 * DAY_SECONDS,
            "updatedAt": now - 400 * DAY_SECONDS,
        }
        for number, name, is_default in names
    }


def _player(player_id: int, partner_id: int, now: int) -> Record:
    return {
        "objectType": "KalturaUiConf",
        "id": player_id,
        "name": "Discord player",
        "partnerId": partner_id,
        "objType": 1,
        "objTypeAsString": "Player",
        "width": 640,
        "height": 360,
        "tags": "kalturaPlayerJs,player,ovp",
        "confVars": '{"kaltura-ovp-player":"{latest}"}',
        "createdAt": now - 200 * DAY_SECONDS,
        "updatedAt": now - 20 * DAY_SECONDS,
    }
