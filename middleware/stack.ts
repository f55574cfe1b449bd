/**
 * The middleware, outermost first, with the reason for each place. A feature that is not configured is not constructed.
 */
import type { ProxyStage } from '../config/types.ts';
import type { Log } from '../http/log.ts';
import { compose, type Handler, type Middleware } from '../http/message.ts';
import { basicAuth } from './basic-auth.ts';
import { compress } from './compress.ts';
import { cors } from './cors.ts';
import { errorPages } from './error-pages.ts';
import { errors } from './errors.ts';
import { headers } from './headers.ts';
import { inject } from './inject.ts';
import { type LogsOptions, logs } from './logs.ts';
import { maintenance } from './maintenance.ts';
import { poweredBy } from './powered-by.ts';
import { redirects } from './redirects.ts';
import { robots } from './robots.ts';
import { appTiming, serverTiming } from './server-timing.ts';
import { staticFiles } from './static.ts';

/** What of a stage's configuration the stack is made of. */
export type Features = Omit<ProxyStage, 'name' | 'url' | 'path' | 'proxy' | 'lambda'>;

export interface StackOptions extends Pick<LogsOptions, 'redaction' | 'requestIds' | 'metrics'> {
  readonly log: Log;
  readonly features: Features;
  /** The folder of the app's files. */
  readonly dir: string;
}

export function stack({ log, features, dir, ...logging }: StackOptions, relay: Handler): Handler {
  const order: readonly (Middleware | null)[] = [
    // must see the outcome of everything below, also of what failed
    logs({ config: features.logs, log, ...logging }),
    // a bug in what stands below becomes an answer before it is logged
    errors(log),
    // times all of it but the log
    serverTiming(features.server_timing),
    // what leaves is compressed: below, bodies are still what they say
    compress(features.compress),
    // header fields that every answer has, also those made below; the app's own win
    headers(features.headers),
    robots(features.robots),
    poweredBy(features.powered_by),
    // redirects and errors need it too, and a preflight has no credentials to show
    cors(features.cors),
    // nobody gets further, with or without a password
    maintenance(features.maintenance, { root: dir, variables: features.error_pages.variables, log }),
    // before anything that tells of the stage, redirects and files included
    basicAuth(features.basic_auth),
    // before anything that looks at the path the app is asked for
    redirects(features.redirects),
    // what fails below, the app or its files, becomes a page for people
    errorPages(features.error_pages, dir, log),
    // pages of the app, before anything encodes them; error pages are whole as they are
    inject(features.inject),
    // what is a file never reaches the app, and gets all that an answer of the app gets
    staticFiles(features.static, dir),
    // a failure of the app becomes an answer here, so that it gets what every answer gets above
    errors(log),
    // next to the app, so that nothing of ours counts as its time
    appTiming(features.server_timing),
  ];
  return compose(
    order.filter((middleware) => middleware !== null),
    relay,
  );
}
