/** `basic_auth`: a password before the whole of a stage. */
import { z } from 'zod';
import { parsePasswordHash } from '../http/password.ts';
import { alsoWhenInvalid, mustBe } from './values.ts';

const exampleHash = 'scrypt$16384$8$5$c2FsdC1vZi1hbi1leGFtcGxl$w7qSb0l1cM3qk9cBzq0pS2mJQf1XyVb8TgKeZ4nH6dA';

/** RFC 7617 2: the name ends at the first colon. */
const namePattern = /^[^:\u0000-\u001f\u007f]+$/;

const users = z
  .record(
    z.string(),
    z
      .string({ error: 'must be a hash of "up hash-password"' })
      // The value is not repeated: what somebody wrote here by mistake is a password.
      .refine((text) => parsePasswordHash(text) !== null, {
        error: 'must be a hash of "up hash-password"',
        params: { secret: true },
      }),
    { error: mustBe('an object of names and hashes') },
  )
  .superRefine((map, context) => {
    if (Object.keys(map).length === 0) context.addIssue({ code: 'custom', message: 'must name somebody' });
    for (const name of Object.keys(map).filter((key) => !namePattern.test(key))) {
      const message = 'is not a user name: no colon, no control characters, at least one character';
      context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
    }
  }, alsoWhenInvalid);

export const basicAuthSchema = z
  .strictObject({
    users: users.optional().meta({
      description: 'Who may come in: names and what `up hash-password` prints for their passwords.',
      examples: [{ ada: exampleHash }],
      derived: 'none: everybody may come in',
    }),
    realm: z
      .string({ error: mustBe('a text of printable ASCII characters') })
      .regex(/^[\u0020-\u007e]+$/, { error: mustBe('a text of printable ASCII characters') })
      .default('Restricted')
      .meta({
        description: 'What browsers show when they ask for the password.',
        examples: ['Staging of the shop'],
      }),
  })
  .meta({
    description:
      'Asks for a name and a password before anything of the stage is served. A 401 is never an error page. The app does not get the `Authorization` field, and answers that a shared cache could keep (`public`, `s-maxage`) become `private`. Preflight requests pass where `cors` answers them, and events that are no requests always. A REST API may rename `WWW-Authenticate`, and then browsers do not ask: use an HTTP API or a Function URL.',
    examples: [{ users: { ada: exampleHash } }],
  });
