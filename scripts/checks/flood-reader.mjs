/**
 * Reads the log of a flooded proxy on its standard input, in a process of its own so that it keeps up, and prints what
 * it found when the log ends: `{ flood, inOrder, marks, responses, bad }`. Used by flood.mjs.
 */

/** A record of the flood as it has to be; whatever else there is, is parsed. */
const flood =
  /\{"level":"info","timestamp":"[\d:.T-]{23}Z","fields":\{"app":"flooded","stage":"staging","version":"1","commit":"\w*"\},"message":"flood (\d{9}) x{63}"\}\n/y;

const found = { flood: 0, inOrder: true, marks: [], responses: 0, bad: [] };
let rest = '';

process.stdin.setEncoding('latin1');
for await (const chunk of process.stdin) {
  const text = rest + chunk;
  const end = text.lastIndexOf('\n') + 1;
  for (let at = 0; at < end; ) at = readRecord(text, at);
  rest = text.slice(end);
}
if (rest !== '') found.bad.push(rest.slice(0, 500));
console.log(JSON.stringify(found));

/** Gives the place of the next one. */
function readRecord(text, at) {
  flood.lastIndex = at;
  const match = flood.exec(text);
  if (match === null) return readOther(text, at);
  found.inOrder &&= Number(match[1]) === found.flood;
  found.flood++;
  return flood.lastIndex;
}

function readOther(text, at) {
  const next = text.indexOf('\n', at) + 1;
  const line = text.slice(at, next);
  try {
    const { message, fields } = JSON.parse(line);
    if (message === 'mark') found.marks.push({ id: fields.request_id, path: fields.path });
    else if (message === 'response') found.responses++;
    else found.bad.push(line.slice(0, 500));
  } catch {
    found.bad.push(line.slice(0, 500));
  }
  return next;
}
