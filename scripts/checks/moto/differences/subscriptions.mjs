/**
 * Subscriptions of addresses, which moto takes as confirmed: with SNS each waits for the link in its mail. Here that link
 * is a ConfirmSubscription whose token is the address.
 *
 * https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
import { isDone } from '../answers.mjs';

export function subscriptions() {
  const confirmed = new Set();
  const arn = /(?<=<SubscriptionArn>)arn:[^<]*/;
  const waits = (member) => /<Protocol>email</.test(member) && !confirmed.has(/<Endpoint>([^<]*)/.exec(member)[1]);

  const listed = {
    call: 'sns ListSubscriptionsByTopic',
    why: 'addresses count as confirmed before anybody followed the link in their mail',
    amend(_, answer) {
      if (!isDone(answer)) return null;
      const found = String(answer.body);
      const body = found.replace(/<member>.*?<\/member>/gs, (one) =>
        waits(one) ? one.replace(arn, 'PendingConfirmation') : one,
      );
      return body === found ? null : { status: answer.status, headers: { 'content-type': 'text/xml' }, body };
    },
  };

  return {
    entries: [listed],
    watch({ operation, input }) {
      if (operation === 'ConfirmSubscription') confirmed.add(input.Token);
    },
  };
}
