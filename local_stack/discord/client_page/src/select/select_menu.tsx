/**
 * A select menu as Discord shows it: a field that opens a list, with a search line where the list is long.
 * One choice is given on as soon as it is made; several when the list closes.
 */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { ChoiceRow } from './choice_row';
import { choicesMatching, type SelectChoice, toggled } from './choices';
import { activeAfterKey } from './list_keys';

const SEARCHABLE_FROM = 8;

interface SelectMenuProps {
  label: string;
  placeholder: string;
  choices: SelectChoice[];
  values: string[];
  least: number;
  most: number;
  disabled?: boolean;
  waiting?: boolean;
  onChosen(values: string[]): void;
}

interface ChosenProps {
  choices: SelectChoice[];
  values: string[];
  placeholder: string;
  /** Several choices stand side by side, each by itself. */
  inChips: boolean;
}

/** What the closed field says; what was chosen and is no more keeps its place without a name. */
function Chosen({ choices, values, placeholder, inChips }: ChosenProps) {
  if (values.length === 0) {
    return <span class="select-placeholder">{placeholder}</span>;
  }
  return (
    <span class={inChips ? 'select-text select-chips' : 'select-text'}>
      {values.map((value) => {
        const choice = choices.find((one) => one.value === value);
        const colour = choice?.colour ?? null;
        return (
          <span
            key={value}
            class={inChips ? 'select-chip' : 'select-one'}
            style={colour === null ? {} : { '--name-colour': colour }}
          >
            {choice?.avatarUrl && <Avatar url={choice.avatarUrl} name={choice.label} size={20} />}
            {choice?.icon && <Icon name={choice.icon} size={16} />}
            <bdi>{choice?.label ?? 'Unknown'}</bdi>
          </span>
        );
      })}
    </span>
  );
}

function useOutsidePress(onOutside: () => void) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    function onPress(event: PointerEvent) {
      if (event.target instanceof Node && !box.current?.contains(event.target)) {
        onOutside();
      }
    }
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  });
  return box;
}

export function SelectMenu(props: SelectMenuProps) {
  const { choices, most, onChosen } = props;
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(props.values);
  const [words, setWords] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const field = useRef<HTMLButtonElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shown = choicesMatching(choices, words);
  const box = useOutsidePress(() => open && close(chosen));

  useEffect(() => setChosen(props.values), [props.values.join('\n')]);
  useEffect(() => {
    if (open) {
      search.current?.focus();
      search.current?.parentElement?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [open]);

  function close(values: string[]) {
    setOpen(false);
    setWords('');
    setActive(0);
    if (values.join('\n') !== props.values.join('\n') && values.length >= props.least) {
      onChosen(values);
    } else {
      setChosen(props.values);
    }
  }

  function choose(choice: SelectChoice) {
    const next = toggled(chosen, choice.value, most);
    setChosen(next);
    if (most === 1) {
      close(next);
      field.current?.focus();
    }
  }

  function onListKey(event: KeyboardEvent) {
    const moved = activeAfterKey(event.key, active, shown.length);
    const choice = shown[active];
    if (moved !== null) {
      event.preventDefault();
      setActive(moved);
    } else if (event.key === 'Enter' && choice !== undefined) {
      event.preventDefault();
      choose(choice);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close(chosen);
      field.current?.focus();
    } else if (event.key === 'Tab') {
      close(chosen);
    }
  }

  function onFieldKey(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      setOpen(true);
    }
  }

  return (
    <div class="select" ref={box}>
      <button
        type="button"
        class="select-field"
        ref={field}
        role="combobox"
        aria-label={props.label}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={listId}
        aria-busy={props.waiting}
        disabled={props.disabled || props.waiting}
        onClick={() => (open ? close(chosen) : setOpen(true))}
        onKeyDown={onFieldKey}
      >
        <Chosen choices={choices} values={chosen} placeholder={props.placeholder} inChips={most > 1} />
        <Icon name="chevron" />
      </button>
      {open && (
        <div class="select-list-box">
          <input
            ref={search}
            class={choices.length >= SEARCHABLE_FROM ? 'select-search' : 'select-search only-for-keys'}
            aria-label={`Search in ${props.label}`}
            aria-controls={listId}
            aria-activedescendant={shown[active] && `${listId}-${active}`}
            placeholder="Search"
            value={words}
            onKeyDown={onListKey}
            onInput={(event) => {
              setWords(event.currentTarget.value);
              setActive(0);
            }}
          />
          <div role="listbox" id={listId} aria-label={props.label} aria-multiselectable={most > 1}>
            {shown.map((choice, position) => (
              <ChoiceRow
                key={choice.value}
                id={`${listId}-${position}`}
                choice={choice}
                selected={chosen.includes(choice.value)}
                active={position === active}
                onPoint={() => setActive(position)}
                onChoose={() => choose(choice)}
              />
            ))}
            {shown.length === 0 && <div class="select-nothing">Nothing has that name.</div>}
          </div>
        </div>
      )}
    </div>
  );
}
