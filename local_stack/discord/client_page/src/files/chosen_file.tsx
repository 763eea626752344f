/** A file that was chosen: its name, its size, and the way to take it away. */

import { sizeInWords, type UploadedFile } from '../api/files';
import { Icon } from '../layout/icons';

export function ChosenFile({ file, onRemove }: { file: UploadedFile; onRemove(): void }) {
  return (
    <div class="chosen-file">
      <Icon name="file" size={32} />
      <div class="file-words">
        <bdi class="file-name">{file.filename}</bdi>
        <div class="file-size">{sizeInWords(file.size)}</div>
      </div>
      <button
        type="button"
        class="icon-button chosen-file-remove"
        aria-label={`Remove ${file.filename}`}
        title="Remove"
        onClick={onRemove}
      >
        <Icon name="trash" />
      </button>
    </div>
  );
}
