/** The commands that can be chosen, above the composer. */

import { useEffect, useRef } from 'preact/hooks';
import { Avatar } from '../layout/avatar';
import { useDesk } from '../state/desk';
import type { CommandLine } from './command_lines';

interface CommandRowProps {
  id: string;
  line: CommandLine;
  active: boolean;
  onPoint(): void;
  onChoose(): void;
}

function CommandRow({ id, line, active, onPoint, onChoose }: CommandRowProps) {
  const { world } = useDesk();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) {
      row.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [active]);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the composer keeps the focus and points here.
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are handled there too.
    <div
      id={id}
      ref={row}
      role="option"
      aria-selected={active}
      aria-label={`/${line.name} ${line.description}`}
      class={active ? 'command-row command-row-active' : 'command-row'}
      onPointerMove={active ? undefined : onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <Avatar url={world.application.avatar_url} name={world.application.name} size={32} />
      <div class="command-words">
        <div class="command-title">
          <span class="command-name">/{line.name}</span>
          {line.options.map((option) => (
            <span
              key={option.name}
              class={option.required ? 'option-name' : 'option-name option-name-optional'}
            >
              {option.name}
            </span>
          ))}
        </div>
        <div class="command-description">{line.description}</div>
      </div>
      <span class="command-owner">{world.application.name}</span>
    </div>
  );
}

interface CommandPickerProps {
  id: string;
  lines: CommandLine[];
  active: number;
  onPoint(position: number): void;
  onChoose(line: CommandLine): void;
}

export function CommandPicker({ id, lines, active, onPoint, onChoose }: CommandPickerProps) {
  const { world, server } = useDesk();
  const { name } = world.application;
  if (lines.length === 0) {
    return (
      <div class="picker picker-empty" role="status">
        {server.has_app
          ? `No command has that name. ${name} may not have registered its commands yet.`
          : `${name} isn’t in this server. Whoever manages the server can add it, by the server’s name.`}
      </div>
    );
  }
  return (
    <div class="picker">
      <div class="picker-head">
        <Avatar url={world.application.avatar_url} name={world.application.name} size={16} />
        {world.application.name}
      </div>
      <div role="listbox" id={id} aria-label="Commands">
        {lines.map((line, position) => (
          <CommandRow
            key={line.name}
            id={`${id}-${position}`}
            line={line}
            active={position === active}
            onPoint={() => onPoint(position)}
            onChoose={() => onChoose(line)}
          />
        ))}
      </div>
    </div>
  );
}
