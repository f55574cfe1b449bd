/** What scripts/fuzz.mjs runs. */
import { answerFuzzer } from './answers.ts';
import { eventFuzzer } from './events.ts';
import { type FuzzOptions, fuzz, type Outcome } from './loop.ts';
import { readCorpus } from './mutate.ts';

export async function fuzzEvents(options: FuzzOptions, corpus: string): Promise<Outcome> {
  const fuzzer = await eventFuzzer(readCorpus(corpus));
  try {
    return await fuzz(fuzzer, options);
  } finally {
    await fuzzer.close();
  }
}

/** Also a failure: sockets that are left when all is over. */
export async function fuzzAnswers(options: FuzzOptions): Promise<Outcome> {
  const fuzzer = await answerFuzzer();
  try {
    return await fuzz(fuzzer, options);
  } finally {
    await fuzzer.close();
  }
}
