/** The Activity in the window: its frame in one of three layouts, as a desktop or as a phone, and the buttons around. */

import { useMemo, useRef, useState } from 'preact/hooks';
import type { ActivityInstance } from '../api/activities';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { useDesk } from '../state/desk';
import { ActivityFrame } from './activity_frame';
import { type ClientAround, Layout, type LayoutMode, type Orientation } from './client_around';
import { activityOrigin } from './frame_address';
import { type HostDialog, HostDialogBox } from './host_dialogs';
import { shownInstance, type WindowActivity } from './window_activity';
import { CommandRefused, ErrorCode } from './wire';

const LAYOUT_NAMES: Record<LayoutMode, string> = { 0: 'focused', 1: 'pip', 2: 'grid' };
const LOCKED: Record<number, Orientation> = { 2: 'portrait', 3: 'landscape' };
const MOST_LOG_LINES = 200;

/** In another channel than the Activity's, Discord shows it as a small picture. */
function layoutIn(state: WindowActivity, instance: ActivityInstance, channelId: string): LayoutMode {
  return instance.channel_id === channelId || state.isMobile ? state.layout : Layout.pip;
}

function Shown({ instance }: { instance: ActivityInstance }) {
  const { client, world, place, activities } = useDesk();
  const { state, change, close, onSignal } = activities;
  const [dialog, setDialog] = useState<HostDialog | null>(null);
  const [log, setLog] = useState<string[]>([]);
  const layout = layoutIn(state, instance, place.channelId);
  const newest = useRef({ state, instance, layout });
  newest.current = { state, instance, layout };

  function ask(make: (settle: (agreed: boolean) => void) => HostDialog): Promise<boolean> {
    return new Promise((resolve) => {
      setDialog(
        make((agreed) => {
          setDialog(null);
          resolve(agreed);
        }),
      );
    });
  }

  const around = useMemo<ClientAround>(
    () => ({
      applicationId: world.application.id,
      locale: 'en-US',
      isMobile: state.isMobile,
      rules: () => newest.current.state.rules,
      participants: () => newest.current.instance.participants,
      layout: () => newest.current.layout,
      orientation: () => (newest.current.state.isMobile ? newest.current.state.orientation : 'landscape'),
      thermalState: () => newest.current.state.thermalState,
      async authorize(scopes) {
        const known = await client.authorize(place.userId, scopes, 'ask').catch(() => {
          throw new CommandRefused(ErrorCode.oauth2, 'OAuth2 Error: invalid_scope');
        });
        if (known !== null) {
          return known;
        }
        const agreed = await ask((settle) => ({ kind: 'consent', scopes, settle }));
        const code = agreed ? await client.authorize(place.userId, scopes, 'remember') : null;
        if (code === null) {
          throw new CommandRefused(ErrorCode.oauth2, 'OAuth2 Error: access_denied');
        }
        return code;
      },
      authenticate: (token) =>
        client.authenticate(place.userId, token).catch(() => {
          throw new CommandRefused(ErrorCode.invalidToken, 'Invalid token');
        }),
      async openLink(url) {
        const agreed = await ask((settle) => ({ kind: 'link', url, settle }));
        if (agreed) {
          window.open(url, '_blank', 'noopener');
        }
        return agreed;
      },
      async invite() {
        if (newest.current.instance.guild_id === null) {
          throw new CommandRefused(ErrorCode.invalidPermissions, 'Invites are for servers');
        }
        await ask((settle) => ({ kind: 'invite', settle }));
      },
      async share(message) {
        const sent = await ask((settle) => ({ kind: 'share', message, settle }));
        if (sent) {
          await client.say(place.userId, newest.current.instance.channel_id, message);
        }
        return { success: sent, didCopyLink: false, didSendMessage: sent };
      },
      lockOrientation(lock) {
        const orientation = LOCKED[lock.lock_state as number];
        if (orientation !== undefined) {
          change({ kind: 'turned', orientation });
        }
      },
      useInteractivePip: () => undefined,
      log: (level, message) => setLog((lines) => [...lines, `${level}: ${message}`].slice(-MOST_LOG_LINES)),
      closed: (code, message) => {
        setLog((lines) => [...lines, `closed with ${code}: ${message}`]);
        void close();
      },
    }),
    [client, world, place.userId],
  );

  const shape = state.isMobile ? `activity-phone activity-${state.orientation}` : '';
  return (
    <section class={`activity activity-${LAYOUT_NAMES[layout]} ${shape}`} aria-label="Activity">
      <ActivityBar instance={instance} layout={layout} log={log} />
      <div class="activity-stage">
        <div class="activity-screen">
          <ActivityFrame
            key={state.isMobile ? 'phone' : 'desktop'}
            origin={activityOrigin(world.application, location.hostname)}
            instance={instance}
            isMobile={state.isMobile}
            colourScheme={document.documentElement.dataset.theme ?? 'dark'}
            client={around}
            layout={layout}
            orientation={state.orientation}
            thermalState={state.thermalState}
            onSignal={onSignal}
          />
        </div>
        {layout === Layout.grid && <Tiles instance={instance} />}
      </div>
      {dialog !== null && <HostDialogBox dialog={dialog} application={world.application} />}
    </section>
  );
}

