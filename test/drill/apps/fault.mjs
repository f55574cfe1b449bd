// One server that misbehaves as it is told: at its start by the next line of the file `starts`, in a request by the
// field `x-drill`. What it received it writes down before it does anything else.
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

const { PORT, DRILL_DIR, AWS_LAMBDA_RUNTIME_API: api = null } = process.env;
const port = Number(PORT);
const file = (name) => join(DRILL_DIR, name);
const note = (...words) => appendFileSync(file('ledger'), `${words.join(' ')} ${process.pid} ${Date.now()}\n`);
const read = (name) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
const never = new Promise(() => {});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// --- what it does wrong -----------------------------------------------------------------------------------------------

const faults = {
  none() {},
  die({ signal = 'SIGKILL', code, token = '-' }) {
    note('end', token);
    if (code !== undefined) process.exit(code);
    process.kill(process.pid, signal);
    return never;
  },
  hang: () => never,
  block() {
    for (;;);
  },
  stop() {
    process.kill(process.pid, 'SIGSTOP');
    return never;
  },
  late: ({ ms }) => sleep(ms),
  flood({ kind, size }) {
    const bytes = floods[kind](size);
    for (let at = 0; at < bytes.length; ) at += write(1 + (at % 2), bytes.subarray(at, at + 65536));
  },
  mute({ descriptors }) {
    for (const descriptor of descriptors) closeSync(descriptor);
    try {
      console.log('into nothing');
    } catch {}
  },
  deafen() {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  },
  daemon({ count = 1 }) {
    // Its own child is what is left when the one between has ended; before that a freeze might come between two of them.
    const leave = `for i in $(seq ${count}); do (setsid sleep 60 >/dev/null 2>&1 &); done`;
    const shell = spawn('/bin/sh', ['-c', leave], { stdio: 'ignore', detached: true });
    return new Promise((resolve) => shell.once('exit', resolve));
  },
  parent({ signal = 'SIGKILL' }) {
    note('parent');
    process.kill(process.ppid, signal);
    return never;
  },
  reset({ socket }) {
    socket.resetAndDestroy();
    return never;
  },
  close({ socket }) {
    socket.destroy();
    return never;
  },
  bytes({ socket, res, text, answer, end }) {
    if (!res.writableEnded) forget(res);
    const filled = text.replaceAll('{body}', answer).replaceAll('{length}', answer.length);
    socket.write(filled.replaceAll('{chunk}', chunked(answer)), 'latin1');
    if (end) socket.end();
    return never;
  },
};

const floods = {
  line: (size) => Buffer.alloc(size, 'x'),
  lines: (size) => Buffer.alloc(size, `${'a line of text '.repeat(8)}\n`),
  binary: (size) => Buffer.alloc(size, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  'not-utf8': (size) =>
    Buffer.alloc(size, Buffer.concat([Buffer.alloc(90, Buffer.from([0xff, 0xc3, 0x28])), Buffer.from('\n')])),
  partial: (size) => Buffer.alloc(size, '{"level":"info","message":"'),
};

/** Node is to take the answer for given, or it would hold the next one on this connection back for it. */
function forget(res) {
  Object.assign(res, {
    _header: ' ',
    _headerSent: true,
    _hasBody: false,
    chunkedEncoding: false,
    shouldKeepAlive: true,
  });
  res.end();
}

const chunked = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;

function write(descriptor, bytes) {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    return 0;
  }
}

// --- its answers ------------------------------------------------------------------------------------------------------

let connections = 0;
const server = createServer((req, res) => {
  const { 'x-drill-token': token = '-', 'x-drill': text = '{}', 'x-request-id': requestId = '-' } = req.headers;
  note('request', token, req.method, requestId);
  const told = JSON.parse(text);
  const act = told.times !== undefined && deliveries(token) > told.times ? {} : told;
  if (act.unread) return void serve(req, res, act, token, 0);
  let size = 0;
  req.on('data', (chunk) => {
    size += chunk.length;
  });
  req.on('end', () => void serve(req, res, act, token, size));
});

function deliveries(token) {
  return read('ledger')
    .split('\n')
    .filter((line) => line.startsWith(`request ${token} `)).length;
}

async function serve(req, res, act, token, size) {
  const { do: verb = 'none', when = 'before', ms = 0, hold, shape = 'length', bytes = 0 } = act;
  const said = { token, method: req.method, requestId: req.headers['x-request-id'], pid: process.pid, api, size };
  const answer = JSON.stringify({ ...said, connections, pad: 'x'.repeat(bytes) });
  const body = Buffer.from(answer);
  const commit = () => faults[verb]({ ...act, token, answer, res, socket: req.socket });
  if (hold) res.setHeader('x-up-wait-until', String(hold));
  if (act.unhinted) res.setHeader('connection', 'keep-alive');
  res.setHeader('content-type', 'application/json');
  if (when === 'before') await commit();
  head(res, shape, body);
  if (when === 'mid') {
    const half = Math.floor(body.length / 2);
    await new Promise((resolve) => res.write(body.subarray(0, half), resolve));
    await commit();
    if (act.drip) return drip(res, body.subarray(half), act.drip);
    return void res.end(body.subarray(half));
  }
  res.end(body);
  if (when === 'after') res.once('finish', () => setTimeout(commit, ms));
}

function head(res, shape, body) {
  if (shape === 'length') res.setHeader('content-length', body.length);
  if (shape === 'close') {
    res.shouldKeepAlive = false;
    res.useChunkedEncodingByDefault = false;
  }
  res.writeHead(200);
}

/** One byte at a time. */
function drip(res, bytes, ms) {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length || res.destroyed) clearInterval(timer);
    else res.write(bytes.subarray(at, ++at));
  }, ms);
}

server.on('connection', (socket) => {
  connections++;
  socket.on('error', () => {});
});
if (process.env.DRILL_KEEP_ALIVE) server.keepAliveTimeout = Number(process.env.DRILL_KEEP_ALIVE);

// --- its start --------------------------------------------------------------------------------------------------------

const listen = (...where) => new Promise((resolve) => server.listen(...where, resolve));
const healed = async () => {
  while (!existsSync(file('heal'))) await sleep(10);
};

const starts = {
  ok: () => listen(port),
  fault(text) {
    faults[JSON.parse(text).do](JSON.parse(text));
    return listen(port);
  },
  async late(ms) {
    await sleep(Number(ms));
    return listen(port);
  },
  host: (host) => listen(port, host),
  async deaf() {
    await healed();
    return listen(port);
  },
  async elsewhere() {
    const other = createServer(() => {}).listen(0);
    await healed();
    other.close();
    return listen(port);
  },
  async 'socket-file'() {
    const other = createServer(() => {}).listen(file(`socket.${process.pid}`));
    await healed();
    other.close();
    return listen(port);
  },
  /** Somebody else is let onto its port first. */
  async taken() {
    writeFileSync(file('port'), PORT);
    while (read('taken') !== PORT) await sleep(2);
    return listen(port);
  },
  async young(ms) {
    await listen(port);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(ms));
  },
  /** Connects to itself first, so that whoever asks next finds it asleep. */
  async asleep() {
    await listen(port);
    connect(port, '127.0.0.1');
    setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 5);
  },
};

function takeStart() {
  const [next = '', ...rest] = read('starts').split('\n');
  if (next !== '') writeFileSync(file('starts'), rest.join('\n'));
  return next || 'ok';
}

const start = takeStart();
const [name, rest] = [start.split(' ')[0], start.slice(start.indexOf(' ') + 1)];
note('start', name, process.env.UP_RESTARTS);
if (api !== null) note('api', api);
await starts[name](rest);
