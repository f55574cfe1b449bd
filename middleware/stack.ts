/**
 * The middleware, outermost first, with the reason for each place. A feature that is not configured is neither loaded nor
 * constructed: measured, all of them together take 13 ms of a cold start.
 */
import type { ProxyStage } from '../config/types.ts';
import type { Log } from '../http/log.ts';
import { compose, type Handler, type Middleware } from '../http/message.ts';
import { compress } from './compress.ts';
import { errors } from './errors.ts';
import { headers } from './headers.ts';
import { type LogsOptions, logs } from './logs.ts';
import { poweredBy } from './powered-by.ts';
import { robots } from './robots.ts';
import { appTiming, serverTiming } from './server-timing.ts';

/** What of a stage's configuration the stack is made of. */
export type Features = Omit<ProxyStage, 'name' | 'url' | 'path' | 'proxy' | 'lambda'>;

export interface StackOptions extends Pick<LogsOptions, 'redaction' | 'requestIds' | 'metrics'> {
  readonly log: Log;
  readonly features: Features;
  /** The folder of the app's files. */
  readonly dir: string;
}

export async function stack({ log, features, dir, ...logging }: StackOptions, relay: Handler): Promise<Handler> {
  const { maintenance, basic_auth, redirects, error_pages, inject } = features;
  const toAnswers = errors(log);
  const order = await Promise.all<Middleware | null>([
    // must see the outcome of everything below, also of what failed
    logs({ config: features.logs, log, ...logging }),
    // a bug in what stands below becomes an answer before it is logged
    toAnswers,
    // times all of it but the log
    serverTiming(features.server_timing),
    // compresses what goes out: below it, bodies are what their headers say
    compress(features.compress),
    ...ofEveryAnswer(features),
    // nobody gets further, with or without a password
    maintenance.enable
      ? import('./maintenance.ts').then((module) =>
          module.maintenance(maintenance, { root: dir, variables: error_pages.variables, log }),
        )
      : null,
    // before anything that tells of the stage, redirects and files included
    basic_auth.users ? import('./basic-auth.ts').then((module) => module.basicAuth(basic_auth)) : null,
    // before anything that looks at the path the app is asked for
    isEmpty(redirects) ? null : import('./redirects.ts').then((module) => module.redirects(redirects)),
    // what fails below, the app or its files, becomes a page for people
    pagesOf({ log, features, dir }),
    // pages of the app, before anything encodes them; error pages are whole as they are
    inject.head.length + inject.body.length > 0 ? import('./inject.ts').then((module) => module.inject(inject)) : null,
    // a file is answered before the app is asked, and gets all that an answer of the app gets
    features.static ? import('./static.ts').then((module) => module.staticFiles(features.static, dir)) : null,
    // a failure of the app becomes an answer here, so that it gets what every answer gets above
    toAnswers,
    // next to the app, so that nothing of ours counts as its time
    appTiming(features.server_timing),
  ]);
  const middleware = order.filter((one) => one !== null);
  // The two `errors` become one where nothing stands between them.
  return compose(
    middleware.filter((one, at) => one !== middleware[at + 1]),
    relay,
  );
}

type Loading = Middleware | null | Promise<Middleware | null>;

/** What every answer gets, whoever makes it, in this order. */
export function ofEveryAnswer({ cors, ...features }: Features): Loading[] {
  return [
    // header fields that every answer has, also those made below; the app's own win
    headers(features.headers),
    robots(features.robots),
    poweredBy(features.powered_by),
    // redirects and errors need it too, and a preflight has no credentials to show
    cors?.enable ? import('./cors.ts').then((module) => module.cors(cors)) : null,
  ];
}

export function pagesOf({ log, features: { error_pages }, dir }: StackOptions): Loading {
  if (!error_pages.enable) return null;
  return import('./error-pages.ts').then((module) => module.errorPages(error_pages, dir, log));
}

function isEmpty(rules: object): boolean {
  return Object.keys(rules).length === 0;
}
