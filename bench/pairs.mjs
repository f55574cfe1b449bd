/**
 * Ratios that hold on a busy machine: all subjects in turns, in an order that changes, a batch of each; what is compared is
 * the middle of a batch with that of another one in the same turn.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** `subjects`: name to an async function that gives milliseconds. Gives, by name, the middle of each batch in order. */
export async function measureTurns(subjects, { turns, batch, warm = batch, seconds }) {
  const names = Object.keys(subjects);
  const middles = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) for (let i = 0; i < warm; i++) await subjects[name]();
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; turn < turns && performance.now() < end; turn++) {
    for (const name of shuffled(names)) {
      const taken = [];
      for (let i = 0; i < batch; i++) taken.push(await subjects[name]());
      middles[name].push(middle(taken));
    }
  }
  return middles;
}

/** The middle of the ratios turn by turn, and the range of the half of them around it; NaN of what was not measured. */
export function ratioOf(one, other, { plus = 0 } = {}) {
  if (!one || !other) return { ratio: Number.NaN, low: Number.NaN, high: Number.NaN };
  const ratios = one.map((value, turn) => (value - plus) / other[turn]).toSorted((a, b) => a - b);
  const at = (share) => ratios[Math.floor((ratios.length - 1) * share)];
  return { ratio: at(0.5), low: at(0.25), high: at(0.75) };
}

/** That one subject takes at most so many times as long as another, which is `to` in words. */
export function claimOf(name, goal, to, one, other) {
  return { name, goal, to, ratio: (costs) => ratioOf(costs[one], costs[other]) };
}

export function middle(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** In an order that is new each time: what one leaves behind is not always the same one's to bear. */
export function shuffled(names) {
  return names
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

/** Milliseconds of a program that must end well; what it prints is told only when it does not. */
export function runTime(command, args, options) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-saidAtMost);
      });
    let ended = Number.NaN;
    child.once('error', reject).once('exit', () => {
      ended = performance.now() - started;
    });
    // The exit may be told before the last words.
    child.once('close', (code) => {
      if (code === 0) resolve(ended);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`));
    });
  });
}

const saidAtMost = 2_000;
