/**
 * Carries messages from topics to their subscriptions: by a real POST, by an asynchronous invocation, or, where only the
 * world outside could, into the list of messages that `/_local/messages` shows. Deliveries that are still to be made are
 * forgotten when the platform ends.
 */
import { randomUUID } from 'node:crypto';
import { toTopicArn } from '../aws/identity.ts';
import type { Clock } from '../clock.ts';
import { permitsService } from '../gateway/permissions.ts';
import type { Events } from '../lambda/events.ts';
import { toTarget } from '../lambda/target.ts';
import type { Message, Subscription, Topic } from '../model.ts';
import type { Store } from '../state.ts';
import {
  type Attributes,
  confirmation,
  type Notification,
  notification,
  snsEvent,
  subscriptionArn,
} from './message.ts';

export interface Publication {
  readonly subject?: string;
  readonly message: string;
  /** What some protocols get in its place. */
  readonly perProtocol?: Readonly<Record<string, string>>;
  readonly attributes?: Attributes;
}

export interface Publisher {
  /** Gives the id of the message, before anybody has it. */
  publish(topic: Topic, publication: Publication): string;
  /** A text message to a number that subscribes to nothing. */
  text(number: string, message: string): string;
  /** Asks an endpoint whether it wants what it was subscribed to. `base` is the platform's own address. */
  confirm(topic: Topic, id: string, base: string): void;
  /** Forgets what waits to be tried again, and plans no further tries. */
  close(): void;
}

export interface PublisherOptions {
  readonly store: Pick<Store, 'state' | 'save'>;
  readonly events: Pick<Events, 'put'>;
  readonly clock: Clock;
  /** Called with each message that is only kept in the list. */
  readonly onMessage?: (message: Message) => void;
}

const keptMessages = 200;
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const retries = { count: 3, delay: 20_000 };
const requestTimeout = 15_000;

export function createPublisher({ store, events, clock, onMessage }: PublisherOptions): Publisher {
  const waiting = new Set<() => void>();
  let isClosed = false;

  function publish(topic: Topic, publication: Publication): string {
    const messageId = randomUUID();
    for (const [id, subscription] of Object.entries(topic.subscriptions)) {
      if (subscription.token !== undefined) continue;
      const message = publication.perProtocol?.[subscription.Protocol] ?? publication.message;
      const sent = { ...publication, message, messageId, topicArn: toTopicArn(topic.Name), time: clock.now() };
      deliver(subscription, { ...sent, subscriptionArn: subscriptionArn(topic.Name, id) });
    }
    return messageId;
  }

  function deliver(subscription: Subscription, sent: Notification): void {
    const { Protocol, Endpoint, RawMessageDelivery } = subscription;
    const subject = sent.subject ?? 'AWS Notification Message';
    const { headers, body } = notification(sent, RawMessageDelivery);
    if (Protocol === 'lambda') invoke(Endpoint, sent);
    else if (Protocol === 'sms') keep({ protocol: Protocol, to: Endpoint, subject: '', text: sent.message });
    else if (Protocol === 'email') keep(mail(subscription, subject, sent.message));
    else if (Protocol === 'email-json') keep(mail(subscription, subject, body));
    else void post(Endpoint, headers, body, retries.count);
  }

  function invoke(arn: string, sent: Notification): void {
    const target = toTarget(arn);
    if (!permitsService(store.state, target, 'sns.amazonaws.com', sent.topicArn)) return;
    // Asynchronous: an event that cannot be stored, as on a full disk, is lost.
    events.put({ ...target, payload: Buffer.from(JSON.stringify(snsEvent(sent))), withLog: false }).catch(() => {});
  }

  async function post(url: string, headers: Record<string, string>, body: string, triesLeft: number): Promise<void> {
    try {
      const signal = AbortSignal.timeout(requestTimeout);
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      // A client error will be the same at the next try, but for "too many requests".
      if (response.ok || (response.status < 500 && response.status !== 429)) return;
    } catch {
      // Nobody answers: perhaps at the next try.
    }
    if (triesLeft > 0) later(retries.delay, () => void post(url, headers, body, triesLeft - 1));
  }

  function later(milliseconds: number, run: () => void): void {
    if (isClosed) return;
    const cancel = clock.after(milliseconds, () => {
      waiting.delete(cancel);
      run();
    });
    waiting.add(cancel);
  }

  function keep(message: Omit<Message, 'time'>): void {
    const kept = { time: new Date(clock.now()).toISOString(), ...message };
    store.state.messages = [...store.state.messages, kept].slice(-keptMessages);
    // One that cannot be written is still listed until the platform ends.
    store.save().catch(() => {});
    onMessage?.(kept);
  }

  return {
    publish,
    text(number, message) {
      keep({ protocol: 'sms', to: number, subject: '', text: message });
      return randomUUID();
    },
    confirm(topic, id, base) {
      const subscription = topic.subscriptions[id];
      if (!subscription?.token) return;
      const { Protocol, Endpoint, token } = subscription;
      const topicArn = toTopicArn(topic.Name);
      const link = `${base}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token })}`;
      const asked = confirmation({ topicArn, token, link, messageId: randomUUID(), time: clock.now() });
      if (Protocol.startsWith('http')) return void post(Endpoint, asked.headers, asked.body, retries.count);
      keep(
        mail(
          subscription,
          'AWS Notification - Subscription Confirmation',
          Protocol === 'email' ? asked.text : asked.body,
        ),
      );
    },
    close() {
      isClosed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

function mail({ Protocol, Endpoint }: Subscription, subject: string, text: string): Omit<Message, 'time'> {
  return { protocol: Protocol, to: Endpoint, subject, text };
}
