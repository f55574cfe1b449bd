/** `static`: files that are served without the app, or instead of one. */
import { z } from 'zod';
import { mustBe } from './values.ts';

const insideForm = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\0\\]+$/;
const prefixForm = /^\/?(?:(?!\.{1,2}(?:\/|$))[^/\s?#%\\]+(?:\/(?!\.{1,2}(?:\/|$))[^/\s?#%\\]+)*\/?)?$/;

const inside = (what: string) => z.string({ error: mustBe(what) }).regex(insideForm, { error: mustBe(what) });

export const staticSchema = z
  .strictObject({
    dir: inside('a folder of the app such as "public"')
      .optional()
      .meta({
        description:
          'The folder whose files are served. Beside an app, a request for anything that is not a file goes on to the app.',
        examples: ['public'],
        derived: '`.` with `"type": "static"`; `public`, or what Vite builds, in a folder without an app; else none',
      }),
    prefix: z
      .string({ error: mustBe('a path such as "/assets"') })
      .regex(prefixForm, { error: mustBe('a path such as "/assets"') })
      .default('/')
      .meta({ description: 'The path below which they are found.', examples: ['/assets'] }),
    fallback: inside('a file in `static.dir` such as "index.html"')
      .optional()
      .meta({
        description:
          'The page of a single-page app: the file of `dir` that answers a browser asking for a page that is no file.',
        examples: ['index.html'],
        derived: 'none',
      }),
  })
  .meta({ description: 'Files served as they are.', examples: [{ dir: 'public', prefix: '/assets' }] });

type Section = z.output<typeof staticSchema>;

/** As resolved for a stage. */
export type StaticFiles = Omit<Section, 'dir'> & {
  dir: string;
  /** There is no app behind the files. */
  alone: boolean;
};

/** Null when nothing is served. */
export function resolveStatic({ dir, ...section }: Section, type: 'server' | 'static' | undefined): StaticFiles | null {
  const alone = type === 'static';
  const served = dir ?? (alone ? '.' : undefined);
  return served === undefined ? null : { dir: served, ...section, alone };
}
