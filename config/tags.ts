/** `tags`: those of AWS, by which an account sorts its resources and its bill. */
import { z } from 'zod';
import { alsoWhenInvalid, mustBe } from './values.ts';

/** Of the 50 that a resource may have, the rest is for our own, three of each stage among them, and those of the account. */
const most = 30;
/** The tag that says which are ours is a list of their names: cli/aws/tags.ts. */
export const longestNames = 256;

/** What every service takes: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const namePattern = /^[\w.:/=+@-]{1,128}$/;
const valuePattern = /^[\p{L}\p{N}\p{Zs}_.:/=+@-]{0,256}$/u;
const valueRule = mustBe('up to 256 letters, digits, spaces and _ . : / = + - @');

export const tagsSchema = z
  .record(
    z.string(),
    z
      .string({ error: valueRule })
      .regex(valuePattern, { error: valueRule })
      .meta({ description: 'The value.', examples: ['shop'] }),
  )
  .superRefine((tags, context) => {
    const names = Object.keys(tags);
    for (const name of names) {
      const message = refusal(name);
      if (message) context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
    }
    const twice = names.find((name, at) => names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) < at);
    if (twice !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'differs from another tag in case alone, and IAM takes them for one',
        path: [twice],
        params: { at: 'key' },
      });
    if (names.length > most) context.addIssue({ code: 'custom', message: `must be at most ${most} tags` });
    if (names.join(' ').length > longestNames)
      context.addIssue({ code: 'custom', message: `must have names of at most ${longestNames} characters together` });
  }, alsoWhenInvalid)
  .default({})
  .meta({
    description:
      'Tags of the function, its role, its log group, the HTTP APIs and the custom domains of the app, for the bill and for policies.',
    examples: [{ team: 'shop', 'cost-center': '4711' }],
  });

function refusal(name: string): string | undefined {
  if (/^aws:/i.test(name)) return "is not a name for a tag: those beginning with aws: are AWS's own";
  if (/^up:/i.test(name)) return 'is not a name for a tag: up marks what it has made by those beginning with up:';
  if (!namePattern.test(name)) return 'is not a name for a tag: up to 128 letters, digits and _ . : / = + - @';
  return undefined;
}
