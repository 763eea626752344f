/** Buttons of all styles, and the rows they stand in. */

import {
  type ActionRowComponent,
  type ButtonComponent,
  ButtonStyle,
  ComponentType,
  type Emoji,
  type SelectComponent,
} from '../api/components';
import { Icon } from '../layout/icons';
import { choicesOf, defaultsOf } from '../select/choices';
import { SelectMenu } from '../select/select_menu';
import { useDesk } from '../state/desk';
import { messagePlace, pointOut, serverOfEvent, showEvents } from './message_link';
import { usePressing } from './press_context';

const STYLE_NAMES: Record<number, string> = {
  [ButtonStyle.primary]: 'primary',
  [ButtonStyle.secondary]: 'secondary',
  [ButtonStyle.success]: 'success',
  [ButtonStyle.danger]: 'danger',
  [ButtonStyle.link]: 'link',
  [ButtonStyle.premium]: 'premium',
};

function emojiText(emoji: Emoji | undefined): string | null {
  if (emoji?.name === undefined || emoji.name === null) {
    return null;
  }
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <span />
      <span />
      <span />
    </span>
  );
}

function ButtonFace({ button }: { button: ButtonComponent }) {
  const emoji = emojiText(button.emoji);
  return (
    <>
      {emoji !== null && <span class="button-emoji">{emoji}</span>}
      {button.label !== undefined && <bdi>{button.label}</bdi>}
      {button.style === ButtonStyle.premium && <span>Subscribe</span>}
      {button.style === ButtonStyle.link && <Icon name="external" size={16} />}
    </>
  );
}

function LinkButton({ button, url, name }: { button: ButtonComponent; url: string; name: string }) {
  const { goTo } = useDesk();
  const place = messagePlace(url);
  const goThere = (event: Event) => {
    if (place !== null) {
      event.preventDefault();
      goTo({ guildId: place.guildId, channelId: place.channelId });
      pointOut(place.messageId);
    } else if (serverOfEvent(url) !== null) {
      event.preventDefault();
      showEvents();
    }
  };
  return (
    <a class={name} href={url} target="_blank" rel="noopener" onClick={goThere}>
      <ButtonFace button={button} />
    </a>
  );
}

export function MessageButton({ button }: { button: ButtonComponent }) {
  const { waiting, press } = usePressing();
  const name = `button button-${STYLE_NAMES[button.style] ?? 'secondary'}`;
  if (button.url !== undefined && !button.disabled) {
    return <LinkButton button={button} url={button.url} name={name} />;
  }
  const customId = button.custom_id;
  const isWaiting = customId !== undefined && waiting === customId;
  return (
    <button
      type="button"
      class={name}
      disabled={button.disabled === true || waiting !== null}
      aria-busy={isWaiting}
      onClick={() => customId !== undefined && press(customId)}
    >
      <span class={isWaiting ? 'button-face button-face-hidden' : 'button-face'}>
        <ButtonFace button={button} />
      </span>
      {isWaiting && <Dots />}
    </button>
  );
}

const NO_CHOICE_WORDS: Record<number, string> = {
  [ComponentType.userSelect]: 'Select a user',
  [ComponentType.roleSelect]: 'Select a role',
  [ComponentType.channelSelect]: 'Select a channel',
};

/** What a select says before anything is chosen. */
export function placeholderOf(select: SelectComponent): string {
  return select.placeholder ?? NO_CHOICE_WORDS[select.type] ?? 'Make a selection';
}

function MessageSelect({ select }: { select: SelectComponent }) {
  const { waiting, press } = usePressing();
  const { server, place } = useDesk();
  return (
    <SelectMenu
      label={placeholderOf(select)}
      placeholder={placeholderOf(select)}
      choices={choicesOf(select, server, place.userId)}
      values={defaultsOf(select)}
      least={select.min_values ?? 1}
      most={select.max_values ?? 1}
      disabled={select.disabled === true || waiting !== null}
      waiting={waiting === select.custom_id}
      onChosen={(values) => press(select.custom_id, values)}
    />
  );
}

export function ActionRow({ row }: { row: ActionRowComponent }) {
  return (
    <div class="action-row">
      {row.components.map((component, position) =>
        component.type === ComponentType.button ? (
          <MessageButton key={position} button={component} />
        ) : (
          <MessageSelect key={component.custom_id} select={component} />
        ),
      )}
    </div>
  );
}
