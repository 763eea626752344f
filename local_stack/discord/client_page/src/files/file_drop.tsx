/** Where files are dropped or chosen. */

import { useRef, useState } from 'preact/hooks';
import { acceptOf } from '../api/files';
import { Icon } from '../layout/icons';

interface FileDropProps {
  id?: string;
  /** What the files are for, to those who don't see the box. */
  label: string;
  fileTypes: string[] | undefined;
  multiple: boolean;
  /** The name of the file that is on its way. */
  pending: string | null;
  onFiles(files: File[]): void;
  /** Keys that are not the box's own; it opens the chooser with Enter and the space bar. */
  onKeyDown?(event: KeyboardEvent): void;
}

export function FileDrop({ id, label, fileTypes, multiple, pending, onFiles, onKeyDown }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function take(files: FileList | null | undefined) {
    const taken = [...(files ?? [])];
    if (taken.length > 0) {
      onFiles(multiple ? taken : taken.slice(0, 1));
    }
    if (input.current !== null) {
      // The same file can be chosen again after it was taken away.
      input.current.value = '';
    }
  }

  return (
    <>
      <input
        ref={input}
        class="file-input"
        type="file"
        tabIndex={-1}
        aria-label={label}
        accept={acceptOf(fileTypes)}
        multiple={multiple}
        onChange={(event) => take(event.currentTarget.files)}
      />
      <button
        type="button"
        id={id}
        class={over ? 'file-drop file-drop-over' : 'file-drop'}
        aria-label={`${label}: choose a file`}
        aria-busy={pending !== null}
        onClick={() => input.current?.click()}
        onKeyDown={(event) => event.key !== 'Enter' && event.key !== ' ' && onKeyDown?.(event)}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        {pending === null ? <Icon name="upload" size={24} /> : <span class="spinner" aria-hidden="true" />}
        <span>
          {pending === null ? (
            <>
              <span class="with-mouse">Drag and drop or </span>
              <span class="file-drop-link">
                <span class="with-mouse">click to</span> upload
              </span>
              {multiple ? ' files' : ' a file'}
            </>
          ) : (
            <>
              Uploading <bdi>{pending}</bdi>…
            </>
          )}
        </span>
        <small>
          {fileTypes && fileTypes.length > 0 ? `${fileTypes.join(', ')}, up to 10 MB` : 'Up to 10 MB'}
        </small>
      </button>
    </>
  );
}
