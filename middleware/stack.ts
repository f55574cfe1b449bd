/**
 * The middleware, outermost first, with the reason for each place. A feature that is not configured is not constructed.
 */
import type { Log } from '../http/log.ts';
import { compose, type Handler, type Middleware } from '../http/message.ts';
import { errors } from './errors.ts';
import { logs } from './logs.ts';

export interface StackOptions {
  readonly log: Log;
}

export function stack(options: StackOptions, relay: Handler): Handler {
  const order: readonly Middleware[] = [
    // must see the outcome of everything below, also of what failed
    logs(options.log),
    // what is thrown below becomes an answer before it is logged
    errors(options.log),
  ];
  return compose(order, relay);
}
