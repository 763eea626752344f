/** What Discord's markdown can say. Text is text: nothing in a tree is HTML. */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; title: string | null; children: Inline[] }
  | { kind: 'user' | 'role' | 'channel'; id: string }
  | { kind: 'everyone'; text: '@everyone' | '@here' }
  | { kind: 'command'; name: string; id: string }
  /** `at` is in seconds since the Unix epoch. */
  | { kind: 'time'; at: number; style: string }
  | { kind: 'customEmoji'; name: string; id: string; animated: boolean };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: 1 | 2 | 3; children: Inline[] }
  | { kind: 'subtext'; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'codeBlock'; language: string; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] };
