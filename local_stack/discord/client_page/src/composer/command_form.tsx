/**
 * A chosen command: its name, a pill for each option, and above them what the present option is about.
 *
 * The keys: Tab and the arrows go through the pills; with a list open, arrows move in it and Enter or Tab
 * takes a line; Enter without a list sends; Backspace in an empty pill removes it; Escape closes the list,
 * and then the command.
 */

import { useId, useRef, useState } from 'preact/hooks';
import { OptionType } from '../api/world';
import { Icon } from '../layout/icons';
import { activeAfterKey } from '../select/list_keys';
import { useDesk } from '../state/desk';
import { useAutocomplete } from './autocomplete';
import { checkDraft, type Draft, type DraftEvent, openOptions } from './draft';
import type { Entry, Suggestion } from './entries';
import { FileOptionPanel, FilePill } from './file_option';
import { offerFor, useQuestion } from './offers';
import { OptionPanel } from './option_panel';
import { OptionPill } from './option_pill';

interface CommandFormProps {
  draft: Draft;
  onEvent(event: DraftEvent): void;
  /** The command is sent or given up; `left` is the text to leave in the composer. */
  onEnd(left: string): void;
}

export function CommandForm({ draft, onEvent, onEnd }: CommandFormProps) {
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
  const asksForFile = !adding && entry?.option.type === OptionType.attachment;
  const frame = useRef<HTMLDivElement>(null);

  function send() {
    const checked = checkDraft(draft, server, place.userId);
    if ('errors' in checked) {
      onEvent({ kind: 'refused', errors: checked.errors });
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
      onEvent({ kind: 'added', name: chosen.value });
      return;
    }
    onEvent({ kind: 'chosen', at: draft.active, text: chosen.shown ?? chosen.label, value: chosen.sent });
  }

  function onType(at: number, text: string) {
    showList();
    onEvent({ kind: 'typed', at, text });
  }

  function onFocus(at: number) {
    setAdding(false);
    if (at !== draft.active) {
      showList();
      onEvent({ kind: 'focused', at });
    }
  }

  function remove(at: number) {
    const gone = draft.entries[at];
    if (gone === undefined || gone.option.required === true) {
      onEnd(at === 0 ? `/${draft.line.name}` : '');
      return;
    }
    onEvent({ kind: 'removed', at });
  }

  function onBackspace(current: Entry | undefined): boolean {
    if (adding || (current !== undefined && current.text !== '')) {
      return false;
    }
    if (draft.active > 0 && current?.option.required === true) {
      onEvent({ kind: 'focused', at: draft.active - 1 });
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
    <div class="composer-frame" ref={frame}>
      <OptionPanel
        listId={listId}
        offer={offer}
        line={draft.line}
        active={activeLine}
        onPoint={setActiveLine}
        onChoose={take}
      >
        {asksForFile && (
          <FileOptionPanel
            key={entry.option.name}
            entry={entry}
            onFile={(file) => onEvent({ kind: 'handed', name: entry.option.name, file })}
            onRemove={() => onEvent({ kind: 'handed', name: entry.option.name, file: null })}
            onKeyDown={onKeyDown}
          />
        )}
      </OptionPanel>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in one line with its legend. */}
      <div class="composer composer-command" role="group" aria-label={`Command /${draft.line.name}`}>
        <span class="composer-command-name">/{draft.line.name}</span>
        {draft.entries.map((one, at) => {
          const shared = {
            entry: one,
            focused: at === draft.active && !adding,
            onFocus: () => onFocus(at),
            onRemove: one.option.required === true ? null : () => remove(at),
            onKeyDown,
          };
          return one.option.type === OptionType.attachment ? (
            <FilePill
              key={one.option.name}
              {...shared}
              onOpen={() => frame.current?.querySelector<HTMLElement>('.file-drop')?.click()}
              onClear={() => onEvent({ kind: 'handed', name: one.option.name, file: null })}
            />
          ) : (
            <OptionPill key={one.option.name} {...shared} {...list} onType={(text) => onType(at, text)} />
          );
        })}
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
