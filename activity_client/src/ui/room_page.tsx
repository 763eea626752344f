/** The viewer's page: the video is the page, everything else comes and goes. */

import { useEffect, useMemo } from 'preact/hooks';
import type { RoomView } from '../sync/room_view';
import type { Room } from '../visit/room';
import { Desk, type Panel } from './desk';
import { pressKey } from './keys';
import { Asks } from './parts/asks';
import { IconButton } from './parts/button';
import { ChooseOrWait, ChooseVideo } from './parts/choose_page';
import { ControlBar } from './parts/control_bar';
import { Cover } from './parts/cover';
import { HelpSheet } from './parts/help_sheet';
import { CaptionsLayer, FloatingReactions, Notes, ReactionBar } from './parts/layers';
import { CaptionsPanel, SettingsPanel } from './parts/own_settings';
import { PeoplePanel } from './parts/people_panel';
import { Popover } from './parts/popover';
import { StatusBar, SyncMark } from './parts/status_bar';
import { SyncPanel } from './parts/sync_panel';
import { InsideContext, useInside, usePlayer, useView } from './room_context';
import { type Shape, useShape } from './shape';
import { type Chrome, useChrome } from './use_chrome';
import { useStore } from './use_store';
import { closedWords } from './words/room_words';

export function RoomPage({ room }: { readonly room: Room }) {
  const desk = useMemo(() => new Desk(room), [room]);
  useEffect(() => desk.watch(), [desk]);
  return (
    <InsideContext.Provider value={{ room, desk }}>
      <Frame />
    </InsideContext.Provider>
  );
}

function Frame() {
  const { desk, room } = useInside();
  const shape = useShape(room.frame);
  const chrome = useChrome(useIsHeld());
  const closed = useView(closedSentence);
  const hasMedia = useHasMedia();
  useKeys(chrome);
  useEffect(() => {
    // A small picture has no room for a panel that was open.
    if (shape === 'pip' || shape === 'grid') {
      desk.open(null);
    }
  }, [desk, shape]);
  useRoot(shape, chrome.isShown, hasMedia);
  if (closed !== null) {
    return <Closed sentence={closed} />;
  }
  const wake = () => {
    room.noteActivity();
    chrome.wake();
  };
  return (
    <div class="room" onPointerMove={wake} onPointerDown={wake}>
      <Contents shape={shape} chrome={chrome} hasMedia={hasMedia} />
    </div>
  );
}

interface ContentsProps {
  readonly shape: Shape;
  readonly chrome: Chrome;
  readonly hasMedia: boolean;
}

function Contents({ shape, chrome, hasMedia }: ContentsProps) {
  if (shape === 'pip' || shape === 'grid') {
    return (
      <>
        {hasMedia ? <Cover /> : <SmallWait />}
        <CaptionsLayer />
        <SmallSigns shape={shape} />
      </>
    );
  }
  return (
    <>
      {hasMedia ? <Screen chrome={chrome} /> : <ChooseOrWait />}
      <FloatingReactions />
      <Heading hasMedia={hasMedia} />
      <Notes />
      <Asks />
      <div class="chrome chrome-bottom">
        {hasMedia && <ControlBar />}
        <StatusBar />
      </div>
      <Panels />
      {shape === 'portrait' && hasMedia && <Below />}
    </>
  );
}

function Screen({ chrome }: { readonly chrome: Chrome }) {
  const { desk } = useInside();
  const onTap = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') {
      desk.togglePlay();
    } else if (chrome.isShown) {
      chrome.hide();
    } else {
      chrome.wake();
    }
  };
  return (
    <>
      {/* A tap on the picture is a short cut of the play button, which screen readers and keyboards have anyway. */}
      <div class="screen" onClick={onTap as (event: Event) => void} aria-hidden="true" />
      <Cover />
      <CaptionsLayer />
    </>
  );
}

