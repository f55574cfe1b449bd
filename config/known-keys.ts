/** The keys a schema knows at a path, for "did you mean". */
import { z } from 'zod';
import type { Path } from './problems.ts';

export function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  const found = path.reduce<z.core.$ZodType | undefined>(child, bare(schema));
  const object =
    found instanceof z.ZodUnion ? found.options.map(bare).find((one) => one instanceof z.ZodObject) : found;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function child(schema: z.core.$ZodType | undefined, segment: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodUnion) {
    const found = schema.options.map((one) => child(bare(one), segment));
    return found.find((one) => one !== undefined);
  }
  if (schema instanceof z.ZodArray) return bare(schema.element);
  if (schema instanceof z.ZodRecord) return bare(schema.valueType);
  if (!(schema instanceof z.ZodObject)) return undefined;
  const shape: Record<string, z.core.$ZodType> = schema.shape;
  const field = Object.hasOwn(shape, segment) ? shape[segment] : schema.def.catchall;
  return field && bare(field);
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap());
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return bare(schema.unwrap());
  return schema;
}
