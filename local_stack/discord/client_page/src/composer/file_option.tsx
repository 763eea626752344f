/** The option that takes a file: a pill with its name, and above it the box to drop one into. */

import { useEffect, useRef } from 'preact/hooks';
import { sizeInWords, type UploadedFile } from '../api/files';
import { ChosenFile } from '../files/chosen_file';
import { FileDrop } from '../files/file_drop';
import { useUpload } from '../files/use_upload';
import { Icon } from '../layout/icons';
import type { Entry } from './entries';

interface FileOptionProps {
  entry: Entry;
  onFile(file: UploadedFile): void;
  onRemove(): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** What stands in the panel while the option has the focus. */
export function FileOptionPanel({ entry, onFile, onRemove, onKeyDown }: FileOptionProps) {
  const { pending, problem, begin } = useUpload();
  const { option } = entry;
  if (entry.file !== null) {
    return (
      <div class="file-option">
        <ChosenFile file={entry.file} onRemove={onRemove} />
      </div>
    );
  }
  return (
    <div class="file-option">
      {problem !== null && (
        <p class="panel-error" role="alert">
          {problem}
        </p>
      )}
      <FileDrop
        label={option.name}
        fileTypes={option.file_types}
        multiple={false}
        pending={pending}
        onFiles={(files) => files[0] !== undefined && begin(files[0], option.file_types, onFile)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** With these a button is pressed; an empty pill opens the chooser. */
const OPENING_KEYS = ['Enter', ' '];

interface FilePillProps {
  entry: Entry;
  focused: boolean;
  onFocus(): void;
  /** Opens the chooser. */
  onOpen(): void;
  onClear(): void;
  onRemove: (() => void) | null;
  onKeyDown(event: KeyboardEvent): void;
}

/** The pill in the line of the command. */
export function FilePill({ entry, focused, onFocus, onOpen, onClear, onRemove, onKeyDown }: FilePillProps) {
  const field = useRef<HTMLButtonElement>(null);
  const { option, file } = entry;
  useEffect(() => {
    if (focused && document.activeElement !== field.current) {
      field.current?.focus({ preventScroll: true });
    }
    // The box that had the focus is gone once a file is there, and comes back with the next one.
  }, [focused, file?.id]);
  const names = ['pill', focused ? 'pill-focused' : '', entry.error === null ? '' : 'pill-wrong'];
  const takeAway = file === null ? onRemove : onClear;
  return (
    <span class={names.filter((name) => name !== '').join(' ')}>
      <span class="pill-name" aria-hidden="true">
        {option.name}
      </span>
      <button
        ref={field}
        type="button"
        class={file === null ? 'pill-field pill-file' : 'pill-field pill-file pill-chosen'}
        aria-label={file === null ? `${option.name}, no file chosen` : `${option.name}, ${file.filename}`}
        aria-description={option.description}
        onFocus={onFocus}
        onClick={() => file === null && onOpen()}
        onKeyDown={(event) =>
          file === null && OPENING_KEYS.includes(event.key) ? undefined : onKeyDown(event)
        }
      >
        <Icon name="file" size={16} />
        {file === null ? (
          <span class="pill-hint">Choose a file</span>
        ) : (
          <>
            <bdi>{file.filename}</bdi>
            <span class="pill-size">{sizeInWords(file.size)}</span>
          </>
        )}
      </button>
      {takeAway !== null && (
        <button
          type="button"
          class="pill-remove"
          aria-label={file === null ? `Remove ${option.name}` : `Remove ${file.filename}`}
          onClick={takeAway}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
