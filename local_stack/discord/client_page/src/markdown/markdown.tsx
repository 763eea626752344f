/** From the tree to the page. */

import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useLiveWords } from '../state/clock';
import { parseMarkdown } from './blocks';
import { parseInline } from './inline';
import { ChannelMention, CommandMention, EveryoneMention, RoleMention, UserMention } from './mentions';
import type { Block, Inline } from './syntax_tree';
import { timeInWords } from './timestamps';

interface Reach {
  /** Whether `@everyone` in this text pinged anybody. */
  everyone: boolean;
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  if (shown) {
    return <span class="spoiler spoiler-shown">{children}</span>;
  }
  return (
    <button type="button" class="spoiler" aria-label="Spoiler, press to show" onClick={() => setShown(true)}>
      <span class="spoiler-text" aria-hidden="true">
        {children}
      </span>
    </button>
  );
}

function Time({ at, style }: { at: number; style: string }) {
  const words = useLiveWords((now) => timeInWords(at, style, now));
  return (
    <time class="timestamp" title={timeInWords(at, 'F', at)}>
      {words}
    </time>
  );
}

function wrapped(inline: Extract<Inline, { children: Inline[] }>, reach: Reach) {
  const children = <Inlines inlines={inline.children} {...reach} />;
  switch (inline.kind) {
    case 'strong':
      return <strong>{children}</strong>;
    case 'emphasis':
      return <em>{children}</em>;
    case 'underline':
      return <u>{children}</u>;
    case 'strike':
      return <s>{children}</s>;
    case 'spoiler':
      return <Spoiler>{children}</Spoiler>;
    case 'link':
      return (
        <a href={inline.url} title={inline.title ?? inline.url} target="_blank" rel="noopener noreferrer">
          {children}
        </a>
      );
  }
}

function InlinePart({ inline, everyone }: { inline: Inline } & Reach) {
  switch (inline.kind) {
    case 'text':
      return <>{inline.text}</>;
    case 'code':
      return <code class="inline-code">{inline.text}</code>;
    case 'user':
      return <UserMention id={inline.id} />;
    case 'role':
      return <RoleMention id={inline.id} />;
    case 'channel':
      return <ChannelMention id={inline.id} />;
    case 'everyone':
      return <EveryoneMention text={inline.text} reaches={everyone} />;
    case 'command':
      return <CommandMention name={inline.name} />;
    case 'time':
      return <Time at={inline.at} style={inline.style} />;
    case 'customEmoji':
      return (
        <span class="custom-emoji" role="img" aria-label={inline.name}>
          :{inline.name}:
        </span>
      );
    default:
      return wrapped(inline, { everyone });
  }
}

function Inlines({ inlines, everyone }: { inlines: Inline[] } & Reach) {
  return (
    <>
      {inlines.map((inline, position) => (
        <InlinePart key={position} inline={inline} everyone={everyone} />
      ))}
    </>
  );
}

function List({ block, everyone }: { block: Extract<Block, { kind: 'list' }> } & Reach) {
  const items = block.items.map((blocks, position) => (
    <li key={position}>
      <Blocks blocks={blocks} everyone={everyone} />
    </li>
  ));
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function BlockPart({ block, everyone }: { block: Block } & Reach) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <div class="paragraph">
          <Inlines inlines={block.children} everyone={everyone} />
        </div>
      );
    case 'heading': {
      const Heading = `h${block.level}` as const;
      return (
        <Heading>
          <Inlines inlines={block.children} everyone={everyone} />
        </Heading>
      );
    }
    case 'subtext':
      return (
        <small class="subtext">
          <Inlines inlines={block.children} everyone={everyone} />
        </small>
      );
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} everyone={everyone} />
        </blockquote>
      );
    case 'codeBlock':
      return (
        <pre class="code-block" data-language={block.language}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return <List block={block} everyone={everyone} />;
  }
}

function Blocks({ blocks, everyone }: { blocks: Block[] } & Reach) {
  return (
    <>
      {blocks.map((block, position) => (
        <BlockPart key={position} block={block} everyone={everyone} />
      ))}
    </>
  );
}

const ONLY_EMOJI = /^(?:(?:\p{RGI_Emoji})\s*){1,30}$/v;

interface MarkdownProps {
  source: string;
  /** Whether `@everyone` pinged anybody; see `mention_everyone` of a message. */
  everyone?: boolean;
  /** What follows on the last line, such as "(edited)". */
  children?: ComponentChildren;
}

/** A text with everything that Discord's markdown has. */
export function Markdown({ source, everyone = false, children }: MarkdownProps) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div class={ONLY_EMOJI.test(source) ? 'markdown markdown-jumbo' : 'markdown'}>
      <Blocks blocks={blocks} everyone={everyone} />
      {children}
    </div>
  );
}

/** One line, where headings and lists mean nothing, such as an embed's title. */
export function InlineMarkdown({ source }: { source: string }) {
  const inlines = useMemo(() => parseInline(source), [source]);
  return <Inlines inlines={inlines} everyone={false} />;
}
