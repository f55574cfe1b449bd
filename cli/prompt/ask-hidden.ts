/** Reads a secret: from a prompt that shows nothing of it, or whole from a pipe. Never from an argument. */
import { StringDecoder } from 'node:string_decoder';
import { UpError } from '../errors.ts';
import type { Io } from '../io.ts';

/** Asked twice, because a typing error would not be seen and lock everybody out. */
export function askPassword(io: Io): Promise<string> {
  return askHidden(io, async (ask) => {
    const password = await ask('Password: ');
    if ((await ask('Again: ')) !== password) throw new UpError('UP_USAGE', 'The two passwords differ');
    return password;
  });
}

/** The value of a variable, which as a rule is pasted. */
export function askValue(io: Io, name: string): Promise<string> {
  return askHidden(io, (ask) => ask(`Value of ${name}: `));
}

async function askHidden(
  io: Io,
  question: (ask: (text: string) => Promise<string>) => Promise<string>,
): Promise<string> {
  if (!io.stdin.isTTY) return (await readAll(io)).replace(/\r?\n$/, '');
  if (!io.stderrIsTty)
    throw new UpError('UP_USAGE', 'The prompt needs a terminal on stderr', {
      hint: 'pipe what it asks for into stdin',
    });
  // Before the question: what is typed fast must not show either.
  io.stdin.setRawMode?.(true);
  try {
    return await question((text) => prompt(io, text));
  } finally {
    io.stdin.setRawMode?.(false);
  }
}

async function readAll({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const [interrupt, endOfInput, clear] = ['\u0003', '\u0004', '\u0015'];

function prompt({ stdin, stderr }: Io, question: string): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let typed: string[] = [];
  stderr.write(question);
  return new Promise((resolve, reject) => {
    const stop = () => {
      stdin.off('data', onData);
      stdin.off('end', finish);
      stdin.pause();
      stderr.write('\n');
    };
    const finish = () => {
      stop();
      resolve(typed.join(''));
    };
    const onData = (chunk: Buffer) => {
      // Arrow keys and the like come as sequences of several characters.
      const text = decoder.write(chunk).replace(/\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])?/g, '');
      const characters = Array.from(text);
      for (const [index, character] of characters.entries()) {
        if (character === endOfInput && typed.length === 0) {
          stop();
          return reject(notAnswered());
        }
        if (character === '\r' || character === '\n' || character === endOfInput) {
          finish();
          // Both answers may have been pasted at once.
          const rest = characters.slice(index + 1).join('');
          if (rest !== '') stdin.unshift(Buffer.from(rest));
          return;
        }
        if (character === interrupt) {
          stdin.setRawMode?.(false);
          // In raw mode the terminal does not send the signal itself.
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (character === '\u007f' || character === '\b') typed.pop();
        else if (character === clear) typed = [];
        else typed.push(character);
      }
    };
    stdin.on('data', onData);
    stdin.once('end', finish);
    stdin.resume();
  });
}

/** Ctrl-D on an empty line is no answer, and an empty one would be asked for again. */
function notAnswered(): UpError {
  return new UpError('UP_USAGE', 'The question was not answered. Nothing was changed.', {
    hint: 'pipe what it asks for into stdin',
  });
}
