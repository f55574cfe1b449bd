import { teas } from '../../teas.js';

export async function POST(req) {
  const { tea } = await req.json();
  const found = teas.find(({ id }) => id === tea);
  return found ? Response.json(found, { status: 201 }) : Response.json({ error: 'no such tea' }, { status: 404 });
}