function Tiles({ instance }: { instance: ActivityInstance }) {
  return (
    <ul class="activity-tiles" aria-label="In the Activity">
      {instance.participants.map((one) => (
        <li key={one.id}>
          <Avatar url={one.avatar_url} name={one.nickname ?? one.global_name ?? one.username} size={56} />
          <bdi>{one.nickname ?? one.global_name ?? one.username}</bdi>
        </li>
      ))}
    </ul>
  );
}

interface BarProps {
  instance: ActivityInstance;
  layout: LayoutMode;
  log: string[];
}

function ActivityBar({ instance, layout, log }: BarProps) {
  const { world, server, place, goTo, activities } = useDesk();
  const { state, change, close } = activities;
  const channel = server.channels.find((one) => one.id === instance.channel_id);
  const isAway = instance.channel_id !== place.channelId;
  const turned = state.orientation === 'portrait' ? 'landscape' : 'portrait';

  function arrange(wanted: LayoutMode) {
    if (isAway) {
      goTo({ channelId: instance.channel_id });
    }
    change({ kind: 'layout', layout: wanted });
  }

  const layouts = [
    [Layout.focused, 'Focused', 'expand'],
    [Layout.grid, 'Grid', 'grid'],
    [Layout.pip, 'Picture in picture', 'pip'],
  ] as const;
  return (
    <header class="activity-bar">
      <strong class="activity-name">{world.application.name}</strong>
      <span class="activity-where">{channel?.name}</span>
      {log.length > 0 && (
        <details class="activity-log">
          <summary>Log ({log.length})</summary>
          <pre>{log.join('\n')}</pre>
        </details>
      )}
      <span class="header-gap" />
      {layouts.map(([mode, name, icon]) => (
        <button
          key={mode}
          type="button"
          class="icon-button"
          aria-label={name}
          aria-pressed={layout === mode}
          title={name}
          onClick={() => arrange(mode)}
        >
          <Icon name={icon} />
        </button>
      ))}
      <button
        type="button"
        class="icon-button"
        aria-label="On a phone"
        aria-pressed={state.isMobile}
        title="On a phone (opens it anew)"
        onClick={() => change({ kind: 'phone', isMobile: !state.isMobile })}
      >
        <Icon name="phone" />
      </button>
      {state.isMobile && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Turn to ${turned}`}
          onClick={() => change({ kind: 'turned', orientation: turned })}
        >
          <Icon name="turn" />
        </button>
      )}
      <button
        type="button"
        class="icon-button activity-leave"
        aria-label="Leave Activity"
        title="Leave Activity"
        onClick={() => void close()}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}

export function ActivityPanel() {
  const { activities } = useDesk();
  const instance = shownInstance(activities.state);
  return instance === null ? null : <Shown key={instance.instance_id} instance={instance} />;
}
