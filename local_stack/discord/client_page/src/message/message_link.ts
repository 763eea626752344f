/** Discord's own links to messages lead to the message itself, here as in the real client. */

export interface MessagePlace {
  guildId: string;
  channelId: string;
  messageId: string;
}

const MESSAGE_LINK = /^https:\/\/(?:ptb\.|canary\.)?discord\.com\/channels\/(\d+)\/(\d+)\/(\d+)$/;

/** Where a link to a message leads; null for every other link. */
export function messagePlace(url: string): MessagePlace | null {
  const [, guildId, channelId, messageId] = MESSAGE_LINK.exec(url) ?? [];
  if (guildId === undefined || channelId === undefined || messageId === undefined) {
    return null;
  }
  return { guildId, channelId, messageId };
}

const EVENT_LINK = /^https:\/\/(?:ptb\.|canary\.)?discord\.com\/events\/(\d+)\/(\d+)$/;

/** The server of a link to a scheduled event; null for every other link. */
export function serverOfEvent(url: string): string | null {
  return EVENT_LINK.exec(url)?.[1] ?? null;
}

/** Open the server's list of events. */
export function showEvents(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.events > button[aria-expanded="false"]')?.click(),
  );
}

/** Bring a message into view and point it out, once its channel is drawn. */
export function pointOut(messageId: string): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`[data-message-id="${messageId}"]`);
    row?.scrollIntoView({ block: 'center' });
    row?.classList.add('pointed-out');
    setTimeout(() => row?.classList.remove('pointed-out'), POINTED_OUT_MS);
  });
}

const POINTED_OUT_MS = 2000;
