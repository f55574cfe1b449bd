/** `inject`: what is put into the HTML pages of the app. */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';
import { alsoWhenInvalid, appPath, choice, mustBe } from './values.ts';

const types = [
  'literal',
  'comment',
  'style',
  'script',
  'inline style',
  'inline script',
  'google analytics',
  'segment',
] as const;

export type InjectType = (typeof types)[number];

const ruleSchema = z
  .strictObject({
    type: choice(types)
      .default('literal')
      .meta({
        description:
          'What `value` is: `literal` HTML, the text of a `comment`, the URL of a `style` or `script`, the source of an `inline style` or `inline script`, the measurement id of `google analytics`, the write key of `segment`.',
        examples: ['script'],
      }),
    value: z
      .string({ error: mustBe('a text') })
      .default('')
      .meta({
        description: 'What is put in.',
        examples: ['https://cdn.example/app.js'],
        derived: 'what `file` holds',
      }),
    file: appPath('the path of a file of the app')
      .optional()
      .meta({ description: 'A file to take the value from, read when the app is built.', examples: ['head.html'] }),
  })
  .superRefine((rule, context) => {
    const message = ruleRefusal(rule);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }, alsoWhenInvalid)
  .meta({
    id: 'InjectRule',
    description: 'One thing to put in.',
    examples: [{ type: 'script', value: 'https://cdn.example/app.js' }],
  });

const place = (where: string) =>
  z
    .array(ruleSchema, { error: mustBe('a list of rules') })
    .default([])
    .meta({ description: `Before \`</${where}>\`.`, examples: [[{ type: 'literal', value: `<!-- ${where} -->` }]] });

export const injectSchema = z.strictObject({ head: place('head'), body: place('body') }).meta({
  description:
    'Puts something into every HTML page of a successful answer, before its first `</head>` or `</body>`. A page is left alone when it is compressed by the app, in another encoding than UTF-8, ASCII, ISO-8859-1 or Windows-1252, partial, or says `Cache-Control: no-transform`. Its `ETag` says with what it was sent: whoever holds it with something else gets it anew, and one with a `Last-Modified` alone always comes whole. The `Content-Security-Policy` of the app is not touched: it must allow what is put in.',
  examples: [{ head: [{ type: 'google analytics', value: 'G-ABC1234567' }] }],
});

/** A problem with the value by itself shows first where it comes from. */
function ruleRefusal(rule: unknown): string | undefined {
  if (!isRecord(rule)) return undefined;
  const { type = 'literal', value = '', file } = rule;
  if ((value === '') === (file === undefined)) return 'must have one of value and file';
  if (file !== undefined) return takesFile(type) ? undefined : `cannot take ${String(type)} from a file`;
  const refusal = isType(type) && typeof value === 'string' ? injectRefusal(type, value) : undefined;
  return refusal && `has a value that ${refusal}`;
}

function isType(type: unknown): type is InjectType {
  return types.some((known) => known === type);
}

function takesFile(type: unknown): boolean {
  return ['literal', 'comment', 'inline style', 'inline script'].some((known) => known === type);
}

/** Why a value cannot be what its type says, as the rest of a sentence. */
export function injectRefusal(type: InjectType, value: string): string | undefined {
  return checks[type]?.(value);
}

const checks: Partial<Readonly<Record<InjectType, (value: string) => string | undefined>>> = {
  'inline style': (value) => (/<\/style/i.test(value) ? 'holds </style, where the style would end' : undefined),
  // HTML 13.2.5.4: between these two a script does not end where it seems to.
  'inline script': (value) => {
    if (/<\/script/i.test(value)) return 'holds </script, where the script would end: write <\\/script';
    return /<!--/.test(value) && /<script/i.test(value) ? 'holds <!-- and <script: write <\\script' : undefined;
  },
  'google analytics': (value) => {
    if (/^UA-/.test(value)) return 'is of Universal Analytics, which has ended: it takes a measurement id, G-…';
    return /^G-[A-Z0-9]{4,20}$/.test(value) ? undefined : 'is not a measurement id such as G-ABC1234567';
  },
  segment: (value) => (/^[A-Za-z0-9]{8,64}$/.test(value) ? undefined : 'is not a write key of Segment'),
};
