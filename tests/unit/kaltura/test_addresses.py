from kaltura_discord.kaltura.addresses import KalturaAddresses


def addresses(kaf_url: str = "") -> KalturaAddresses:
    return KalturaAddresses.of_account("https://www.kaltura.com/", "https://cdn.test/ ", kaf_url, 12345, 678)


def test_actions_are_called_below_api_v3() -> None:
    assert addresses().action("room_room", "add") == "https://www.kaltura.com/api_v3/service/room_room/action/add"
    assert addresses().multirequest == "https://www.kaltura.com/api_v3/service/multirequest"


def test_kaf_stands_at_the_accounts_own_host_unless_set() -> None:
    assert addresses().kaf_version == "https://12345.kaf.kaltura.com/version"
    assert addresses("http://localhost:3334/kaf/").kaf_version == "http://localhost:3334/kaf/version"


def test_the_signs_of_a_session_survive_in_an_address() -> None:
    assert addresses().view_room("djJ8-_x=").endswith("/embeddedrooms/index/view-room/ks/djJ8-_x%3D")
    assert addresses().launch_virtual_event("djJ8-_x=").endswith("/virtualEvent/launch?ks=djJ8-_x%3D")


def test_a_player_page_may_begin_later() -> None:
    page = addresses().player_page("1_abcd1234", 61.9)
    assert page == (
        "https://cdn.test/p/12345/embedPlaykitJs/uiconf_id/678?iframeembed=true&entry_id=1_abcd1234&kalturaSeekFrom=61"
    )


def test_a_thumbnail_has_the_size_asked_for() -> None:
    address = addresses().thumbnail("1_abcd1234", 320, 180)
    assert address == "https://cdn.test/p/12345/thumbnail/entry_id/1_abcd1234/width/320/height/180/type/3"
