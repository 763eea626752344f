/** An embed: the older kind of card. */

import type { Embed } from '../api/messages';
import { InlineMarkdown, Markdown } from '../markdown/markdown';
import { messageTime } from '../markdown/timestamps';
import { useLiveWords } from '../state/clock';
import { cssColour } from '../state/people';
import { Picture } from './media';

function EmbedTitle({ title, url }: { title: string; url: string | undefined }) {
  return (
    <div class="embed-title">
      {url === undefined ? (
        <InlineMarkdown source={title} />
      ) : (
        <a href={url} target="_blank" rel="noopener noreferrer">
          <InlineMarkdown source={title} />
        </a>
      )}
    </div>
  );
}

function EmbedAuthor({ author }: { author: NonNullable<Embed['author']> }) {
  return (
    <div class="embed-author">
      {author.icon_url !== undefined && <Picture class="embed-icon" url={author.icon_url} />}
      {author.url === undefined ? (
        <bdi>{author.name}</bdi>
      ) : (
        <a href={author.url} target="_blank" rel="noopener noreferrer">
          <bdi>{author.name}</bdi>
        </a>
      )}
    </div>
  );
}

function EmbedFields({ fields }: { fields: NonNullable<Embed['fields']> }) {
  return (
    <div class="embed-fields">
      {fields.map((field, position) => (
        <div key={position} class={field.inline ? 'embed-field embed-field-inline' : 'embed-field'}>
          <div class="embed-field-name">
            <InlineMarkdown source={field.name} />
          </div>
          <Markdown source={field.value} />
        </div>
      ))}
    </div>
  );
}

function EmbedTime({ timestamp }: { timestamp: string }) {
  const words = useLiveWords((now) => messageTime(timestamp, now));
  return <time dateTime={timestamp}>{words}</time>;
}

function EmbedFooter({ embed }: { embed: Embed }) {
  const { footer, timestamp } = embed;
  if (footer === undefined && timestamp === undefined) {
    return null;
  }
  return (
    <div class="embed-footer">
      {footer?.icon_url !== undefined && <Picture class="embed-icon" url={footer.icon_url} />}
      {footer !== undefined && <bdi>{footer.text}</bdi>}
      {footer !== undefined && timestamp !== undefined && <span aria-hidden="true">•</span>}
      {timestamp !== undefined && <EmbedTime timestamp={timestamp} />}
    </div>
  );
}

export function EmbedCard({ embed }: { embed: Embed }) {
  const { title, description, color, author, fields, image, thumbnail } = embed;
  const style = color === undefined || color === 0 ? {} : { '--accent': cssColour(color) };
  return (
    <article class="embed" style={style}>
      <div class="embed-words">
        {author !== undefined && <EmbedAuthor author={author} />}
        {title !== undefined && <EmbedTitle title={title} url={embed.url} />}
        {description !== undefined && <Markdown source={description} />}
        {fields !== undefined && fields.length > 0 && <EmbedFields fields={fields} />}
      </div>
      {thumbnail !== undefined && (
        <Picture class="thumbnail" url={thumbnail.url} description={thumbnail.description} />
      )}
      {image !== undefined && <Picture class="embed-image" url={image.url} description={image.description} />}
      <EmbedFooter embed={embed} />
    </article>
  );
}
