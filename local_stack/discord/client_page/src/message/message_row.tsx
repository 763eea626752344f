/** One message, whole. */

import { useMemo } from 'preact/hooks';
import type { Failure } from '../api/interactions';
import type { Message } from '../api/messages';
import { Avatar } from '../layout/avatar';
import { Markdown } from '../markdown/markdown';
import { timeInWords } from '../markdown/timestamps';
import { useLiveWords } from '../state/clock';
import { APPLICATION_SILENT } from '../state/deeds';
import { type Desk, useDesk } from '../state/desk';
import { memberOf, shownName } from '../state/people';
import { AuthorLine, OriginLine } from './author_line';
import { Components } from './components';
import { EmbedCard } from './embed';
import { EphemeralBar } from './ephemeral_bar';
import { FailureLine } from './failure_line';
import { AttachmentView } from './media';
import { MessageMenu } from './message_menu';
import { PressContext } from './press_context';

/** Components V2: files and pictures show only where a component names them (Discord docs: Message flags). */
const IS_COMPONENTS_V2 = 1 << 15;

/** How long an application may take to keep a promise (Discord docs: Receiving and Responding). */
const TOKEN_LIFE_SECONDS = 15 * 60;

function Thinking({ name, since }: { name: string; since: string }) {
  const started = new Date(since).getTime() / 1000;
  const words = useLiveWords((now) => (now - started > TOKEN_LIFE_SECONDS ? 'late' : 'thinking'));
  if (words === 'late') {
    return <FailureLine failure={{ shown: APPLICATION_SILENT, reason: 'Nothing came within 15 minutes.' }} />;
  }
  return (
    <div class="thinking" role="status">
      <span class="dots" aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
      <span>
        <bdi>{name}</bdi> is thinking…
      </span>
    </div>
  );
}

function Edited({ at }: { at: string }) {
  const moment = new Date(at).getTime() / 1000;
  return (
    <span class="edited" title={timeInWords(moment, 'F', moment)}>
      (edited)
    </span>
  );
}

function Body({ message }: { message: Message }) {
  const everyone = message.mention_everyone;
  const isV2 = (message.flags & IS_COMPONENTS_V2) !== 0;
  const edited = message.edited_timestamp !== null && <Edited at={message.edited_timestamp} />;
  return (
    <>
      {message.content !== '' && (
        <Markdown source={message.content} everyone={everyone}>
          {edited}
        </Markdown>
      )}
      {message.embeds.map((embed, position) => (
        <EmbedCard key={position} embed={embed} />
      ))}
      {!isV2 &&
        message.attachments.map((attachment) => (
          <AttachmentView key={attachment.id} attachment={attachment} />
        ))}
      <Components components={message.components} everyone={everyone} />
      {message.content === '' && edited}
    </>
  );
}

/** Whether a message is meant for the person who looks: by name, by role, or for everyone. */
export function concerns(message: Message, desk: Pick<Desk, 'server' | 'place'>): boolean {
  const viewer = memberOf(desk.server, desk.place.userId);
  return (
    message.mention_everyone ||
    message.mentions.some((user) => user.id === desk.place.userId) ||
    message.mention_roles.some((role) => viewer?.roles.includes(role) === true)
  );
}

function Inside({ message }: { message: Message }) {
  const { server } = useDesk();
  const { state, failure, reason } = message._sim;
  if (state === 'thinking') {
    return <Thinking name={shownName(server, message.author)} since={message.timestamp} />;
  }
  if (state === 'failed') {
    const shown: Failure = { shown: failure ?? APPLICATION_SILENT, reason: reason ?? '' };
    return <FailureLine failure={shown} />;
  }
  return <Body message={message} />;
}

function rowClass(message: Message, compact: boolean, concerned: boolean): string {
  const names = ['message'];
  if (compact) {
    names.push('message-compact');
  }
  if (concerned) {
    names.push('message-concerns');
  }
  if (message._sim.ephemeral_for !== null) {
    names.push('message-ephemeral');
  }
  return names.join(' ');
}

export function MessageRow({ message, compact }: { message: Message; compact: boolean }) {
  const desk = useDesk();
  const { state, deeds } = desk;
  const waiting = state.waiting[message.id] ?? null;
  const failure = state.componentFailures[message.id];
  const { id, attachments } = message;
  const pressing = useMemo(
    () => ({
      waiting,
      attachments,
      press: (customId: string, values?: string[]) => void deeds.press(id, customId, values),
    }),
    [waiting, attachments, deeds, id],
  );
  const name = shownName(desk.server, message.author);
  return (
    <article
      class={rowClass(message, compact, concerns(message, desk))}
      aria-label={`Message from ${name}`}
      data-message-id={message.id}
    >
      <OriginLine message={message} />
      {!compact && <Avatar url={message.author.avatar_url} name={name} size={40} />}
      <div class="message-content">
        {!compact && <AuthorLine author={message.author} timestamp={message.timestamp} />}
        <PressContext.Provider value={pressing}>
          <div class="message-body">
            <Inside message={message} />
          </div>
        </PressContext.Provider>
        {failure !== undefined && <FailureLine failure={failure} />}
        {message._sim.ephemeral_for !== null && <EphemeralBar onDismiss={() => deeds.dismiss(message.id)} />}
      </div>
      <MessageMenu message={message} />
    </article>
  );
}
