/**
 * The middleware, outermost first, with the reason for each place. A feature that is not configured is not constructed.
 */
import type { ProxyStage } from '../config/types.ts';
import type { Log } from '../http/log.ts';
import { compose, type Handler, type Middleware } from '../http/message.ts';
import { basicAuth } from './basic-auth.ts';
import { errorPages } from './error-pages.ts';
import { errors } from './errors.ts';
import { inject } from './inject.ts';
import { logs } from './logs.ts';
import { maintenance } from './maintenance.ts';
import { poweredBy } from './powered-by.ts';
import { robots } from './robots.ts';

/** What of a stage's configuration the stack is made of. */
export type Features = Pick<
  ProxyStage,
  'robots' | 'powered_by' | 'error_pages' | 'inject' | 'basic_auth' | 'maintenance'
>;

export interface StackOptions {
  readonly log: Log;
  readonly features: Features;
  /** The folder of the app's files. */
  readonly dir: string;
}

export function stack({ log, features, dir }: StackOptions, relay: Handler): Handler {
  const order: readonly (Middleware | null)[] = [
    // must see the outcome of everything below, also of what failed
    logs(log),
    // a bug in what stands below becomes an answer before it is logged
    errors(log),
    // header fields that every answer has, also those made below; the app's own win
    robots(features.robots),
    poweredBy(features.powered_by),
    // nobody gets further, with or without a password
    maintenance(features.maintenance, { root: dir, variables: features.error_pages.variables, log }),
    // before anything that tells of the stage, redirects and files included
    basicAuth(features.basic_auth),
    // what fails below, the app or its files, becomes a page for people
    errorPages(features.error_pages, dir, log),
    // pages of the app, before anything encodes them; error pages are whole as they are
    inject(features.inject),
    // a failure of the app becomes an answer here, so that it gets what every answer gets above
    errors(log),
  ];
  return compose(
    order.filter((middleware) => middleware !== null),
    relay,
  );
}
