/**
 * A small panel above the controls, or a sheet at the side: takes the focus when it opens, gives it back when it
 * closes, and closes with Escape or a press outside.
 */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './button';

interface PopoverProps {
  readonly title: string;
  readonly kind: 'menu' | 'sheet' | 'page';
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Popover({ title, kind, onClose, children }: PopoverProps) {
  const panel = useRef<HTMLElement>(null);
  useFocusInside(panel);
  useEffect(() => {
    const onDown = (event: Event) => {
      const target = event.target as Element | null;
      if (target !== null && !panel.current?.contains(target) && !target.closest('[aria-expanded]')) {
        onClose();
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        onClose();
      }
    };
    document.addEventListener('pointerdown', onDown);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onDown);
      document.removeEventListener('keydown', onKey);
    };
  }, [onClose]);
  return (
    <section ref={panel} class={`popover popover-${kind}`} role="dialog" aria-label={title} tabIndex={-1}>
      <header class="popover-head">
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" size={20} onPress={onClose} />
      </header>
      <div class="popover-body">{children}</div>
    </section>
  );
}

/** The focus goes to the panel, and back to where it was. */
function useFocusInside(panel: { current: HTMLElement | null }): void {
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [panel]);
}