function Heading({ hasMedia }: { readonly hasMedia: boolean }) {
  const { desk } = useInside();
  const title = useView((view) => view.media?.title ?? null);
  return (
    <header class="chrome chrome-top">
      {hasMedia && title !== null && <h1 class="film-title">{title}</h1>}
      <span class="control-gap" />
      <IconButton icon="help" label="Keys and help (?)" size={20} onPress={() => desk.toggle('help')} />
    </header>
  );
}

function Panels() {
  const { desk } = useInside();
  const panel = useStore(desk.state, (state) => state.panel);
  const close = useMemo(() => () => desk.open(null), [desk]);
  if (panel === null) {
    return null;
  }
  const { title, kind, Body } = PANELS[panel];
  return (
    <Popover key={panel} title={title} kind={kind} onClose={close}>
      <Body />
    </Popover>
  );
}

const PANELS: Record<
  Exclude<Panel, null>,
  { title: string; kind: 'menu' | 'sheet' | 'page'; Body: () => preact.JSX.Element | null }
> = {
  people: { title: 'Who is here', kind: 'sheet', Body: PeoplePanel },
  captions: { title: 'Captions', kind: 'menu', Body: CaptionsPanel },
  settings: { title: 'Picture and speed', kind: 'menu', Body: SettingsPanel },
  sync: { title: 'In step', kind: 'menu', Body: SyncPanel },
  reactions: { title: 'React', kind: 'menu', Body: ReactionBar },
  choose: { title: 'Choose a video', kind: 'page', Body: ChooseVideo },
  help: { title: 'Keys', kind: 'page', Body: HelpSheet },
};

/** On a phone held upright there is room below the video: who is here. */
function Below() {
  return (
    <section class="below" aria-label="Who is here">
      <PeoplePanel />
    </section>
  );
}

function SmallSigns({ shape }: { readonly shape: 'pip' | 'grid' }) {
  const title = useView((view) => view.media?.title ?? null);
  return (
    <div class="small-signs">
      {shape === 'grid' && title !== null && <span class="small-title">{title}</span>}
      <SyncMark />
    </div>
  );
}

function SmallWait() {
  return <p class="small-wait">No video yet</p>;
}

function Closed({ sentence }: { readonly sentence: string }) {
  return (
    <div class="stage-card" role="alert">
      <h1>{sentence}</h1>
      <p class="quiet">Close this window, and open Watch Together again from the voice channel.</p>
    </div>
  );
}

function closedSentence({ connection }: RoomView): string | null {
  return connection.state === 'closed' ? closedWords(connection.reason, connection.sentence) : null;
}

/** The room's own word, or, until it has spoken, what this visit began with. */
function useHasMedia(): boolean {
  const { room } = useInside();
  const kind = useStore(room.screening, (one) => one.kind);
  const isKnown = useView((view) => view.you !== null);
  const hasMedia = useView((view) => view.media !== null);
  return isKnown ? hasMedia : kind !== 'nothing' || room.bound !== null;
}

function useIsHeld(): boolean {
  const { desk } = useInside();
  const player = usePlayer();
  const isOpen = useStore(desk.state, (state) => state.panel !== null || state.refusal !== null);
  const isStill = useView((view) => view.media === null || (view.timeline?.paused ?? true));
  const isFree = useView((view) => view.sync.state === 'free');
  return isOpen || (isFree ? player.isPaused : isStill) || player.hasEnded;
}

function useKeys(chrome: Chrome): void {
  const { desk, room } = useInside();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      room.noteActivity();
      chrome.wake();
      pressKey(event, desk, room);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [desk, room, chrome.wake]);
}

/** The document's own element carries the shape, since the video lies outside of what is drawn here. */
function useRoot(shape: Shape, isChromeShown: boolean, hasMedia: boolean): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    dataset.shape = shape;
    dataset.chrome = isChromeShown ? 'shown' : 'hidden';
    dataset.film = hasMedia ? 'on' : 'off';
  }, [shape, isChromeShown, hasMedia]);
  const title = useView((view) => view.media?.title ?? null);
  useEffect(() => {
    document.title = title === null ? 'Watch Together' : `${title} · Watch Together`;
  }, [title]);
}
