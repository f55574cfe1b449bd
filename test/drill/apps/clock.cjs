// Loaded into the proxy's process only: moves its wall clock by as many milliseconds as a file says, at each SIGUSR2.
// A signal that comes during a freeze is heard at the thaw, as a clock that was set meanwhile is.
const { readFileSync } = require('node:fs');

if (process.env.UP_RUN === undefined && process.env.DRILL_DIR !== undefined) {
  let offset = 0;
  const RealDate = Date;
  const now = () => RealDate.now() + offset;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  process.on('SIGUSR2', () => {
    offset = Number(readFileSync(`${process.env.DRILL_DIR}/clock`, 'utf8'));
  });
}
