/** The channel's messages: oldest above, the newest in view unless somebody has scrolled up to read. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Message } from '../api/messages';
import { Icon } from '../layout/icons';
import { dayOf } from '../markdown/timestamps';
import { useDesk } from '../state/desk';
import type { OwnCommand } from '../state/page_state';
import { ChannelWelcome } from './channel_welcome';
import { MessageRow } from './message_row';
import { OwnCommandRow } from './own_command_row';

/** Within this distance of the end, in pixels, the list follows what is new. */
const NEAR_THE_END = 80;

/** Messages of one author that follow each other within this time share one author line. */
const SAME_BREATH_MS = 7 * 60 * 1000;

/** Whether a message needs no author line of its own. */
export function continues(message: Message, previous: Message | null | undefined): boolean {
  if (previous == null || message.interaction_metadata != null || message.referenced_message != null) {
    return false;
  }
  const pause = new Date(message.timestamp).getTime() - new Date(previous.timestamp).getTime();
  const sameEyes = message._sim.ephemeral_for === previous._sim.ephemeral_for;
  return message.author.id === previous.author.id && pause < SAME_BREATH_MS && sameEyes;
}

function DayLine({ at }: { at: number }) {
  return (
    <div class="day-line">
      <span>{dayOf(at)}</span>
    </div>
  );
}

function Loading() {
  return (
    <div class="list-loading" role="status" aria-label="Loading messages">
      {[72, 48, 64, 40].map((width) => (
        <div class="ghost" key={width}>
          <span class="ghost-avatar" />
          <span class="ghost-line" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}

function Failed({ sentence, onRetry }: { sentence: string; onRetry(): void }) {
  return (
    <div class="list-failed" role="alert">
      <Icon name="warning" size={24} />
      <p>The messages didn’t load. {sentence}</p>
      <button type="button" class="button button-primary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

type Line = { at: number; message: Message; own: null } | { at: number; message: null; own: OwnCommand };

/** Messages and one's own unanswered commands, in order of time. */
export function linesOf(messages: Message[], own: OwnCommand[]): Line[] {
  const said: Line[] = messages.map((message) => {
    return { at: new Date(message.timestamp).getTime(), message, own: null };
  });
  const asked: Line[] = own.map((command) => ({ at: command.sentAt, message: null, own: command }));
  return asked.length === 0 ? said : [...said, ...asked].sort((one, other) => one.at - other.at);
}

function Lines({ lines }: { lines: Line[] }) {
  return (
    <>
      {lines.map((line, position) => {
        if (line.own !== null) {
          return <OwnCommandRow key={line.own.id} command={line.own} />;
        }
        const { message } = line;
        const above = lines[position - 1];
        const newDay = above === undefined || dayOf(above.at) !== dayOf(line.at);
        return (
          <div key={message.id}>
            {newDay && <DayLine at={line.at} />}
            <MessageRow message={message} compact={!newDay && continues(message, above?.message)} />
          </div>
        );
      })}
    </>
  );
}

export function MessageList() {
  const { state, place, reload } = useDesk();
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [away, setAway] = useState(false);
  const load = state.loads[place.channelId] ?? { kind: 'loading' };
  const messages = (state.channels[place.channelId] ?? []).filter((message) => !state.dismissed[message.id]);
  const own = state.ownCommands.filter((command) => command.channelId === place.channelId);

  function toTheEnd() {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }

  useLayoutEffect(() => {
    follows.current = true;
    toTheEnd();
    // Pictures load, cards grow, the composer takes more room: whoever is at the end stays there.
    const observer = new ResizeObserver(() => follows.current && toTheEnd());
    for (const element of [content.current, box.current]) {
      if (element !== null) {
        observer.observe(element);
      }
    }
    return () => observer.disconnect();
  }, [place.channelId, place.userId]);

  const newest = messages.at(-1);
  const ownNewest = own.at(-1)?.id ?? (newest?.author.id === place.userId ? newest.id : null);
  // Whoever says something sees it.
  useLayoutEffect(() => {
    if (ownNewest !== null) {
      follows.current = true;
      toTheEnd();
    }
  }, [ownNewest]);

  function onScroll(event: Event) {
    const list = event.currentTarget as HTMLDivElement;
    const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;
    // A picture that loads moves the end away; only somebody who scrolls up has left it.
    const hasLeft = list.scrollTop < lastTop.current;
    lastTop.current = list.scrollTop;
    follows.current = isNear || (follows.current && !hasLeft);
    setAway(!follows.current);
  }

  const isEmpty = messages.length === 0;
  return (
    <div class="messages-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards scroll what has the focus. */}
      <div class="messages" role="log" aria-label="Messages" tabIndex={0} ref={box} onScroll={onScroll}>
        <div class="messages-content" ref={content}>
          {load.kind === 'loading' && isEmpty && <Loading />}
          {load.kind === 'failed' && <Failed sentence={load.sentence} onRetry={reload} />}
          {load.kind === 'ready' && <ChannelWelcome />}
          <Lines lines={linesOf(messages, own)} />
        </div>
      </div>
      {away && (
        <button type="button" class="jump" onClick={toTheEnd}>
          Jump to present <Icon name="chevron" size={16} />
        </button>
      )}
    </div>
  );
}
