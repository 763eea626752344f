/**
 * A chosen command: its name, a pill for each option, and above them what the present option is about.
 *
 * The keys: Tab and the arrows go through the pills; with a list open, arrows move in it and Enter or Tab
 * takes a line; Enter without a list sends; Backspace in an empty pill removes it; Escape closes the list,
 * and then the command.
 */

import { useId, useState } from 'preact/hooks';
import { Icon } from '../layout/icons';
import { activeAfterKey } from '../select/list_keys';
import { useDesk } from '../state/desk';
import { useAutocomplete } from './autocomplete';
import { checkDraft, type Draft, draftAfter, openOptions } from './draft';
import type { Entry, Suggestion } from './entries';
import { offerFor, useQuestion } from './offers';
import { OptionPanel } from './option_panel';
import { OptionPill } from './option_pill';

interface CommandFormProps {
  draft: Draft;
  onDraft(draft: Draft): void;
  /** The command is sent or given up; `left` is the text to leave in the composer. */
  onEnd(left: string): void;
}

export function CommandForm({ draft, onDraft, onEnd }: CommandFormProps) {
  const { server, place, client, deeds } = useDesk();
  const [activeLine, setActiveLine] = useState(0);
  const [closed, setClosed] = useState(false);
  const [adding, setAdding] = useState(false);
  const listId = useId();
  const entry = draft.entries[draft.active];
  const answer = useAutocomplete(client, useQuestion(draft, adding));
  const offer = offerFor({ draft, adding, closed, answer, server, userId: place.userId });
  const { suggestions } = offer;
  const optional = openOptions(draft);

  function send() {
    const checked = checkDraft(draft, server, place.userId);
    if ('errors' in checked) {
      onDraft(draftAfter(draft, { kind: 'refused', errors: checked.errors }));
      return;
    }
    void deeds.runCommand(draft.line.name, checked.options);
    onEnd('');
  }

  function showList() {
    setActiveLine(0);
    setClosed(false);
  }

  function take(chosen: Suggestion) {
    showList();
    if (adding) {
      setAdding(false);
      onDraft(draftAfter(draft, { kind: 'added', name: chosen.value }));
      return;
    }
    const event = { kind: 'chosen', at: draft.active, text: chosen.label, value: chosen.sent } as const;
    onDraft(draftAfter(draft, event));
  }

  function onType(at: number, text: string) {
    showList();
    onDraft(draftAfter(draft, { kind: 'typed', at, text }));
  }

  function onFocus(at: number) {
    setAdding(false);
    if (at !== draft.active) {
      showList();
      onDraft(draftAfter(draft, { kind: 'focused', at }));
    }
  }

  function remove(at: number) {
    const gone = draft.entries[at];
    if (gone === undefined || gone.option.required === true) {
      onEnd(at === 0 ? `/${draft.line.name}` : '');
      return;
    }
    onDraft(draftAfter(draft, { kind: 'removed', at }));
  }

  function onBackspace(current: Entry | undefined): boolean {
    if (adding || (current !== undefined && current.text !== '')) {
      return false;
    }
    if (draft.active > 0 && current?.option.required === true) {
      onDraft(draftAfter(draft, { kind: 'focused', at: draft.active - 1 }));
    } else {
      remove(draft.active);
    }
    return true;
  }

  function onEscape() {
    if (suggestions.length > 0) {
      setClosed(true);
      setAdding(false);
    } else {
      onEnd('');
    }
  }

  /** Whether the key did something, so that the browser shouldn't. */
  function handle(event: KeyboardEvent): boolean {
    const moved = activeAfterKey(event.key, activeLine, suggestions.length);
    const line = suggestions[activeLine];
    if (moved !== null) {
      setActiveLine(moved);
      return true;
    }
    switch (event.key) {
      case 'Enter':
        if (line === undefined) {
          send();
        } else {
          take(line);
        }
        return true;
      case 'Tab':
        if (line !== undefined && !event.shiftKey) {
          take(line);
          return true;
        }
        return false;
      case 'Escape':
        onEscape();
        return true;
      case 'Backspace':
        return onBackspace(entry);
      default:
        return false;
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!event.isComposing && handle(event)) {
      event.preventDefault();
    }
  }

  const list = {
    listId,
    hasList: suggestions.length > 0,
    activeLineId: suggestions[activeLine] && `${listId}-${activeLine}`,
  };
  return (
    <div class="composer-frame">
      <OptionPanel
        listId={listId}
        offer={offer}
        line={draft.line}
        active={activeLine}
        onPoint={setActiveLine}
        onChoose={take}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in one line with its legend. */}
      <div class="composer composer-command" role="group" aria-label={`Command /${draft.line.name}`}>
        <span class="composer-command-name">/{draft.line.name}</span>
        {draft.entries.map((one, at) => (
          <OptionPill
            key={one.option.name}
            entry={one}
            focused={at === draft.active && !adding}
            {...list}
            onFocus={() => onFocus(at)}
            onType={(text) => onType(at, text)}
            onRemove={one.option.required === true ? null : () => remove(at)}
            onKeyDown={onKeyDown}
          />
        ))}
        {optional.length > 0 && (
          <button
            type="button"
            class="optional-chip"
            aria-expanded={adding}
            aria-controls={listId}
            onClick={() => {
              showList();
              setAdding(!adding);
            }}
            onKeyDown={(event) => (adding || event.key === 'Escape') && onKeyDown(event)}
          >
            +{optional.length} optional
          </button>
        )}
        {draft.entries.length === 0 && <SendByKey onKeyDown={onKeyDown} name={draft.line.name} />}
        <span class="composer-gap" />
        <button type="button" class="icon-button" aria-label="Cancel command" onClick={() => onEnd('')}>
          <Icon name="close" />
        </button>
        <button type="button" class="icon-button" aria-label="Run command" onClick={send}>
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}

/** Where the keys go while a command has no option open. */
function SendByKey({ onKeyDown, name }: { onKeyDown(event: KeyboardEvent): void; name: string }) {
  return (
    <input
      class="composer-keys"
      aria-label={`Press Enter to send /${name}`}
      readOnly
      ref={(input) => input?.focus({ preventScroll: true })}
      onKeyDown={onKeyDown}
    />
  );
}
