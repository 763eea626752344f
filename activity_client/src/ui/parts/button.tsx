/** Buttons: one with a picture alone, which says its name to a screen reader and on hovering, and one with words. */

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../icons';

interface IconButtonProps {
  readonly icon: IconName;
  /** What it does, with its key in brackets where it has one. */
  readonly label: string;
  readonly onPress: () => void;
  readonly isPressed?: boolean;
  /** It opens a panel, which is open or not. */
  readonly isExpanded?: boolean;
  readonly size?: number;
  readonly kind?: string;
  readonly children?: ComponentChildren;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, onPress, isPressed, isExpanded, size = 24, kind = '', children } = props;
  return (
    <button
      type="button"
      class={`icon-button ${kind}`}
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      aria-expanded={isExpanded}
      onClick={onPress}
    >
      <Icon name={icon} size={size} />
      {children}
    </button>
  );
}

interface ButtonProps {
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'link';
  readonly icon?: IconName;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
  readonly hasFocus?: boolean;
}

export function Button({ kind = 'secondary', icon, onPress, children, hasFocus }: ButtonProps) {
  const focusOnce = hasFocus ? (button: HTMLButtonElement | null) => button?.focus() : undefined;
  return (
    <button type="button" class={`button button-${kind}`} onClick={onPress} ref={focusOnce ?? null}>
      {icon && <Icon name={icon} size={20} />}
      {children}
    </button>
  );
}
