/** One option of a command: its name, and a field that is as wide as what stands in it. */

import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../layout/icons';
import type { Entry } from './entries';

interface OptionPillProps {
  entry: Entry;
  focused: boolean;
  listId: string;
  hasList: boolean;
  activeLineId: string | undefined;
  onFocus(): void;
  onType(text: string): void;
  onRemove: (() => void) | null;
  onKeyDown(event: KeyboardEvent): void;
}

export function OptionPill(props: OptionPillProps) {
  const { entry, focused } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const { option } = entry;
  useEffect(() => {
    if (focused && document.activeElement !== field.current) {
      field.current?.focus({ preventScroll: true });
    }
  }, [focused]);
  const isOpen = focused && props.hasList;
  const names = ['pill', focused ? 'pill-focused' : '', entry.error === null ? '' : 'pill-wrong'];
  return (
    <span class={names.filter((name) => name !== '').join(' ')}>
      <span class="pill-name" aria-hidden="true">
        {option.name}
      </span>
      <textarea
        ref={field}
        class={entry.chosen === null ? 'pill-field' : 'pill-field pill-chosen'}
        rows={1}
        dir="auto"
        aria-label={option.name}
        aria-description={option.description}
        aria-required={option.required === true}
        aria-invalid={entry.error !== null}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={props.listId}
        aria-activedescendant={isOpen ? props.activeLineId : undefined}
        value={entry.text}
        onFocus={props.onFocus}
        onInput={(event) => props.onType(event.currentTarget.value.replaceAll('\n', ' '))}
        onKeyDown={props.onKeyDown}
      />
      {props.onRemove !== null && (
        <button
          type="button"
          class="pill-remove"
          aria-label={`Remove ${option.name}`}
          onClick={props.onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
