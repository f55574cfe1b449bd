/**
 * Where moto is not AWS, and what AWS answers there. Each difference has to be met by some deploy of the check: one that
 * moto has mended, or that no deploy comes upon any more, fails it, so that the list stays exact.
 *
 * An entry is `{ call, why, amend }`: `call` is service and operation, `amend` gets the call, what moto answered to it
 * (`{ status, headers, body, json() }`) and the proxy, and gives AWS's answer, `{ status, headers, json }`, or `body`
 * instead of `json`; null where moto's is right.
 */

import { buckets } from './differences/buckets.mjs';
import { concurrency } from './differences/concurrency.mjs';
import { domains } from './differences/domains.mjs';
import { packages } from './differences/packages.mjs';
import { subscriptions } from './differences/subscriptions.mjs';
import { urls } from './differences/urls.mjs';

const groups = [packages, buckets, domains, urls, concurrency, subscriptions];

/** With the memory that some of them need, which is that of the whole check. */
export function createDifferences(moto) {
  const made = groups.map((group) => group(moto));
  const list = made.flatMap(({ entries }) => entries).map((entry) => ({ ...entry, met: 0 }));
  return {
    list,
    /** What the proxy itself hands out under paths of its own. */
    async serve(call) {
      for (const { serve } of made) {
        const found = await serve?.(call);
        if (found) return found;
      }
      return null;
    },
    async amend(call, answer, proxy) {
      for (const { watch } of made) watch?.(call, answer);
      const entry = list.find((one) => one.call === `${call.service} ${call.operation}`);
      const found = await entry?.amend(call, { ...answer, json: () => JSON.parse(answer.body) }, proxy);
      if (!found) return null;
      entry.met++;
      const { status, json, body = json === undefined ? '' : JSON.stringify(json) } = found;
      return { status, headers: found.headers ?? { 'content-type': 'application/json' }, body };
    },
  };
}
