/** The story of `up start`: take the port, start the app, serve it, and start it anew when something of it changed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Feed } from '../../../local/inspector/feed.ts';
import { serverOptions } from '../../../proxy/hosts/server.ts';
import { answerUnreadable } from '../../../proxy/hosts/unreadable.ts';
import { isWebSocket, withoutOffer } from '../../../proxy/hosts/upgrades.ts';
import type { Context } from '../../command.ts';
import { count } from '../../output/format.ts';
import { toUpError } from '../../to-up-error.ts';
import { appEngine } from './app.ts';
import { showBuilding } from './building.ts';
import { madeFile } from './compile.ts';
import type { Engine } from './engine.ts';
import { brokenGeneration, type Generation } from './generation.ts';
import { followKeys } from './hotkeys.ts';
import { type Kept, readCertificate, type Secure, trustCommand } from './https.ts';
import { inspectedLog, openInspector } from './inspector.ts';
import { endLeftovers } from './leftovers.ts';
import { type Address, openListener } from './listener.ts';
import { type StartLog, startLog } from './log.ts';
import { readSubject, type Subject } from './read.ts';
import { createReload } from './reload.ts';
import { createSaid } from './said.ts';
import { createService, type Service } from './service.ts';
import { followedLog } from './unbuilt.ts';

export interface StartFlags {
  readonly address: Address;
  readonly stage: string;
  readonly command: string | undefined;
  readonly secure: Secure;
  /** With all of Lambda between. */
  readonly lambda: boolean;
  readonly watch: boolean;
}

/** Serves until it is told to end; then the app gets this long to finish. */
const graceMs = 2_000;

export async function serveApp(
  context: Context,
  { address, stage, command, secure, lambda, watch }: StartFlags,
): Promise<void> {
  const { io, flags } = context;
  const wanted = { cwd: io.cwd, chdir: flags.chdir, stage, command, env: io.env };
  const said = createSaid(context);
  let subject = await readSubject(wanted);
  const { dir } = subject.project;
  const inspected = { app: subject.config.name, stage, lambda };
  const { log: shown, feed } = inspectedLog(startLog(context, dir), inspected);
  const log = followedLog(
    shown,
    dir,
    () => subject.app,
    (label, text) => said.warnings([[label, text]]),
  );
  const { engine, note } = lambda ? await lambdaEngineFor(context, dir, log, feed) : appEngineFor(context, dir, log);
  const first = await engine(subject);
  let sources = first.sources;
  let around = first.around;
  const certificate = secure && (await readCertificate(secure, { host: address.host, cwd: io.cwd, env: io.env }));
  const listener = await openListener(address);
  endLeftovers(dir);

  /** Reports what is wrong with an edit, and answers requests with it until the next edit. */
  async function prepare(): Promise<() => Promise<Generation>> {
    try {
      subject = await readSubject(wanted);
      // Until the sources are known again, an edit of any source may fix it.
      sources = null;
      const prepared = await engine(subject);
      sources = prepared.sources;
      around = prepared.around;
      said.warnings(subject.warnings);
      said.files(subject.own);
      return prepared.start;
    } catch (error) {
      const failure = toUpError(error);
      said.failure(failure);
      return async () => brokenGeneration(failure, stage);
    }
  }

  const service = createService(await first.start(), { prepare });
  // However this program ends, a second Ctrl-C included, the app does not stay behind.
  process.once('exit', service.kill);
  // With Lambda between it is refused, which the log says.
  const onWebSocket = () => lambda || said.warnings([['WebSocket', 'passed on here; deployed there are none']]);
  listener.adopt(serverOf(service, certificate, onWebSocket));

  const url = `${certificate ? 'https' : 'http'}://${listener.at}`;
  announce(context, subject, url);
  const inspector = await openInspector(feed, service.lanes);
  if (flags.json) log.destination.write(startRecord(subject, { url, inspector: inspector.url }));
  if (certificate?.file) sayTrust(context, certificate.file, certificate.isNew);
  context.report.info('Inspector', inspector.url);
  if (listener.note !== null) context.report.warn('Port', listener.note);
  if (note !== null) context.report.warn('Files', note);
  said.warnings(subject.warnings);
  said.files(subject.own);
  // Files of a package are those it was made of; without one they are read where they lie.
  const site = () => (lambda ? null : (subject.config.static?.dir ?? null));
  const watched = () => ({ stage, sources, around, site: site(), made: madeFile(subject) });
  const reload = createReload({ context, log, service, dir, watched, watch });
  const coldStart = lambda ? () => void service.coldStart() : null;
  followKeys({ context, log, url, restart: () => void reload.now('restarted'), coldStart });
  context.onInterrupt(async () => {
    inspector.close();
    listener.close();
    await reload.close();
    await service.stop(graceMs);
    sayStopped(context, log);
  });
}

