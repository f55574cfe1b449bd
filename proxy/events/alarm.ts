/**
 * Alarms that a topic of this stage brings, to be posted to a webhook: SNS cannot do that alone, because Slack and its like
 * do not answer when it asks whether they want it. They are no requests and never reach the app.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
import type { Webhook } from '../../config/types.ts';
import { isRecord } from '../../http/json.ts';

export type Webhooks = Readonly<Record<string, Webhook>>;

/** What a topic said, and to whom it goes on. */
export interface Delivery {
  readonly webhook: Webhook;
  readonly subject: string;
  /** JSON of CloudWatch, or what somebody has published by hand. */
  readonly message: string;
}

/** Null for an event that is anything else: topics of the app's own go to the app. */
export function readAlarms(event: unknown, webhooks: Webhooks | undefined): readonly Delivery[] | null {
  if (webhooks === undefined || !isRecord(event) || !Array.isArray(event.Records)) return null;
  const deliveries = event.Records.map((record: unknown) => readRecord(record, webhooks));
  const found = deliveries.filter((delivery) => delivery !== null);
  return found.length > 0 && found.length === deliveries.length ? found : null;
}

function readRecord(record: unknown, webhooks: Webhooks): Delivery | null {
  if (!isRecord(record) || record.EventSource !== 'aws:sns' || !isRecord(record.Sns)) return null;
  const { TopicArn, Subject, Message } = record.Sns;
  if (typeof TopicArn !== 'string' || typeof Message !== 'string') return null;
  const topic = TopicArn.split(':').at(-1) ?? '';
  const webhook = Object.hasOwn(webhooks, topic) ? webhooks[topic] : undefined;
  return webhook ? { webhook, subject: typeof Subject === 'string' ? Subject : '', message: Message } : null;
}
