/** Endpoints that stand where AWS should and are no help: each answers every call in one bad way. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BadEndpoint {
  readonly url: string;
  /** Calls so far. */
  calls(): number;
  close(): void;
}

export async function badEndpoint(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<BadEndpoint> {
  let calls = 0;
  const server = createServer((req, res) => {
    calls++;
    req.resume();
    req.once('end', () => answer(req, res));
  });
  return { url: await listen(server), calls: () => calls, close: () => shut(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** A load balancer in front of nothing. */
export function html503(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { 'content-type': 'text/html' }).end('<html><body><h1>503 Service Unavailable</h1></body></html>');
}

/** Text where JSON or XML should be. */
export function nonsense(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the hotel network</html>');
}

const user = 'arn:aws:iam::123456789012:user/ada';

/** Says who is asking and allows nothing else. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denied(req: IncomingMessage, res: ServerResponse): void {
  const service = /\/([a-z]+)\/aws4_request/.exec(req.headers.authorization ?? '')?.[1];
  if (service === 'sts') return void xml(res, 200, identity);
  const message = `User: ${user} is not authorized to perform: ${service}:Something`;
  if (service === 'iam') return void xml(res, 403, queryError('AccessDenied', message));
  res.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' });
  res.end(JSON.stringify({ __type: 'AccessDeniedException', message, Message: message }));
}

/** A session that is over. */
export function expired(_req: IncomingMessage, res: ServerResponse): void {
  xml(res, 403, queryError('ExpiredToken', 'The security token included in the request is expired'));
}

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>${user}</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

function queryError(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>request-7</RequestId></ErrorResponse>`;
}

function xml(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
