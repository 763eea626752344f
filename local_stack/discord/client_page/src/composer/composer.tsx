/** Where people write: plain messages, and after a slash, commands. */

import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../state/desk';
import { CommandForm } from './command_form';
import { commandLines, type TypedCommand, typedCommand } from './command_lines';
import { type Draft, draftAfter, draftOf } from './draft';
import { TextBox } from './text_box';

interface ComposerProps {
  /** A command that was pressed elsewhere on the page; a new object each time. */
  wanted: { name: string } | null;
}

export function Composer({ wanted }: ComposerProps) {
  const { commands, server, place } = useDesk();
  const [text, setText] = useState('');
  const [draft, setDraft] = useState<Draft | null>(null);
  const lines = commandLines(commands);
  const channel = server.channels.find((one) => one.id === place.channelId);
  const channelName = channel?.name ?? '';

  function begin(typed: TypedCommand) {
    setText('');
    setDraft(draftOf(typed));
  }

  useEffect(() => {
    setDraft(null);
    setText('');
  }, [place.channelId, place.userId]);

  useEffect(() => {
    const line = lines.find((one) => one.name === wanted?.name);
    if (line !== undefined) {
      begin({ line, texts: new Map() });
    } else if (wanted !== null) {
      setText(`/${wanted.name}`);
    }
  }, [wanted]);

  function onText(next: string) {
    const typed = typedCommand(lines, next);
    if (typed === null) {
      setText(next);
    } else {
      begin(typed);
    }
  }

  if (draft !== null) {
    return (
      <CommandForm
        key={draft.line.name}
        draft={draft}
        onEvent={(event) => setDraft((now) => (now === null ? null : draftAfter(now, event)))}
        onEnd={(left) => {
          setDraft(null);
          setText(left);
        }}
      />
    );
  }
  return <TextBox channelName={channelName} lines={lines} text={text} onText={onText} onCommand={begin} />;
}
