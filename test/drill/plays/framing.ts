/** C22: answers that are not what HTTP says an answer is. Refused or taken, but never passed on half, never a hang. */
import { drawMethod, type Play, sendAs } from '../bench.ts';
import { expectVerdict, type Verdict } from '../oracle.ts';

/** `{body}` and `{length}` are those of the app's ordinary answer. */
interface Framing {
  readonly text: string;
  readonly verdicts: readonly Verdict[];
  readonly end?: true;
}

const lines = (...fields: readonly string[]) => ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
const ordinary = `${lines('content-type: application/json', 'content-length: {length}')}{body}`;
const chunk = '1;x=y\r\n{\r\n';

const bad = 'UP_APP_BAD_RESPONSE';
const closed = 'UP_APP_CLOSED';

const heads: Readonly<Record<string, Framing>> = {
  'an interim response before it': { text: `HTTP/1.1 102 Processing\r\n\r\n${ordinary}`, verdicts: [200] },
  'a 100 that nobody asked for': { text: `HTTP/1.1 100 Continue\r\n\r\n${ordinary}`, verdicts: [200] },
  'early hints': { text: `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ordinary}`, verdicts: [200] },
  'a switch of protocols': {
    text: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    verdicts: [bad, closed],
  },
  'a 204 with a body': { text: 'HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nbody', verdicts: [204, bad] },
  'a 304 with a length': { text: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\n', verdicts: [304, bad] },
  'a 304 with a body': { text: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\nbody', verdicts: [304, bad] },
  'bytes after its end': { text: `${ordinary}and more`, verdicts: [200] },
  'a second answer at once': { text: `${ordinary}${ordinary}`, verdicts: [200] },
  'a length that is none': { text: `${lines('content-length: ten')}{body}`, verdicts: [bad] },
  'a negative length': { text: `${lines('content-length: -1')}{body}`, verdicts: [bad] },
  'a length beyond its end': { text: `${lines('content-length: 99999')}{body}`, verdicts: [closed], end: true },
  'a length and chunks': {
    text: `${lines('content-length: 3', 'transfer-encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`,
    verdicts: [bad],
  },
  'two lengths': { text: `${lines('content-length: 5', 'content-length: 6')}abcdef`, verdicts: [bad] },
  'one length twice': {
    text: `${lines('content-type: application/json', 'content-length: {length}', 'content-length: {length}')}{body}`,
    verdicts: [200, bad],
  },
  'a folded field': {
    text: `${lines('content-type: application/json', 'x-folded: a\r\n b', 'content-length: {length}')}{body}`,
    verdicts: [200, bad],
  },
  'a NUL in a field': { text: `${lines('x-nul: a\0b', 'content-length: {length}')}{body}`, verdicts: [bad] },
  'lines that end in LF': { text: 'HTTP/1.1 200 OK\ncontent-length: {length}\n\n{body}', verdicts: [bad] },
  'no HTTP at all': { text: 'SSH-2.0-OpenSSH_9.6\r\n', verdicts: [bad] },
  'a status of 99': { text: 'HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n', verdicts: [bad] },
  'half a head': { text: 'HTTP/1.1 200 OK\r\ncontent-le', verdicts: [closed, bad], end: true },
};

const middles: Readonly<Record<string, string>> = {
  'a chunk whose size is none': 'xyz\r\nabc\r\n',
  'a chunk without its end': '3\r\nabcdef',
  'a chunk of negative size': '-3\r\nabc\r\n',
  'a chunk with a NUL in its size': '\0\r\n',
};

export const headFraming: Play = async (bench) => {
  const { text, verdicts, end } = bench.draw.pick(Object.values(heads));
  const subject = await bench.open();
  // Many servers close after what they know to be wrong, others do not.
  const reply = await sendAs(subject, drawMethod(bench), { do: 'bytes', text, ...(end && { end }) });
  // Of a stream nobody waits to see whether its app lives on.
  expectVerdict(reply, ...verdicts, ...(verdicts.includes(closed) ? (['UP_APP_CRASHED'] as const) : []));
  return subject;
};

export const bodyFraming: Play = async (bench) => {
  const { draw } = bench;
  const subject = await bench.open();
  const as = drawMethod(bench);
  if (draw.chance(0.3)) {
    const trailers = 'trailer: x-checksum';
    const text = `${lines('content-type: application/json', 'transfer-encoding: chunked', trailers)}{chunk}0\r\nx-checksum: 1\r\n\r\n`;
    expectVerdict(await sendAs(subject, as, { do: 'bytes', text }), 200);
    return subject;
  }
  const middle = draw.pick(Object.values(middles));
  const text = `${lines('transfer-encoding: chunked')}${chunk}${middle}`;
  expectVerdict(await sendAs(subject, as, { do: 'bytes', text }), bad);
  return subject;
};
