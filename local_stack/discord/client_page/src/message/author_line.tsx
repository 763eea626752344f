/** Who wrote it, what it answers, when. */

import { COMMAND_INTERACTION, type Message, type User } from '../api/messages';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { InlineMarkdown } from '../markdown/markdown';
import { messageTime, timeInWords } from '../markdown/timestamps';
import { useLiveWords } from '../state/clock';
import { useDesk } from '../state/desk';
import { memberOf, nameColour, shownName } from '../state/people';

/** A name in the colour of its highest role. */
export function ColouredName({ user }: { user: User }) {
  const { server } = useDesk();
  const member = memberOf(server, user.id);
  const colour = member === null ? null : nameColour(server, member);
  return (
    <bdi class="author-name" style={colour === null ? {} : { '--name-colour': colour }}>
      {shownName(server, user)}
    </bdi>
  );
}

export function WrittenAt({ timestamp }: { timestamp: string }) {
  const words = useLiveWords((now) => messageTime(timestamp, now));
  const at = new Date(timestamp).getTime() / 1000;
  return (
    <time class="written-at" dateTime={timestamp} title={timeInWords(at, 'F', at)}>
      {words}
    </time>
  );
}

export function AuthorLine({ author, timestamp }: { author: User; timestamp: string }) {
  return (
    <div class="author-line">
      <ColouredName user={author} />
      {author.bot === true && <span class="app-tag">APP</span>}
      <WrittenAt timestamp={timestamp} />
    </div>
  );
}

interface UsedCommandLineProps {
  user: User;
  name: string;
}

/** "Ann used /kaltura-start"; what was chosen from a menu has capitals, and no slash. */
export function UsedCommandLine({ user, name }: UsedCommandLineProps) {
  const { startCommand } = useDesk();
  const isTyped = name === name.toLowerCase();
  return (
    <div class="reply-line">
      <Avatar url={user.avatar_url} name={user.global_name ?? user.username} size={16} />
      <ColouredName user={user} />
      <span>used</span>
      {isTyped ? (
        <button type="button" class="mention mention-button" onClick={() => startCommand(name)}>
          /{name}
        </button>
      ) : (
        <span class="mention">{name}</span>
      )}
    </div>
  );
}

/** The message that this one answers, in one line. */
function RepliedLine({ message }: { message: Message }) {
  return (
    <div class="reply-line">
      <Avatar url={message.author.avatar_url} name={message.author.username} size={16} />
      <ColouredName user={message.author} />
      {message.author.bot === true && <span class="app-tag">APP</span>}
      {message.content === '' ? (
        <em class="reply-text">Press to see attachment</em>
      ) : (
        <span class="reply-text">
          <InlineMarkdown source={message.content.replaceAll('\n', ' ')} />
        </span>
      )}
      {message.content === '' && <Icon name="file" size={14} />}
    </div>
  );
}

/** What led to a message, where Discord shows it. */
export function OriginLine({ message }: { message: Message }) {
  const metadata = message.interaction_metadata;
  if (metadata != null && metadata.type === COMMAND_INTERACTION && metadata.name !== undefined) {
    return <UsedCommandLine user={metadata.user} name={metadata.name} />;
  }
  if (message.referenced_message != null) {
    return <RepliedLine message={message.referenced_message} />;
  }
  return null;
}
