/**
 * Where a person's picture is.
 *
 * Of Discord's pictures, an Activity may load only `cdn.discordapp.com/avatars/…` (and attachments and icons); default
 * pictures and pictures for one server stand elsewhere, so that letters are shown instead (Discord docs: Activity
 * proxy considerations).
 */

const HASH = /^(a_)?[0-9a-f]{32}$/;

/** The picture's address in pixels of 80, for a circle of 40 on a fine screen; `null` where letters must do. */
export function avatarAddress(userId: string, hash: string | null | undefined): string | null {
  return hash && HASH.test(hash)
    ? `https://cdn.discordapp.com/avatars/${encodeURIComponent(userId)}/${hash}.webp?size=80`
    : null;
}
