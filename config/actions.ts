/** `actions`: whom alerts tell. */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';
import { alsoWhenInvalid, choice, mustBe, nonEmpty } from './values.ts';

/** E.164, as SNS takes it: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
const numberPattern = /^\+[1-9][0-9]{6,14}$/;
/** As SNS takes it: one address, without a name, at a domain of two labels or more. */
const emailPattern = /^[^\s@<>()[\]\\,;:"]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]+|[a-z]{2,})$/i;
/** A name of a variable, so that what lets others write into a channel need not be in a repository. */
const variablePattern = /^\$[a-zA-Z][a-zA-Z0-9_]+$/;

const url = z
  .string({ error: mustBe('an "https://" URL, or the "$NAME" of a variable that holds one') })
  .refine((text) => variablePattern.test(text) || isWebhook(text), {
    error: 'must be an "https://" URL, or the "$NAME" of a variable that holds one',
    // Whoever knows the URL of a webhook may use it.
    params: { secret: true },
  });

/** Plain HTTP never leaves the machine. */
function isWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.0\.0\.1)$/.test(hostname));
}

const actionSchema = z
  .strictObject({
    name: nonEmpty('a name')
      .regex(/^[\w][\w.-]{0,63}$/, { error: mustBe('letters, digits, "_", "." and "-", at most 64') })
      .meta({ description: 'What alerts call it.', examples: ['email.team'] }),
    type: choice(['email', 'sms', 'slack', 'webhook']).meta({
      description: 'How it tells: by mail, by text message, in Slack, or as JSON to any URL.',
      examples: ['email'],
    }),
    emails: z
      .array(z.string().regex(emailPattern, { error: mustBe('an address such as "ada@example.com"') }))
      .min(1, { error: 'must not be empty' })
      .optional()
      .meta({
        description: 'Of `email`: the addresses. Each gets a mail with a link first, and nothing until it is followed.',
        examples: [['team@example.com']],
      }),
    numbers: z
      .array(z.string().regex(numberPattern, { error: mustBe('a number such as "+12505550123"') }))
      .min(1, { error: 'must not be empty' })
      .optional()
      .meta({ description: 'Of `sms`: the numbers, with "+" and the country.', examples: [['+12505550123']] }),
    url: url.optional().meta({
      description:
        'Of `slack` and `webhook`: where to post. `"$NAME"`: what that variable of the app holds, which may be a secret.',
      examples: ['$SLACK_URL'],
    }),
    channel: nonEmpty('the name of a channel')
      .optional()
      .meta({ description: "Of `slack`: another channel than the webhook's own.", examples: ['ops'] }),
  })
  .superRefine((action, context) => {
    for (const message of mismatches(action)) context.addIssue({ code: 'custom', message });
  }, alsoWhenInvalid)
  .meta({
    id: 'Action',
    description: 'Somebody to tell.',
    examples: [{ name: 'email.team', type: 'email', emails: ['team@example.com'] }],
  });

export const actionsSchema = z
  .array(actionSchema, { error: mustBe('a list of actions') })
  .superRefine((actions, context) => {
    for (const [index, name] of twice(actions)) {
      const message = `is "${name}", as another action is called: topics are named after them`;
      context.addIssue({ code: 'custom', message, path: [index, 'name'] });
    }
  })
  .default([])
  .meta({
    description: 'Whom `alerts` tell, and how: see docs/alerts.md.',
    examples: [
      [
        { name: 'email.team', type: 'email', emails: ['team@example.com'] },
        { name: 'slack.ops', type: 'slack', url: '$SLACK_URL' },
      ],
    ],
  });

export type Action = z.output<typeof actionSchema>;

const needed = { email: 'emails', sms: 'numbers', slack: 'url', webhook: 'url' } as const;
const taken: Readonly<Record<string, readonly string[]>> = {
  email: ['emails'],
  sms: ['numbers'],
  slack: ['url', 'channel'],
  webhook: ['url'],
};

function mismatches(action: unknown): string[] {
  if (!isRecord(action) || typeof action.type !== 'string' || !Object.hasOwn(taken, action.type)) return [];
  const type = action.type as keyof typeof needed;
  const missing = action[needed[type]] === undefined ? [`needs "${needed[type]}", being of type "${type}"`] : [];
  const foreign = ['emails', 'numbers', 'url', 'channel'].filter(
    (key) => action[key] !== undefined && !taken[type]?.includes(key),
  );
  return [...missing, ...foreign.map((key) => `has "${key}", which an action of type "${type}" does not use`)];
}

/** Those whose topic an earlier one has. */
function twice(actions: readonly Action[]): [index: number, name: string][] {
  const seen = new Set<string>();
  return actions.flatMap(({ name }, index): [number, string][] => {
    const isSecond = seen.has(topicPart(name));
    seen.add(topicPart(name));
    return isSecond ? [[index, name]] : [];
  });
}

/** Names of topics hold letters, digits, dashes and underscores: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
function topicPart(action: string): string {
  return action.replaceAll('.', '-');
}

/** The topic of an action in a stage. */
export function topicName(app: string, stage: string, action: string): string {
  return `up-${app}-${stage}-${topicPart(action)}`;
}

/** What the function itself posts to. */
export interface Webhook {
  readonly action: string;
  readonly type: 'slack' | 'webhook';
  /** A URL, or `$NAME`. */
  readonly url: string;
  readonly channel?: string;
}

/** Those that no service of AWS can reach alone, by the topic that brings them their alarms; null when there is none. */
export function webhooksOf(
  app: string,
  stage: string,
  actions: readonly Action[],
): Readonly<Record<string, Webhook>> | null {
  const found = actions.flatMap(({ name, type, url: to = '', channel }): [string, Webhook][] => {
    if (type !== 'slack' && type !== 'webhook') return [];
    return [[topicName(app, stage, name), { action: name, type, url: to, ...(channel && { channel }) }]];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}
