/** Which application this page belongs to. */

const DISCORDS_ADDRESS = /^(\d{15,20})\.discordsays\.com$/;

/** The id in the address under which Discord frames an Activity; `null` elsewhere (own address, local stack). */
export function applicationIdIn(hostname: string): string | null {
  return DISCORDS_ADDRESS.exec(hostname)?.[1] ?? null;
}
