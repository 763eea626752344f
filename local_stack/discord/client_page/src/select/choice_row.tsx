/** One line of a list to choose from: in selects, and above the composer. */

import { useEffect, useRef } from 'preact/hooks';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import type { SelectChoice } from './choices';

interface ChoiceRowProps {
  id: string;
  choice: SelectChoice;
  selected: boolean;
  active: boolean;
  onPoint(): void;
  onChoose(): void;
}

export function ChoiceRow({ id, choice, selected, active, onPoint, onChoose }: ChoiceRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) {
      row.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [active]);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field that owns the list keeps the focus and points here.
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are handled there too.
    <div
      id={id}
      ref={row}
      role="option"
      aria-selected={selected}
      class={active ? 'choice choice-active' : 'choice'}
      onPointerMove={active ? undefined : onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {choice.avatarUrl !== null && <Avatar url={choice.avatarUrl} name={choice.label} size={24} />}
      {choice.icon !== null && (
        <span class="choice-icon" style={choice.colour === null ? {} : { '--name-colour': choice.colour }}>
          <Icon name={choice.icon} size={18} />
        </span>
      )}
      {choice.emoji !== null && <span class="choice-emoji">{choice.emoji}</span>}
      <span class="choice-words">
        <bdi class="choice-label" style={choice.colour === null ? {} : { '--name-colour': choice.colour }}>
          {choice.label}
        </bdi>
        {choice.description !== null && <span class="choice-description">{choice.description}</span>}
      </span>
      {selected && <Icon name="check" size={16} />}
    </div>
  );
}
