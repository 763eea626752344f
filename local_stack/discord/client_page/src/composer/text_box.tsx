/** The line for plain messages, with the list of commands above it after a slash. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { SimulatedDiscordError } from '../api/client';
import { Icon } from '../layout/icons';
import { activeAfterKey } from '../select/list_keys';
import { useDesk } from '../state/desk';
import { ActivityShelf } from './activity_shelf';
import { type CommandLine, linesMatching, type TypedCommand } from './command_lines';
import { CommandPicker } from './command_picker';

/** Discord docs: Message, `content`. */
const LONGEST_MESSAGE = 2000;

interface TextBoxProps {
  channelName: string;
  lines: CommandLine[];
  text: string;
  onText(text: string): void;
  onCommand(typed: TypedCommand): void;
}

/** Sends plain messages; what goes wrong is kept for the person to read. */
function useSay() {
  const { client, place } = useDesk();
  const [problem, setProblem] = useState<string | null>(null);
  async function say(content: string): Promise<boolean> {
    try {
      await client.say(place.userId, place.channelId, content);
      setProblem(null);
      return true;
    } catch (error) {
      if (!(error instanceof SimulatedDiscordError)) {
        throw error;
      }
      setProblem(error.message);
      return false;
    }
  }
  return { say, problem };
}

export function TextBox({ channelName, lines, text, onText, onCommand }: TextBoxProps) {
  const { say, problem } = useSay();
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const isPicking = text.startsWith('/') && !text.includes('\n') && !closed;
  const offered = isPicking ? linesMatching(lines, text.slice(1)) : [];
  const left = LONGEST_MESSAGE - text.length;

  useEffect(() => {
    // On a touch screen the focus would open the keyboard.
    if (window.matchMedia('(pointer: fine)').matches) {
      box.current?.focus({ preventScroll: true });
    }
  }, [channelName]);

  function choose(line: CommandLine) {
    onCommand({ line, texts: new Map() });
  }

  async function send() {
    const content = text.trim();
    if (content === '' || content.length > LONGEST_MESSAGE) {
      return;
    }
    onText('');
    if (!(await say(content))) {
      onText(content);
    }
  }

  function onPickerKey(event: KeyboardEvent): boolean {
    const moved = activeAfterKey(event.key, active, offered.length);
    const line = offered[active];
    if (moved !== null) {
      setActive(moved);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && line !== undefined) {
      choose(line);
    } else if (event.key === 'Escape') {
      setClosed(true);
    } else {
      return false;
    }
    return true;
  }

  function onKeyDown(event: KeyboardEvent) {
    if (offered.length > 0 && onPickerKey(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  }

  return (
    <div class="composer-frame">
      {isPicking && (
        <CommandPicker id={listId} lines={offered} active={active} onPoint={setActive} onChoose={choose} />
      )}
      {problem !== null && (
        <p class="composer-problem" role="alert">
          Your message wasn’t sent. {problem}
        </p>
      )}
      <div class="composer">
        <textarea
          ref={box}
          class="composer-text"
          rows={1}
          dir="auto"
          aria-label={`Message #${channelName}`}
          placeholder={`Message #${channelName}`}
          aria-autocomplete="list"
          aria-controls={isPicking ? listId : undefined}
          aria-activedescendant={offered[active] && `${listId}-${active}`}
          value={text}
          onInput={(event) => {
            setActive(0);
            setClosed(false);
            onText(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        {left < 200 && (
          <span class={left < 0 ? 'counter counter-over' : 'counter'} role="status">
            {left}
          </span>
        )}
        <ActivityShelf />
        <button
          type="button"
          class="icon-button post-button"
          aria-label="Post message"
          disabled={text.trim() === '' || left < 0}
          onClick={() => void send()}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}