function serverOf(service: Service, certificate: Kept | null, onWebSocket: () => void): Server {
  const answer = (req: IncomingMessage, res: ServerResponse) => void service.serve(req, res);
  const server = certificate
    ? createSecureServer({ ...certificate, ...serverOptions }, answer)
    : createServer(serverOptions, answer);
  answerUnreadable(server);
  return server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocket(req)) return withoutOffer(server, req, socket, head);
    onWebSocket();
    void service.upgrade(req, socket, head);
  });
}

function sayTrust({ report }: Context, file: string, isNew: boolean): void {
  report.info('HTTPS', `with a certificate of this machine: ${file}`);
  if (!isNew) return;
  report.info('', 'browsers warn of it until it is trusted, once and for all:');
  report.info('', trustCommand(file));
}

interface EngineFor {
  readonly engine: Engine;
  /** What differs from Lambda. */
  readonly note: string | null;
}

function appEngineFor(context: Context, dir: string, log: StartLog): EngineFor {
  const { destination, lines } = log;
  const building = showBuilding(context, log);
  const engine = appEngine({ env: context.io.env, dir, logTo: destination, detailed: lines !== null, building });
  return { engine, note: null };
}

async function lambdaEngineFor(context: Context, dir: string, log: StartLog, feed: Feed): Promise<EngineFor> {
  const [{ lambdaEngine }, { findConfinement }] = await Promise.all([import('./lambda.ts'), import('./confine.ts')]);
  const confinement = findConfinement(dir);
  const note = confinement.missing && `writable here, unlike on Lambda: ${confinement.missing}`;
  const building = showBuilding(context, log);
  return { engine: lambdaEngine({ env: context.io.env, dir, log, feed, confinement, building }), note };
}

/** What a line of 80 columns has room for beside a name of its usual length. */
const announcedWidth = 66;

function announce({ report }: Context, { app, config }: Subject, url: string): void {
  const command = app.bundle ? `node ${app.bundle.entry}` : app.command || 'files';
  const what = `${url}    ${command}`;
  report.info(config.name, what.length + app.why.length <= announcedWidth ? `${what}    ${app.why}` : what);
  const cloud = /\d+/.exec(config.lambda.runtime)?.[0];
  const here = process.versions.node;
  if (cloud !== here.split('.')[0]) report.warn('Runtime', `you run Node ${here}, the cloud will run ${cloud}`);
}

/** For a program, which sees no lines for people. */
function startRecord({ app, config }: Subject, urls: { readonly url: string; readonly inspector: string }): string {
  const fields = { app: config.name, stage: config.stage, ...urls, command: app.command, why: app.why };
  return `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'info', message: 'start', fields })}\n`;
}

function sayStopped({ report }: Context, { lines }: StartLog): void {
  if (lines === null) return;
  const { requests, errors } = lines.summary();
  report.info('Stopped', `${count(requests, 'request')}, ${count(errors, 'error')}`);
}
