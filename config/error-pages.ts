/** `error_pages`: pages for people in place of errors for programs. */
import { z } from 'zod';
import { alsoWhenInvalid, appPath, mustBe } from './values.ts';

const namePattern = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Pages show texts; an up.json may well write a number. */
const variable = z
  .union([z.string(), z.number(), z.boolean()], { error: mustBe('a text, a number or true or false') })
  .transform(String);

const variables = z
  .record(z.string(), variable, { error: mustBe('an object of names and texts') })
  .superRefine((map, context) => {
    for (const name of Object.keys(map).filter((key) => !namePattern.test(key))) {
      const message = 'is not a name that a page can use: letters, digits and underscores, no digit first';
      context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
    }
  }, alsoWhenInvalid);

export const errorPagesSchema = z
  .strictObject({
    enable: z
      .boolean({ error: mustBe('true or false') })
      .default(false)
      .meta({
        description: 'True gives browsers a page in place of an error; who asks for anything but HTML keeps the error.',
        examples: [true],
      }),
    dir: appPath('the path of a folder of the app')
      .default('.')
      .meta({
        description:
          'The folder of the pages: `404.html` for one status, `4xx.html` and `5xx.html` for a class, `error.html` for all. The most precise one holds; without any a page that is built in.',
        examples: ['errors'],
      }),
    variables: variables.default({}).meta({
      description:
        'Texts for the pages, as `{{.Variables.name}}`. The page that is built in takes `color` and `support_email`.',
      examples: [{ support_email: 'help@example.com', color: '#228ae6' }],
    }),
  })
  .meta({
    description:
      'Error pages. A page may hold `{{.StatusCode}}`, `{{.StatusText}}`, `{{.RequestID}}` and `{{.Variables.name}}`; what is filled in is escaped for text and quoted attributes.',
    examples: [{ enable: true, dir: 'errors', variables: { support_email: 'help@example.com' } }],
  });
