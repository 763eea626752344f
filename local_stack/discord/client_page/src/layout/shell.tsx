/** The page as a whole: rails, header, messages, composer, members. */

import { useEffect, useState } from 'preact/hooks';
import { ActivityBanner } from '../activity/activity_banner';
import { ActivityPanel } from '../activity/activity_panel';
import { VoicePanel } from '../activity/voice_panel';
import { Composer } from '../composer/composer';
import { MessageList } from '../message/message_list';
import { ModalDialog } from '../modal/modal_dialog';
import { useDesk } from '../state/desk';
import { rememberedTheme, rememberTheme, type Theme } from '../state/theme';
import { Avatar } from './avatar';
import { ChannelHeader } from './channel_header';
import { ChannelList } from './channel_list';
import { MemberList } from './member_list';
import { ServerMenu } from './server_menu';
import { ServerRail } from './server_rail';
import { UserSwitcher } from './user_switcher';

/** Narrower than this, in pixels, the member list is hidden until it is asked for. */
const ROOM_FOR_MEMBERS = 1000;

function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(() => rememberedTheme(localStorage));
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  function toggle() {
    const next = theme === 'dark' ? 'light' : 'dark';
    rememberTheme(localStorage, next);
    setTheme(next);
  }
  return [theme, toggle];
}

function ConnectionBanner() {
  const { state } = useDesk();
  if (state.connection !== 'lost') {
    return null;
  }
  return (
    <div class="banner" role="status">
      <span class="spinner" aria-hidden="true" /> Reconnecting…
    </div>
  );
}

export function Shell({ wanted }: { wanted: { name: string } | null }) {
  const { server, place, state } = useDesk();
  const [theme, toggleTheme] = useTheme();
  const [membersShown, setMembersShown] = useState(() => window.innerWidth >= ROOM_FOR_MEMBERS);
  const [menuOpen, setMenuOpen] = useState(false);

  useEffect(() => setMenuOpen(false), [place.channelId, place.userId]);

  return (
    <div class={menuOpen ? 'shell shell-menu-open' : 'shell'}>
      <header class="title-bar">
        <Avatar url={server.icon_url} name={server.name} size={16} shape="rounded" />
        <span>{server.name}</span>
      </header>
      <div class="side">
        <ServerRail />
        <nav class="sidebar" aria-label={`Channels of ${server.name}`}>
          <ServerMenu />
          <ChannelList />
          <VoicePanel />
        </nav>
        <UserSwitcher />
      </div>
      {menuOpen && (
        <button
          type="button"
          class="menu-shade"
          aria-label="Close the menu"
          onClick={() => setMenuOpen(false)}
        />
      )}
      <main class="main">
        <ChannelHeader
          theme={theme}
          membersShown={membersShown}
          onTheme={toggleTheme}
          onMembers={() => setMembersShown(!membersShown)}
          onMenu={() => setMenuOpen(!menuOpen)}
        />
        <ConnectionBanner />
        <div class="main-columns">
          <div class="chat">
            <ActivityBanner />
            <MessageList />
            <Composer wanted={wanted} />
          </div>
          {membersShown && <MemberList />}
          <ActivityPanel />
        </div>
      </main>
      {state.modal !== null && <ModalDialog key={state.modal.modal.custom_id} open={state.modal} />}
    </div>
  );
}
