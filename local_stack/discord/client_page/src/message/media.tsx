/** Pictures and files within a message. */

import { useState } from 'preact/hooks';
import type { FileComponent, MediaGalleryComponent, ThumbnailComponent } from '../api/components';
import { cdnAddress, sizeInWords } from '../api/files';
import type { Attachment } from '../api/messages';
import { Icon } from '../layout/icons';
import { mediaAddress, usePressing } from './press_context';

interface PictureProps {
  url: string;
  description?: string | null | undefined;
  spoiler?: boolean | undefined;
  class: string;
}

/** A picture; a spoiler until somebody looks, and words where it doesn't load. */
export function Picture({ url, description, spoiler = false, class: className }: PictureProps) {
  const { attachments } = usePressing();
  const [hidden, setHidden] = useState(spoiler);
  const [broken, setBroken] = useState(false);
  const words = description ?? '';
  if (broken) {
    return (
      <span class={`${className} picture-broken`} role="img" aria-label={words || 'Picture'}>
        <Icon name="file" />
      </span>
    );
  }
  const image = (
    <img
      class={className}
      src={mediaAddress(url, attachments)}
      alt={words}
      title={words}
      loading="lazy"
      onError={() => setBroken(true)}
    />
  );
  if (!hidden) {
    return image;
  }
  return (
    <button type="button" class="picture-spoiler" onClick={() => setHidden(false)}>
      <span class="picture-spoiler-word">Spoiler</span>
      {image}
    </button>
  );
}

export function Thumbnail({ thumbnail }: { thumbnail: ThumbnailComponent }) {
  const { media, description, spoiler } = thumbnail;
  return <Picture class="thumbnail" url={media.url} description={description} spoiler={spoiler} />;
}

export function MediaGallery({ gallery }: { gallery: MediaGalleryComponent }) {
  return (
    <div class={`gallery gallery-${Math.min(4, gallery.items.length)}`}>
      {gallery.items.map((item) => (
        <Picture
          key={item.media.url}
          class="gallery-picture"
          url={item.media.url}
          description={item.description}
          spoiler={item.spoiler}
        />
      ))}
    </div>
  );
}

interface FileCardProps {
  name: string;
  url: string;
  size: number | null;
}

function FileCard({ name, url, size }: FileCardProps) {
  const address = cdnAddress(url);
  return (
    <div class="file-card">
      <Icon name="file" size={32} />
      <div class="file-words">
        <a class="file-name" href={address} download={name}>
          <bdi>{name}</bdi>
        </a>
        {size !== null && <div class="file-size">{sizeInWords(size)}</div>}
      </div>
      <a
        class="icon-button file-save"
        href={address}
        download={name}
        aria-label={`Download ${name}`}
        title="Download"
      >
        <Icon name="download" />
      </a>
    </div>
  );
}

export function FileComponentCard({ file }: { file: FileComponent }) {
  const { attachments } = usePressing();
  const name = file.name ?? file.file.url.replace('attachment://', '');
  const attachment = attachments.find((one) => one.filename === name);
  const url = mediaAddress(file.file.url, attachments);
  return <FileCard name={name} url={url} size={file.size ?? attachment?.size ?? null} />;
}

export function AttachmentView({ attachment }: { attachment: Attachment }) {
  if (attachment.content_type?.startsWith('image/')) {
    return <Picture class="attachment-picture" url={attachment.url} description={attachment.description} />;
  }
  return <FileCard name={attachment.filename} url={attachment.url} size={attachment.size} />;
}
