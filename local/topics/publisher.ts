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
import type { Message, Topic } from '../model.ts';
import type { Store } from '../state.ts';
import { confirmationOf, type Delivery, deliveriesOf, type Post, type Publication, text } from './delivery.ts';

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

  function deliver(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'invoke':
        invoke(delivery);
        break;
      case 'keep':
        keep(delivery.message);
        break;
      case 'post':
        void post(delivery, retries.count);
    }
  }

  function invoke({ functionArn, topicArn, event }: Delivery & { kind: 'invoke' }): void {
    const target = toTarget(functionArn);
    if (!permitsService(store.state, target, 'sns.amazonaws.com', topicArn)) return;
    // Asynchronous: an event that cannot be stored, as on a full disk, is lost.
    events.put({ ...target, payload: Buffer.from(JSON.stringify(event)), withLog: false }).catch(() => {});
  }

  async function post(what: Post, triesLeft: number): Promise<void> {
    const { url, headers, body } = what;
    try {
      const signal = AbortSignal.timeout(requestTimeout);
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      // A client error will be the same at the next try, but for "too many requests".
      if (response.ok || (response.status < 500 && response.status !== 429)) return;
    } catch {
      // Nobody answers: perhaps at the next try.
    }
    if (triesLeft > 0) later(retries.delay, () => void post(what, triesLeft - 1));
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
    publish(topic, publication) {
      const messageId = randomUUID();
      for (const one of deliveriesOf(topic, publication, { messageId, time: clock.now() })) deliver(one);
      return messageId;
    },
    text(number, message) {
      keep(text(number, message));
      return randomUUID();
    },
    confirm(topic, id, base) {
      const subscription = topic.subscriptions[id];
      if (!subscription?.token) return;
      const { token } = subscription;
      const topicArn = toTopicArn(topic.Name);
      const link = `${base}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token })}`;
      deliver(confirmationOf(subscription, { topicArn, token, link, messageId: randomUUID(), time: clock.now() }));
    },
    close() {
      isClosed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}
