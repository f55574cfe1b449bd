/** The JSON Schema of up.json, for editors and for the tables of docs/config.md. */
import { z } from 'zod';
import { fileSchema } from './schema.ts';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** For editors. Draft 7, which all of them know; the two `allow` keywords are those of VS Code. */
export function toJsonSchema(): JsonSchema {
  const schema = generate((node) => void delete node.derived);
  return { ...schema, title: 'up.json', allowComments: true, allowTrailingCommas: true };
}

/** For the docs: the same, with `derived`, the words for a default that is not a constant. */
export function toDocsSchema(): JsonSchema {
  return generate(() => undefined);
}

function generate(finish: (node: z.core.JSONSchema.BaseSchema) => void): JsonSchema {
  return z.toJSONSchema(fileSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      restoreExamples(zodSchema, jsonSchema);
      finish(jsonSchema);
    },
  });
}

/** zod leaves examples out where a transform follows, taking them for outputs; ours are what one writes. */
function restoreExamples(schema: z.core.$ZodType, node: z.core.JSONSchema.BaseSchema): void {
  const examples = z.globalRegistry.get(schema)?.examples;
  if (Array.isArray(examples)) node.examples = examples;
}
