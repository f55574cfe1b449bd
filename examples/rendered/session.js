/** A session that the browser keeps, in a cookie it cannot change: environments share no memory. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export function readSession(req) {
  const [, data, signature] = /(?:^|; )session=([\w-]+)\.([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
  if (data === undefined || !isSame(signature, sign(data))) return {};
  return JSON.parse(Buffer.from(data, 'base64url').toString());
}

export function writeSession(req, res, session) {
  const data = Buffer.from(JSON.stringify(session)).toString('base64url');
  res.cookie('session', `${data}.${sign(data)}`, { httpOnly: true, sameSite: 'lax', secure: req.secure });
  return session;
}

function sign(data) {
  return createHmac('sha256', process.env.SESSION_SECRET).update(data).digest('base64url');
}

function isSame(given, wanted) {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
