/** Names of header fields, which recur with every request. */
import { isHeaderName } from './headers.ts';
import { remembered } from './remembered.ts';

/** The name in lower case; null for what is none (RFC 9110 5.1). */
export const headerName: (text: string) => string | null = remembered(
  (text) => (isHeaderName(text) ? text.toLowerCase() : null),
  { most: 512, longest: 64 },
);
