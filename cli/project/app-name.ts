/** The name of an app that has none in up.json: what it is called elsewhere, as a name that Lambda allows. */
import { createHash } from 'node:crypto';

const longest = 40;

/**
 * The name nearest to this text: the same for the same text on every machine, and not that of an app whose text differs
 * by a letter that names cannot hold. `Café` -> `cafe`, `42` -> `app-42`, `東京` -> `app-` and six digits.
 */
export function toAppName(text: string): string {
  const plain = text
    .replace(/^@[^/]*\//, '')
    // File systems differ in whether an accent is part of its letter.
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const name = /^[a-z]/.test(slug) ? slug : `app-${slug}`.replace(/-$/, '');
  const tellsAll = name.length <= longest && /^\p{ASCII}*$/u.test(plain);
  if (tellsAll) return name;
  const digits = createHash('sha256').update(plain).digest('hex').slice(0, 6);
  return `${name.slice(0, longest - digits.length - 1).replace(/-+$/, '')}-${digits}`;
}
