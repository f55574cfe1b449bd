/** How the Runtime API and the Extensions API answer: JSON, and errors as `{errorType, errorMessage}`. */
import type { ServerResponse } from 'node:http';

export function answer(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
}

export function refuse(res: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  answer(res, status, { errorType, errorMessage });
}
