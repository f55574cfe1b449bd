/** The two ways to run an app: by itself, or with all of Lambda between. */
import type { Generation } from './generation.ts';
import type { Subject } from './read.ts';

export interface Prepared {
  /** The files that a bundle was made of, from the project's folder; null where nothing is bundled. */
  readonly sources: readonly string[] | null;
  /** What the app is made of around the project, from its folder. */
  readonly around: readonly string[];
  start(): Promise<Generation>;
}

/** Does everything that can be done while the generation before still serves. Throws what is wrong with the app. */
export type Engine = (subject: Subject) => Promise<Prepared>;
