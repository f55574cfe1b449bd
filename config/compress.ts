/** `compress`: which answers leave in a content coding the client takes. */
import { z } from 'zod';
import { patternForm } from '../http/patterns.ts';
import { mustBe, wholeNumber } from './values.ts';

/** `text/html`, `text/*`, `*+json` or everything. */
const typeForm = /^(?:\*\/\*|[\w.+-]+\/(?:\*|[\w.+-]+)|\*\+[\w.-]+)$/;

/** What gets smaller. Images but SVG, video, archives and woff2 are compressed already. */
const compressibleTypes = [
  'text/*',
  '*+json',
  '*+xml',
  '*+text',
  '*+yaml',
  'application/json',
  'application/x-ndjson',
  'application/javascript',
  'application/x-javascript',
  'application/xml',
  'application/yaml',
  'application/wasm',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'application/vnd.ms-fontobject',
  'font/ttf',
  'font/otf',
  'font/collection',
  'image/bmp',
  'image/x-icon',
  'image/vnd.microsoft.icon',
];

/** The least by default, as in apex/up: below it a coding saves no packet. */
const minSize = 512;

export const compressSchema = z
  .strictObject({
    disable: z
      .boolean({ error: mustBe('true or false') })
      .default(false)
      .meta({ description: 'True sends every answer as the app made it.', examples: [true] }),
    min_size: wholeNumber(0, Number.MAX_SAFE_INTEGER)
      .default(minSize)
      .meta({
        description: 'Bytes; what is known to be shorter stays as it is.',
        examples: [1024],
      }),
    types: z
      .array(
        z
          .string({ error: mustBe('a type such as "text/html", "text/*" or "*+json"') })
          .regex(typeForm, { error: mustBe('a type such as "text/html", "text/*" or "*+json"') }),
        { error: mustBe('a list of types such as "text/html", "text/*" or "*+json"') },
      )
      .default(compressibleTypes)
      .meta({
        description:
          'The media types that are compressed: `text/html`, `text/*`, `*+json`, or `*/*` for all. An answer without a type never is.',
        examples: [['text/*', 'application/json']],
      }),
    except: z
      .array(
        z
          .string({ error: mustBe('a path such as "/account/*"') })
          .regex(patternForm, { error: mustBe('a path such as "/account/*"') }),
        { error: mustBe('a list of paths such as "/account/*"') },
      )
      .default([])
      .meta({
        description:
          'Paths that are never compressed, such as pages with both a secret and text that an attacker can choose: their compressed length can reveal the secret (BREACH).',
        examples: [['/account/*']],
      }),
  })
  .meta({
    description:
      'Compression by zstd, br or gzip, as the client takes them. `cache-control: no-transform` of the app switches it off for one answer.',
    examples: [{ min_size: 1024, except: ['/account/*'] }],
  });
