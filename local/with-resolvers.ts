/** Promise.withResolvers, which is younger than the oldest Node served here. */
export interface Resolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function withResolvers<T>(): Resolvers<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
