/**
 * Lets work go on after the answer: on Lambda the environment stays awake until `promise` is settled, at most until the
 * deadline of the request or for `proxy.background` seconds. The client does not wait. Without a keeper (the app runs by
 * itself, in a test say) it does nothing, and the promise goes on as any other.
 */
export declare function waitUntil(promise: PromiseLike<unknown>): void;
