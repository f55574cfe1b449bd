/** What a command that met a fault says last: the command that goes on, and for one broken off, where things stand, which must be so. */
import type { Fault } from '../support/fault-proxy.ts';
import type { Ran } from '../support/sandbox.ts';

/** The versions that are live on the stage; null where none is. */
interface Live {
  readonly before: string | null;
  readonly after: string | null;
}

/** But for the command that goes on. */
const patterns: Readonly<Partial<Record<Fault, RegExp>>> = {
  outage: / UP_AWS_UNAVAILABLE\n.* {2}Then {7}$/s,
  deny: / UP_AWS_DENIED\n.* {2}Then {7}$/s,
  expire: / UP_AUTH_EXPIRED\n.*aws sso login\n {2}Then {7}$/s,
  interrupt: /\nInterrupted\. .+\. To go on: $/,
};

/** Throws what is not said, or not so. */
export function expectLastWords({ stderr }: Ran, fault: Fault, words: readonly string[], live: Live): void {
  const pattern = patterns[fault];
  if (!pattern) return;
  const command = `up ${words.join(' ')}\n`;
  const ok = stderr.endsWith(command) && pattern.test(stderr.slice(0, -command.length));
  if (!ok) throw new Error(`does not say what goes on: ${pattern}\n${stderr}`);
  if (fault === 'interrupt') expectSo(stderr, live);
}

/** Every sentence the program has for where things stand, and when it is so. */
const sentences: readonly (readonly [RegExp, (live: Live, version: string) => boolean])[] = [
  [/What is live stays live\./, ({ before, after }) => after === before],
  [/Nothing is live yet\./, ({ after }) => after === null],
  [/v(\d+) is still live on staging\./, ({ before, after }, version) => before === version && after === version],
  [/v(\d+) is live on staging, and stays so\./, ({ after }, version) => after === version],
  [
    /Whether staging is v(\d+) by now, up status tells\./,
    ({ before, after }, version) => [before, version].includes(after),
  ],
  [/What was deleted is gone\./, () => true],
];

function expectSo(stderr: string, live: Live): void {
  const said = /\nInterrupted\. (.+) To go on: /.exec(stderr)?.[1] ?? '';
  const isSo = sentences.some(([sentence, holds]) => {
    const [whole, version = ''] = sentence.exec(said) ?? [];
    return whole === said && holds(live, version);
  });
  if (!isSo) throw new Error(`says "${said}", but ${live.before} was live and ${live.after} is\n${stderr}`);
}
