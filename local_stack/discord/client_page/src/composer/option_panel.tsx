/** The panel above a command's pills. */

import type { ComponentChildren } from 'preact';
import { ChoiceRow } from '../select/choice_row';
import type { CommandLine } from './command_lines';
import type { Suggestion } from './entries';
import type { Offer } from './offers';

interface OptionPanelProps {
  listId: string;
  offer: Offer;
  line: CommandLine;
  active: number;
  onPoint(position: number): void;
  onChoose(suggestion: Suggestion): void;
  /** What the option needs besides a list, such as the box for a file. */
  children?: ComponentChildren;
}

function Head({ offer, line }: { offer: Offer; line: CommandLine }) {
  if (offer.option === null) {
    return (
      <div class="panel-head">
        <strong>{offer.suggestions.length > 0 ? 'Options' : `/${line.name}`}</strong>
        <span>{offer.suggestions.length > 0 ? 'Add what you need' : line.description}</span>
      </div>
    );
  }
  return (
    <div class="panel-head">
      <strong>{offer.option.name}</strong>
      <span>{offer.option.description}</span>
    </div>
  );
}

function State({ offer }: { offer: Offer }) {
  if (offer.error !== null) {
    return (
      <p class="panel-error" role="alert">
        {offer.error}
      </p>
    );
  }
  if (offer.state === 'loading') {
    return (
      <p class="panel-note" role="status">
        <span class="spinner" aria-hidden="true" /> Loading options…
      </p>
    );
  }
  if (offer.state === 'failed') {
    return (
      <p class="panel-error" role="alert">
        Loading options failed. <span class="panel-reason">{offer.reason}</span>
      </p>
    );
  }
  if (offer.nothingFits) {
    return <p class="panel-note">No options match your search.</p>;
  }
  return null;
}

export function OptionPanel({ listId, offer, line, active, onPoint, onChoose, children }: OptionPanelProps) {
  const { suggestions } = offer;
  return (
    <div class="picker option-panel">
      <Head offer={offer} line={line} />
      <State offer={offer} />
      {children}
      {suggestions.length > 0 && (
        <div role="listbox" id={listId} aria-label={offer.option?.name ?? 'Options'}>
          {suggestions.map((suggestion, position) => (
            <ChoiceRow
              key={suggestion.value}
              id={`${listId}-${position}`}
              choice={suggestion}
              selected={false}
              active={position === active}
              onPoint={() => onPoint(position)}
              onChoose={() => onChoose(suggestion)}
            />
          ))}
        </div>
      )}
    </div>
  );
}
