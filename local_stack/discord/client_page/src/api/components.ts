/** Components of messages and modals (Discord docs: Component Reference), as discriminated unions. */

export const ComponentType = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

export const ButtonStyle = { primary: 1, secondary: 2, success: 3, danger: 4, link: 5, premium: 6 } as const;

export interface Emoji {
  id?: string | null;
  name?: string | null;
}

export interface ButtonComponent {
  type: 2;
  style: number;
  label?: string;
  emoji?: Emoji;
  custom_id?: string;
  url?: string;
  disabled?: boolean;
}

export interface SelectOption {
  label: string;
  value: string;
  description?: string;
  emoji?: Emoji;
  default?: boolean;
}

interface SelectBasics {
  custom_id: string;
  placeholder?: string;
  min_values?: number;
  max_values?: number;
  disabled?: boolean;
  required?: boolean;
}

export interface StringSelectComponent extends SelectBasics {
  type: 3;
  options: SelectOption[];
}

export interface EntitySelectComponent extends SelectBasics {
  type: 5 | 6 | 7 | 8;
  default_values?: { id: string; type: 'user' | 'role' | 'channel' }[];
  channel_types?: number[];
}

export type SelectComponent = StringSelectComponent | EntitySelectComponent;

export interface ActionRowComponent {
  type: 1;
  components: (ButtonComponent | SelectComponent)[];
}

export interface TextDisplayComponent {
  type: 10;
  content: string;
}

export interface Media {
  url: string;
}

export interface ThumbnailComponent {
  type: 11;
  media: Media;
  description?: string | null;
  spoiler?: boolean;
}

export interface SectionComponent {
  type: 9;
  components: TextDisplayComponent[];
  accessory: ButtonComponent | ThumbnailComponent;
}

export interface MediaGalleryComponent {
  type: 12;
  items: { media: Media; description?: string | null; spoiler?: boolean }[];
}

export interface FileComponent {
  type: 13;
  file: Media;
  spoiler?: boolean;
  name?: string;
  size?: number;
}

export interface SeparatorComponent {
  type: 14;
  divider?: boolean;
  spacing?: number;
}

export interface ContainerComponent {
  type: 17;
  components: MessageComponent[];
  accent_color?: number | null;
  spoiler?: boolean;
}

export type MessageComponent =
  | ActionRowComponent
  | SectionComponent
  | TextDisplayComponent
  | MediaGalleryComponent
  | FileComponent
  | SeparatorComponent
  | ContainerComponent;

export interface TextInputComponent {
  type: 4;
  custom_id: string;
  style: number;
  label?: string;
  min_length?: number;
  max_length?: number;
  required?: boolean;
  value?: string;
  placeholder?: string;
}

export interface GroupOption {
  value: string;
  label: string;
  description?: string;
  default?: boolean;
}

export interface RadioGroupComponent {
  type: 21;
  custom_id: string;
  options: GroupOption[];
  required?: boolean;
}

export interface CheckboxGroupComponent {
  type: 22;
  custom_id: string;
  options: GroupOption[];
  min_values?: number;
  max_values?: number;
  required?: boolean;
}

export interface CheckboxComponent {
  type: 23;
  custom_id: string;
  default?: boolean;
}

export interface FileUploadComponent {
  type: 19;
  custom_id: string;
  min_values?: number;
  max_values?: number;
  file_types?: string[];
  required?: boolean;
}

export type ModalInput =
  | TextInputComponent
  | SelectComponent
  | RadioGroupComponent
  | CheckboxGroupComponent
  | CheckboxComponent
  | FileUploadComponent;

export interface LabelComponent {
  type: 18;
  label: string;
  description?: string;
  component: ModalInput;
}

/** The row that modals used before Label; Discord still shows it. */
export interface LegacyModalRow {
  type: 1;
  components: TextInputComponent[];
}

export type ModalRow = LabelComponent | TextDisplayComponent | LegacyModalRow;

export interface Modal {
  custom_id: string;
  title: string;
  components: ModalRow[];
}
