/** Files that a person hands to the application: uploaded first, then named by their ids. */

export interface UploadedFile {
  id: string;
  filename: string;
  size: number;
}

/** Bytes of one file (Discord docs: Uploading Files). */
export const LARGEST_FILE = 10 * 1024 * 1024;

const GROUPS = ['image', 'video', 'audio'];

/** What a file chooser shows, of `file_types` such as `.json` and `image`; all where nothing is asked for. */
export function acceptOf(fileTypes: string[] | undefined): string | undefined {
  if (fileTypes === undefined || fileTypes.length === 0) {
    return undefined;
  }
  return fileTypes.map((type) => (GROUPS.includes(type) ? `${type}/*` : type)).join(',');
}

/** What Discord's client objects to before it uploads; `null` where nothing. */
export function fileProblem(file: File, fileTypes: string[] | undefined): string | null {
  if (file.size > LARGEST_FILE) {
    return 'This file is too large. Files may have up to 10 MB.';
  }
  const fits = (type: string) =>
    GROUPS.includes(type) ? file.type.startsWith(`${type}/`) : file.name.toLowerCase().endsWith(type);
  if (fileTypes !== undefined && fileTypes.length > 0 && !fileTypes.some(fits)) {
    return `Choose a file of these types: ${fileTypes.join(', ')}.`;
  }
  return null;
}

/** 1536 as "1.5 KB". */
export function sizeInWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** The way to a file of the CDN from this page, whatever name the page's host has. */
export function cdnAddress(url: string): string {
  const parsed = URL.parse(url, location.href);
  if (parsed === null || !parsed.pathname.startsWith('/discord-sim/cdn/')) {
    return url;
  }
  return parsed.pathname + parsed.search;
}
